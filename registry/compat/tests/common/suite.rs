//! The official test suite as questions of containment. In: an engine and a folder with `tests/draft*/*.json` in it. Out: for each
//! draft how many answers are right, which are wrong, why some are undecided, and what was left out.
//!
//! For an instance and a schema of the suite, `{enum: [instance]} ⊆ schema` exactly if the instance is valid, and `schema ⊆
//! not {enum: [instance]}` exactly if it is not.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use schemactl_compat::{Engine, Schema, Validator, Verdict};
use schemactl_model::{Dialect, Kind, Member, Resolver, Source, Value, join_uri, parse};

const DRAFTS: [(&str, Dialect); 5] = [
    ("draft4", Dialect::Draft4),
    ("draft6", Dialect::Draft6),
    ("draft7", Dialect::Draft7),
    ("draft2019-09", Dialect::Draft201909),
    ("draft2020-12", Dialect::Draft202012),
];

/// Where the suite's remote documents would be served from.
const REMOTES: &str = "http://localhost:1234/";

/// What became of the tests of a draft.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) right: usize,
    /// Each with all that is needed to look into it.
    pub(crate) wrong: Vec<String>,
    pub(crate) undecided: usize,
    pub(crate) reasons: BTreeMap<String, usize>,
    /// Tests that are left out, by the reason.
    pub(crate) left_out: BTreeMap<String, usize>,
    pub(crate) slowest: (Duration, String),
}

/// Runs the suite of every draft, without the folders of what is optional there.
pub(crate) fn run(engine: &dyn Engine, folder: &Path) -> Vec<(&'static str, Tally)> {
    let tallies = DRAFTS.map(|(name, dialect)| {
        let mut tally = Tally::default();
        draft(engine, &folder.join("tests").join(name), dialect, &mut tally);
        (name, tally)
    });
    tallies.into()
}

fn draft(engine: &dyn Engine, folder: &Path, dialect: Dialect, tally: &mut Tally) {
    for file in entries(folder) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if file.is_dir() {
            *tally.left_out.entry(format!("folder {name}")).or_default() += tests_below(&file);
            continue;
        }
        let groups = parse(&Source::new(name.as_str(), fs::read_to_string(&file).unwrap())).unwrap();
        for group in groups.as_array().unwrap() {
            run_group(engine, &name, group, dialect, tally);
        }
    }
}

fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn tests_below(folder: &Path) -> usize {
    let counts = entries(folder).into_iter().map(|path| {
        if path.is_dir() {
            return tests_below(&path);
        }
        let read: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let groups = read.as_array().unwrap().iter();
        groups.map(|group| group["tests"].as_array().unwrap().len()).sum()
    });
    counts.sum()
}

fn run_group(engine: &dyn Engine, file: &str, group: &Value, dialect: Dialect, tally: &mut Tally) {
    let schema = group.member("schema").unwrap();
    let tests = group.member("tests").unwrap().as_array().unwrap();
    if let Some(reason) = left_out(schema, dialect) {
        *tally.left_out.entry(reason.to_owned()).or_default() += tests.len();
        return;
    }
    let title = group.member("description").and_then(Value::as_str).unwrap();
    for test in tests {
        let about = test.member("description").and_then(Value::as_str).unwrap();
        let name = format!("{file}: {title}: {about}");
        run_test(engine, &name, schema, test, dialect, tally);
    }
}

/// Why a schema asks for what an engine without a network and without other vocabularies does not have.
fn left_out(schema: &Value, dialect: Dialect) -> Option<&'static str> {
    if let Some(uri) = schema.member("$schema").and_then(Value::as_str)
        && Dialect::from_uri(uri).is_err()
    {
        return Some("a metaschema of its own");
    }
    let resolver = Resolver::new(schema, dialect);
    let leaves = resolver.references().iter().any(|reference| {
        let missing = resolver.resolve(&reference.base, &reference.text).is_err();
        let location = reference.text.split('#').next().unwrap_or_default();
        missing && join_uri(&reference.base, location).starts_with(REMOTES)
    });
    leaves.then_some("a remote document")
}

fn run_test(engine: &dyn Engine, name: &str, schema: &Value, test: &Value, dialect: Dialect, tally: &mut Tally) {
    let instance = test.member("data").unwrap();
    let valid = test.member("valid").unwrap().kind == Kind::Bool(true);
    let only = object([("enum", Value::array(vec![instance.clone()]))]);
    let others = object([("not", only.clone())]);
    let questions = [
        ("{enum} in schema", &only, schema, valid),
        ("schema in not {enum}", schema, &others, !valid),
    ];
    for (question, sub, sup, expected) in questions {
        let started = Instant::now();
        let verdict = engine.contains(&Schema::new(sub, dialect), &Schema::new(sup, dialect));
        if started.elapsed() > tally.slowest.0 {
            tally.slowest = (started.elapsed(), name.to_owned());
        }
        match &verdict {
            Verdict::Undecided { reason } => {
                tally.undecided += 1;
                *tally.reasons.entry(reason.clone()).or_default() += 1;
            }
            decided if decided.is_compatible() == expected => tally.right += 1,
            _ => tally.wrong.push(format!(
                "{dialect:?} {name} ({question}): {}, but the instance is {}valid\n    schema {}\n    instance {}\n    the \
                 validator says {:?}",
                describe(&verdict),
                if valid { "" } else { "in" },
                schema.to_json(),
                instance.to_json(),
                replayed(schema, instance, dialect)
            )),
        }
    }
}

fn describe(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Incompatible { witness } => format!("incompatible by {}", witness.to_json()),
        other => other.name().to_owned(),
    }
}

fn replayed(schema: &Value, instance: &Value, dialect: Dialect) -> Option<bool> {
    Validator::new(schema, dialect).ok()?.is_valid(instance).ok()
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let entries = members.into_iter().map(|(key, value)| Member::new(key, value));
    Value::object(entries.collect())
}
