//! Two branches take the same number. The steps that `check` prints on the second one are run as they are printed, and end in a check without
//! findings, in a merge without conflict, and in a version that has the properties of both.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use schemactl_tests::{Shop, binary, clean_command, try_git};
use serde_json::{Value, json};

const EVENT: &str = "schemas/shop/Thing";

/// What differs between races.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a way in which races differ")]
struct Race {
    /// Whether authors release on their branch, or the main branch does.
    authors_release: bool,
    /// Whether the schema names its own version.
    has_constant: bool,
    /// Whether versions have examples.
    has_examples: bool,
    /// Versions that each branch adds.
    theirs: u64,
    ours: u64,
    /// Whether the numbers are patches, and the changes descriptions.
    is_patch: bool,
}

impl Race {
    fn all() -> impl Iterator<Item = Self> {
        (0..64u64).filter_map(|bits| {
            let race = Self {
                authors_release: bits & 1 != 0,
                has_constant: bits & 2 != 0,
                has_examples: bits & 4 != 0,
                theirs: 1 + (bits >> 3 & 1),
                ours: 1 + (bits >> 4 & 1),
                is_patch: bits & 32 != 0,
            };
            // A constant that differs is another set of events, and so no patch. Examples are moved wherever the lock is written.
            let is_run = !(race.is_patch && race.has_constant) && race.has_examples == race.authors_release;
            is_run.then_some(race)
        })
    }

    fn number(self, index: u64) -> String {
        if self.is_patch && index > 0 {
            format!("1.0.{index}")
        } else {
            format!("1.{index}")
        }
    }

    /// Adds versions after 1.0, each with one more property or text; whoever adds them is part of its name.
    fn add_versions(self, shop: &Shop, author: &str, count: u64) {
        for index in 0..=count {
            let mut properties = json!({"id": {"type": "string"}});
            for step in 1..=index {
                if self.is_patch {
                    properties["id"][format!("x-{author}{step}")] = json!(true);
                } else {
                    properties[format!("{author}{step}")] = json!({"type": "string"});
                }
            }
            let number = self.number(index);
            let version = if self.has_constant {
                json!({"const": number})
            } else {
                json!({"type": "string"})
            };
            properties["version"] = version;
            let schema = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "type": "object",
                "properties": properties,
                "required": ["id"],
            });
            write(shop, &format!("{EVENT}/{number}.json"), &schema);
            if self.has_examples {
                let example = json!({"id": author, "version": number});
                write(shop, &format!("{EVENT}/examples/{number}/{author}.json"), &example);
            }
        }
        let (code, text) = shop.run(if self.authors_release {
            &["check", "--release"]
        } else {
            &["check"]
        });
        assert_eq!(code, 0, "{self:?} {text}");
        shop.commit();
    }
}

fn write(shop: &Shop, path: &str, value: &Value) {
    let path = shop.path(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("{value:#}\n")).unwrap();
}

