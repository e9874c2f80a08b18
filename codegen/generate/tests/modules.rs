//! What settings make of whole workspaces: modules of namespaces, events that another crate generates, groups, names of events, and the table
//! `[generate]` under what a build script sets. That the code compiles is tested in `tests/consumer`.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use schemactl_generate::{Builder, Modules, Money, Settings, generate_events};
use schemactl_workspace::Workspace;

/// Writes a workspace of events, each with a namespace, a name, a version and the properties of its schema.
fn write_workspace(folder: &Path, table: &str, events: &[(&str, &str, &str, &str)]) {
    let manifest = format!("version = 1\n[registry]\nname = \"r\"\n{table}");
    fs::write(folder.join("schemactl.toml"), manifest).unwrap();
    for (namespace, name, version, properties) in events {
        let event = folder.join("schemas").join(namespace).join(name);
        fs::create_dir_all(&event).unwrap();
        let settings = format!("source = \"{namespace}\"\ndetail-type = \"{name}\"\n");
        fs::write(event.join("event.toml"), settings).unwrap();
        let schema = format!(
            r#"{{"type": "object", "required": ["version"], "properties": {{"version": {{"const": "{version}"}}, {properties}}},
                "definitions": {{"Address": {{"type": "object", "properties": {{"city": {{"type": "string"}}}}}}}}}}"#
        );
        fs::write(event.join(format!("{version}.json")), schema).unwrap();
    }
}

const ADDRESS: &str = r##""to": {"$ref": "#/definitions/Address"}, "price": {"type": "number"}"##;

fn events() -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
    vec![
        ("a.orders", "Placed", "1.0", ADDRESS),
        ("a.orders", "Placed", "1.1", ADDRESS),
        ("a.orders", "Placed", "2.0", ADDRESS),
        ("b-stock", "Placed", "1.0", ADDRESS),
        ("b-stock", "Shared", "1.0", ADDRESS),
    ]
}

fn generated(settings: &Settings) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    write_workspace(folder.path(), "", &events());
    let workspace = Workspace::load(folder.path()).unwrap();
    let code = generate_events(&workspace, &[], settings);
    let reasons = |errors: Vec<_>| {
        errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<String>>()
            .join("\n")
    };
    code.map(|code| code.source).map_err(reasons)
}

