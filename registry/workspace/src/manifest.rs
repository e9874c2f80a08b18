//! `schemactl.toml`: what it may say. In: its text. Out: a [`Manifest`], or the place of the first thing that it may not
//! say. Unknown keys are errors: a misspelt setting that is ignored is a check that does not happen.

use std::collections::BTreeMap;
use std::fmt;

use schemactl_model::{FormatMode, SchemaType, find_alike};
use serde::Deserialize;

use crate::cache_key::CacheKey;
use crate::generate_settings::GenerateSettings;
use crate::rule_settings::{LintName, RuleSeverity};
use crate::waiver::Waiver;

/// The settings of a workspace.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Manifest {
    /// The version of the file's format.
    #[serde(deserialize_with = "format_version")]
    version: u64,
    /// The team that answers for events that name none.
    pub owner: Option<String>,
    /// The registry that `push` writes to.
    pub registry: RegistrySettings,
    /// `[env.NAME]`: other places of the registry, such as an account for each stage.
    #[serde(default, rename = "env")]
    pub environments: BTreeMap<String, EnvironmentSettings>,
    /// What `check` asks.
    #[serde(default)]
    pub check: CheckSettings,
    /// How severe the findings of lints are.
    #[serde(default)]
    pub rules: BTreeMap<LintName, RuleSeverity>,
    /// How code is generated.
    #[serde(default)]
    pub generate: GenerateSettings,
    /// Findings about the workspace that were accepted.
    #[serde(default, rename = "waiver")]
    pub waivers: Vec<Waiver>,
}

// Settings are named one by one below, without `..`: one that is new does not compile before it is part of keys too.
impl Manifest {
    /// Adds every setting to a key.
    pub fn add_to_key(&self, key: &mut CacheKey) {
        let Self {
            version,
            owner,
            registry,
            environments,
            check,
            rules,
            // No finding depends on it.
            generate: _,
            waivers,
        } = self;
        key.add("version", &version.to_string());
        key.add_optional("owner", owner.as_deref());
        registry.add_to_key(key);
        for (name, environment) in environments {
            key.add("env", name);
            environment.add_to_key(key);
        }
        let CheckSettings { policy, mode, formats } = check;
        key.add_optional("check.policy", policy.as_deref());
        key.add("check.mode", &mode.to_string());
        key.add("check.formats", &formats.to_string());
        for (rule, severity) in rules {
            key.add("rule", rule.as_str());
            key.add("severity", &severity.to_string());
        }
        for waiver in waivers {
            waiver.add_to_key(key);
        }
    }
}

impl RegistrySettings {
    fn add_to_key(&self, key: &mut CacheKey) {
        let Self {
            name,
            description,
            layout,
            types,
            keep,
            allow_widening,
            ignore,
            tags,
        } = self;
        key.add("registry.name", name);
        key.add_optional("registry.description", description.as_deref());
        key.add("registry.layout", layout.as_str());
        for known in types {
            key.add("registry.types", known.as_str());
        }
        key.add("registry.keep", &keep.to_string());
        key.add("registry.allow-widening", &allow_widening.to_string());
        for pattern in ignore {
            key.add("registry.ignore", pattern);
        }
        for (tag, value) in tags {
            key.add("registry.tags", tag);
            key.add("value", value);
        }
    }
}

impl EnvironmentSettings {
    fn add_to_key(&self, key: &mut CacheKey) {
        let Self {
            registry,
            profile,
            region,
            account,
            ignore,
        } = self;
        key.add_optional("env.registry", registry.as_deref());
        key.add_optional("env.profile", profile.as_deref());
        key.add_optional("env.region", region.as_deref());
        key.add_optional("env.account", account.as_deref());
        for pattern in ignore.iter().flatten() {
            key.add("env.ignore", pattern);
        }
        key.add_optional("env.ignore", ignore.as_ref().map(|_| ""));
    }
}

