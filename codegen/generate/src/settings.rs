//! What a user can choose about the generated code.

/// How code is generated. The default reads as the compatibility check assumes: unknown fields are ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// What readers do with properties that their schema does not name.
    pub unknown_fields: UnknownFields,
}

/// What readers do with properties that their schema does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownFields {
    /// They ignore them, as the policy `tolerant-reader` assumes.
    #[default]
    Ignore,
    /// They keep them, and write them again.
    Preserve,
    /// They refuse them. Under `tolerant-reader` a producer may add fields at any time, so this breaks such readers.
    Refuse,
}