/// The commands between backticks of a line of help.
fn printed_steps(report: &str) -> Vec<String> {
    let help = report
        .lines()
        .find(|line| line.contains("released it first"))
        .unwrap_or_else(|| panic!("{report}"));
    let parts = help.split('`').skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

fn run_step(shop: &Shop, step: &str) {
    let folder = binary().parent().unwrap().to_owned();
    let path = std::env::var("PATH").unwrap();
    let mut shell = clean_command(Path::new("sh"));
    let output = shell
        .current_dir(shop.path(""))
        .env("PATH", format!("{}:{path}", folder.display()))
        .args(["-e", "-c", step])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{step}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn run_race(race: Race) {
    let shop = Shop::without_lock(&["Thing"]);
    race.add_versions(&shop, "none", 0);
    shop.git(&["switch", "--quiet", "--create", "second"]);
    race.add_versions(&shop, "ours", race.ours);
    shop.git(&["switch", "--quiet", "main"]);
    race.add_versions(&shop, "theirs", race.theirs);
    shop.git(&["switch", "--quiet", "second"]);
    let (code, report) = shop.run(&["check", "--against", "main"]);
    assert_eq!(code, 1, "{race:?} {report}");
    let steps = printed_steps(&report);
    assert_eq!(steps.len(), 3, "{steps:?}");
    assert_eq!(steps[2].contains("--release"), race.authors_release, "{steps:?}");
    for step in &steps {
        run_step(&shop, step);
    }
    shop.commit();
    shop.git(&["merge", "--quiet", "--no-edit", "main"]);
    shop.holds(&["check", "--against", "main", "--fail-on", "warning"], 0, &[]);
    // What is the newest now has what each of both had.
    let newest = race.number(race.ours + race.theirs);
    let text = fs::read_to_string(shop.path(&format!("{EVENT}/{newest}.json"))).unwrap();
    for (author, count) in [("theirs", race.theirs), ("ours", race.ours)] {
        let name = format!("{author}{count}\"");
        assert!(text.contains(&name), "{race:?} {name} {text}");
    }
    assert!(
        !race.has_constant || text.contains(&format!("\"const\": \"{newest}\"")),
        "{text}"
    );
    let theirs = fs::read_to_string(shop.path(&format!("{EVENT}/{}.json", race.number(1)))).unwrap();
    assert!(theirs.contains("theirs1") && !theirs.contains("ours1"), "{theirs}");
    if race.has_examples {
        assert!(
            shop.path(&format!("{EVENT}/examples/{newest}/ours.json")).is_file(),
            "{race:?}"
        );
    }
}

#[test]
fn the_printed_steps_of_a_race_end_in_a_green_check() {
    for race in Race::all() {
        run_race(race);
    }
}

/// An edit of what was released before the branch began is no race, and neither is a number that nobody else took.
#[test]
fn what_is_no_race_is_left_as_it_is() {
    let shop = Shop::new(&["Thing"]);
    shop.git(&["switch", "--quiet", "--create", "second"]);
    shop.edit(&format!("{EVENT}/1.0.json"), "\"string\"", "\"integer\"");
    let before = fs::read_to_string(shop.path(&format!("{EVENT}/1.0.json"))).unwrap();
    let (code, report) = shop.run(&["check", "--against", "main"]);
    assert_eq!(code, 1, "{report}");
    assert!(!report.contains("bump"), "{report}");
    shop.holds(
        &["bump", "--against", "main"],
        0,
        &["has released no number of this branch"],
    );
    let after = fs::read_to_string(shop.path(&format!("{EVENT}/1.0.json"))).unwrap();
    assert_eq!(before, after);
}

/// Where both branches changed the same thing in different ways, somebody has to look.
#[test]
fn what_both_changed_is_named() {
    let shop = Shop::new(&["Thing"]);
    let add = |kind: &str| {
        let text = fs::read_to_string(shop.path(&format!("{EVENT}/1.0.json"))).unwrap();
        let text = text.replace(
            "\"properties\": {",
            &format!("\"properties\": {{\"more\": {{\"type\": \"{kind}\"}}, "),
        );
        fs::write(shop.path(&format!("{EVENT}/1.1.json")), text).unwrap();
        shop.commit();
    };
    shop.git(&["switch", "--quiet", "--create", "second"]);
    add("string");
    shop.git(&["switch", "--quiet", "main"]);
    add("integer");
    shop.git(&["switch", "--quiet", "second"]);
    let told = "? shop/Thing@1.2: both branches changed /properties/more/type in different ways";
    shop.holds(
        &["bump", "--against", "main", "--dry-run"],
        0,
        &[told, "nothing was moved"],
    );
    assert!(!shop.path(&format!("{EVENT}/1.2.json")).exists());
    shop.holds(&["bump", "--against", "main"], 0, &[told]);
    shop.holds(&["check", "--against", "main"], 1, &["`more`"]);
}

/// A program that ignores `merge=union` leaves a conflict in the lock. The printed command resolves it, in every style of git, and the merge is what
/// git would have made.
#[test]
fn a_conflict_in_the_lock_is_resolved_by_one_command() {
    for style in ["merge", "diff3", "zdiff3"] {
        let shop = Shop::new(&["Alpha", "Beta"]);
        fs::write(shop.path(".gitattributes"), "").unwrap();
        shop.commit();
        let add = |event: &str| {
            let text = fs::read_to_string(shop.path(&format!("schemas/shop/{event}/1.0.json"))).unwrap();
            let text = text.replace(
                "\"properties\": {",
                "\"properties\": {\"more\": {\"type\": \"string\"}, ",
            );
            fs::write(shop.path(&format!("schemas/shop/{event}/1.1.json")), text).unwrap();
            shop.holds(&["check", "--release"], 0, &[]);
            shop.commit();
        };
        shop.git(&["switch", "--quiet", "--create", "second"]);
        add("Beta");
        shop.git(&["switch", "--quiet", "main"]);
        add("Alpha");
        shop.git(&["config", "merge.conflictStyle", style]);
        shop.git(&["switch", "--quiet", "second"]);
        let merged = try_git(&shop.path(""), &["merge", "--no-edit", "main"]);
        assert!(!merged.status.success(), "{style}: {merged:?}");
        let (code, report) = shop.run(&["check", "--against", "main"]);
        assert_eq!(code, 3, "{style}: {report}");
        let help: Vec<&str> = report.lines().filter(|line| line.contains("merge-lock")).collect();
        assert_eq!(help.len(), 1, "{style}: {report}");
        for step in help[0].split('`').skip(1).step_by(2) {
            run_step(&shop, step);
        }
        shop.commit();
        shop.holds(&["check", "--against", "main"], 0, &["nothing found"]);
        let lock = fs::read_to_string(shop.path("schemactl.lock")).unwrap();
        assert_eq!(lock.matches("\"1.1\"").count(), 2, "{style}: {lock}");
        shop.holds(&["merge-lock"], 0, &["no conflict markers"]);
    }
}

/// How the branch takes over the main branch before anybody sees that both took one number.
const JOINS: [&[&str]; 4] = [
    &["merge", "--no-edit", "main"],
    &["merge", "--squash", "main"],
    &["rebase", "main"],
    &["cherry-pick", "main"],
];

/// How a team resolves the conflict in the schema: with its own text, or with the properties of both.
#[derive(Clone, Copy, Debug)]
enum Resolution {
    Ours,
    Both,
}

/// Writes 1.1 with some properties beside those of 1.0.
fn write_next(shop: &Shop, properties: &[(&str, &str)]) {
    let mut all = json!({"id": {"type": "string"}, "version": {"type": "string"}});
    for (name, kind) in properties {
        all[*name] = json!({"type": kind});
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": all,
        "required": ["id"],
    });
    write(shop, &format!("{EVENT}/1.1.json"), &schema);
}

/// Lets both branches write 1.1, joins them and commits the result, which nobody has checked.
fn join_branches(join: &[&str], resolution: Resolution, own: [&str; 2], authors_release: bool) -> Shop {
    let [ours, theirs] = own.map(|kind| {
        if kind.is_empty() {
            ("", "string")
        } else {
            ("more", kind)
        }
    });
    let ours = if ours.0.is_empty() { ("ours", "string") } else { ours };
    let theirs = if theirs.0.is_empty() {
        ("theirs", "string")
    } else {
        theirs
    };
    let shop = Shop::without_lock(&["Thing"]);
    write(
        &shop,
        &format!("{EVENT}/1.0.json"),
        &json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {"id": {"type": "string"}, "version": {"type": "string"}},
            "required": ["id"],
        }),
    );
    shop.holds(&["check", "--release"], 0, &[]);
    shop.commit();
    let release: &[&str] = if authors_release {
        &["check", "--release"]
    } else {
        &["check"]
    };
    for (branch, property) in [("second", ours), ("main", theirs)] {
        let create: &[&str] = if branch == "main" { &[] } else { &["--create"] };
        shop.git(&[&["switch", "--quiet"], create, &[branch]].concat());
        write_next(&shop, &[property]);
        shop.holds(release, 0, &[]);
        shop.commit();
    }
    shop.git(&["switch", "--quiet", "second"]);
    let joined = try_git(&shop.path(""), join);
    assert!(!String::from_utf8_lossy(&joined.stdout).contains("fatal"), "{joined:?}");
    match resolution {
        Resolution::Ours => write_next(&shop, &[ours]),
        Resolution::Both => write_next(&shop, &[theirs, ours]),
    }
    shop.git(&["add", "--all"]);
    match join[0] {
        "rebase" => shop.git(&["-c", "core.editor=true", "rebase", "--continue"]),
        _ => shop.git(&["commit", "--quiet", "--allow-empty", "--message=joined"]),
    }
    shop
}

