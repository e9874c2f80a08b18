//! Every place where people type a name that there is a list of: a slip is answered with the name that was meant, and another word with
//! none, wherever it is typed.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::Path;

use schemactl_tests::{binary, clean_command, run_schemactl};

const MANIFEST: &str =
    "version = 1\nowner = \"team-orders\"\n[registry]\nname = \"r\"\n[env.staging]\n[env.production]\n";

/// A workspace with two events, one with two versions.
fn create_workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("schemactl.toml"), MANIFEST).unwrap();
    for (event, versions) in [
        ("com.shop/OrderPlaced", &["1.0", "1.1"][..]),
        ("com.bank/PaymentDeclined", &["1.0"]),
    ] {
        let of_event = folder.path().join("schemas").join(event);
        fs::create_dir_all(&of_event).unwrap();
        fs::write(
            of_event.join("event.toml"),
            format!("source = \"s\"\ndetail-type = \"{event}\"\n"),
        )
        .unwrap();
        for version in versions {
            let schema = r#"{"type": "object", "properties": {"orderId": {"type": "string"}}}"#;
            fs::write(of_event.join(format!("{version}.json")), schema).unwrap();
        }
    }
    folder
}

/// What a command says, on both streams.
fn run(folder: &Path, arguments: &[&str]) -> String {
    let (code, text) = run_schemactl(folder, arguments);
    assert_ne!(code, Some(101), "{arguments:?}");
    text
}

/// The names that were suggested, in both spellings: ours, and that of clap.
fn suggested(said: &str) -> Vec<&str> {
    let ours = said
        .split("did you mean `")
        .skip(1)
        .filter_map(|rest| rest.split('`').next());
    let of_clap = said
        .split("exists: '")
        .skip(1)
        .filter_map(|rest| rest.split('\'').next());
    ours.chain(of_clap).collect()
}

/// Arguments with `{}` where the name stands; a slip, what it means, and words that mean nothing here.
type TypedPlace = (
    &'static [&'static str],
    &'static str,
    &'static str,
    &'static [&'static str],
);

