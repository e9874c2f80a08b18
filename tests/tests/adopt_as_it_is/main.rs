//! A registry that others have written stays as it is when it is taken over: the types of its schemas, their names, and what other environments
//! hold. What would change is said before it does.
#![allow(clippy::unwrap_used)]

mod histories;
mod moves;
#[path = "../support/mod.rs"]
mod support;

use std::fs;

use schemactl_model::SchemaType;
use schemactl_push::{NewSchema, NewVersion, Remote as _, RemoteVersion, Tags};
use schemactl_tests::run_git;
use serde_json::{Value, json};
use support::Remote;

const JSON: SchemaType = SchemaType::JsonSchemaDraft4;
const OPEN_API: SchemaType = SchemaType::OpenApi3;

fn detail(properties: &[&str]) -> Value {
    let properties: serde_json::Map<_, _> = properties
        .iter()
        .map(|name| ((*name).to_owned(), json!({ "type": "string" })))
        .collect();
    json!({ "$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": properties })
}

fn open_api(properties: &[&str]) -> String {
    let mut own = detail(properties);
    own.as_object_mut().unwrap().remove("$schema");
    let text = json!({ "type": "string" });
    json!({
        "openapi": "3.0.0", "info": { "version": "1.0.0", "title": "Order" }, "paths": {},
        "components": { "schemas": {
            "AWSEvent": {
                "type": "object", "required": ["detail-type", "detail", "source"],
                "x-amazon-events-detail-type": "order.placed", "x-amazon-events-source": "com.shop",
                "properties": { "detail": { "$ref": "#/components/schemas/Order" }, "detail-type": text, "source": text },
            },
            "Order": own,
        } },
    })
    .to_string()
}

/// Others write schemas into a registry, each version with its type.
fn fill(remote: &Remote, registry: &str, schemas: &[(&str, &[(SchemaType, String)])]) {
    let client = remote.client_of(registry);
    client.create_registry(None, &Tags::new()).unwrap();
    for (name, versions) in schemas {
        for (index, (type_, content)) in versions.iter().enumerate() {
            if index == 0 {
                let schema = NewSchema {
                    name,
                    type_: *type_,
                    content,
                    description: None,
                    tags: &Tags::new(),
                };
                client.create_schema(&schema).unwrap();
            } else {
                let version = NewVersion {
                    schema: name,
                    type_: *type_,
                    content,
                    token: &index.to_string(),
                };
                client.add_version(&version).unwrap();
            }
        }
    }
}

fn filled(schemas: &[(&str, &[(SchemaType, String)])]) -> Remote {
    let remote = Remote::empty("");
    fill(&remote, "events", schemas);
    remote
}

fn run(remote: &Remote, arguments: &[&str], code: i32) -> String {
    let told = remote.run(arguments);
    assert_eq!(told.0, Some(code), "{arguments:?}\n{}{}", told.1, told.2);
    told.1 + &told.2
}

fn newest(remote: &Remote, registry: &str, schema: &str) -> RemoteVersion {
    remote.client_of(registry).read(schema, None).unwrap().unwrap()
}

fn schemas(remote: &Remote, registry: &str) -> Vec<String> {
    let listed = remote.client_of(registry).schemas(None).unwrap();
    listed.items.into_iter().map(|schema| schema.name).collect()
}

fn path(remote: &Remote, file: &str) -> std::path::PathBuf {
    remote.folder.path().join("schemas").join(file)
}

fn write(remote: &Remote, file: &str, schema: &Value) {
    fs::write(path(remote, file), schema.to_string()).unwrap();
}

