//! `cargo xtask mutants [NAME…]`: are the tests of the engine able to fail? Every planted bug of `registry/containment/mutants` and
//! `registry/compat/mutants` is applied by itself to a copy of the workspace, the tests of both crates run there, the quick ones first,
//! and one of them has to fail. In: text edits. Out: which test kills which bug; an error if a bug lives.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::files::{copy_workspace, read_file, write_file};
use crate::{ChoreResult, cargo_command, root, say, target};

/// The folders of the planted bugs.
const FOLDERS: [&str; 2] = ["registry/containment/mutants", "registry/compat/mutants"];

/// The tests that are about verdicts and what is said of them, the quick ones first, those inside the crates last; the others are about
/// time and memory. A planted bug can name one that comes before all.
const TESTS: [&str; 8] = [
    "cases",
    "suite",
    "budgets",
    "policies",
    "places",
    "refactorings",
    "fuzz",
    INSIDE,
];
/// The tests inside both crates, among them the laws of patterns.
const INSIDE: &str = "lib";

/// A planted bug.
#[derive(Debug, PartialEq, Eq)]
struct Mutant {
    name: String,
    /// What is wrong with it, in a sentence.
    about: String,
    /// The file, from the root of the repository.
    file: String,
    /// The test that is expected to notice it, and is asked first.
    test: Option<&'static str>,
    /// Stands in the file once.
    find: String,
    replace: String,
}

/// Plants the bugs of that name, or all of them.
pub(crate) fn run_mutants(names: &[String]) -> ChoreResult {
    let mut mutants = read_all()?;
    if !names.is_empty() {
        mutants.retain(|mutant| names.contains(&mutant.name));
    }
    if mutants.is_empty() {
        return Err(format!("there is no such planted bug in {}", FOLDERS.join(" or ")));
    }
    let copy = Copy::new(target().join("mutants/workspace"))?;
    let mut living = Vec::new();
    for mutant in &mutants {
        let killers = copy.plant(mutant)?;
        if killers.is_empty() {
            living.push(mutant.name.as_str());
        }
        say(&verdict(mutant, &killers));
    }
    if living.is_empty() {
        return Ok(());
    }
    Err(format!("no test notices: {}", living.join(", ")))
}

fn verdict(mutant: &Mutant, killers: &[String]) -> String {
    let by = if killers.is_empty() {
        "LIVES".to_owned()
    } else {
        format!("killed by {}", killers.join(", "))
    };
    format!("{}: {by}\n    {}", mutant.name, mutant.about)
}

/// A copy of the workspace to plant bugs in.
struct Copy {
    folder: PathBuf,
    /// The tests that pass there without a bug, as far as that was asked.
    sound: RefCell<BTreeSet<&'static str>>,
}

impl Copy {
    fn new(folder: PathBuf) -> Result<Self, String> {
        copy_workspace(&folder)?;
        Ok(Self {
            folder,
            sound: RefCell::default(),
        })
    }

    /// The tests that fail with the bug, of the first test file in which one does. The copy is left as it was.
    fn plant(&self, mutant: &Mutant) -> Result<Vec<String>, String> {
        let path = self.folder.join(&mutant.file);
        let text = read_file(&path)?;
        let changed = mutant.apply(&text)?;
        let others = TESTS.into_iter().filter(|test| Some(*test) != mutant.test);
        for test in mutant.test.into_iter().chain(others) {
            self.expect_sound(test)?;
            write_file(&path, &changed)?;
            let killers = self.failing(test);
            write_file(&path, &text)?;
            let killers = killers.map_err(|reason| format!("{}: {reason}", mutant.name))?;
            if !killers.is_empty() {
                return Ok(killers);
            }
        }
        Ok(Vec::new())
    }

    /// A test that fails anyway notices nothing.
    fn expect_sound(&self, test: &'static str) -> ChoreResult {
        if self.sound.borrow_mut().insert(test) {
            let failed = self.failing(test)?;
            if !failed.is_empty() {
                return Err(format!("fails without a planted bug: {}", failed.join(", ")));
            }
        }
        Ok(())
    }

