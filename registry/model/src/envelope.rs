//! What EventBridge puts around an event.

/// The members of an event as EventBridge delivers it, in the order in which its discovery lists them.
pub const ENVELOPE_MEMBERS: [&str; 9] = [
    "detail-type",
    "resources",
    "detail",
    "id",
    "source",
    "time",
    "region",
    "version",
    "account",
];