#[test]
fn the_type_of_an_adopted_schema_stays() {
    let remote = filled(&[
        (
            "com.shop@Order",
            &[(OPEN_API, open_api(&["a"])), (OPEN_API, open_api(&["a", "b"]))],
        ),
        ("com.shop@Plain", &[(JSON, detail(&["a"]).to_string())]),
    ]);
    remote.run(&["pull"]);
    run(&remote, &["push", "--adopt"], 0);
    write(&remote, "com.shop/Order/1.2.json", &detail(&["a", "b", "c"]));
    let told = run(&remote, &["push"], 0);
    assert!(
        told.contains("1 of 1 write made") && !told.contains("type changes"),
        "{told}"
    );
    assert_eq!(newest(&remote, "events", "com.shop@Order").type_name, "OpenApi3");
    // So it is in another environment, and where it is restored.
    let settings = remote.folder.path().join("schemactl.toml");
    let text = fs::read_to_string(&settings).unwrap() + "[env.prod]\nregistry = \"prod\"\n";
    fs::write(&settings, text).unwrap();
    run(&remote, &["push", "--env", "prod", "--create-registry"], 0);
    assert_eq!(newest(&remote, "prod", "com.shop@Order").type_name, "OpenApi3");
    assert_eq!(newest(&remote, "prod", "com.shop@Plain").type_name, "JSONSchemaDraft4");
    remote.client().delete_schema("com.shop@Order").unwrap();
    run(&remote, &["push"], 0);
    assert_eq!(newest(&remote, "events", "com.shop@Order").type_name, "OpenApi3");
    // Also where the workspace is made from a registry that schemactl has written.
    fs::remove_dir_all(path(&remote, "")).unwrap();
    fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
    remote.run(&["pull"]);
    run(&remote, &["push", "--adopt"], 0);
    let told = run(&remote, &["plan", "--detailed-exitcode"], 0);
    assert!(
        told.contains("nothing to push: the registry holds 4 versions"),
        "{told}"
    );
}

/// A workspace that was written by hand learns the type when it takes over, and one that took over before is told what a push changes.
#[test]
fn a_push_that_changes_a_type_says_so() {
    let remote = filled(&[(
        "shop@Order",
        &[(OPEN_API, open_api(&["a"]).replace("com.shop", "shop"))],
    )]);
    remote.version("Order", "1.0", "a");
    let file = path(&remote, "shop/Order/event.toml");
    let before = "source = \"shop\"\ndetail-type = \"order.placed\" # as the producer sends it\n";
    fs::write(&file, before).unwrap();
    write(&remote, "shop/Order/1.0.json", &detail(&["a"]));
    let told = run(&remote, &["push", "--adopt"], 0);
    assert!(
        told.contains("shop/Order is registered as OpenApi3 and keeps that type"),
        "{told}"
    );
    let after = fs::read_to_string(&file).unwrap();
    assert_eq!(after, format!("{before}types = [\"OpenApi3\"]\n"));
    write(&remote, "shop/Order/1.1.json", &detail(&["a", "b"]));
    fs::write(&file, before).unwrap();
    let line = "type changes from OpenApi3 to JSONSchemaDraft4: 1.1 becomes the newest version of schema shop@Order; code bindings";
    for arguments in [&["plan"][..], &["push", "--dry-run"], &["push"]] {
        let told = run(&remote, arguments, 0);
        assert_eq!(told.matches(line).count(), 1, "{arguments:?}: {told}");
    }
    // What schemactl has written is compared by its type too.
    fs::write(&file, after).unwrap();
    write(&remote, "shop/Order/1.2.json", &detail(&["a", "b", "c"]));
    let told = run(&remote, &["push"], 0);
    assert!(
        told.contains("type changes from JSONSchemaDraft4 to OpenApi3"),
        "{told}"
    );
    write(&remote, "shop/Order/1.3.json", &detail(&["a", "b", "c", "d"]));
    let told = run(&remote, &["push"], 0);
    assert!(!told.contains("type changes"), "{told}");
}

