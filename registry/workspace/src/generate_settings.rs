//! `[generate]` of schemactl.toml: how code is generated from the workspace. In: the table, or what a build script sets. Out: both laid over each
//! other. What the texts mean is up to who generates code: consumers read settings too, and do not build that.

use std::collections::BTreeMap;

use schemactl_model::find_alike;
use serde::Deserialize;

use crate::cache_key::CacheKey;

/// `[generate]`. A key that is absent leaves the default.
///
/// # Examples
///
/// ```
/// use schemactl_workspace::GenerateSettings;
///
/// let mut settings = GenerateSettings::default();
/// settings.add_derive("OrderPlaced", "Hash");
/// settings.add_derive("OrderPlaced", "my_macros::Audited");
/// assert_eq!(settings.derive["OrderPlaced"], "Hash, my_macros::Audited");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct GenerateSettings {
    /// What readers do with properties that their schema does not name: `ignore`, `preserve` or `refuse`.
    #[serde(deserialize_with = "unknown_fields")]
    pub unknown_fields: Option<String>,
    /// Rust type for integers whose bounds fit no built-in type: `any` or `fixed`.
    #[serde(deserialize_with = "integers")]
    pub integers: Option<String>,
    /// Rust type for numbers that need not be integers: `float` or `decimal`.
    #[serde(deserialize_with = "numbers")]
    pub numbers: Option<String>,
    /// Rust type for monetary properties: `float` or `decimal`.
    #[serde(deserialize_with = "money")]
    pub money: Option<String>,
    /// Rust type for strings of `format: date-time`: `timestamp` or `text`.
    #[serde(deserialize_with = "times")]
    pub times: Option<String>,
    /// Whether root types get a `validate()`.
    pub validate: Option<bool>,
    /// Whether each event is behind a cargo feature of its own.
    pub features: Option<bool>,
    /// Whether types derive `Hash`, `PartialOrd` and `Ord` where all their parts have them.
    pub hash_and_order: Option<bool>,
    /// Derives to add, by path.
    pub derive: BTreeMap<String, String>,
    /// Attributes of types, by path.
    pub type_attribute: BTreeMap<String, String>,
    /// Attributes of fields and variants, by path.
    pub field_attribute: BTreeMap<String, String>,
    /// Names of events, types, fields and variants, by path.
    pub rename: BTreeMap<String, String>,
    /// Types that stand for generated ones, by path.
    pub replace: BTreeMap<String, String>,
    /// Types of strings and integers, by their format.
    pub format: BTreeMap<String, String>,
    /// The versions of the crates whose types schemas may name with `x-rust-type`.
    pub crates: BTreeMap<String, String>,
    /// The type of maps.
    pub map_type: Option<String>,
    /// How events are in modules: `event` or `namespace`.
    #[serde(deserialize_with = "modules")]
    pub modules: Option<String>,
    /// The paths of modules that other crates generate, by event.
    pub extern_module: BTreeMap<String, String>,
    /// The events of enums over several, by the name of the enum.
    pub group: BTreeMap<String, Vec<String>>,
}

impl GenerateSettings {
    /// Adds derives, separated by commas, for the types of a path.
    pub fn add_derive(&mut self, path: impl Into<String>, derives: &str) {
        append(self.derive.entry(path.into()).or_default(), ", ", derives);
    }

    /// Adds attributes for the types of a path.
    pub fn add_type_attribute(&mut self, path: impl Into<String>, attributes: &str) {
        append(self.type_attribute.entry(path.into()).or_default(), "\n", attributes);
    }

    /// Adds attributes for the fields and variants of a path.
    pub fn add_field_attribute(&mut self, path: impl Into<String>, attributes: &str) {
        append(self.field_attribute.entry(path.into()).or_default(), "\n", attributes);
    }

