//! Completion as people meet it: an interactive bash with the script of `schemactl completions`, keys that are pressed in it, and what the line is
//! then; so zsh and fish where they are installed. Scripts of other shells are checked by what the program answers them.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::Path;
use std::process::Command;

use schemactl_tests::{binary, clean_command, python_program, stdout};

/// Presses keys in an interactive bash, and prints for each word to complete what bash makes of the line: the program is a function there that
/// prints its arguments. A second Tab lists the candidates, and is not pressed.
const TYPIST: &str = r#"
import os, pty, select, sys
shell, folder, words = sys.argv[1], sys.argv[2], sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.chdir(folder)
    os.execvp(shell, [shell] + (['-f', '-i'] if shell == 'zsh' else ['--noprofile', '--norc', '-i']))
def read_until(mark):
    seen = b''
    while mark not in seen:
        if not select.select([terminal], [], [], 60)[0]:
            sys.exit(shell + ' is silent after: ' + seen.decode(errors='replace'))
        seen += os.read(terminal, 65536)
    return seen.decode(errors='replace')
def press(keys):
    os.write(terminal, keys.encode())
if shell == 'zsh':
    press("unsetopt beep; PS1=; autoload -Uz compinit; compinit -u -D; source <(command schemactl completions zsh)\n")
else:
    press("bind 'set bell-style none'; PS1=; stty -echo; source <(command schemactl completions bash)\n")
press("schemactl() { if [ -n \"$SCHEMACTL_COMPLETE\" ]; then command schemactl \"$@\"; else printf '[%s]' \"$@\"; echo END; fi; }; echo READY$((1+1))\n")
read_until(b'READY2')
for words in words:
    press('schemactl ' + words + '\t\n')
    said = read_until(b'END')
    print(said.split('END')[0].strip().splitlines()[-1].strip())
"#;

/// Returns the lines that a shell makes of words with a Tab behind them.
fn type_words<'w>(shell: &str, folder: &Path, words: impl IntoIterator<Item = &'w str>) -> Vec<String> {
    let mut python = clean_command(&python_program("python"));
    python.args(["-c", TYPIST, shell]).arg(folder).args(words);
    let output = stdout(
        &python
            .env("PATH", path_with_binary())
            .env("TERM", "dumb")
            .output()
            .unwrap(),
    );
    output.lines().map(str::to_owned).collect()
}

/// Whether a shell is installed: only bash is wherever the tests run.
fn is_installed(shell: &str) -> bool {
    Command::new(shell).arg("--version").output().is_ok()
}

/// Writes the script of a shell, and returns its path.
fn write_script(folder: &Path, shell: &str) -> std::path::PathBuf {
    let mut command = clean_command(&binary());
    let script = stdout(&command.args(["completions", shell]).output().unwrap());
    let path = folder.join(format!("completions.{shell}"));
    fs::write(&path, script).unwrap();
    path
}

/// A workspace whose files need not be read: only their names are.
fn create_workspace(folder: &Path) {
    let settings = "version = 1\n[registry]\nname = \"r\"\n[env.staging]\n[env.production]\n";
    fs::write(folder.join("schemactl.toml"), settings).unwrap();
    for (event, versions) in [
        ("com.shop/OrderPlaced", &["1.0", "1.1", "2.0"][..]),
        ("com.shop/OrderShipped", &["1.0"]),
        ("com.bank/Paid", &["1.0"]),
        ("com.shop/Paid", &["1.0"]),
        ("_shared/Money", &[]),
    ] {
        let of_event = folder.join("schemas").join(event);
        fs::create_dir_all(of_event.join("examples")).unwrap();
        fs::write(of_event.join("event.toml"), "").unwrap();
        for version in versions {
            fs::write(of_event.join(format!("{version}.json")), "{").unwrap();
        }
    }
    fs::write(folder.join("order.json"), "{}").unwrap();
}

/// The PATH with the program of this build first.
fn path_with_binary() -> String {
    let folder = binary().parent().unwrap().display().to_string();
    format!("{folder}:{}", std::env::var("PATH").unwrap_or_default())
}

/// What is typed, and the line that comes of it in a shell that completes in place.
const TYPED: [(&str, &str); 9] = [
    ("vali", "[validate]"),
    ("check --agai", "[check][--against]"),
    ("check --format sar", "[check][--format][sarif]"),
    ("validate OrderPl", "[validate][OrderPlaced]"),
    ("validate OrderShipped@", "[validate][OrderShipped@1.0]"),
    ("validate OrderPlaced@2", "[validate][OrderPlaced@2.0]"),
    ("push --env stag", "[push][--env][staging]"),
    ("new ev", "[new][event]"),
    ("bump Nothing", "[bump][Nothing]"),
];

/// Types these words in a shell, and asserts what comes of each.
fn assert_completed(shell: &str, folder: &Path, own: &[(&str, &str)]) {
    let typed: Vec<_> = TYPED.iter().chain(own).copied().collect();
    let (words, lines): (Vec<_>, Vec<_>) = typed.into_iter().unzip();
    assert_eq!(type_words(shell, folder, words), lines);
}