#[test]
fn the_name_of_an_adopted_schema_stays() {
    let remote = filled(&[
        ("orders-placed", &[(JSON, detail(&["a"]).to_string())]),
        ("shop@Order", &[(JSON, detail(&["a"]).to_string())]),
    ]);
    let told = remote.run(&["pull"]).1;
    assert!(!told.contains("a push registers"), "{told}");
    let writes = remote.writes();
    run(&remote, &["push", "--adopt"], 0);
    assert_eq!(remote.writes(), writes);
    // The event gets a name that fits, and stays where it is in the registry.
    run(
        &remote,
        &[
            "move",
            "events/orders-placed",
            "shop/Placed",
            "--reason",
            "r",
            "--author",
            "a",
        ],
        0,
    );
    let told = run(&remote, &["status"], 0);
    assert!(told.contains("2 versions registered, 0 not"), "{told}");
    write(&remote, "shop/Placed/1.1.json", &detail(&["a", "b"]));
    run(&remote, &["push"], 0);
    assert_eq!(schemas(&remote, "events"), ["orders-placed", "shop@Order"]);
    assert_eq!(newest(&remote, "events", "orders-placed").number, "2");
    let told = remote.run(&["pull"]).1;
    assert!(told.contains("0 versions written, 3 there already"), "{told}");
    // Somebody else writes to it: it is the same event.
    remote.add_version("orders-placed", &detail(&["a", "b", "c"]).to_string(), "t");
    let told = remote.run(&["pull"]).1;
    assert!(told.contains("+ shop/Placed@1.2\n"), "{told}");
    run(&remote, &["push", "--adopt"], 0);
    assert_eq!(schemas(&remote, "events"), ["orders-placed", "shop@Order"]);
}

#[test]
fn two_events_are_not_registered_as_one_schema() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    remote.version("B", "1.0", "b");
    let file = path(&remote, "shop/B/event.toml");
    let text = fs::read_to_string(&file).unwrap() + "registered-as = \"shop@A\"\n";
    fs::write(&file, &text).unwrap();
    let told = run(&remote, &["check"], 1);
    assert!(told.contains("shop/A is registered under the same name"), "{told}");
    fs::write(&file, text.replace("shop@A", "shop A")).unwrap();
    let told = run(&remote, &["check"], 2);
    assert!(
        told.contains("`registered-as` is `shop A`; expected 1 to 385 letters"),
        "{told}"
    );
}

/// An adoption creates nothing: what is missing is listed, and left to a push.
#[test]
fn an_adoption_writes_nothing() {
    let remote = filled(&[("shop@Order", &[(JSON, detail(&["a"]).to_string())])]);
    remote.version("Order", "1.0", "a");
    write(&remote, "shop/Order/1.0.json", &detail(&["a"]));
    write(&remote, "shop/Order/1.1.json", &detail(&["a", "b"]));
    remote.version("New", "1.0", "a");
    remote.settings("tags = { team = \"orders\" }");
    let writes = remote.writes();
    for arguments in [&["plan", "--adopt"][..], &["push", "--adopt"]] {
        let told = run(&remote, arguments, 0);
        for left in ["create schema shop@New with 1.0", "add 1.1 to schema shop@Order"] {
            let line = format!("! left to `schemactl push`: {left}\n");
            assert!(told.contains(&line), "{told}");
        }
        let end = "nothing is written, and 2 writes left to a push without `--adopt`; 1 version there already\n";
        assert!(told.contains(end), "{told}");
        assert!(!told.contains("is added") && !told.contains("type changes"), "{told}");
    }
    assert_eq!(remote.writes(), writes);
    let told = run(&remote, &["push"], 0);
    assert!(
        told.contains("+ create schema") && told.contains("+ add version"),
        "{told}"
    );
}

