//! Advice is true: in each state of workspace and registry, every command that `status`, `push`, `prune` and `pull` name in backticks is carried
//! out, and leads to a `status` that ends with 0 and a push that registers everything, by itself, with the commands and settings that are named
//! before it, or with those that its own refusal names. Every third state runs here, and all of them, or those whose name has a text, on demand:
//! `SCHEMACTL_ADVICE=all cargo test -p schemactl-tests --test advice`.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use schemactl_model::SchemaType;
use schemactl_push::{NewSchema, Remote as _, Tags};
use schemactl_server::Quotas;
use support::Remote;

const JSON: SchemaType = SchemaType::JsonSchemaDraft4;

fn add(remote: &Remote, schema: &str, content: &str) {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let token = CALLS.fetch_add(1, Ordering::Relaxed).to_string();
    remote.add_version(schema, content, &token);
}

fn create(remote: &Remote, schema: &str, content: &str) {
    let registry = remote.client();
    if !registry.registry_exists().unwrap() {
        registry.create_registry(None, &Tags::new()).unwrap();
    }
    let schema = NewSchema {
        name: schema,
        type_: JSON,
        content,
        description: None,
        tags: &Tags::new(),
    };
    registry.create_schema(&schema).unwrap();
}

/// Content of a version of the registry.
fn content(remote: &Remote, schema: &str, number: &str) -> String {
    remote.client().read(schema, Some(number)).unwrap().unwrap().content
}

/// A schema with one property, as `Remote::version` writes it.
fn schema(property: &str) -> String {
    format!(
        r#"{{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": {{"{property}": {{}}}}}}"#
    )
}

/// 1.0 and 1.1 of shop/A are registered.
fn registered(settings: &str) -> Remote {
    let remote = Remote::empty(settings);
    remote.version("A", "1.0", "a");
    remote.version("A", "1.1", "b");
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    remote
}

fn changed(settings: &str) -> Remote {
    let remote = registered("");
    remote.settings(settings);
    remote
}

fn with_another_schema(remote: Remote) -> Remote {
    let content = content(&remote, "shop@A", "2").replace("\"b\"", "\"other\"");
    add(&remote, "shop@A", &content);
    remote
}

fn with(remote: Remote, then: impl FnOnce(&Remote)) -> Remote {
    then(&remote);
    remote
}

