//! The archive of the crates: a crate outside of the workspace builds with it and without a network, as docs/guides/consumer.md says. What the crates
//! need of others comes from the cache of cargo, as in every test.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::Path;
use std::process::Command;

use schemactl_tests::{binary, cargo_command, clean_command, names_in, require_installed, root, stdout};

const VERSION: &str = env!("CARGO_PKG_VERSION");

const BUILD: &str = r#"
fn main() -> Result<(), Box<dyn std::error::Error>> {
    schemactl_generate::Builder::new("../shop").event("OrderPlaced")?.generate()?;
    Ok(())
}
"#;

const MAIN: &str = r##"
include!(concat!(env!("OUT_DIR"), "/events.rs"));

fn main() {
    let order = r#"{"version": "1.0", "orderId": "o-1", "placedAt": "2026-02-01T14:32:00Z"}"#;
    let order: order_placed::v1::OrderPlaced = schemactl_runtime::serde_json::from_str(order).unwrap();
    println!("{}", order.order_id);
}
"##;

/// Returns the blocks of TOML of the guide: what a crate has to say.
fn dependencies_of_guide() -> String {
    let page = fs::read_to_string(root().join("docs/guides/consumer.md")).unwrap();
    let block = page.split("```toml\n").nth(1).unwrap();
    block.split("```").next().unwrap().to_owned()
}

fn unpack(folder: &Path) {
    let archive = root().join(format!("target/release-files-debug/schemactl-crates-{VERSION}.tar.gz"));
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(require_installed(archive)).arg("-C").arg(folder);
    stdout(&tar.output().unwrap());
}

#[test]
fn a_crate_builds_from_the_archive_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    unpack(path);
    let mut init = clean_command(&binary());
    stdout(&init.current_dir(path).args(["init", "shop"]).output().unwrap());
    let own = path.join("own");
    fs::create_dir_all(own.join("src")).unwrap();
    let dependencies = dependencies_of_guide();
    assert!(
        dependencies.contains(&format!("schemactl-crates-{VERSION}/")),
        "{dependencies}"
    );
    let manifest = format!(
        "[package]\nname = \"own\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n\n[profile.dev]\ndebug = 0\nincremental = false\n\n{dependencies}"
    );
    fs::write(own.join("Cargo.toml"), manifest).unwrap();
    // The versions that are in the cache for sure.
    fs::copy(root().join("tests/consumer/Cargo.lock"), own.join("Cargo.lock")).unwrap();
    fs::write(own.join("build.rs"), BUILD).unwrap();
    fs::write(own.join("src/main.rs"), MAIN).unwrap();
    let mut build = cargo_command();
    build
        .args(["run", "--quiet", "--offline"])
        .current_dir(&own)
        .env("CARGO_TARGET_DIR", root().join("target/consumer"));
    assert_eq!(stdout(&build.output().unwrap()), "o-1\n");
}

/// Nothing in the archive leads out of it: our own crates are beside each other, and each is there with its licence.
#[test]
fn the_crates_of_the_archive_find_each_other() {
    let folder = tempfile::tempdir().unwrap();
    unpack(folder.path());
    let crates = folder.path().join(format!("schemactl-crates-{VERSION}"));
    let names = names_in(&crates);
    assert!(names.len() > 15, "{names:?}");
    for name in &names {
        let manifest = fs::read_to_string(crates.join(name).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        for table in ["dependencies", "build-dependencies"] {
            let dependencies = manifest.get(table).and_then(toml::Value::as_table);
            for (dependency, settings) in dependencies.into_iter().flatten() {
                let expected = dependency.starts_with("schemactl").then(|| format!("../{dependency}"));
                let path = settings.get("path").and_then(toml::Value::as_str);
                assert_eq!(path, expected.as_deref(), "{name}: {dependency}");
            }
        }
        assert!(crates.join(name).join("LICENSE-MIT").is_file(), "{name}");
        assert!(!crates.join(name).join("Cargo.lock").exists(), "{name}");
    }
}
