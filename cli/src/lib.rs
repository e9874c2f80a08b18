//! Versioned JSON Schemas for events on Amazon EventBridge: check, generate, push.