/// Every place of the command line.
const PLACES: &[TypedPlace] = &[
    // Commands and options. clap alone would suggest `demo` for `deploy`.
    (&["{}"], "chekc", "check", &["deploy", "x", "polish"]),
    (&["help", "{}"], "valdate", "validate", &["deploy"]),
    (&["check", "{}"], "--agianst", "--against", &["--publish", "--on"]),
    (&["check", "{}=warning"], "--failon", "--fail-on", &["--exit"]),
    (&["check", "{}"], "--worksapce", "--workspace", &["--where"]),
    (&["push", "{}"], "--create-registy", "--create-registry", &["--force"]),
    // Values of options.
    (&["check", "--format", "{}"], "jsn", "json", &["xml", "yaml"]),
    (&["check", "--output", "{}=x"], "serif", "sarif", &["html"]),
    (&["check", "--fail-on", "{}"], "warnings", "warning", &["never"]),
    (&["check", "--against", "--deny", "{}"], "hotfx", "hotfix", &["major"]),
    (
        &["check", "--policy", "{}"],
        "tolerant_reader",
        "tolerant-reader",
        &["strict"],
    ),
    (&["check", "--owner", "{}"], "team-order", "team-orders", &["platform"]),
    (&["check", "--against", "registry:{}"], "stagin", "staging", &["dev"]),
    (&["check", "--color", "{}"], "alway", "always", &["yes"]),
    (
        &["plan", "--env", "{}"],
        "prodution",
        "production",
        &["dev", "prod-eu-west"],
    ),
    (&["push", "--env", "{}"], "Staging", "staging", &["test"]),
    (&["status", "--env", "{}"], "stagging", "staging", &["test"]),
    (&["pull", "--number", "{}"], "major", "majors", &["semver"]),
    (
        &["diff", "OrderPlaced@1.0", "OrderPlaced@1.1", "--policy", "{}"],
        "open-strickt",
        "open-strict",
        &["open"],
    ),
    (
        &["diff", "OrderPlaced@1.0", "OrderPlaced@1.1", "--mode", "{}"],
        "forwards",
        "forward",
        &["both"],
    ),
    (
        &["diff", "OrderPlaced@1.0", "OrderPlaced@1.1", "--formats", "{}"],
        "anotation",
        "annotation",
        &["strict"],
    ),
    (&["infer", "x", "--form", "{}"], "draft04", "draft-04", &["draft-07x"]),
    (
        &["generate", "-o", "-", "--money", "{}"],
        "decimals",
        "decimal",
        &["rust"],
    ),
    (&["serve", "--quota", "{}=5"], "version", "versions", &["bytes"]),
    (&["iam-policy", "--mode", "{}"], "pusj", "push", &["all"]),
    (&["completions", "{}"], "bsh", "bash", &["tcsh"]),
    // Events and rules.
    (
        &["explain", "{}"],
        "enum-valu-added",
        "enum-value-added",
        &["enum", "rule"],
    ),
    (
        &["validate", "{}", "x"],
        "OrderPlacd",
        "OrderPlaced",
        &["Order", "Shipped"],
    ),
    (
        &["validate", "{}", "x"],
        "OrderPlacd@1.1",
        "OrderPlaced@1.1",
        &["Order@1.1"],
    ),
    (&["validate", "{}", "x"], "OrderPlacd@^1", "OrderPlaced@^1", &[]),
    (&["validate", "{}", "x"], "OrderPlacd@7.0", "OrderPlaced", &[]),
    (
        &["validate", "{}", "x"],
        "com.shp/OrderPlaced",
        "com.shop/OrderPlaced",
        &["com.shp/Order"],
    ),
    (
        &["validate", "{}", "x"],
        "com.other/OrderPlaced",
        "com.shop/OrderPlaced",
        &[],
    ),
    (&["validate", "{}", "x"], "order-placed", "OrderPlaced", &[]),
    (
        &["diff", "{}", "OrderPlaced@1.1"],
        "OrderPlacd@1.0",
        "OrderPlaced@1.0",
        &["Order@1.0"],
    ),
    (
        &["diff", "OrderPlaced@1.0", "{}"],
        "OrderPlaced1@1.0",
        "OrderPlaced@1.0",
        &["Paid@1.0"],
    ),
    (&["bump", "{}"], "PaymentDeclind", "PaymentDeclined", &["Payment"]),
    (
        &["generate", "{}", "-o", "-"],
        "OrderPlacd",
        "OrderPlaced",
        &["Shipped"],
    ),
    (
        &["generate", "--events", "{}", "-o", "-"],
        "OrderPlacd@1.0",
        "OrderPlaced@1.0",
        &["Shipped"],
    ),
    (
        &["import", "{}@1.2", "--from-json", "x"],
        "OrderPlacd",
        "com.shop/OrderPlaced",
        &["Shipped"],
    ),
    (
        &["retire", "{}", "--reason", "r", "--author", "a"],
        "OrderPlacd",
        "com.shop/OrderPlaced",
        &["Shipped"],
    ),
    (
        &["move", "{}", "B", "--reason", "r", "--author", "a"],
        "OrderPlacd",
        "com.shop/OrderPlaced",
        &["Shipped"],
    ),
    (
        &["hotfix", "{}@1.0", "--reason", "r", "--author", "a"],
        "OrderPlacd",
        "com.shop/OrderPlaced",
        &["Shipped"],
    ),
];

#[test]
fn a_slip_on_the_command_line_is_understood_and_another_word_is_not() {
    let folder = create_workspace();
    for (arguments, slip, meant, others) in PLACES {
        let typed = |name: &str| {
            let arguments: Vec<String> = arguments.iter().map(|one| one.replace("{}", name)).collect();
            let said = run(folder.path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>());
            (arguments, said)
        };
        let (arguments, said) = typed(slip);
        assert_eq!(suggested(&said), [*meant], "{arguments:?}\n{said}");
        for other in *others {
            let (arguments, said) = typed(other);
            assert!(suggested(&said).is_empty(), "{arguments:?}\n{said}");
            assert!(said.contains("error"), "{arguments:?}\n{said}");
        }
    }
}