/// What another environment holds is no news of the workspace: a shorter history is known, and one that differs is left as it is.
#[test]
fn the_history_of_another_environment_is_not_taken_for_ours() {
    let text = |properties: &[&str]| (JSON, detail(properties).to_string());
    let own = [text(&["a"]), text(&["a", "b"]), text(&["a", "b", "c"])];
    let remote = filled(&[("com.shop@Order", &own)]);
    fill(&remote, "shorter", &[("com.shop@Order", &own[..2])]);
    fill(
        &remote,
        "turned",
        &[("com.shop@Order", &[own[1].clone(), own[0].clone()])],
    );
    fill(&remote, "other", &[("com.shop@Order", &[own[0].clone(), text(&["x"])])]);
    let settings = remote.folder.path().join("schemactl.toml");
    let environments = ["shorter", "turned", "other"].map(|name| format!("[env.{name}]\nregistry = \"{name}\"\n"));
    let text = fs::read_to_string(&settings).unwrap() + &environments.concat();
    fs::write(&settings, text).unwrap();
    remote.run(&["pull", "--registry", "events"]);
    run(&remote, &["push", "--adopt"], 0);
    let (writes, files) = (remote.writes(), listing(&remote));
    for (environment, code, left_out) in [("shorter", 0, 0), ("turned", 0, 0), ("other", 5, 1)] {
        let told = run(&remote, &["pull", "--env", environment], code);
        assert!(told.contains("0 versions written") && !told.contains("again"), "{told}");
        let reason = "is left out: it is no version of the workspace, and the registry does not hold 1.2, the newest released one";
        assert_eq!(told.matches(reason).count(), left_out, "{told}");
        remote.run(&["push", "--adopt", "--env", environment]);
        assert_eq!(listing(&remote), files);
    }
    assert_eq!(remote.writes(), writes);
    run(&remote, &["push", "--env", "shorter"], 0);
    run(&remote, &["push", "--env", "turned"], 6);
    run(&remote, &["push", "--env", "other"], 6);
    assert_eq!(remote.writes(), writes + 1);
    // A version above our newest is news, in whichever registry it is.
    let version = NewVersion {
        schema: "com.shop@Order",
        type_: JSON,
        content: &detail(&["a", "b", "c", "d"]).to_string(),
        token: "news",
    };
    remote.client_of("shorter").add_version(&version).unwrap();
    let told = remote.run(&["pull", "--env", "shorter"]).1;
    assert!(told.contains("+ com.shop/Order@1.3\n"), "{told}");
}

