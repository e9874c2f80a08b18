//! The EventBridge Schema Registry as a workspace remote.