/// The file, its text with `{}` where the name stands; a slip, what it means, and another word.
const SETTINGS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "schemactl.toml",
        "{} = 1\n[registry]\nname = \"r\"\n",
        "verson",
        "version",
        "number",
    ),
    (
        "schemactl.toml",
        "version = 1\n[{}]\nname = \"r\"\n",
        "regsitry",
        "registry",
        "bucket",
    ),
    (
        "schemactl.toml",
        "version = 1\n[registry]\nname = \"r\"\n{} = 5\n",
        "kep",
        "keep",
        "most",
    ),
    (
        "schemactl.toml",
        "version = 1\n[registry]\nname = \"r\"\nlayout = \"{}\"\n",
        "events",
        "event",
        "tree",
    ),
    (
        "schemactl.toml",
        "version = 1\n[registry]\nname = \"r\"\ntypes = [\"{}\"]\n",
        "openapi3",
        "OpenApi3",
        "Avro",
    ),
    (
        "schemactl.toml",
        "version = 1\n[registry]\nname = \"r\"\n[env.a]\n{} = \"b\"\n",
        "regoin",
        "region",
        "zone",
    ),
    (
        "schemactl.toml",
        "version = 1\n[registry]\nname = \"r\"\n[check]\npolicy = \"{}\"\n",
        "closd",
        "closed",
        "strict",
    ),
    (
        "schemactl.toml",
        "version = 1\n[registry]\nname = \"r\"\n[check]\nmode = \"{}\"\n",
        "foward",
        "forward",
        "both",
    ),
    (
        "schemactl.toml",
        "version = 1\n[registry]\nname = \"r\"\n[check]\nformats = \"{}\"\n",
        "asertion",
        "assertion",
        "on",
    ),
    (
        "event.toml",
        "source = \"s\"\n{} = \"d\"\n",
        "detail_type",
        "detail-type",
        "kind",
    ),
    (
        "event.toml",
        "source = \"s\"\ndetail-type = \"d\"\nstatus = \"{}\"\n",
        "stabel",
        "stable",
        "live",
    ),
    (
        "event.toml",
        "source = \"s\"\ndetail-type = \"d\"\npolicy = \"{}\"\n",
        "closd",
        "closed",
        "strict",
    ),
    (
        "event.toml",
        "source = \"s\"\ndetail-type = \"d\"\nmode = \"{}\"\n",
        "ful",
        "full",
        "both",
    ),
    (
        "event.toml",
        "source = \"s\"\ndetail-type = \"d\"\nversion-field = \"{}\"\n",
        "orderid2",
        "orderId",
        "schema",
    ),
    (
        "event.toml",
        "source = \"s\"\ndetail-type = \"d\"\n[[waiver]]\n{} = \"x\"\n",
        "reasn",
        "reason",
        "why",
    ),
    (
        "event.toml",
        "source = \"s\"\ndetail-type = \"d\"\n[[deprecated]]\n{} = \"x\"\n",
        "sunst",
        "sunset",
        "end",
    ),
    (
        "event.toml",
        "source = \"s\"\ndetail-type = \"d\"\n[[deprecated]]\nmajor = 1\nsuccessor = \"{}\"\n",
        "PaymentDeclind@1",
        "PaymentDeclined",
        "Refunded@1",
    ),
    ("1.1.json", "{\"{}\": [\"orderId\"]}", "requird", "required", "needs"),
    // As close as a long keyword may be, and too far for a short one.
    ("1.1.json", "{\"{}\": {}}", "defintions", "definitions", "a"),
];

#[test]
fn a_slip_in_a_file_is_understood_and_another_word_is_not() {
    for (file, text, slip, meant, other) in SETTINGS {
        for (name, expected) in [(slip, Some(*meant)), (other, None)] {
            let folder = create_workspace();
            let of_event = folder.path().join("schemas/com.shop/OrderPlaced");
            let path = if *file == "schemactl.toml" {
                folder.path()
            } else {
                &of_event
            };
            fs::write(path.join(file), text.replacen("{}", name, 1)).unwrap();
            let said = run(folder.path(), &["check"]);
            let found: Vec<_> = suggested(&said);
            assert_eq!(found.first().copied(), expected, "{file}: {text} with {name}\n{said}");
        }
    }
}

/// What other tools call a command is answered with ours, wherever a command is named.
#[test]
fn commands_of_other_tools_are_answered_with_ours() {
    let folder = create_workspace();
    for (typed, meant) in [
        ("publish", &["push"][..]),
        ("register", &["push"]),
        ("upload", &["push"]),
        ("sync", &["push", "pull"]),
        ("lint", &["check"]),
        ("test", &["check", "validate"]),
        ("compat", &["check", "diff"]),
        ("compare", &["diff"]),
        ("download", &["pull"]),
        ("Publish", &["push"]),
    ] {
        for arguments in [&[typed][..], &[typed, "OrderPlaced"]] {
            let said = run(folder.path(), arguments);
            assert!(said.contains("did you mean"), "{said}");
            for name in meant {
                assert!(said.contains(&format!("`{name}` (")), "{typed}: {said}");
            }
        }
    }
}