/// `[registry]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RegistrySettings {
    /// The name of the EventBridge registry.
    #[serde(deserialize_with = "registry_name")]
    pub name: String,
    /// Its description, for when `push` creates it.
    pub description: Option<String>,
    /// How events become schemas of the registry.
    #[serde(default)]
    pub layout: Layout,
    /// The forms that are registered.
    #[serde(default = "only_json_schema", deserialize_with = "schema_types")]
    pub types: Vec<SchemaType>,
    /// How many versions a schema of the registry holds; older ones are not registered, and `prune` takes them away.
    #[serde(default = "all_versions", deserialize_with = "kept")]
    pub keep: usize,
    /// Whether a form may be registered that takes more than the schema does.
    #[serde(default)]
    pub allow_widening: bool,
    /// Patterns of schemas that others keep in the registry, and that no command speaks of.
    #[serde(default, deserialize_with = "ignored_names")]
    pub ignore: Vec<String>,
    /// Tags of the registry and its schemas.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// `[env.NAME]`: where `push --env NAME` writes. What it does not say is as it is without an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct EnvironmentSettings {
    /// The name of the EventBridge registry there.
    #[serde(deserialize_with = "optional_registry_name")]
    pub registry: Option<String>,
    /// A profile of the AWS configuration.
    pub profile: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The account that it has to be; any other is refused.
    #[serde(deserialize_with = "account")]
    pub account: Option<String>,
    /// Patterns of schemas that others keep in the registry there.
    #[serde(deserialize_with = "optional_ignored_names")]
    pub ignore: Option<Vec<String>>,
}

/// Returns whether a schema of the registry matches one of the patterns of `ignore`. One that an event of the workspace is registered as counts all the
/// same.
pub fn is_ignored_schema(patterns: &[String], schema: &str) -> bool {
    patterns.iter().any(|pattern| matches_glob(pattern, schema))
}

/// Returns whether a name matches a pattern, in which `*` is any text and `?` any character.
fn matches_glob(pattern: &str, name: &str) -> bool {
    // What each beginning of the pattern matches of the name so far: one pass, whatever the number of stars.
    let pattern: Vec<char> = pattern.chars().collect();
    let with_stars = |mut matched: Vec<bool>| {
        for (at, letter) in pattern.iter().enumerate() {
            matched[at + 1] |= *letter == '*' && matched[at];
        }
        matched
    };
    let mut start = vec![false; pattern.len() + 1];
    start[0] = true;
    let matched = name.chars().fold(with_stars(start), |before, letter| {
        let mut matched = vec![false; pattern.len() + 1];
        for (at, wanted) in pattern.iter().enumerate() {
            matched[at + 1] = match wanted {
                '*' => before[at + 1],
                '?' => before[at],
                wanted => before[at] && *wanted == letter,
            };
        }
        with_stars(matched)
    });
    matched.last() == Some(&true)
}

/// How events become schemas of the registry, which numbers the versions of each schema by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// One schema an event.
    #[default]
    Event,
    /// One schema a major version: `namespace@Name.v2`.
    Major,
}

impl Layout {
    /// Returns the value as schemactl.toml has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Major => "major",
        }
    }
}

/// How `types` names them.
#[derive(Deserialize)]
#[serde(remote = "SchemaType")]
enum SchemaTypeSetting {
    #[serde(rename = "JSONSchemaDraft4")]
    JsonSchemaDraft4,
    OpenApi3,
}

/// The most versions that EventBridge holds of a schema, unless the account has another quota.
pub const MOST_VERSIONS: usize = 100;

/// `[check]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct CheckSettings {
    /// The content-model policy by its name; `tolerant-reader` if nothing is said.
    #[serde(deserialize_with = "policy_name")]
    pub policy: Option<String>,
    /// What a minor version has to hold.
    pub mode: CompatibilityMode,
    /// What `format` says of a text.
    #[serde(with = "FormatModeSetting")]
    pub formats: FormatMode,
}

/// How `formats` names them.
#[derive(Deserialize)]
#[serde(remote = "FormatMode", rename_all = "kebab-case")]
enum FormatModeSetting {
    Annotation,
    Assertion,
}

