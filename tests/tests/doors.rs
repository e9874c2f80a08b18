//! One answer, whichever command is asked: `diff --batch`, `diff FILE FILE` and `check` give a pair the same verdicts; they, `validate` and
//! `generate` name the same fault of a schema, once, at the same place and in the same words. The pairs are those of
//! `tests/cases/compat`; the faults stand in `tests/cases/faults`, a case a line: `{"id", "draft", "schema", "pointer", "says"}`, where
//! `says` is how the message begins.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use schemactl_model::{Dialect, Source, Value, parse};
use schemactl_tests::{binary, clean_command, root};
use serde_json::Value as Json;

/// `diff FILE FILE` starts a process for each pair: this many of them, evenly spread, are a few seconds.
const FILE_PAIRS: usize = 40;

const SETTINGS: &str = "version = 1\n[registry]\nname = \"r\"\n[check]\nmode = \"full\"\n";

/// Every case of the files of a folder.
fn cases(folder: &str) -> Vec<Value> {
    let folder = root().join("tests/cases").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap());
    let lines = texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
    lines.map(|line| parse(&Source::new("case", line)).unwrap()).collect()
}

fn text<'c>(case: &'c Value, name: &str) -> &'c str {
    case.member(name).and_then(Value::as_str).unwrap_or_default()
}

fn policy(case: &Value) -> &str {
    match text(case, "policy") {
        "" => "open-strict",
        policy => policy,
    }
}

/// A schema of a case as a file, which names its dialect.
fn schema(case: &Value, name: &str) -> String {
    let json = case.member(name).unwrap().to_json();
    let dialect = match text(case, "draft") {
        "draft4" => Dialect::Draft4,
        "draft6" => Dialect::Draft6,
        "draft7" => Dialect::Draft7,
        "draft2019-09" => Dialect::Draft201909,
        _ => Dialect::Draft202012,
    };
    match json.strip_prefix('{') {
        Some("}") => format!(r#"{{"$schema":"{}"}}"#, dialect.uri()),
        Some(rest) => format!(r#"{{"$schema":"{}",{rest}"#, dialect.uri()),
        None => json,
    }
}

/// What a command prints in a folder, with input.
fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut program = clean_command(&binary());
    program.args(arguments).current_dir(folder);
    let program = program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    output
}

fn json(bytes: &[u8]) -> Json {
    serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes)))
}

/// The report that a command prints; null if there is none, because a schema has a fault.
fn report(folder: &Path, arguments: &[&str]) -> Json {
    let output = run(folder, arguments, "");
    match output.status.code() {
        Some(3) => Json::Null,
        _ => json(&output.stdout),
    }
}

/// `diff --batch` of lines, by their ids.
fn batch(lines: &str, policy: &str) -> BTreeMap<String, Json> {
    let output = run(&root(), &["diff", "--batch", "-", "--policy", policy], lines);
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers = answers.lines().map(|line| json(line.as_bytes()));
    answers
        .map(|answer| (answer["id"].as_str().unwrap().to_owned(), answer))
        .collect()
}

/// A workspace with an event of its own for each case: its files, and its settings.
fn workspace<'c>(events: impl IntoIterator<Item = (String, String, Vec<(&'c str, String)>)>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("schemactl.toml"), SETTINGS).unwrap();
    for (name, settings, versions) in events {
        let event = folder.path().join("schemas/shop").join(&name);
        fs::create_dir_all(&event).unwrap();
        let settings = format!("source = \"shop\"\ndetail-type = \"{name}\"\n{settings}");
        fs::write(event.join("event.toml"), settings).unwrap();
        for (version, schema) in versions {
            fs::write(event.join(format!("{version}.json")), schema).unwrap();
        }
    }
    folder
}

fn check(folder: &Path) -> Json {
    report(folder, &["check", "--no-cache", "--format", "json"])
}

/// The verdicts of both directions; `none` where there is a fault instead.
fn verdicts(answer: &Json) -> [String; 2] {
    ["backward", "forward"].map(|direction| answer[direction]["verdict"].as_str().unwrap_or("none").to_owned())
}

/// The cases with the name of an event each. Two in which the schema names a dialect itself would name two.
fn pairs() -> Vec<(String, Value)> {
    let mut cases = cases("compat");
    cases.retain(|case| {
        ["old", "new"]
            .iter()
            .all(|side| case.member(side).unwrap().member("$schema").is_none())
    });
    cases
        .into_iter()
        .enumerate()
        .map(|(number, case)| (format!("Event{number}"), case))
        .collect()
}