/// A folder or a path where a command expects neither: the answer says how the workspace is chosen, and how the event is named.
#[test]
fn folders_and_paths_are_answered_with_what_to_write() {
    let folder = create_workspace();
    let path = "schemas/com.shop/OrderPlaced";
    let no_folder = ["`schemas` is a folder", "`--workspace schemas`"];
    for command in ["check", "plan", "push", "status", "doctor", "lsp"] {
        let said = run(folder.path(), &[command, "schemas"]);
        assert!(no_folder.iter().all(|part| said.contains(part)), "{command}: {said}");
        let said = run(folder.path(), &[command, "OrderPlaced"]);
        let expected = match command {
            "plan" | "push" => "`--event OrderPlaced` limits it to an event",
            _ => "takes no events",
        };
        assert!(said.contains(expected), "{command}: {said}");
        assert_eq!(said.contains("`--owner NAME`"), command == "check", "{said}");
    }
    let said = run(folder.path(), &["accept", "--reason", "x"]);
    assert!(said.contains("`--all` accepts all errors"), "{said}");
    assert!(!run(folder.path(), &["accept", "--all"]).contains("accepts all errors"));
    for (arguments, meant) in [
        (&["bump", path][..], "`com.shop/OrderPlaced`"),
        (
            &["validate", "./schemas/com.shop/OrderPlaced/1.1.json", "x"],
            "`com.shop/OrderPlaced@1.1`",
        ),
        (&["generate", path, "--output", "x.rs"], "`com.shop/OrderPlaced`"),
        (&["retire", path, "--reason", "x"], "`com.shop/OrderPlaced`"),
    ] {
        let said = run(folder.path(), arguments);
        assert!(said.contains(meant), "{arguments:?}: {said}");
    }
    for arguments in [&["bump", "schemas"][..], &["validate", "schemas", "x"]] {
        let said = run(folder.path(), arguments);
        assert!(
            no_folder.iter().all(|part| said.contains(part)),
            "{arguments:?}: {said}"
        );
    }
}

/// Variables of the environment, each with values that it cannot have and the command that reads it.
const VARIABLES: [(&str, &[&str], &[&str]); 6] = [
    ("SCHEMACTL_TODAY", &["bad", "2027-02-30", ""], &["check"]),
    ("SCHEMACTL_LOG_FORMAT", &["jsn", ""], &["check"]),
    ("SCHEMACTL_MASK_ACCOUNT", &["bad", ""], &["check"]),
    ("SCHEMACTL_WORKSPACE", &["nowhere", ""], &["check"]),
    (
        "SCHEMACTL_SERVE_ACCESS_KEY",
        &["key", ""],
        &["serve", "--quota", "versions=5"],
    ),
    (
        "SCHEMACTL_SERVE_SECRET_KEY",
        &["secret", ""],
        &["serve", "--quota", "versions=5"],
    ),
];

/// Whoever sets a variable has not written the option that it stands for.
#[test]
fn a_variable_that_is_wrong_is_named() {
    let reference = fs::read_to_string(schemactl_tests::root().join("docs/reference/commands.md")).unwrap();
    let documented = reference
        .split("Variable: `")
        .skip(1)
        .map(|rest| rest.split('`').next().unwrap());
    let documented: std::collections::BTreeSet<&str> = documented.collect();
    assert_eq!(
        documented,
        VARIABLES.map(|(name, ..)| name).into(),
        "each variable is tried"
    );
    let folder = create_workspace();
    for (name, values, arguments) in VARIABLES {
        for value in values {
            let mut command = clean_command(&binary());
            let command = command.args(arguments).current_dir(folder.path()).env(name, value);
            let output = command.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{name}={value}: {said}");
            assert!(said.contains(name), "{name}={value}: {said}");
            assert!(
                suggested(&said).iter().all(|meant| !meant.starts_with("--")),
                "{name}={value}: {said}"
            );
        }
    }
    // An option that was written is the one that is wrong, whatever the variable is.
    let mut command = clean_command(&binary());
    let command = command
        .args(["check", "--today", "bad"])
        .env("SCHEMACTL_TODAY", "2027-01-31");
    let said = String::from_utf8_lossy(&command.output().unwrap().stderr).into_owned();
    assert!(
        said.contains("for '--today") && !said.contains("SCHEMACTL_TODAY"),
        "{said}"
    );
    for value in ["1", "true", "0", "no"] {
        let mut command = clean_command(&binary());
        let command = command.args(["explain"]).env("SCHEMACTL_MASK_ACCOUNT", value);
        assert_eq!(command.output().unwrap().status.code(), Some(0), "{value}");
    }
}