/// What a minor version has to hold against the earlier versions of its major.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CompatibilityMode {
    /// Nothing is asked.
    None,
    /// The new reader takes the events of the version before.
    Backward,
    /// The new reader takes the events of every version before.
    BackwardTransitive,
    /// The readers of the version before take the new events.
    Forward,
    /// The readers of every version before take the new events.
    ForwardTransitive,
    /// Backward and forward.
    Full,
    /// Backward and forward against every version before.
    #[default]
    FullTransitive,
}

impl CompatibilityMode {
    /// Returns whether old events have to be valid under the new version.
    pub fn asks_backward(self) -> bool {
        matches!(
            self,
            Self::Backward | Self::BackwardTransitive | Self::Full | Self::FullTransitive
        )
    }

    /// Returns whether new events have to be valid under the old version.
    pub fn asks_forward(self) -> bool {
        matches!(
            self,
            Self::Forward | Self::ForwardTransitive | Self::Full | Self::FullTransitive
        )
    }

    /// Returns the mode that asks what either of two asks.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let backward = self.asks_backward() || other.asks_backward();
        let forward = self.asks_forward() || other.asks_forward();
        let transitive = self.is_transitive() || other.is_transitive();
        match (backward, forward, transitive) {
            (false, false, _) => Self::None,
            (true, false, false) => Self::Backward,
            (true, false, true) => Self::BackwardTransitive,
            (false, true, false) => Self::Forward,
            (false, true, true) => Self::ForwardTransitive,
            (true, true, false) => Self::Full,
            (true, true, true) => Self::FullTransitive,
        }
    }

    /// Returns whether every earlier version of the major counts, and not only the one before.
    pub fn is_transitive(self) -> bool {
        matches!(
            self,
            Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive
        )
    }
}

impl fmt::Display for CompatibilityMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Backward => "backward",
            Self::BackwardTransitive => "backward-transitive",
            Self::Forward => "forward",
            Self::ForwardTransitive => "forward-transitive",
            Self::Full => "full",
            Self::FullTransitive => "full-transitive",
        })
    }
}

fn format_version<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match u64::deserialize(deserializer)? {
        1 => Ok(1),
        other => Err(serde::de::Error::custom(format!("`version` is {other}; expected 1"))),
    }
}

/// The policies by their names. Consumers read settings too, and do not build what knows the policies themselves.
const POLICIES: [&str; 5] = [
    "tolerant-reader",
    "producer-declared",
    "open-strict",
    "closed",
    "apply-defaults",
];

/// Reads the name of a policy, if it is one.
pub(crate) fn policy_name<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = String::deserialize(deserializer)?;
    if POLICIES.contains(&name.as_str()) {
        return Ok(Some(name));
    }
    let meant = find_alike(&name, POLICIES).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    Err(serde::de::Error::custom(format!(
        "unknown policy `{name}`; expected one of {}{meant}",
        POLICIES.join(", ")
    )))
}

fn ignored_names<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let patterns = Vec::<String>::deserialize(deserializer)?;
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@*?".contains(&byte);
    let is_wrong = |pattern: &&String| pattern.is_empty() || !pattern.bytes().all(is_allowed);
    match patterns.iter().find(is_wrong) {
        None => Ok(patterns),
        Some(wrong) => Err(serde::de::Error::custom(format!(
            "`ignore` has `{wrong}`; expected names of schemas with `*` for any text and `?` for any character, such as `aws.*@*`"
        ))),
    }
}

fn optional_ignored_names<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    ignored_names(deserializer).map(Some)
}

fn only_json_schema() -> Vec<SchemaType> {
    vec![SchemaType::JsonSchemaDraft4]
}

/// As [`schema_types`], for an event: one that lists none has those of the workspace.
pub(crate) fn optional_schema_types<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<SchemaType>>, D::Error> {
    schema_types(deserializer).map(Some)
}

