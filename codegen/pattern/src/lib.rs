//! EventBridge event patterns: build, parse and match.
