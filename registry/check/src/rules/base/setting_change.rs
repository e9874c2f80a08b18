//! A setting that has changed since the branch left its base. In: the values of before and now. Out: both as texts, for a finding.

/// A setting whose value of now asks less than its value of before, or registers something elsewhere.
pub(super) struct SettingChange {
    pub(super) key: &'static str,
    pub(super) before: String,
    pub(super) now: String,
}

/// Returns a changed setting with both values as texts.
pub(super) fn describe_setting(
    key: &'static str,
    before: &dyn std::fmt::Display,
    now: &dyn std::fmt::Display,
) -> SettingChange {
    SettingChange {
        key,
        before: before.to_string(),
        now: now.to_string(),
    }
}
