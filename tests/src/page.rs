//! A page of documentation that is run: its fenced blocks, in their order, in one shell and one folder. In: the text of a page. Out: the text
//! as it should be, with what the commands print now.
//!
//! `console`: commands after `$ `, each with what it prints and, if that is not 0, its exit code. `sh`: commands that have to succeed.
//! `yaml`: a pipeline, whose `run` and `script` steps have to succeed as they would on a runner, except `pip install schemactl==…`. Other blocks are text. Readers see no
//! notation: a comment `<!-- day: 2027-01-31 -->` is the day from there on, `<!-- not run: REASON -->` before a block keeps it from being run,
//! and blocks inside a comment are run as others are.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{binary, clean_command, python_program, stdout};

/// A page, and the folder in which it is run.
#[derive(Debug)]
pub struct DocsPage {
    folder: tempfile::TempDir,
    script: String,
    commands: usize,
}

/// A part of a page.
enum DocsPart<'p> {
    Text(&'p str),
    /// `fence` is what stands behind the backticks, `language` what is done with it.
    Block {
        fence: &'p str,
        language: &'p str,
        lines: Vec<&'p str>,
    },
}

/// The language of a block that is not run.
const NOT_RUN: &str = "not run";

/// Stands between what two commands print. Nothing that is run prints it.
const MARK: &str = "\u{1}";

impl DocsPage {
    /// Creates an empty folder for a page.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        for below in ["work", "bin", "home"] {
            fs::create_dir(folder.path().join(below)).expect("a folder can be made");
        }
        let identity = "[user]\n  name = Ann\n  email = ann@example.com\n";
        fs::write(folder.path().join("home/gitconfig"), identity).expect("the settings of git can be written");
        std::os::unix::fs::symlink(binary(), folder.path().join("bin/schemactl")).expect("a link can be made");
        Self {
            folder,
            script: String::new(),
            commands: 0,
        }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Runs the page with variables for its shell, and returns it with what its commands print.
    pub fn run(mut self, text: &str, variables: &[(&str, &str)]) -> String {
        let parts = split(text);
        for part in &parts {
            match part {
                DocsPart::Text(line) => self.set_day(line),
                DocsPart::Block { language, lines, .. } => self.add_block(language, lines),
            }
        }
        let printed = self.execute(variables);
        assert_eq!(printed.len(), self.commands, "every command ran: {printed:#?}");
        let mut printed = printed.iter();
        let mut found = String::new();
        for part in parts {
            match part {
                DocsPart::Text(line) => writeln!(found, "{line}").expect("writing to a string cannot fail"),
                DocsPart::Block { fence, language, lines } => {
                    let body = rewritten(language, &lines, &mut printed);
                    write!(found, "```{fence}\n{body}```\n").expect("writing to a string cannot fail");
                }
            }
        }
        found
    }

    /// git and schemactl live on the same day.
    fn set_day(&mut self, line: &str) {
        if let Some(day) = line
            .strip_prefix("<!-- day: ")
            .and_then(|rest| rest.strip_suffix(" -->"))
        {
            writeln!(
                self.script,
                "export SCHEMACTL_TODAY={day} GIT_AUTHOR_DATE={day}T12:00:00Z GIT_COMMITTER_DATE={day}T12:00:00Z"
            )
            .expect("writing to a string cannot fail");
        }
    }

    fn add_block(&mut self, language: &str, lines: &[&str]) {
        match language {
            "console" => {
                for command in commands_of(lines) {
                    self.add(&command.join("\n"));
                }
            }
            "sh" => self.add(&format!("(set -e\n{}\n)", lines.join("\n"))),
            "yaml" => {
                for step in steps_of(&lines.join("\n")) {
                    let file = self.path(&format!("step-{}", self.commands));
                    fs::write(&file, step).expect("the step can be written");
                    self.add(&format!("bash --noprofile --norc -eo pipefail {}", file.display()));
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, command: &str) {
        self.commands += 1;
        write!(self.script, "{{ {command}\n}} 2>&1\nprintf '{MARK}%s{MARK}' $?\n")
            .expect("writing to a string cannot fail");
    }

    /// Runs the script, and returns what each command printed, with its exit code.
    fn execute(&self, variables: &[(&str, &str)]) -> Vec<(String, String)> {
        let script = self.path("script");
        fs::write(&script, &self.script).expect("the script can be written");
        let paths = std::env::var("PATH").unwrap_or_default();
        let mut bash: Command = clean_command(Path::new("bash"));
        bash.args(["--noprofile", "--norc"])
            .arg(&script)
            .current_dir(self.path("work"));
        bash.env("PATH", format!("{}:{paths}", self.path("bin").display()))
            .env("HOME", self.path("home"))
            .envs([("LC_ALL", "C.UTF-8"), ("TZ", "UTC"), ("CI", "true")])
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", self.path("home/gitconfig"))
            .envs(variables.iter().copied())
            .stdin(Stdio::null());
        let output = bash.output().expect("bash runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let text = text.replace(&*self.folder.path().to_string_lossy(), "[FOLDER]");
        let parts: Vec<&str> = text.split(MARK).collect();
        let pairs = parts.chunks_exact(2);
        pairs.map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect()
    }
}

impl Default for DocsPage {
    fn default() -> Self {
        Self::new()
    }
}

fn split(text: &str) -> Vec<DocsPart<'_>> {
    let mut parts = Vec::new();
    let mut lines = text.lines();
    let mut is_run = true;
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else {
            if !line.is_empty() {
                is_run = !line.starts_with("<!-- not run: ");
            }
            parts.push(DocsPart::Text(line));
            continue;
        };
        let block = lines.by_ref().take_while(|line| *line != "```").collect();
        let language = if is_run { fence } else { NOT_RUN };
        is_run = true;
        parts.push(DocsPart::Block {
            fence,
            language,
            lines: block,
        });
    }
    parts
}

/// The commands of a block: each begins with `$ `, and goes on in the lines that begin with `> `.
fn commands_of<'p>(lines: &[&'p str]) -> Vec<Vec<&'p str>> {
    let mut commands: Vec<Vec<&str>> = Vec::new();
    let mut goes_on = false;
    for line in lines {
        let begins = line.strip_prefix("$ ");
        let continues = line.strip_prefix("> ").or_else(|| (*line == ">").then_some(""));
        match (begins, continues, commands.last_mut()) {
            (Some(command), _, _) => {
                commands.push(vec![command]);
                goes_on = true;
            }
            (None, Some(more), Some(last)) if goes_on => last.push(more),
            _ => goes_on = false,
        }
    }
    commands
}