#[test]
fn bash_completes_what_is_typed() {
    let folder = tempfile::tempdir().unwrap();
    create_workspace(folder.path());
    let typed = [
        // As far as all candidates agree.
        ("validate Ord", "[validate][Order]"),
        ("validate OrderPlaced@1", "[validate][OrderPlaced@1.]"),
        (
            "diff OrderPlaced@1.0 OrderPlaced@2",
            "[diff][OrderPlaced@1.0][OrderPlaced@2.0]",
        ),
        ("diff ord", "[diff][order.json]"),
        // Two namespaces have it.
        ("bump com.sh", "[bump][com.shop/]"),
        ("bump com.shop/Pa", "[bump][com.shop/Paid]"),
        ("bump com.bank/Paid@", "[bump][com.bank/Paid@1.0]"),
        ("generate --events OrderS", "[generate][--events][OrderShipped]"),
        ("explain enum-value-r", "[explain][enum-value-removed]"),
        ("check --policy tol", "[check][--policy][tolerant-reader]"),
    ];
    assert_completed("bash", folder.path(), &typed);
}

/// Each shell that is installed reads the script for it.
#[test]
fn scripts_are_sound_in_the_shells_that_are_installed() {
    let folder = tempfile::tempdir().unwrap();
    for (shell, option) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        if is_installed(shell) {
            let script = write_script(folder.path(), shell);
            let output = Command::new(shell).arg(option).arg(&script).output().unwrap();
            assert!(
                output.status.success() && output.stderr.is_empty(),
                "{shell}: {output:?}"
            );
            // It would notice.
            fs::write(&script, "if true\n(((").unwrap();
            assert!(
                !Command::new(shell)
                    .arg(option)
                    .arg(&script)
                    .output()
                    .unwrap()
                    .status
                    .success()
            );
        }
    }
}

#[test]
fn zsh_completes_what_is_typed() {
    let folder = tempfile::tempdir().unwrap();
    create_workspace(folder.path());
    if is_installed("zsh") {
        assert_completed("zsh", folder.path(), &[("bump com.bank/Pa", "[bump][com.bank/Paid]")]);
    }
}

#[test]
fn fish_completes_what_is_typed() {
    let folder = tempfile::tempdir().unwrap();
    create_workspace(folder.path());
    let script = write_script(folder.path(), "fish");
    if !is_installed("fish") {
        return;
    }
    for (words, expected) in [
        ("vali", &["validate"][..]),
        ("check --agai", &["--against"]),
        ("check --format sar", &["sarif"]),
        ("validate Order", &["OrderPlaced", "OrderShipped"]),
        ("validate OrderPlaced@1", &["OrderPlaced@1.0", "OrderPlaced@1.1"]),
        ("push --env ", &["production", "staging"]),
    ] {
        let mut fish = clean_command(Path::new("fish"));
        fish.current_dir(folder.path()).env("PATH", path_with_binary());
        fish.env("HOME", folder.path());
        let program = "source $argv[1]; complete --do-complete \"schemactl $argv[2]\"";
        fish.args(["--no-config", "-c", program]).arg(&script).arg(words);
        let said = stdout(&fish.output().unwrap());
        let mut found: Vec<_> = said.lines().filter_map(|line| line.split('\t').next()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{words}");
    }
}

/// Asks as the script of a shell does.
fn ask(folder: &Path, shell: &str, words: &[&str]) -> Command {
    let mut command = clean_command(&binary());
    command.current_dir(folder).env("SCHEMACTL_COMPLETE", shell);
    command
        .env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string())
        .env("_CLAP_IFS", "\n");
    command.arg("--").args(words);
    command
}

#[test]
fn every_shell_gets_candidates_and_never_an_error() {
    let folder = tempfile::tempdir().unwrap();
    create_workspace(folder.path());
    let script = |shell: &str| {
        let mut command = clean_command(&binary());
        stdout(&command.args(["completions", shell]).output().unwrap())
    };
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(script(shell).contains("SCHEMACTL_COMPLETE"), "{shell}");
        let words = ["schemactl", "validate", "OrderPlaced@1"];
        let said = stdout(&ask(folder.path(), shell, &words).output().unwrap());
        let names: Vec<_> = said.lines().filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(names, ["OrderPlaced@1.0", "OrderPlaced@1.1"], "{shell}");
    }
    let elsewhere = tempfile::tempdir().unwrap();
    for (place, shell, words) in [
        (elsewhere.path(), "bash", &["schemactl", "validate", "Ord"][..]),
        (elsewhere.path(), "bash", &["schemactl", "push", "--env", ""]),
        (
            elsewhere.path(),
            "bash",
            &["schemactl", "--workspace", "/nowhere", "bump", ""],
        ),
        (folder.path(), "bash", &["schemactl", "bump", "a/b/c@1"]),
        (folder.path(), "bash", &["schemactl", "no-command", "x", ""]),
        (folder.path(), "tcsh", &["schemactl", "bump", ""]),
    ] {
        let output = ask(place, shell, words).output().unwrap();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{words:?}: {output:?}"
        );
        assert!(
            !String::from_utf8_lossy(&output.stdout).contains("Order"),
            "{words:?}: {output:?}"
        );
    }
    // The workspace that the line names, and not that of the folder.
    let path = folder.path().to_string_lossy().into_owned();
    let named = ask(
        elsewhere.path(),
        "fish",
        &["schemactl", "--workspace", &path, "bump", "OrderS"],
    );
    let said = stdout(&{ named }.output().unwrap());
    assert_eq!(said.trim_end(), "OrderShipped");
}
