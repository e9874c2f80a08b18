//! EventBridge Schemas on loopback, stored in SQLite.
