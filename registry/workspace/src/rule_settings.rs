//! `[rules]` of schemactl.toml: how severe the findings of a rule are. In: the table. Out: a severity for each rule that it names. Only lints can be set:
//! a rule that guards compatibility or releases keeps its severity, and waivers accept single findings of it (ADR 131).

use std::fmt;

use schemactl_model::find_alike;
use serde::Deserialize;

/// The rules whose severity can be set, sorted, each with the one that it has otherwise; some findings are one step quieter. Each is advice about a schema: no verdict, no release and no push rests on it. Consumers read settings too,
/// and do not build what knows the rules themselves.
pub const LINTS: [(&str, RuleSeverity); 15] = [
    ("compatible-by-assumption", RuleSeverity::Note),
    ("contains-disputed", RuleSeverity::Warning),
    ("default-invalid", RuleSeverity::Warning),
    ("dependencies-replaced", RuleSeverity::Warning),
    ("dialect-missing", RuleSeverity::Note),
    ("integer-spelling", RuleSeverity::Note),
    ("keyword-not-in-dialect", RuleSeverity::Warning),
    ("major-not-needed", RuleSeverity::Note),
    ("name-not-portable", RuleSeverity::Warning),
    ("pattern-not-portable", RuleSeverity::Warning),
    ("property-dropped", RuleSeverity::Warning),
    ("required-undeclared", RuleSeverity::Warning),
    ("subschema-unsatisfiable", RuleSeverity::Warning),
    ("unknown-keyword", RuleSeverity::Warning),
    ("version-deprecated", RuleSeverity::Warning),
];

/// The name of a rule whose severity can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LintName(&'static str, RuleSeverity);

impl LintName {
    /// Returns the id of the rule.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Returns the severity that the rule has where none is set.
    pub fn default_severity(self) -> RuleSeverity {
        self.1
    }
}

impl<'de> Deserialize<'de> for LintName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if let Some((known, severity)) = LINTS.iter().find(|(known, _)| *known == name) {
            return Ok(Self(known, *severity));
        }
        let names = LINTS.map(|(name, _)| name);
        let meant = find_alike(&name, names).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        Err(serde::de::Error::custom(format!(
            "`{name}` is not a rule whose severity can be set; expected one of {}{meant}",
            names.map(|name| format!("`{name}`")).join(", ")
        )))
    }
}

/// The severity of the findings of a rule; the loudest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleSeverity {
    /// The check fails.
    Error,
    /// The check passes, unless `--fail-on warning` is given.
    Warning,
    /// The check passes, unless `--fail-on note` is given.
    Note,
    /// There are no findings.
    Off,
}

impl fmt::Display for RuleSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Off => "off",
        })
    }
}