#[test]
fn two_namespaces_may_have_an_event_of_one_name() {
    let error = generated(&Settings::default()).unwrap_err();
    assert!(error.contains("would both be the module `placed`"), "{error}");
    let code = generated(&Settings::default().modules(Modules::Namespace).features(true)).unwrap();
    let modules = [
        "pub mod a_orders {",
        "pub mod b_stock {",
        "pub mod shared {",
        "    pub mod shared_ {",
    ];
    for expected in modules {
        assert!(code.contains(expected), "{expected}\n{code}");
    }
    assert!(code.contains("pub use super::super::super::shared::Address;"), "{code}");
    assert!(code.contains(r#"#[cfg(feature = "b_stock_placed")]"#), "{code}");
    // Another way is to rename one of them.
    let renamed = generated(&Settings::default().rename("b-stock/Placed", "Stocked")).unwrap();
    for expected in [
        "pub mod placed {",
        "pub mod stocked {",
        "pub enum AnyStocked {",
        "pub struct Stocked {",
    ] {
        assert!(renamed.contains(expected), "{expected}\n{renamed}");
    }
}

#[test]
fn an_event_of_another_crate_is_used_and_not_generated() {
    let settings = Settings::default().modules(Modules::Namespace);
    let settings = settings.extern_module("a.orders/Placed@^2", "::other::a_orders::placed");
    let code = generated(&settings).unwrap();
    assert!(code.contains("    pub use ::other::a_orders::placed;"), "{code}");
    assert!(
        code.contains("pub use ::other::a_orders::placed::v2_0::Address;"),
        "{code}"
    );
    assert!(
        !code.contains("pub struct Address {") && !code.contains("pub mod shared {"),
        "{code}"
    );
    assert!(code.contains("pub mod b_stock {"), "{code}");
    for (event, path, expected) in [
        ("a.orders/Placd", "::x::y", "no event `a.orders/Placd`"),
        (
            "a.orders/Placed",
            "::x::{y}",
            "`extern-module` is `::x::{y}`: expected the path of a module",
        ),
        ("a/b/c", "::x::y", "is not a reference to an event"),
    ] {
        let error = generated(&Settings::default().extern_module(event, path)).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_group_has_the_versions_that_its_requirements_match() {
    let group = |references: &[&str]| {
        let settings = Settings::default().modules(Modules::Namespace);
        generated(&settings.group("Queue", references.iter().copied()))
    };
    let compact = |text: &str| text.split_whitespace().collect::<String>();
    for (reference, is_open, skipped) in [
        ("a.orders/Placed@^1", true, "[2, 0, 0],) => return"),
        ("a.orders/Placed@1.0", false, "[1, 1, 0],) => return"),
        ("a.orders/Placed@<1.2", false, "[2, 0, 0],) => return"),
    ] {
        let code = group(&[reference, "b-stock/Placed"]).unwrap();
        let read = code.split_once("impl Queue {").unwrap().1;
        let arms = read.split_once("(\"a.orders\", \"Placed\") => {").unwrap().1;
        let arms = compact(arms.split_once("(\"b-stock\", \"Placed\") => {").unwrap().0);
        assert!(arms.contains(&compact(skipped)), "{reference}: {arms}");
        assert_eq!(
            arms.contains("is_of_major(&version,1)=>"),
            is_open,
            "{reference}: {arms}"
        );
    }
    for (references, expected) in [
        (&["a.orders/Placed@^3"][..], "matches no version"),
        (&["Placd"], "no event `Placd`"),
        (&[], "`group` is `Queue`: expected at least one event"),
    ] {
        let error = group(references).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    let error = generated(&Settings::default().group("queue", ["Shared"])).unwrap_err();
    assert!(
        error.starts_with("`group` is `queue`: expected a name such as"),
        "{error}"
    );
}

#[test]
fn a_build_script_lies_over_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let table = "[generate]\nmoney = \"decimal\"\nmodules = \"namespace\"\n[generate.derive]\n\"*\" = \"Hash\"\n";
    write_workspace(folder.path(), table, &events());
    let source = |builder: Builder| builder.event("b-stock/Placed").unwrap().source().unwrap();
    let of_table = source(Builder::new(folder.path()));
    assert!(of_table.contains("pub mod b_stock {") && of_table.contains("price: Option<::schemactl_runtime::Decimal>"));
    assert!(
        of_table.contains("#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]"),
        "{of_table}"
    );
    let builder = Builder::new(folder.path()).money(Money::Float).modules(Modules::Event);
    let over = source(builder.derive("Placed", "::a::B"));
    assert!(
        over.contains("\npub mod placed {") && over.contains("price: Option<f64>"),
        "{over}"
    );
    assert!(
        over.contains("#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, ::a::B)]"),
        "{over}"
    );
    // Rules for events that are not generated this time are no mistake, and others are.
    let elsewhere = Builder::new(folder.path())
        .derive("Shared", "::a::B")
        .event("b-stock/Placed")
        .unwrap();
    assert!(elsewhere.source().is_ok());
    let wrong = Builder::new(folder.path())
        .derive("Sharde", "::a::B")
        .event("b-stock/Placed")
        .unwrap();
    assert!(wrong.source().unwrap_err().to_string().contains("`Sharde`"));
}

#[test]
fn versions_agree_on_the_name_of_their_event() {
    let folder = tempfile::tempdir().unwrap();
    let named =
        |name: &str| format!(r#""to": {{"type": "string"}}}}, "x-rust-name": "{name}", "patternProperties": {{"#);
    let (one, other) = (named("Order"), named("Purchase"));
    for (second, expected) in [
        (&one, None),
        (
            &other,
            Some("the versions of the event call its type `Order` and `Purchase`"),
        ),
    ] {
        write_workspace(
            folder.path(),
            "",
            &[("n", "Placed", "1.0", &one), ("n", "Placed", "1.1", second)],
        );
        let found = Builder::new(folder.path()).source();
        match expected {
            None => assert!(found.unwrap().contains("pub enum AnyOrder {")),
            Some(expected) => assert!(found.unwrap_err().to_string().contains(expected)),
        }
    }
}