    fn failing(&self, test: &str) -> Result<Vec<String>, String> {
        let target_of_test: &[&str] = if test == INSIDE {
            &["-p", "schemactl-containment", "--lib"]
        } else {
            &["--test", test]
        };
        let output = cargo_command(&["test", "--locked", "--no-fail-fast", "-p", "schemactl-compat"])
            .args(target_of_test)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target().join("mutants/target"))
            // What the set-up fetched stands in the target folder of the real workspace.
            .env("SCHEMACTL_SUITE", crate::suite::suite_folder())
            .output()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        let (printed, errors) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        let failed: Vec<String> = printed.lines().filter_map(failed_test).collect();
        // A test binary that is taken down as a whole names no test.
        let crashed = errors.lines().any(|line| line.contains("(signal: "));
        match (output.status.success(), failed.is_empty()) {
            (false, true) if crashed => Ok(vec![format!("a crash of {test}")]),
            (false, true) => Err(format!("the tests do not build:\n{errors}")),
            _ => Ok(failed),
        }
    }
}

fn failed_test(line: &str) -> Option<String> {
    let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
    Some(name.to_owned())
}

fn read_all() -> Result<Vec<Mutant>, String> {
    let mut paths = Vec::new();
    for folder in FOLDERS.map(|folder| root().join(folder)) {
        let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        paths.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort_by(|one, other| one.file_name().cmp(&other.file_name()));
    paths.iter().map(|path| Mutant::read(path)).collect()
}

impl Mutant {
    fn read(path: &Path) -> Result<Self, String> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let parsed = Self::parse(&name, &read_file(path)?);
        parsed.ok_or_else(|| {
            format!(
                "{}: not `about: …`, `file: …`, perhaps `test: …` with one of {}, and what to find and to replace between `--- find`, `--- replace` and `---`",
                path.display(),
                TESTS.join(", ")
            )
        })
    }

    fn parse(name: &str, text: &str) -> Option<Self> {
        let (head, edit) = text.split_once("--- find\n")?;
        let (find, edit) = edit.split_once("\n--- replace\n")?;
        let (replace, _) = edit.split_once("\n---\n")?;
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
        Some(Self {
            name: name.to_owned(),
            about: field("about: ")?.to_owned(),
            file: field("file: ")?.to_owned(),
            test: match field("test: ") {
                Some(named) => Some(TESTS.into_iter().find(|test| *test == named)?),
                None => None,
            },
            find: find.to_owned(),
            replace: replace.to_owned(),
        })
    }

    /// The text with the bug in it.
    fn apply(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.find).count() {
            1 => Ok(text.replacen(&self.find, &self.replace, 1)),
            count => Err(format!(
                "{}: what it replaces stands in {} {count} times, not once: write the edit anew",
                self.name, self.file
            )),
        }
    }
}

/// The arguments behind the chore's name.
pub(crate) fn chosen_mutants() -> Vec<String> {
    env::args().skip(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_planted_bug_still_applies() {
        let mutants = read_all().unwrap();
        assert!(mutants.len() >= 12, "{} planted bugs are too few", mutants.len());
        for mutant in mutants {
            let text = read_file(&root().join(&mutant.file)).unwrap();
            let changed = mutant.apply(&text).unwrap();
            assert_ne!(changed, text, "{} changes nothing", mutant.name);
        }
    }

    #[test]
    fn an_edit_is_refused_where_it_is_ambiguous() {
        let text = "about: a\nfile: f\n--- find\nx\n--- replace\ny\nz\n---\n";
        let mutant = Mutant::parse("m", text).unwrap();
        assert_eq!(mutant.apply("axb").unwrap(), "ay\nzb");
        assert!(mutant.apply("axbx").is_err() && mutant.apply("ab").is_err());
        let named = text.replace("file: f", "file: f\ntest: places");
        assert_eq!(Mutant::parse("m", &named).unwrap().test, Some("places"));
        assert_eq!(Mutant::parse("m", &named.replace("places", "nowhere")), None);
    }
}