/// The files of the workspace with their texts.
fn listing(remote: &Remote) -> Vec<(std::path::PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![path(remote, "")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.clone(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// A name of a schema says how an event may be published, and that is said. It can be corrected until schemactl has registered a version.
#[test]
fn a_guessed_detail_type_is_told_and_can_be_corrected() {
    let remote = filled(&[
        ("com.shop@OrderPlaced", &[(JSON, detail(&["a"]).to_string())]),
        ("com.shop@Order", &[(OPEN_API, open_api(&["a"]))]),
    ]);
    let told = run(&remote, &["pull"], 0);
    let line =
        "  ? com.shop/OrderPlaced has source `com.shop` and detail-type `OrderPlaced` from the name of its schema";
    assert!(told.contains(line) && told.matches("  ? ").count() == 1, "{told}");
    let file = path(&remote, "com.shop/OrderPlaced/event.toml");
    let correct = |from: &str, to: &str| {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(&file, text.replace(from, to)).unwrap();
    };
    correct("\"OrderPlaced\"", "\"Order placed\"");
    let folder = remote.folder.path();
    run_git(folder, &["init", "-q", "-b", "main", "."]);
    for corrected in ["order.created", "order-placed"] {
        run(&remote, &["push", "--adopt"], 0);
        run_git(folder, &["add", "schemas", "schemactl.lock", "schemactl.toml"]);
        run_git(folder, &["commit", "-q", "-m", "adopted"]);
        let before = fs::read_to_string(&file).unwrap();
        let before = before.split('"').nth(3).unwrap().to_owned();
        correct(&before, corrected);
        for arguments in [&["check", "--against", "main"][..], &["status"], &["pull"], &["push"]] {
            let told = run(&remote, arguments, 0);
            assert!(!told.contains("? "), "{told}");
        }
    }
    // Once schemactl has registered a version it is what consumers match.
    write(&remote, "com.shop/OrderPlaced/1.1.json", &detail(&["a", "b"]));
    let line = "com.shop/OrderPlaced: this push releases source `com.shop` and detail-type `order-placed` of event.toml, which no version in the \
                registry names";
    for arguments in [&["push", "--dry-run"][..], &["push"]] {
        let told = run(&remote, arguments, 0);
        assert!(told.contains(line), "{told}");
    }
    write(&remote, "com.shop/OrderPlaced/1.2.json", &detail(&["a", "b", "c"]));
    let told = run(&remote, &["push"], 0);
    assert!(!told.contains("this push releases"), "{told}");
    correct("order-placed", "order.sent");
    run(&remote, &["check"], 1);
    correct("order.sent", "order-placed");
    let sent = ["--detail-type", "order.sent", "--reason", "r", "--author", "a"];
    run(
        &remote,
        &[&["move", "com.shop/OrderPlaced", "OrderPlaced"][..], &sent].concat(),
        0,
    );
    run(&remote, &["check"], 0);
    // What the registry itself names is no guess.
    let file = path(&remote, "com.shop/Order/event.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("order.placed", "order.moved")).unwrap();
    let told = run(&remote, &["check"], 1);
    assert!(
        told.contains("schemactl.lock has released it with `order.placed`"),
        "{told}"
    );
}

/// Draft-04 wants a name in `required`, and tools write none: that is no reason to leave a schema out, and correcting it changes nothing.
#[test]
fn an_empty_required_is_adopted_as_it_is_and_corrected() {
    let mut nested = detail(&["a"]);
    nested["required"] = json!([]);
    nested["properties"]["inner"] = json!({ "type": "object", "required": [], "enum": [{ "required": [] }] });
    let remote = filled(&[("com.shop@Order", &[(JSON, nested.to_string())])]);
    run(&remote, &["pull"], 0);
    let file = path(&remote, "com.shop/Order/1.0.json");
    let pulled: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let inner = json!({ "type": "object", "enum": [{ "required": [] }] });
    assert!(
        pulled.get("required").is_none() && pulled["properties"]["inner"] == inner,
        "{pulled}"
    );
    run(&remote, &["push", "--adopt"], 0);
    run(&remote, &["status"], 0);
    let told = run(&remote, &["pull"], 0);
    assert!(told.contains("0 versions written, 1 there already"), "{told}");
}

/// One event with errors is left out, all others are adopted, and the advice leads to its adoption too.
#[test]
fn an_invalid_schema_keeps_no_other_from_being_adopted() {
    let remote = filled(&[
        ("com.shop@Bad", &[(JSON, json!({ "type": "strng" }).to_string())]),
        ("com.shop@Good", &[(JSON, detail(&["a"]).to_string())]),
        ("com.shop@Order", &[(OPEN_API, open_api(&["a"]))]),
    ]);
    run(&remote, &["pull"], 5);
    run(&remote, &["push"], 1);
    run(&remote, &["push", "--adopt", "--repair"], 1);
    let lock = remote.folder.path().join("schemactl.lock");
    let writes = remote.writes();
    let left_out = "! com.shop/Bad is left out of the adoption: `schemactl check` reports schema-invalid\n";
    let told = run(&remote, &["push", "--adopt", "--dry-run"], 5);
    assert!(told.contains(left_out) && !lock.exists(), "{told}");
    let told = run(&remote, &["push", "--adopt"], 5);
    assert!(told.contains(left_out), "{told}");
    for event in ["Good", "Order"] {
        assert!(
            told.contains(&format!(
                "com.shop/{event}@1.0 is equal in the registry, and is adopted"
            )),
            "{told}"
        );
    }
    let released = fs::read_to_string(&lock).unwrap();
    assert!(
        released.contains("com.shop/Good") && released.contains("com.shop/Order") && !released.contains("com.shop/Bad")
    );
    // Correcting it is no change of a released schema.
    write(&remote, "com.shop/Bad/1.0.json", &detail(&["a"]));
    run(&remote, &["check"], 0);
    let told = run(&remote, &["push", "--adopt"], 6);
    assert!(told.contains("`schemactl push --repair` registers"), "{told}");
    assert_eq!(remote.writes(), writes);
    run(&remote, &["push", "--repair"], 0);
    run(&remote, &["status"], 0);
}

/// An event that was published with another source before is adopted with its whole history: writing it again would change what is there.
#[test]
fn an_older_version_with_another_source_is_adopted() {
    let older = open_api(&["a"]).replace("com.shop", "com.older");
    let remote = filled(&[(
        "com.shop@Order",
        &[(OPEN_API, older), (OPEN_API, open_api(&["a", "b"]))],
    )]);
    run(&remote, &["pull"], 5);
    let writes = remote.writes();
    let told = run(&remote, &["push", "--adopt"], 0);
    assert!(
        told.contains("com.shop/Order@1.0 is equal in the registry, and is adopted"),
        "{told}"
    );
    run(&remote, &["push"], 0);
    run(&remote, &["status"], 0);
    assert_eq!(remote.writes(), writes);
}

/// An envelope that names another source than event.toml: the registry is right once event.toml says the same.
#[test]
fn another_source_is_corrected_where_the_advice_says() {
    let remote = filled(&[("shop@Order", &[(OPEN_API, open_api(&["a"]))])]);
    remote.version("Order", "1.0", "a");
    write(&remote, "shop/Order/1.0.json", &detail(&["a"]));
    let told = run(&remote, &["push", "--adopt"], 6);
    assert!(told.contains("its envelope names the source `com.shop`"), "{told}");
    let advice = "if the registry is right, correct it in event.toml, and `schemactl push --adopt` adopts the";
    assert!(told.contains(advice) && !told.contains("`schemactl pull`"), "{told}");
    let file = path(&remote, "shop/Order/event.toml");
    fs::write(&file, "source = \"com.shop\"\ndetail-type = \"order.placed\"\n").unwrap();
    run(&remote, &["push", "--adopt"], 0);
    run(&remote, &["status"], 0);
}

/// Schemas of others that are no concern of the workspace are one line everywhere, and nothing else.
#[test]
fn ignored_schemas_are_counted_and_nothing_else() {
    let text = || (JSON, detail(&["a"]).to_string());
    let names = ["aws.s3@Object", "aws.s3@Bucket", "legacy-orders", "com.other@A"];
    let remote = Remote::empty("");
    let schemas: Vec<_> = names.iter().map(|name| (*name, [text()])).collect();
    let schemas: Vec<_> = schemas.iter().map(|(name, versions)| (*name, &versions[..])).collect();
    fill(&remote, "events", &schemas);
    fill(&remote, "stage", &schemas);
    remote.settings("ignore = [\"aws.*@*\", \"legacy-*\", \"shop@*\"]\n[env.stage]\nregistry = \"stage\"\nignore = [\"*\"]\n[env.own]\nregistry = \"events\"");
    remote.version("Order", "1.0", "a");
    let line = "  3 schemas match `ignore` in schemactl.toml\n";
    let own = ["--env", "own"];
    for (arguments, code) in [
        (&["plan"][..], 0),
        (&["push"], 0),
        (&["status"], 0),
        (&["push"], 0),
        (&["pull", "--dry-run"], 0),
    ] {
        let before = remote.server.requests().len();
        let told = run(&remote, &[arguments, &own].concat(), code);
        assert!(
            told.matches(line).count() == 1 && !told.contains("aws.s3") && !told.contains("legacy"),
            "{told}"
        );
        assert!(told.contains("com.other"), "{arguments:?}: {told}");
        // Nor is any of them read: of each other schema there is one version.
        let requests = &remote.server.requests()[before..];
        let reads = requests.iter().filter(|request| request.operation == "DescribeSchema");
        assert!(arguments[0] == "push" || reads.count() <= 2, "{arguments:?}");
    }
    let told = run(&remote, &["status", "--env", "stage"], 0);
    assert!(
        told.contains("  4 schemas match `ignore`") && !told.contains("com.other"),
        "{told}"
    );
    // What is asked for by its name is not ignored, and what the workspace registers never is.
    let told = run(&remote, &["pull", "legacy-orders", "--env", "own", "--dry-run"], 5);
    assert!(told.contains("+ events/legacy-orders@1.0"), "{told}");
    remote.add_version("shop@Order", &detail(&["x"]).to_string(), "t");
    run(&remote, &["status", "--env", "own"], 6);
}

/// What `init` tells git is told by an adoption too: caches are not committed, and the lock is merged line by line.
#[test]
fn an_adopted_workspace_has_the_files_for_git() {
    let remote = filled(&[("com.shop@Order", &[(OPEN_API, open_api(&["a"]))])]);
    let folder = remote.folder.path();
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let both = (
        Some(".schemactl/\n".to_owned()),
        Some("schemactl.lock merge=union\n".to_owned()),
    );
    run(&remote, &["pull", "--dry-run"], 0);
    assert_eq!((read(".gitignore"), read(".gitattributes")), (None, None));
    run(&remote, &["pull"], 0);
    assert_eq!((read(".gitignore"), read(".gitattributes")), both);
    fs::remove_file(folder.join(".gitignore")).unwrap();
    // A file that is there is its owner's: it stays, and what it lacks is said.
    fs::write(folder.join(".gitattributes"), "* text=auto").unwrap();
    let told = run(&remote, &["push", "--adopt"], 0);
    assert!(
        told.contains("add the line `schemactl.lock merge=union` to .gitattributes"),
        "{told}"
    );
    assert!(told.contains(".gitignore is written"), "{told}");
    assert_eq!(
        (read(".gitignore"), read(".gitattributes")),
        (both.0, Some("* text=auto".to_owned()))
    );
    // In a repository that says it elsewhere nothing is missing.
    let other = filled(&[("com.shop@Order", &[(OPEN_API, open_api(&["a"]))])]);
    let folder = other.folder.path();
    run_git(folder, &["init", "-q", "."]);
    fs::write(folder.join(".git/info/exclude"), ".schemactl\n").unwrap();
    fs::write(folder.join(".git/info/attributes"), "*.lock merge=union\n").unwrap();
    run(&other, &["pull"], 0);
    let told = run(&other, &["push", "--adopt"], 0);
    assert!(!told.contains(".git") && !folder.join(".gitignore").exists(), "{told}");
}

/// A registry that is not there is mistyped for who pulls from it: those that are there are named, and creating one is no help.
#[test]
fn a_mistyped_registry_is_answered_with_those_that_exist() {
    let remote = filled(&[]);
    fill(&remote, "billing", &[]);
    let settings = remote.folder.path().join("schemactl.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(
        &settings,
        text.replace("\"events\"", "\"evnets\"") + "[env.prod]\nregistry = \"unknown\"\n",
    )
    .unwrap();
    for (arguments, answer) in [
        (
            &["pull"][..],
            "did you mean `events`? The registries are billing, events; correct the name in schemactl.toml",
        ),
        (
            &["pull", "--registry", "bilings"],
            "did you mean `billing`? The registries are billing, events; correct the name after --registry",
        ),
        (
            &["pull", "--env", "prod"],
            "the registries are billing, events; correct the name of [env.prod] in schemactl.toml",
        ),
    ] {
        let told = run(&remote, arguments, 4);
        assert!(told.contains(answer) && !told.contains("--create-registry"), "{told}");
    }
    remote.version("A", "1.0", "a");
    let told = run(&remote, &["push"], 2);
    assert!(
        told.contains("--create-registry") && told.contains("did you mean `events`?"),
        "{told}"
    );
    for (arguments, code) in [(&["plan"][..], 0), (&["prune"], 0), (&["doctor"], 1)] {
        let told = run(&remote, arguments, code);
        assert!(told.contains("did you mean `events`?"), "{arguments:?}\n{told}");
    }
    let told = run(&remote, &["status", "--env", "prod"], 0);
    assert!(
        told.contains("in schemactl.toml: the registries are billing, events"),
        "{told}"
    );
    // Nothing is called like it: it may only be to be created.
    let told = run(&remote, &["doctor", "--env", "prod"], 0);
    assert!(
        told.contains("note   registry") && told.contains("`schemactl push --env prod --create-registry` creates it"),
        "{told}"
    );
}

/// A folder with nothing but the name of a registry is where an adoption begins.
#[test]
fn a_doctor_says_how_to_begin() {
    let remote = filled(&[("com.shop@Order", &[(JSON, detail(&["a"]).to_string())])]);
    fs::remove_dir(path(&remote, "")).unwrap();
    let told = run(&remote, &["doctor"], 0);
    assert!(
        told.contains("`schemactl pull` reads those of its registry") && told.contains("ok     registry"),
        "{told}"
    );
}