/// A state of workspace and registry.
type RegistryState = (&'static str, fn() -> Remote);

const BOTH: &str = "types = [\"JSONSchemaDraft4\", \"OpenApi3\"]";
const MAJOR: &str = "layout = \"major\"";

const STATES: [RegistryState; 31] = [
    ("no registry", || {
        with(Remote::empty(""), |remote| remote.version("A", "1.0", "a"))
    }),
    ("everything is registered", || registered("")),
    ("something is to be pushed", || {
        with(registered(""), |remote| remote.version("A", "1.2", "c"))
    }),
    ("a version is lost", || {
        with(registered(""), |remote| {
            remote.client().delete_version("shop@A", "1").unwrap();
        })
    }),
    ("the schema is lost", || {
        with(registered(""), |remote| {
            remote.client().delete_schema("shop@A").unwrap();
        })
    }),
    ("both types, one lost", || {
        with(registered(BOTH), |remote| {
            remote.client().delete_version("shop@A.openapi", "2").unwrap();
        })
    }),
    ("others wrote the newest", || {
        with(registered(""), |remote| add(remote, "shop@A", &schema("theirs")))
    }),
    ("others wrote the newest, one pending", || {
        with(registered(""), |remote| {
            add(remote, "shop@A", &schema("theirs"));
            remote.version("A", "1.2", "c");
        })
    }),
    ("others wrote what is pending", || {
        with(registered(""), |remote| {
            add(remote, "shop@A", &schema("c"));
            remote.version("A", "1.2", "c");
        })
    }),
    ("others wrote what is pending, and more is", || {
        with(registered(""), |remote| {
            add(remote, "shop@A", &schema("c"));
            remote.version("A", "1.2", "c");
            remote.version("A", "1.3", "d");
        })
    }),
    ("others wrote an old version again", || {
        with(registered(""), |remote| add(remote, "shop@A", &schema("a")))
    }),
    ("others wrote something that is no schema", || {
        with(registered(""), |remote| add(remote, "shop@A", r#"{"type": "string"}"#))
    }),
    ("others wrote all, and it is equal", || {
        with(Remote::empty(""), |remote| {
            create(remote, "shop@A", &schema("a"));
            add(remote, "shop@A", &schema("b and more"));
            remote.version("A", "1.0", "a");
            remote.version("A", "1.1", "b and more");
        })
    }),
    ("others wrote all, and it is another schema", || {
        with(Remote::empty(""), |remote| {
            create(remote, "shop@A", &schema("theirs"));
            remote.version("A", "1.0", "a");
        })
    }),
    ("others wrote all, and nothing is pulled", || {
        with(Remote::empty(""), |remote| {
            create(remote, "shop@A", &schema("a"));
            add(remote, "shop@A", &schema("b and more"));
        })
    }),
    ("another schema under a version", || with_another_schema(registered(""))),
    ("two schemas under a version", || {
        with(with_another_schema(registered("")), |remote| {
            add(remote, "shop@A", &content(remote, "shop@A", "2"));
        })
    }),
    ("another type", || changed("types = [\"OpenApi3\"]")),
    ("one more type", || changed(BOTH)),
    ("another layout", || changed(MAJOR)),
    ("another layout, and others wrote", || {
        with(changed(MAJOR), |remote| create(remote, "shop@A.v1", &schema("theirs")))
    }),
    ("fewer are kept", || changed("keep = 1")),
    ("pruned on purpose", || with(changed("keep = 1"), prune)),
    ("another type, and no room for both", || {
        with(filled(60), |remote| remote.settings("types = [\"OpenApi3\"]"))
    }),
    ("full with versions of others, two pending", || {
        with(filled(50), |remote| {
            (0..3).for_each(|number| add(remote, "shop@A", &of_others(number)));
            (50..97).for_each(|minor| own_version(remote, minor));
            assert_eq!(remote.run(&["push", "--repair"]).0, Some(0));
            (97..99).for_each(|minor| own_version(remote, minor));
        })
    }),
    ("full, one pending", || {
        with(filled(100), |remote| remote.version("A", "1.100", "p100"))
    }),
    ("full, and another schema under a version", || {
        with(filled(99), |remote| {
            let content = content(remote, "shop@A", "50").replace("\"p49\"", "\"other\"");
            add(remote, "shop@A", &content);
        })
    }),
    ("no room for another schema, and one is not in the workspace", || {
        let quotas = Quotas {
            schemas: 1,
            ..Quotas::unlimited()
        };
        with(Remote::limited("", quotas), |remote| {
            remote.version("B", "1.0", "b");
            assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
            std::fs::remove_dir_all(remote.folder.path().join("schemas/shop/B")).unwrap();
            std::fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
            remote.version("A", "1.0", "a");
        })
    }),
    ("full of versions of others", || {
        with(Remote::empty(""), |remote| {
            create(remote, "shop@A", &of_others(0));
            (1..99).for_each(|number| add(remote, "shop@A", &of_others(number)));
            remote.version("A", "1.0", "a");
            assert_eq!(remote.run(&["push", "--repair"]).0, Some(0));
            remote.version("A", "1.1", "b");
        })
    }),
    ("full of copies, one pending", || {
        with(filled(50), |remote| {
            (1..=50).for_each(|number| add(remote, "shop@A", &content(remote, "shop@A", &number.to_string())));
            own_version(remote, 50);
        })
    }),
    ("pruned on purpose, and more are kept again", || {
        with(changed("keep = 1"), |remote| {
            prune(remote);
            remote.settings("");
        })
    }),
];

/// As many versions of shop/A are registered.
fn filled(count: usize) -> Remote {
    with(Remote::empty(""), |remote| {
        (0..count).for_each(|minor| own_version(remote, minor));
        assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    })
}

fn own_version(remote: &Remote, minor: usize) {
    remote.version("A", &format!("1.{minor}"), &format!("p{minor}"));
}

/// A schema that is equal to none of ours.
fn of_others(number: usize) -> String {
    format!(r#"{{"type": "object", "required": ["theirs{number}"]}}"#)
}

fn prune(remote: &Remote) {
    assert_eq!(remote.run(&["prune", "--enable-deletes", "--yes"]).0, Some(0));
}

/// A setting that is advised, of which the text has the number.
const KEEP: &str = "keep = ";

/// The commands and settings that a text names, each with those that the same sentence names before it.
fn advised(text: &str) -> BTreeSet<Vec<String>> {
    let mut advised = BTreeSet::new();
    for sentence in text
        .replace("\n  ! ", "\n! ")
        .replace("\n  ", " ")
        .replace("; if the", "\nif the")
        .split(['\n', ';'])
    {
        // That is done elsewhere, to look at another schema.
        if sentence.contains("in a folder with only a copy of") {
            continue;
        }
        let mut before = Vec::new();
        for command in sentence.split('`').skip(1).step_by(2).filter_map(|code| {
            code.strip_prefix("schemactl ")
                .or(code.starts_with(KEEP).then_some(code))
        }) {
            // These only look.
            if ["status", "plan", "check", "explain", "serve"]
                .iter()
                .any(|look| command.starts_with(look))
            {
                continue;
            }
            before.push(command.replace("TEXT", "history"));
            advised.insert(before.clone());
        }
    }
    advised
}

fn carry_out(remote: &Remote, command: &str) -> (Option<i32>, String) {
    if command.starts_with(KEEP) {
        let file = remote.folder.path().join("schemactl.toml");
        let settings = std::fs::read_to_string(&file).unwrap();
        let others: Vec<_> = settings.lines().filter(|line| !line.starts_with(KEEP)).collect();
        let settings = others.join("\n");
        std::fs::write(file, settings.replace("[registry]", &format!("[registry]\n{command}"))).unwrap();
        return (Some(0), format!("{command}\n"));
    }
    let mut arguments: Vec<_> = command.split(' ').collect();
    if arguments[0] == "prune" && !arguments.contains(&"--enable-deletes") {
        arguments.push("--enable-deletes");
    }
    if arguments.contains(&"--enable-deletes") {
        arguments.push("--yes");
    }
    let (code, text, hints) = remote.run(&arguments);
    (code, format!("$ schemactl {command}\n{text}{hints}({code:?})\n"))
}

/// Carries out commands one after the other. One that is refused is tried again when what its refusal names is done.
fn follow(remote: &Remote, path: &[String]) -> String {
    let mut done = String::new();
    for command in path {
        let (code, told) = carry_out(remote, command);
        done += &told;
        let others = advised(&told).into_iter().filter(|path| !path.contains(command));
        if code != Some(0)
            && let Some(before) = others.max_by_key(Vec::len)
        {
            let before = before.iter().map(|command| carry_out(remote, command).1);
            done.extend(before);
            done += &carry_out(remote, command).1;
        }
    }
    done
}

/// Returns what is not true of a state's advice.
fn untrue(name: &str, state: fn() -> Remote) -> Vec<String> {
    let mut untrue = Vec::new();
    let remote = state();
    let (status, text, hints) = remote.run(&["status"]);
    let mut looks = format!("{text}\n{hints}\n");
    let (planned, ..) = remote.run(&["plan", "--detailed-exitcode"]);
    let writes = remote.writes();
    // A plain push may always be tried, and never ends with 0 where `status` does not.
    let (code, told) = carry_out(&remote, "push --create-registry");
    let (after, ..) = remote.run(&["status"]);
    if code == Some(0) && after != Some(0) {
        untrue.push(format!("{name}: {told}status: {after:?}"));
    }
    // A plan that has something to push is one that a push begins.
    let has_written = remote.writes() > writes;
    let is_as_planned = match planned {
        Some(0) => code == Some(0) && !has_written,
        Some(10) => has_written,
        _ => code == planned,
    };
    if !is_as_planned {
        untrue.push(format!("{name}: plan --detailed-exitcode: {planned:?}\n{told}"));
    }
    let (_, pruning) = carry_out(&state(), "prune");
    looks += &pruning
        .lines()
        .filter(|line| line.starts_with("  ! "))
        .fold(String::new(), |text, line| text + line + "\n");
    looks += &told
        .lines()
        .filter(|line| !line.starts_with("$ "))
        .fold(String::new(), |text, line| text + line + "\n");
    let mut paths = advised(&looks);
    if name.ends_with("nothing is pulled") {
        let pulled = advised(&state().run(&["pull"]).2);
        paths = pulled
            .into_iter()
            .map(|path| [vec!["pull".to_owned()], path].concat())
            .collect();
    }
    if status != Some(0) && paths.is_empty() {
        untrue.push(format!("{name}: exit {status:?}, and nothing is advised\n{looks}"));
    }
    // The first commands of a longer way are tried with it.
    let is_whole = |path: &&Vec<String>| {
        !paths
            .iter()
            .any(|other| other.len() > path.len() && other.starts_with(path))
    };
    for path in paths.iter().filter(is_whole) {
        let remote = state();
        let mut done = follow(&remote, path);
        let (code, ..) = remote.run(&["status"]);
        let (pushed, told) = carry_out(&remote, "push --create-registry");
        done += &told;
        let (after, text, hints) = remote.run(&["status"]);
        let is_whole = [code, pushed, after] == [Some(0); 3] && !text.contains("  not registered");
        if !is_whole {
            untrue.push(format!(
                "{name}: {path:?}\n{looks}\n{done}$ schemactl status\n{text}{hints}"
            ));
        }
    }
    untrue
}

#[test]
fn every_advised_command_leads_to_a_registry_that_agrees() {
    let wanted = std::env::var("SCHEMACTL_ADVICE").ok();
    let is_wanted = |(index, state): &(usize, &RegistryState)| match wanted.as_deref() {
        None => index % 3 == 0,
        Some(part) => part == "all" || state.0.contains(part),
    };
    let waiting = Mutex::new(STATES.iter().enumerate().filter(is_wanted));
    let untrue = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap().next();
                    let Some((_, (name, state))) = next else { break };
                    untrue.lock().unwrap().extend(self::untrue(name, *state));
                }
            });
        }
    });
    let untrue = untrue.into_inner().unwrap();
    assert!(untrue.is_empty(), "{}", untrue.join("\n--------\n"));
}

/// What the registry holds in another schema or type than the settings ask for now is not missing, and stays until it is there as they ask.
#[test]
fn a_change_of_types_or_layout_makes_nothing_missing_and_loses_nothing() {
    for settings in ["types = [\"OpenApi3\"]", BOTH, MAJOR] {
        let remote = changed(settings);
        let (code, text, hints) = remote.run(&["status"]);
        assert_eq!(code, Some(0), "{settings}: {text}{hints}");
        assert!(
            !text.contains("missing") && !text.contains("not in the workspace"),
            "{settings}: {text}"
        );
        let before = remote.client().numbers("shop@A", None).unwrap().items.len();
        let (code, told) = carry_out(&remote, "push --enable-deletes");
        assert_eq!(code, Some(0), "{settings}: {told}");
        let after = remote.client().numbers("shop@A", None).unwrap().items.len();
        assert!(after >= before, "{settings}: nothing goes with the first push: {told}");
        let (code, told) = carry_out(&remote, "push --enable-deletes");
        assert_eq!(code, Some(0), "{settings}: {told}");
        let (code, text, _) = remote.run(&["status"]);
        assert!(code == Some(0) && !text.contains('!'), "{settings}: {told}{text}");
    }
}
