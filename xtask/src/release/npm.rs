//! The npm packages: `schemactl`, which starts the binary, and a package for each platform, which has it. npm installs only the one that
//! fits, because they are optional and name their platform. In: the staged files and `packaging/npm`. Out: .tgz files, packed by npm.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::documents::write_short_readme;
use super::{PLATFORMS, Platform, Release, binary_name, clear_folder, copy_file};
use crate::files::write_file;
use crate::{ChoreResult, root, run};

/// Packs the root package, and the package of this platform.
pub(super) fn pack_npm(release: &Release) -> ChoreResult {
    let work = release.folder.join("npm");
    let platform = work.join("platform");
    clear_folder(&platform)?;
    fs::create_dir_all(platform.join("bin")).map_err(|error| format!("{}: {error}", platform.display()))?;
    let binary = platform.join("bin").join(binary_name());
    copy_file(&release.binary(), &binary)?;
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.md", "sbom.cdx.json"] {
        copy_file(&release.stage.join(file), &platform.join(file))?;
    }
    let (os, cpu) = release.platform.npm;
    let mut manifest = describe_package(&platform_name(release.platform), &release.version);
    manifest["os"] = json!([os]);
    manifest["cpu"] = json!([cpu]);
    if release.platform.is_linux() {
        manifest["libc"] = json!(["glibc"]);
    }
    pack(release, &platform, &manifest)?;

    let package = work.join("schemactl");
    clear_folder(&package)?;
    write_file(&package.join("README.md"), &write_short_readme(release)?)?;
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.md", "sbom.cdx.json"] {
        copy_file(&release.stage.join(file), &package.join(file))?;
    }
    copy_file(
        &root().join("packaging/npm/schemactl.js"),
        &package.join("schemactl.js"),
    )?;
    let mut manifest = describe_package("schemactl", &release.version);
    manifest["bin"] = json!({ "schemactl": "schemactl.js" });
    manifest["engines"] = json!({ "node": ">=18" });
    let platforms = PLATFORMS
        .iter()
        .map(|platform| (platform_name(platform), json!(release.version)));
    manifest["optionalDependencies"] = Value::Object(platforms.collect());
    pack(release, &package, &manifest)?;
    fs::remove_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))
}

fn platform_name(platform: &Platform) -> String {
    let (os, cpu) = platform.npm;
    format!("@schemactl/{os}-{cpu}")
}

fn describe_package(name: &str, version: &str) -> Value {
    json!({
        "name": name,
        "version": version,
        "description": "Versioned JSON Schemas for events on Amazon EventBridge: check, generate, push",
        "license": "MIT OR Apache-2.0",
        "repository": { "type": "git", "url": "git+https://github.com/schemactl/schemactl.git" },
    })
}

fn pack(release: &Release, folder: &Path, manifest: &Value) -> ChoreResult {
    let text = serde_json::to_string_pretty(manifest).expect("a value is JSON");
    write_file(&folder.join("package.json"), &format!("{text}\n"))?;
    run(Command::new("npm")
        .args(["pack", "--silent", "--pack-destination"])
        .arg(&release.folder)
        .arg(folder))
}
