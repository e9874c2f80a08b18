//! A registry for the command to push to: `schemactl serve` in the test's process, and a workspace beside it.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use schemactl_eventbridge::EventBridge;
use schemactl_model::SchemaType;
use schemactl_push::{NewVersion, Remote as _};
use schemactl_server::{Config, Quotas, Server, start};
use schemactl_tests::{binary, clean_command, copy_folder, python_program, root, run_git, stdout};
use serde_json::Value;

pub(crate) struct Remote {
    pub(crate) server: Server,
    pub(crate) folder: tempfile::TempDir,
}

impl Remote {
    /// A registry without anything, and the shipped workspace beside it.
    pub(crate) fn new() -> Self {
        let remote = Self::empty("");
        copy_folder(&root().join("schemas"), &remote.folder.path().join("schemas"));
        std::fs::copy(
            root().join("schemactl.toml"),
            remote.folder.path().join("schemactl.toml"),
        )
        .unwrap();
        remote
    }

    /// A registry and a workspace without anything. `registry`: lines of the table of that name.
    pub(crate) fn empty(registry: &str) -> Self {
        Self::limited(registry, Quotas::unlimited())
    }

    /// The same, with quotas.
    pub(crate) fn limited(registry: &str, quotas: Quotas) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = start(Config::new(folder.path().join("data")).quotas(quotas)).unwrap();
        let remote = Self { server, folder };
        remote.settings(registry);
        std::fs::create_dir(remote.folder.path().join("schemas")).unwrap();
        remote
    }

    /// Other settings of the registry.
    pub(crate) fn settings(&self, registry: &str) {
        let text = format!("version = 1\n[registry]\nname = \"events\"\n{registry}\n[check]\nmode = \"none\"\n");
        std::fs::write(self.folder.path().join("schemactl.toml"), text).unwrap();
    }

    /// Writes a version of `shop/EVENT` with one property of that name.
    pub(crate) fn version(&self, event: &str, version: &str, property: &str) {
        let folder = self.folder.path().join("schemas/shop").join(event);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(
            folder.join("event.toml"),
            format!("source = \"shop\"\ndetail-type = \"{event}\"\n"),
        )
        .unwrap();
        let schema = format!(
            r#"{{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": {{"{property}": {{}}}}}}"#
        );
        std::fs::write(folder.join(format!("{version}.json")), schema).unwrap();
    }

    /// Commits the lock, so that the history has what is released.
    pub(crate) fn commit_lock(&self) {
        let folder = self.folder.path();
        for arguments in [
            &["init", "-q", "."][..],
            &["add", "schemactl.lock"],
            &["commit", "-q", "--allow-empty", "-m", "release"],
        ] {
            run_git(folder, arguments);
        }
    }

    /// The registry as others reach it, without the command.
    pub(crate) fn client(&self) -> EventBridge {
        self.client_of("events")
    }

    /// A registry of that name as others reach it.
    pub(crate) fn client_of(&self, registry: &str) -> EventBridge {
        EventBridge::local(&self.server.url(), "us-east-1", registry, Duration::from_secs(10)).unwrap()
    }

    /// Somebody else adds a version, as JSON Schema.
    pub(crate) fn add_version(&self, schema: &str, content: &str, token: &str) {
        let version = NewVersion {
            schema,
            type_: SchemaType::JsonSchemaDraft4,
            content,
            token,
        };
        self.client().add_version(&version).unwrap();
    }

    /// Runs a command, and gives its code, its result and what it said besides.
    pub(crate) fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        told(&self.schemactl(arguments).output().unwrap())
    }

    pub(crate) fn with_settings(&self, program: &Path) -> Command {
        let mut command = clean_command(program);
        command.current_dir(self.folder.path()).envs([
            ("AWS_ENDPOINT_URL_SCHEMAS", self.server.url().as_str()),
            ("AWS_REGION", "us-east-1"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
        ]);
        command
    }

    pub(crate) fn schemactl(&self, arguments: &[&str]) -> Command {
        let mut command = self.with_settings(&binary());
        command.args(arguments);
        command
    }

    pub(crate) fn push(&self) -> String {
        stdout(&self.schemactl(&["push", "--create-registry"]).output().unwrap())
    }

    /// `aws schemas …` as JSON.
    pub(crate) fn aws(&self, arguments: &[&str]) -> Value {
        let mut aws = self.with_settings(&python_program("aws"));
        let output = aws
            .arg("schemas")
            .args(arguments)
            .args(["--output", "json"])
            .output()
            .unwrap();
        serde_json::from_str(&stdout(&output)).unwrap()
    }

    pub(crate) fn writes(&self) -> usize {
        self.server.requests().iter().filter(|request| request.write).count()
    }
}

/// Code, result, and what was said besides.
pub(crate) fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}