#[test]
fn a_pair_has_the_same_verdicts_in_every_command() {
    let pairs = pairs();
    assert!(pairs.len() >= 400, "only {} pairs", pairs.len());
    let mut batches: BTreeMap<&str, String> = BTreeMap::new();
    for (name, case) in &pairs {
        let (old, new) = (schema(case, "old"), schema(case, "new"));
        let line = format!("{{\"id\":\"{name}\",\"old\":{old},\"new\":{new}}}\n");
        batches.entry(policy(case)).or_default().push_str(&line);
    }
    let answers: BTreeMap<String, Json> = batches
        .iter()
        .flat_map(|(policy, lines)| batch(lines, policy))
        .collect();
    let folder = workspace(pairs.iter().map(|(name, case)| {
        // The pairs know nothing of a field that names the version.
        let settings = format!("policy = \"{}\"\nversion-field = \"no-such-field\"\n", policy(case));
        let versions = vec![("1.0", schema(case, "old")), ("1.1", schema(case, "new"))];
        (name.clone(), settings, versions)
    }));
    let report = check(folder.path());
    let compared: BTreeMap<String, &Json> = (report["comparisons"].as_array().unwrap().iter())
        .map(|compared| (compared["event"].as_str().unwrap().replace("shop/", ""), compared))
        .collect();
    let every = pairs.len().div_ceil(FILE_PAIRS);
    let mut different = Vec::new();
    for (number, (name, case)) in pairs.iter().enumerate() {
        let expected = verdicts(&answers[name]);
        let mut found = vec![("check", verdicts(compared.get(name).copied().unwrap_or(&Json::Null)))];
        if number % every == 0 {
            let event = format!("schemas/shop/{name}");
            let files = [format!("{event}/1.0.json"), format!("{event}/1.1.json")];
            let options = [
                "diff",
                &files[0],
                &files[1],
                "--format",
                "json",
                "--policy",
                policy(case),
            ];
            found.push(("diff", verdicts(&self::report(folder.path(), &options))));
        }
        let differing = found.into_iter().filter(|(_, verdicts)| *verdicts != expected);
        let id = text(case, "id");
        different.extend(differing.map(|(door, verdicts)| format!("{id}: {door} {verdicts:?}, batch {expected:?}")));
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn every_broken_line_of_a_batch_has_one_answer_and_nothing_else() {
    // Characters that JSON may hold as they are, and that line readers and terminals take for more.
    let hostile = "\u{7f}\u{85}\u{2028}\u{2029}";
    let line = format!(
        r##"{{"id":"{hostile}","old":{{"enum":["{hostile}"]}},"new":{{"properties":{{"{hostile}":{{"$ref":"#/{hostile}"}}}}}}}}"##
    );
    let cuts: Vec<&str> = (1..=line.len()).filter_map(|end| line.get(..end)).collect();
    let output = run(&root(), &["diff", "--batch", "-"], &cuts.join("\n"));
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains(|letter| hostile.contains(letter)), "{text}");
    let answers: Vec<Json> = text.lines().map(|line| json(line.as_bytes())).collect();
    assert_eq!(answers.len(), cuts.len());
    let (whole, broken) = answers.split_last().unwrap();
    for answer in broken {
        assert_eq!(
            (&answer["id"], &answer["error"]["where"]),
            (&Json::Null, &Json::from("line")),
            "{answer}"
        );
    }
    assert_eq!(whole["id"], hostile);
    assert_eq!(whole["error"]["where"], "new");
    assert_eq!(whole["error"]["pointer"], format!("/properties/{hostile}/$ref"));
    for answer in &answers {
        let names = answer.as_object().unwrap().keys().map(String::as_str);
        assert_eq!(
            names.collect::<BTreeSet<_>>(),
            BTreeSet::from(["error", "id"]),
            "{answer}"
        );
    }
}

/// The one fault that a command names on standard error: message, help, and place.
fn only_problem(output: &Output, case: &str) -> Json {
    assert_eq!(output.status.code(), Some(3), "{case}: {output:?}");
    let lines = String::from_utf8(output.stderr.clone()).unwrap();
    let problems: Vec<Json> = lines.lines().map(|line| json(line.as_bytes())).collect();
    let [problem] = &problems[..] else {
        panic!("{case}: one fault has {} problems: {lines}", problems.len());
    };
    problem.clone()
}

/// Line and column of the first place.
fn position(place: &Json) -> (u64, u64) {
    let start = if place["start"].is_null() {
        place
    } else {
        &place["start"]
    };
    (start["line"].as_u64().unwrap(), start["column"].as_u64().unwrap())
}

#[test]
fn a_fault_is_one_finding_in_the_same_words_at_the_same_place_in_every_command() {
    let cases = cases("faults");
    assert!(cases.len() >= 30, "only {} cases", cases.len());
    let lines = cases.iter().map(|case| {
        let (id, faulty) = (text(case, "id"), schema(case, "schema"));
        format!("{{\"id\":\"{id}\",\"old\":{{}},\"new\":{faulty}}}\n")
    });
    let answers = batch(&lines.collect::<String>(), "tolerant-reader");
    let name = |number: usize| format!("Event{number}");
    let folder = workspace(
        cases
            .iter()
            .enumerate()
            .map(|(number, case)| (name(number), String::new(), vec![("1.0", schema(case, "schema"))])),
    );
    let report = check(folder.path());
    fs::write(folder.path().join("event.json"), "{}").unwrap();
    fs::write(folder.path().join("any.json"), "{}").unwrap();
    for (number, case) in cases.iter().enumerate() {
        let id = text(case, "id");
        let error = &answers[id]["error"];
        let (said, pointer) = (error["message"].as_str().unwrap(), text(case, "pointer"));
        assert!(said.starts_with(text(case, "says")), "{id}: {said}");
        assert_eq!(
            (&error["where"], &error["pointer"]),
            (&Json::from("new"), &Json::from(pointer)),
            "{id}"
        );
        assert!(
            answers[id].get("backward").is_none() && answers[id].get("forward").is_none(),
            "{id}"
        );
        let findings: Vec<_> = (report["findings"].as_array().unwrap().iter())
            .filter(|finding| finding["event"] == format!("shop/{}", name(number)) && finding["severity"] == "error")
            .collect();
        assert_eq!(findings.len(), 1, "{id}: {findings:#?}");
        let found = findings[0];
        let title = format!("{}@1.0: ", name(number));
        let message = found["message"].as_str().unwrap().strip_prefix(&title).unwrap();
        assert_eq!(found["places"][0]["label"], format!("at `{pointer}`"), "{id}");
        // Those who read other files know more of a reference that leads nowhere.
        assert!(
            said.starts_with(message) || message.starts_with(said),
            "{id}: {message}, but batch: {said}"
        );
        let (place, event) = (position(&found["places"][0]), format!("Event{number}@1.0"));
        let file = format!("schemas/shop/Event{number}/1.0.json");
        for arguments in [
            &["diff", "any.json", &file][..],
            &["diff", &file, "any.json"],
            &["validate", &event, "event.json"],
        ] {
            let case = format!("{id} {}", arguments[0]);
            let problem = only_problem(
                &run(folder.path(), &[&["--log-format", "json"], arguments].concat(), ""),
                &case,
            );
            assert_eq!(
                (&problem["message"], &problem["helps"][0]),
                (&Json::from(message), &found["fix"]),
                "{case}"
            );
            assert_eq!(position(&problem["places"][0]), place, "{case}");
        }
        assert_generate_agrees(folder.path(), (id, &event, &file), (pointer, message), place);
    }
}

/// `generate` reads an event, and a schema by itself, as `check` does; no circle keeps it from having types.
fn assert_generate_agrees(
    folder: &Path,
    (id, event, file): (&str, &str, &str),
    (pointer, message): (&str, &str),
    place: (u64, u64),
) {
    let is_circle = id == "circle";
    for arguments in [&["generate", event][..], &["generate", "--schema", file]] {
        let arguments = [&["--log-format", "json"], arguments, &["--output", "-"]].concat();
        let output = run(folder, &arguments, "");
        if is_circle && output.status.code() != Some(3) {
            continue;
        }
        let problem = only_problem(&output, &format!("{id} {arguments:?}"));
        let said = problem["message"].as_str().unwrap();
        assert!(said.starts_with(&format!("#{pointer}: {message}")), "{id}: {said}");
        assert_eq!(position(&problem["places"][0]), place, "{id} {arguments:?}");
    }
}