/// Returns the lines of a block as they should be.
fn rewritten<'r>(language: &str, lines: &[&str], printed: &mut impl Iterator<Item = &'r (String, String)>) -> String {
    if language == "console" {
        return transcript(lines, printed);
    }
    succeeded(language, lines, printed);
    lines.iter().fold(String::new(), |text, line| text + line + "\n")
}

/// Commands with what they print.
fn transcript<'r>(lines: &[&str], printed: &mut impl Iterator<Item = &'r (String, String)>) -> String {
    let mut text = String::new();
    for command in commands_of(lines) {
        let (output, code) = printed.next().expect("every command has printed something");
        // A bug of the program, or a command that does not exist: no page is to show that, also when it is blessed.
        assert!(!["101", "126", "127"].contains(&code.as_str()), "{command:?}\n{output}");
        writeln!(text, "$ {}", command.join("\n> ").replace("> \n", ">\n")).expect("writing to a string cannot fail");
        // Lines that are empty or end in spaces say nothing on a page.
        for line in output.lines().filter(|line| !line.trim().is_empty()) {
            writeln!(text, "{}", without_commits(line.trim_end())).expect("writing to a string cannot fail");
        }
        if code != "0" {
            writeln!(text, "(exit code {code})").expect("writing to a string cannot fail");
        }
    }
    text
}

/// A line without the identifiers of commits, which say nothing to a reader and differ with every byte before them: `main (…)`.
fn without_commits(line: &str) -> String {
    let mut parts = line.split(" (");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let commit = part.split(')').next().unwrap_or_default();
        let is_commit = commit.len() == 12 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        text += " (";
        text += &if is_commit {
            part.replacen(commit, "…", 1)
        } else {
            part.to_owned()
        };
    }
    text
}

/// Ends the test if something has failed that has to succeed.
fn succeeded<'r>(language: &str, lines: &[&str], printed: &mut impl Iterator<Item = &'r (String, String)>) {
    let runs = match language {
        "sh" => 1,
        "yaml" => steps_of(&lines.join("\n")).len(),
        _ => 0,
    };
    for (output, code) in printed.by_ref().take(runs) {
        assert_eq!(code, "0", "{}\n{output}", lines.join("\n"));
    }
}

/// Prints every `run` and `script` of a pipeline, in their order, each with a zero byte after it.
const STEPS: &str = "
import sys, yaml
def walk(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ('run', 'script', 'before_script'):
                step = value if isinstance(value, str) else '\\n'.join(value)
                # What is released is not what is tested: the binary of this build is in PATH.
                if not step.startswith('pip install schemactl=='):
                    print(step, end='\\0')
            else:
                walk(value)
    elif isinstance(node, list):
        for value in node:
            walk(value)
walk(yaml.safe_load(sys.argv[1]))
";

/// The scripts of a pipeline. A page that is no YAML ends the test here.
fn steps_of(text: &str) -> Vec<String> {
    let mut python = clean_command(&python_program("python"));
    let steps = stdout(&python.args(["-c", STEPS, text]).output().expect("python runs"));
    let steps = steps.split('\0').filter(|step| !step.is_empty());
    steps.map(str::to_owned).collect()
}
