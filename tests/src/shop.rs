//! A small workspace in a repository, with released events. In: their names. Out: a folder, in which git and schemactl run; it is removed with
//! the value.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a panic fails the test")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{binary, clean_command, run_git};

/// A schema with one required property.
pub const THING: &str = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}"#;

/// A repository with released events, on the branch `main`.
#[derive(Debug)]
pub struct Shop(tempfile::TempDir);

impl Shop {
    /// Creates one whose events have a version 1.0, released in the lock.
    pub fn new(events: &[&str]) -> Self {
        let shop = Self::without_lock(events);
        shop.holds(&["check", "--release"], 0, &[]);
        shop.commit();
        shop
    }

    /// Creates one around a folder that is there.
    pub fn of(folder: tempfile::TempDir) -> Self {
        Self(folder)
    }

    /// Creates one whose events are on `main`, and in no lock.
    pub fn without_lock(events: &[&str]) -> Self {
        let shop = Self(tempfile::tempdir().unwrap());
        fs::write(
            shop.path("schemactl.toml"),
            "version = 1\n[registry]\nname = \"shop\"\n",
        )
        .unwrap();
        fs::write(shop.path(".gitattributes"), "schemactl.lock merge=union\n").unwrap();
        for event in events {
            let folder = shop.path(&format!("schemas/shop/{event}"));
            fs::create_dir_all(&folder).unwrap();
            fs::write(
                folder.join("event.toml"),
                format!("source = \"shop\"\ndetail-type = \"{event}\"\n"),
            )
            .unwrap();
            fs::write(folder.join("1.0.json"), THING).unwrap();
        }
        shop.git(&["init", "--quiet", "--initial-branch=main"]);
        shop.commit();
        shop
    }

    /// Returns the path of a file.
    pub fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    /// Runs git, which has to succeed.
    pub fn git(&self, arguments: &[&str]) {
        run_git(self.0.path(), arguments);
    }

    /// Commits everything.
    pub fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message=state"]);
    }

    /// Replaces a text in a file that has it.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(self.path(file), text.replace(from, to)).unwrap();
    }

    /// Runs schemactl. Returns the exit code, and what was printed.
    pub fn run(&self, arguments: &[&str]) -> (i32, String) {
        self.run_as(clean_command(&binary()), arguments)
    }

    /// Runs schemactl as a client of a registry. Returns the exit code, and what was printed.
    pub fn run_as(&self, mut schemactl: Command, arguments: &[&str]) -> (i32, String) {
        let output = schemactl.current_dir(self.0.path()).args(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap(),
            String::from_utf8_lossy(&text).into_owned(),
        )
    }

    /// Records something, which has to succeed.
    pub fn record(&self, arguments: &[&str]) {
        let (code, text) = self.run(&[arguments, &["--author", "Ann", "--reason", "it is time"]].concat());
        assert_eq!(code, 0, "{text}");
    }

    /// Runs schemactl, and asserts its exit code and parts of what is printed.
    pub fn holds(&self, arguments: &[&str], expected: i32, parts: &[&str]) {
        let (code, text) = self.run(arguments);
        assert_eq!(code, expected, "{arguments:?}: {text}");
        for part in parts {
            assert!(text.contains(part), "{arguments:?}: {part} is not in\n{text}");
        }
    }
}
