//! What a checkout on Windows does to the files of a workspace, as far as it can be seen on other systems: `core.autocrlf` gives every text other
//! ends of lines, and nothing may depend on them.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::Path;

use schemactl_tests::{Served, binary, copy_folder, root, run_git, stdout, try_git};

/// A registry, a repository with the events of the order system, and a clone of it as git makes it on Windows.
struct TwoClones {
    registry: Served,
    folder: tempfile::TempDir,
}

impl TwoClones {
    fn new() -> Self {
        let registry = Served::start(&[]);
        let folder = tempfile::tempdir().unwrap();
        let clones = Self { registry, folder };
        let unix = clones.path("unix");
        fs::create_dir(&unix).unwrap();
        copy_folder(&root().join("schemas"), &unix.join("schemas"));
        fs::copy(root().join("schemactl.toml"), unix.join("schemactl.toml")).unwrap();
        run_git(&unix, &["init", "--quiet", "--initial-branch=main"]);
        assert_eq!(clones.run("unix", &["check", "--release"]).0, Some(0));
        assert_eq!(clones.run("unix", &["generate", "--output", "events.rs"]).0, Some(0));
        fs::write(unix.join(".gitignore"), ".schemactl/\n").unwrap();
        clones.commit("unix", "Everything");
        let (from, to) = (unix.display().to_string(), clones.path("windows").display().to_string());
        let crlf = ["-c", "core.autocrlf=true", "-c", "core.safecrlf=false"];
        run_git(
            clones.folder.path(),
            &[&crlf[..], &["clone", "--quiet", &from, &to]].concat(),
        );
        run_git(&clones.path("windows"), &["config", "core.autocrlf", "true"]);
        clones
    }

    fn path(&self, clone: &str) -> std::path::PathBuf {
        self.folder.path().join(clone)
    }

    fn commit(&self, clone: &str, message: &str) {
        run_git(&self.path(clone), &["add", "--all"]);
        run_git(&self.path(clone), &["commit", "--quiet", "--message", message]);
    }

    /// Runs a command in a clone: its exit code and what it says.
    fn run(&self, clone: &str, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = self.registry.client(&binary());
        command.env("SCHEMACTL_TODAY", "2027-03-01");
        let output = command.args(arguments).current_dir(self.path(clone)).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    }

    /// A command that has to say the same in both clones, and ends with 0.
    fn agree(&self, arguments: &[&str]) -> String {
        let [unix, windows] = ["unix", "windows"].map(|clone| self.run(clone, arguments));
        assert_eq!(unix, windows, "{arguments:?}");
        assert_eq!(unix.0, Some(0), "{arguments:?}: {}", unix.1);
        unix.1
    }
}

fn count_returns(file: &Path) -> usize {
    fs::read_to_string(file).unwrap().matches("\r\n").count()
}

#[test]
fn ends_of_lines_change_no_digest_no_finding_and_no_write() {
    let clones = TwoClones::new();
    let event = "schemas/com.myapp.orders/OrderPlaced";
    for file in [
        "schemactl.toml",
        "schemactl.lock",
        "events.rs",
        &format!("{event}/event.toml"),
        &format!("{event}/2.0.json"),
    ] {
        assert!(
            count_returns(&clones.path("windows").join(file)) > 0,
            "{file} is not as it would be on Windows"
        );
    }
    let said = clones.agree(&["check"]);
    assert!(said.contains("nothing found"), "{said}");
    clones.agree(&["check", "--format", "json"]);
    clones.agree(&["diff", "OrderPlaced@1.0", "OrderPlaced@1.1"]);
    clones.agree(&["generate", "--output", "events.rs", "--check"]);
    clones.agree(&["generate", "--output", "-"]);
    let example = format!("{event}/examples/2.0/minimal.json");
    clones.agree(&["validate", "OrderPlaced", &example]);
    clones.agree(&["infer", &example]);
    let (code, said) = clones.run("windows", &["check", "--against", "origin/main"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("nothing found"), "{said}");
    let (code, said) = clones.run("windows", &["push", "--create-registry", "--require-clean"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = clones.run("unix", &["push"]);
    assert_eq!((code, said.contains("nothing to push")), (Some(0), true), "{said}");
    assert_eq!(clones.run("windows", &["check", "--release"]).0, Some(0));
    let status = try_git(
        &clones.path("windows"),
        &["status", "--porcelain", "--untracked-files=no"],
    );
    assert_eq!(stdout(&status), "");
}

#[test]
fn a_break_and_a_record_are_the_same_on_both_sides() {
    let clones = TwoClones::new();
    let event = "schemas/com.myapp.orders/OrderPlaced";
    let file = clones.path("windows").join(event).join("1.1.json");
    let broken = fs::read_to_string(&file)
        .unwrap()
        .replacen("\"customerId\"", "\"buyer\"", 1);
    fs::write(&file, broken).unwrap();
    let (code, said) = clones.run("windows", &["check"]);
    assert_eq!(
        (code, said.contains("was changed after its release")),
        (Some(1), true),
        "{said}"
    );
    run_git(&clones.path("windows"), &["checkout", "--quiet", "."]);
    // Commands that write keep a lock that everybody can read.
    let retire = ["retire", "OrderShipped", "--reason", "no parcels", "--author", "Ann"];
    let (code, said) = clones.run("windows", &retire);
    assert_eq!(code, Some(0), "{said}");
    clones.commit("windows", "OrderShipped is over");
    run_git(
        &clones.path("unix"),
        &["pull", "--quiet", &clones.path("windows").display().to_string(), "main"],
    );
    assert_eq!(count_returns(&clones.path("unix").join("schemactl.lock")), 0);
    let said = clones.agree(&["check", "--format", "json"]);
    assert!(said.contains("\"findings\""), "{said}");
}