/// Whatever brought both together: `check` prints the steps, and they end in a green check, with the schema of the main branch under its number.
#[test]
fn a_race_is_seen_after_the_branches_were_joined() {
    for (number, join) in JOINS.iter().enumerate() {
        for resolution in [Resolution::Ours, Resolution::Both] {
            let authors_release = number % 2 == usize::from(matches!(resolution, Resolution::Both));
            let case = format!("{join:?} {resolution:?} {authors_release}");
            let shop = join_branches(join, resolution, ["", ""], authors_release);
            let (code, report) = shop.run(&["check", "--against", "main"]);
            assert_eq!(code, 1, "{case}: {report}");
            for step in printed_steps(&report) {
                run_step(&shop, &step);
            }
            shop.commit();
            shop.holds(&["check", "--against", "main", "--fail-on", "warning"], 0, &[]);
            shop.holds(&["bump", "--against", "main"], 0, &["every version has the number"]);
            let read = |number: &str| fs::read_to_string(shop.path(&format!("{EVENT}/{number}.json"))).unwrap();
            assert!(
                read("1.1").contains("theirs") && !read("1.1").contains("ours"),
                "{case}: {}",
                read("1.1")
            );
            assert!(
                read("1.2").contains("theirs") && read("1.2").contains("ours"),
                "{case}: {}",
                read("1.2")
            );
            let lock = fs::read_to_string(shop.path("schemactl.lock")).unwrap();
            assert_eq!(lock.matches("shop/Thing").count(), 1, "{case}: {lock}");
        }
    }
}