    /// Adds every setting to a key.
    // Fields are named without `..`: one that is new does not compile before it is part of keys too.
    pub fn add_to_key(&self, key: &mut CacheKey) {
        let Self {
            unknown_fields,
            integers,
            numbers,
            money,
            times,
            validate,
            features,
            hash_and_order,
            derive,
            type_attribute,
            field_attribute,
            rename,
            replace,
            format,
            crates,
            map_type,
            modules,
            extern_module,
            group,
        } = self;
        key.add_optional("unknown-fields", unknown_fields.as_deref());
        key.add_optional("integers", integers.as_deref());
        key.add_optional("numbers", numbers.as_deref());
        key.add_optional("money", money.as_deref());
        key.add_optional("times", times.as_deref());
        let flags = [
            ("validate", validate),
            ("features", features),
            ("hash-and-order", hash_and_order),
        ];
        for (name, flag) in flags {
            key.add_optional(name, flag.map(|flag| if flag { "true" } else { "false" }));
        }
        key.add_optional("map-type", map_type.as_deref());
        key.add_optional("modules", modules.as_deref());
        for (name, events) in group {
            key.add("group", name);
            for event in events {
                key.add("event", event);
            }
        }
        let tables = [
            ("derive", derive),
            ("type-attribute", type_attribute),
            ("field-attribute", field_attribute),
            ("rename", rename),
            ("replace", replace),
            ("format", format),
            ("crates", crates),
            ("extern-module", extern_module),
        ];
        for (name, table) in tables {
            for (path, value) in table {
                key.add(name, path);
                key.add("value", value);
            }
        }
    }

    /// Returns these settings with others over them: a value there counts, derives and attributes of a path add up.
    // Fields are named without `..`: one that is new does not compile before it is laid over too.
    #[must_use]
    pub fn overlaid_with(&self, over: &Self) -> Self {
        let mut whole = self.clone();
        let Self {
            unknown_fields,
            integers,
            numbers,
            money,
            times,
            validate,
            features,
            hash_and_order,
            derive,
            type_attribute,
            field_attribute,
            rename,
            replace,
            format,
            crates,
            map_type,
            modules,
            extern_module,
            group,
        } = over;
        set(&mut whole.unknown_fields, unknown_fields.as_ref());
        set(&mut whole.integers, integers.as_ref());
        set(&mut whole.numbers, numbers.as_ref());
        set(&mut whole.money, money.as_ref());
        set(&mut whole.times, times.as_ref());
        set(&mut whole.validate, validate.as_ref());
        set(&mut whole.features, features.as_ref());
        set(&mut whole.hash_and_order, hash_and_order.as_ref());
        set(&mut whole.map_type, map_type.as_ref());
        set(&mut whole.modules, modules.as_ref());
        whole.group.extend(group.clone());
        for (table, over) in [
            (&mut whole.rename, rename),
            (&mut whole.replace, replace),
            (&mut whole.format, format),
            (&mut whole.crates, crates),
            (&mut whole.extern_module, extern_module),
        ] {
            table.extend(over.clone());
        }
        for (path, derives) in derive {
            whole.add_derive(path, derives);
        }
        for (path, attributes) in type_attribute {
            whole.add_type_attribute(path, attributes);
        }
        for (path, attributes) in field_attribute {
            whole.add_field_attribute(path, attributes);
        }
        whole
    }
}

fn append(text: &mut String, joint: &str, more: &str) {
    if !text.is_empty() {
        text.push_str(joint);
    }
    text.push_str(more);
}

fn set<T: Clone>(value: &mut Option<T>, over: Option<&T>) {
    if let Some(over) = over {
        *value = Some(over.clone());
    }
}

/// Defines how the words of a setting are read.
macro_rules! words {
    ($($name:ident $key:literal: $($word:literal)*;)*) => {$(
        fn $name<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
            read_word(deserializer, $key, &[$($word),*])
        }
    )*};
}