fn schema_types<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<SchemaType>, D::Error> {
    #[derive(Deserialize)]
    struct Named(#[serde(with = "SchemaTypeSetting")] SchemaType);
    let types = Vec::<Named>::deserialize(deserializer)?;
    let types: Vec<SchemaType> = types.into_iter().map(|Named(known)| known).collect();
    let distinct = match types[..] {
        [_] => true,
        [one, other] => one != other,
        _ => false,
    };
    if distinct {
        return Ok(types);
    }
    Err(serde::de::Error::custom(
        "`types` must list JSONSchemaDraft4, OpenApi3 or both, each once",
    ))
}

fn all_versions() -> usize {
    MOST_VERSIONS
}

fn kept<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    match usize::deserialize(deserializer)? {
        keep @ 1..=MOST_VERSIONS => Ok(keep),
        other => Err(serde::de::Error::custom(format!(
            "`keep` is {other}; expected 1 to {MOST_VERSIONS}, the number of versions that a schema of the registry can have"
        ))),
    }
}

fn optional_registry_name<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    registry_name(deserializer).map(Some)
}

fn account<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    // Account IDs have 12 digits (IAM user guide, AWS account identifiers).
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Some(text));
    }
    Err(serde::de::Error::custom(format!(
        "`account` is `{text}`; expected the 12 digits of an AWS account ID, in quotes"
    )))
}

fn registry_name<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if (1..=64).contains(&name.len()) && name.bytes().all(allowed) && !name.starts_with("aws.") {
        return Ok(name);
    }
    Err(serde::de::Error::custom(format!(
        "`{name}` is not a registry name; expected 1 to 64 letters, digits, `.`, `_` and `-`, not starting with `aws.`"
    )))
}

#[cfg(test)]
mod tests {
    use schemactl_model::Source;

    use super::*;
    use crate::toml_file::read_toml;

    fn read(text: &str) -> Result<Manifest, String> {
        read_toml(&Source::new("schemactl.toml", text)).map_err(|error| error.to_string())
    }

    #[test]
    fn every_policy_has_its_name() {
        assert_eq!(
            POLICIES.map(str::to_owned),
            schemactl_compat::Policy::ALL.map(|policy| policy.to_string())
        );
    }

    #[test]
    fn the_defaults_are_the_products() {
        let manifest = read("version = 1\n[registry]\nname = \"r\"\n").unwrap();
        assert_eq!(manifest.check.mode, CompatibilityMode::FullTransitive);
        assert_eq!(manifest.check.policy, None);
    }

    #[test]
    fn a_pattern_matches_whole_names() {
        for (pattern, matching, others) in [
            (
                "aws.*@*",
                &["aws.s3@ObjectCreated", "aws.@", "aws.a@b@c"][..],
                &["aws.s3", "com.aws.s3@A", "aws_s3@A"][..],
            ),
            (
                "legacy-*",
                &["legacy-", "legacy-orders"],
                &["legacy", "a-legacy-orders"],
            ),
            ("*", &["", "a"], &[]),
            ("a?c", &["abc", "a?c"], &["ac", "abbc"]),
            ("*a*b*", &["ab", "xaxbx", "aab"], &["ba", "a"]),
            ("orders", &["orders"], &["order", "orders2"]),
        ] {
            let fits = |name: &&&str| matches_glob(pattern, name);
            assert_eq!(matching.iter().filter(fits).count(), matching.len(), "{pattern}");
            assert_eq!(others.iter().filter(fits).count(), 0, "{pattern}");
        }
    }