/// Both branches changed one thing in different ways: somebody has to look at it, and the number follows from what is decided.
#[test]
fn changes_that_contradict_each_other_are_looked_at_first() {
    for join in JOINS {
        let shop = join_branches(join, Resolution::Ours, ["string", "integer"], true);
        let disputed = "both branches changed /properties/more/type";
        shop.holds(
            &["bump", "--against", "main"],
            0,
            &[disputed, "1.2.json", "then schemactl bump"],
        );
        shop.holds(&["check", "--against", "main"], 1, &["needs 2.0"]);
        shop.holds(&["bump", "--against", "main"], 0, &["1.2.json → ", "2.0.json"]);
        shop.git(&["add", "--all"]);
        shop.holds(&["check", "--release", "--against", "main"], 0, &[]);
    }
}

/// Each change alone is a minor, and both together are a major although nothing was changed twice: one run finds that number.
#[test]
fn changes_that_break_together_get_the_number_of_both() {
    for join in JOINS {
        let shop = join_branches(join, Resolution::Ours, ["", ""], true);
        // What the branch has added is required by what the other one allows: a dependency.
        shop.edit(
            &format!("{EVENT}/1.1.json"),
            "\"type\": \"object\"",
            "\"type\": \"object\", \"dependentRequired\": {\"theirs\": [\"ours\"]}",
        );
        shop.holds(
            &["bump", "--against", "main"],
            0,
            &["1.1.json → ", "1.2.json → ", "2.0.json"],
        );
        shop.git(&["add", "--all"]);
        shop.holds(&["check", "--release", "--against", "main"], 0, &[]);
        assert!(!shop.path(&format!("{EVENT}/1.2.json")).exists(), "{join:?}");
    }
}

/// Without a base nothing tells which schema was first: the plain command says that, and `merge-lock` where to go.
#[test]
fn two_lines_of_a_merge_are_no_clean_numbers() {
    let shop = join_branches(JOINS[0], Resolution::Both, ["", ""], true);
    shop.holds(&["bump"], 1, &["lock-conflict: "]);
    shop.holds(
        &["merge-lock"],
        0,
        &["no conflict markers", "`schemactl bump --against main`"],
    );
}
