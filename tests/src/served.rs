//! `schemactl serve` as a user runs it, and clients of AWS that speak to it. In: flags. Out: a process with its data in a folder of
//! its own, ended with the value.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::{binary, clean_command, python_program, require_installed, root};

/// A running registry.
#[derive(Debug)]
pub struct Served {
    process: Child,
    folder: tempfile::TempDir,
    /// What the server says that a shell needs: names and values.
    settings: Vec<(String, String)>,
}

impl Served {
    /// Starts a registry with these flags.
    pub fn start(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let mut serve = clean_command(&binary());
        serve
            .args(["serve", "--data"])
            .arg(folder.path().join("data"))
            .args(flags);
        let mut process = serve
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let output = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut settings = Vec::new();
        for line in output.lines() {
            let line = line.expect("it is text");
            let assignments = line.strip_prefix("export ").unwrap_or_default().split(' ');
            settings.extend(assignments.filter_map(|assignment| {
                assignment
                    .split_once('=')
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
            }));
            if settings.iter().any(|(name, _)| name == "AWS_SECRET_ACCESS_KEY") {
                break;
            }
        }
        assert!(!settings.is_empty(), "the server started and said where it is");
        Self {
            process,
            folder,
            settings,
        }
    }

    /// Creates a command that finds the registry as a user's shell would let it.
    pub fn client(&self, program: &Path) -> Command {
        let mut client = clean_command(program);
        client.envs(self.settings.iter().map(|(name, value)| (name, value)));
        client.current_dir(self.folder.path());
        client
    }

    /// Creates the command `aws schemas …`, which answers in JSON.
    pub fn aws(&self, arguments: &[&str]) -> Command {
        let mut aws = self.client(&python_program("aws"));
        aws.args(["--output", "json", "schemas"]).args(arguments);
        aws
    }

    /// Creates the command of a script of `tests/referees` in Python.
    pub fn python(&self, script: &str) -> Command {
        let mut python = self.client(&python_program("python"));
        python.arg(root().join("tests/referees").join(script));
        python
    }

    /// Creates the command of a script of `tests/referees` in JavaScript.
    pub fn node(&self, script: &str) -> Command {
        let mut node = self.client(Path::new("node"));
        node.env("NODE_PATH", require_installed(root().join("target/npm/node_modules")));
        node.arg(root().join("tests/referees").join(script));
        node
    }

    /// Returns the URL of the registry.
    pub fn url(&self) -> String {
        self.setting("AWS_ENDPOINT_URL_SCHEMAS")
    }

    /// Returns the value that the server prints for a variable of the shell.
    pub fn setting(&self, name: &str) -> String {
        let setting = self.settings.iter().find(|(known, _)| known == name);
        setting.map_or_else(String::new, |(_, value)| value.clone())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is waited for.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