    #[test]
    fn every_setting_is_part_of_keys() {
        let registry = "version = 1\n[registry]\nname = \"r\"\n";
        let waiver = format!("{registry}[[waiver]]\nfingerprint = \"0123456789ab\"\nreason = \"known\"\n");
        let mut texts = vec![
            registry.to_owned(),
            registry.replace("\"r\"", "\"s\""),
            format!("owner = \"a\"\n{registry}"),
            waiver.clone(),
            waiver.replace("known", "unknown"),
            waiver.replace("0123", "1123"),
        ];
        let of_registry = [
            "description = \"\"",
            "layout = \"major\"",
            "types = [\"OpenApi3\"]",
            "types = [\"OpenApi3\", \"JSONSchemaDraft4\"]",
            "keep = 3",
            "allow-widening = true",
            "ignore = [\"a\"]",
            "ignore = [\"a\", \"b\"]",
            "[env.a]\nignore = []",
            "[env.a]\nignore = [\"a\"]",
            "tags = { a = \"b\" }",
            "[check]\npolicy = \"closed\"",
            "[check]\nmode = \"backward\"",
            "[check]\nformats = \"assertion\"",
            "[rules]\ndialect-missing = \"off\"",
            "[rules]\ndialect-missing = \"note\"",
            "[rules]\nunknown-keyword = \"note\"",
            "[env.a]",
            "[env.a]\nregistry = \"b\"",
            "[env.a]\nprofile = \"b\"",
            "[env.a]\nregion = \"b\"",
            "[env.a]\naccount = \"123456789012\"",
        ];
        texts.extend(of_registry.map(|line| format!("{registry}{line}\n")));
        let of_waiver = [
            "rule = \"a\"",
            "change = \"a\"",
            "versions = [\"1.0\"]",
            "author = \"a\"",
            "expires = \"2026-01-01\"",
        ];
        texts.extend(of_waiver.map(|line| format!("{waiver}{line}\n")));
        let keys: std::collections::BTreeSet<_> = texts
            .iter()
            .map(|text| {
                let mut key = CacheKey::default();
                read(text).unwrap().add_to_key(&mut key);
                key.as_str().to_owned()
            })
            .collect();
        assert_eq!(keys.len(), texts.len(), "{keys:#?}");
    }

    #[test]
    fn what_it_may_not_say_is_an_error_with_its_place() {
        for (text, part) in [
            ("version = 2\n[registry]\nname = \"r\"\n", "`version` is 2; expected 1"),
            (
                "version = 1\n[registry]\nname = \"r\"\ncolour = 1\n",
                "schemactl.toml:4:1",
            ),
            ("version = 1\n[registry]\nname = \"aws.events\"\n", "schemactl.toml:3:8"),
            ("version = 1\n", "registry"),
            ("version = = 1", "schemactl.toml:1:"),
            ("version = 1\n[registry]\nname = \"r\"\nkeep = 101\n", "101"),
            ("version = 1\n[registry]\nname = \"r\"\ntypes = []\n", "each once"),
            (
                "version = 1\n[registry]\nname = \"r\"\nlayout = \"x\"\n",
                "schemactl.toml:4:10",
            ),
            (
                "version = 1\n[registry]\nname = \"r\"\n[check]\nmode = \"both\"\n",
                "schemactl.toml:5:8",
            ),
            (
                "version = 1\n[registry]\nname = \"r\"\nignore = [\"a b\"]\n",
                "schemactl.toml:4:10: `ignore` has `a b`; expected names of schemas with `*`",
            ),
            (
                "version = 1\n[registry]\nname = \"r\"\n[env.prod]\naccount = \"12\"\n",
                "schemactl.toml:5:11: `account` is `12`",
            ),
            (
                "version = 1\n[registry]\nname = \"r\"\n[env.prod]\nregoin = \"12\"\n",
                "schemactl.toml:5:1: ",
            ),
            (
                "version = 1\n[registry]\nname = \"r\"\n[env.prod]\nregistry = \"aws.x\"\n",
                "schemactl.toml:5:12: ",
            ),
            (
                "version = 1\n[registry]\nname = \"r\"\n[check]\npolicy = \"tolerant\"\n",
                "schemactl.toml:5:10: unknown policy `tolerant`; expected one of tolerant-reader, ",
            ),
            (
                "version = 1\n[registry]\nname = \"r\"\n[rules]\nproperty-droped = \"error\"\n",
                "schemactl.toml:5:1: `property-droped` is not a rule whose severity can be set; expected one of `compatible-by-assumption`, ",
            ),
            (
                "version = 1\n[registry]\nname = \"r\"\n[rules]\nproperty-droped = \"error\"\n",
                "; did you mean `property-dropped`?",
            ),
            (
                "version = 1\n[registry]\nname = \"r\"\n[rules]\nproperty-dropped = \"warn\"\n",
                "schemactl.toml:5:20: unknown variant `warn`, expected one of `error`, `warning`, `note`, `off`",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
