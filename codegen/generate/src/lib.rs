//! Generates Rust event types, pattern builders and publish shims from a schema workspace.