words! {
    unknown_fields "unknown-fields": "ignore" "preserve" "refuse";
    integers "integers": "any" "fixed";
    numbers "numbers": "float" "decimal";
    money "money": "float" "decimal";
    times "times": "timestamp" "text";
    modules "modules": "event" "namespace";
}

fn read_word<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
    key: &str,
    words: &[&str],
) -> Result<Option<String>, D::Error> {
    let word = String::deserialize(deserializer)?;
    if words.contains(&word.as_str()) {
        return Ok(Some(word));
    }
    let meant = find_alike(&word, words.iter().copied());
    let meant = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    let expected = words.join(", ");
    Err(serde::de::Error::custom(format!(
        "`{key}` is `{word}`; expected one of {expected}{meant}"
    )))
}

#[cfg(test)]
mod tests {
    use schemactl_model::Source;

    use super::*;
    use crate::manifest::Manifest;
    use crate::toml_file::read_toml;

    fn read(table: &str) -> Result<GenerateSettings, String> {
        let text = format!("version = 1\n[registry]\nname = \"r\"\n[generate]\n{table}");
        let manifest = read_toml::<Manifest>(&Source::new("schemactl.toml", text));
        manifest
            .map(|manifest| manifest.generate)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn words_that_are_not_known_are_errors_with_their_place() {
        for (line, expected) in [
            (
                "money = \"decimals\"",
                "`money` is `decimals`; expected one of float, decimal; did you mean `decimal`?",
            ),
            ("integers = \"big\"", "`integers` is `big`; expected one of any, fixed"),
            ("mony = \"float\"", "did you mean `money`?"),
            ("derives = { }", "did you mean `derive`?"),
        ] {
            let error = read(line).unwrap_err();
            assert!(
                error.starts_with("schemactl.toml:5:") && error.contains(expected),
                "{error}"
            );
        }
    }

    #[test]
    fn every_setting_is_part_of_keys_and_lies_over() {
        let lines = [
            "unknown-fields = \"preserve\"",
            "integers = \"fixed\"",
            "numbers = \"decimal\"",
            "money = \"decimal\"",
            "times = \"text\"",
            "modules = \"namespace\"",
            "map-type = \"::a::B\"",
            "validate = true",
            "validate = false",
            "features = true",
            "hash-and-order = true",
            "derive = { a = \"b\" }",
            "type-attribute = { a = \"b\" }",
            "field-attribute = { a = \"b\" }",
            "rename = { a = \"b\" }",
            "replace = { a = \"b\" }",
            "format = { a = \"b\" }",
            "crates = { a = \"b\" }",
            "extern-module = { a = \"b\" }",
            "group = { a = [\"b\"] }",
            "group = { a = [\"b\", \"c\"] }",
            "",
        ];
        let mut keys = std::collections::BTreeSet::new();
        for line in lines {
            let settings = read(line).unwrap();
            assert_eq!(GenerateSettings::default().overlaid_with(&settings), settings, "{line}");
            let mut key = CacheKey::default();
            settings.add_to_key(&mut key);
            assert!(keys.insert(key.as_str().to_owned()), "{line}");
        }
    }

    #[test]
    fn what_a_build_script_sets_lies_over_the_table() {
        let table = read("money = \"decimal\"\nvalidate = true\n[generate.derive]\n\"*\" = \"Hash\"\n").unwrap();
        let mut over = GenerateSettings {
            money: Some("float".to_owned()),
            ..GenerateSettings::default()
        };
        over.add_derive("*", "Eq");
        over.add_type_attribute("OrderPlaced", "#[a]");
        let whole = table.overlaid_with(&over);
        assert_eq!(whole.money.as_deref(), Some("float"));
        assert_eq!(whole.validate, Some(true));
        assert_eq!(whole.derive["*"], "Hash, Eq");
        assert_eq!(whole.type_attribute["OrderPlaced"], "#[a]");
        assert_eq!(table.overlaid_with(&GenerateSettings::default()), table);
    }
}
