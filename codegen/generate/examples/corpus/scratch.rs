//! A crate around generated modules: checked by clippy under `deny(warnings)`, and built into a program that passes instances
//! through them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::instances::Instance;
use crate::table::Table;

/// What the program says about an instance.
pub(crate) struct Answer {
    pub(crate) accepted: Result<Value, String>,
    pub(crate) validated: Result<(), String>,
}

pub(crate) struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    pub(crate) fn new(folder: &Path) -> Self {
        let _ = fs::remove_dir_all(folder.join("src"));
        fs::create_dir_all(folder.join("src")).unwrap();
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().display();
        let manifest = format!(
            "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
             schemactl-runtime = {{ path = \"{crates}/runtime\", features = [\"regex\"] }}\nserde_json = \"1\"\n\
             [profile.dev]\ndebug = false\nincremental = false\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Compiles the modules. Those that do not compile are reported and left out, until the rest does.
    pub(crate) fn compile(&self, generated: &[(&usize, &String)], table: &mut Table, mode: &str) -> Vec<usize> {
        let mut left: Vec<usize> = generated.iter().map(|(index, _)| **index).collect();
        for (index, text) in generated {
            fs::write(self.folder.join(format!("src/s{index:05}.rs")), text).unwrap();
        }
        for _ in 0..5 {
            self.write_root(&left);
            let output = self.cargo(&["clippy", "--lib", "--message-format", "short", "--quiet"]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            if output.status.success() {
                break;
            }
            let mut failed = BTreeMap::new();
            for line in said.lines().filter(|line| line.starts_with("src/s")) {
                let index: usize = line[5..10].parse().unwrap();
                failed.entry(index).or_insert_with(|| line.to_owned());
            }
            if failed.is_empty() {
                table.failure(mode, "compile", &"all", &said);
                return Vec::new();
            }
            for (index, line) in &failed {
                table.failure(mode, "compile", &format!("s{index:05}"), line);
            }
            left.retain(|index| !failed.contains_key(index));
        }
        left
    }

    fn write_root(&self, modules: &[usize]) {
        let mut root = "#![deny(warnings)]\n".to_owned();
        for index in modules {
            writeln!(root, "pub mod s{index:05};").unwrap();
        }
        fs::write(self.folder.join("src/lib.rs"), root).unwrap();
    }

    fn cargo(&self, arguments: &[&str]) -> std::process::Output {
        let target = self.folder.parent().unwrap().join("target");
        let mut command = Command::new("cargo");
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target);
        command.output().unwrap()
    }

    /// Passes instances through the types.
    pub(crate) fn run(&self, modules: &[usize], instances: &[Instance], validates: bool) -> Vec<Answer> {
        fs::write(self.folder.join("src/main.rs"), program(modules, validates)).unwrap();
        let output = self.cargo(&["build", "--quiet"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let binary = self.folder.parent().unwrap().join("target/debug/scratch");
        let mut child = Command::new(binary)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let lines: Vec<String> = instances
            .iter()
            .map(|instance| format!("{} {}\n", instance.case, instance.value))
            .collect();
        let writer =
            std::thread::spawn(move || lines.iter().for_each(|line| stdin.write_all(line.as_bytes()).unwrap()));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        assert!(output.status.success(), "the program ended early");
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(answer).collect()
    }
}

fn answer(line: &str) -> Answer {
    let value: Value = serde_json::from_str(line).unwrap();
    let error = |key: &str| value[key].as_str().map(str::to_owned);
    Answer {
        accepted: error("refused").map_or_else(|| Ok(value["out"].clone()), Err),
        validated: error("invalid").map_or(Ok(()), Err),
    }
}

fn program(modules: &[usize], validates: bool) -> String {
    let mut arms = String::new();
    for index in modules {
        writeln!(
            arms,
            "        {index} => pass::<scratch::s{index:05}::Root>(text, |_root| {}),",
            if validates {
                "_root.validate().map_err(|e| e.to_string())"
            } else {
                "Ok(())"
            }
        )
        .unwrap();
    }
    format!(
        r#"use schemactl_runtime::__private::FromJson;
use schemactl_runtime::serde::{{de::DeserializeOwned, Serialize}};
use serde_json::{{json, Value}};
fn pass<T: FromJson + DeserializeOwned + Serialize>(text: &str, check: fn(&T) -> Result<(), String>) -> Value {{
    match serde_json::from_str::<T>(text) {{
        Ok(value) => match check(&value) {{
            Ok(()) => json!({{"out": serde_json::to_value(&value).unwrap()}}),
            Err(error) => json!({{"out": serde_json::to_value(&value).unwrap(), "invalid": error}}),
        }},
        Err(error) => json!({{"refused": error.to_string()}}),
    }}
}}
fn main() {{
    for line in std::io::stdin().lines() {{
        let line = line.unwrap();
        let (index, text) = line.split_once(' ').unwrap();
        println!("{{}}", dispatch(index.parse().unwrap(), text));
    }}
}}
fn dispatch(index: usize, text: &str) -> Value {{
    match index {{
{arms}        _ => unreachable!(),
    }}
}}
"#
    )
}
