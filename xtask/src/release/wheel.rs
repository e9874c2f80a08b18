//! The Python wheel: maturin builds the binary and packs it. The notices are added to what it made, because they are written at the release
//! and are no file of the repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::documents::describe_wheel;
use super::{GLIBC, Release, binary_name, clear_folder, copy_file, list_names};
use crate::{ChoreResult, remove_package_variables, root, run};

/// Builds the wheel, and leaves its binary and SBOM where the other packages take them from.
pub(super) fn build_wheel(release: &Release) -> ChoreResult {
    let work = release.folder.join("wheel");
    clear_folder(&work)?;
    let programs = root().join("target/venv-release/bin");
    let mut maturin = Command::new(programs.join("maturin"));
    remove_package_variables(&mut maturin);
    maturin.args(["build", "--locked", "--out"]).arg(&work);
    if release.debug {
        // Not what a release is: the debug build runs on this machine and newer ones.
        maturin.args(["--profile", "dev"]);
    } else if release.platform.is_linux() {
        let compatibility = format!("manylinux_{}", GLIBC.replace('.', "_"));
        maturin.args(["--release", "--zig", "--compatibility", &compatibility]);
        // maturin looks for zig on PATH, and the environment of the tests has it.
        maturin.env("PATH", search_path(&programs)?);
    } else {
        maturin.arg("--release");
    }
    run(&mut maturin)?;
    let python = programs.join("python");
    let made = find_file(&work, "schemactl-", ".whl")?;
    run(Command::new(&python)
        .args(["-m", "wheel", "unpack", "--dest"])
        .arg(&work)
        .arg(&made))?;
    let unpacked = work.join(format!("schemactl-{}", release.version));
    let information = unpacked.join(format!("schemactl-{}.dist-info", release.version));
    copy_file(
        &release.stage.join("THIRD-PARTY.md"),
        &information.join("licenses/THIRD-PARTY.md"),
    )?;
    copy_file(
        &find_file(&information.join("sboms"), "schemactl", ".json")?,
        &release.stage.join("sbom.cdx.json"),
    )?;
    describe_wheel(release, &information.join("METADATA"))?;
    let scripts = unpacked.join(format!("schemactl-{}.data/scripts", release.version));
    if release.debug {
        // Symbols are most of a debug build, and nothing here reads them.
        run(Command::new("strip").arg(scripts.join(binary_name())))?;
    }
    copy_file(&scripts.join(binary_name()), &release.binary())?;
    run(Command::new(&python)
        .args(["-m", "wheel", "pack", "--dest-dir"])
        .arg(&release.folder)
        .arg(&unpacked))?;
    fs::remove_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))
}

fn search_path(first: &Path) -> Result<std::ffi::OsString, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(first.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).map_err(|error| format!("PATH: {error}"))
}

fn find_file(folder: &Path, start: &str, end: &str) -> Result<PathBuf, String> {
    let names = list_names(folder)?;
    let found = names
        .into_iter()
        .find(|name| name.starts_with(start) && name.ends_with(end));
    found
        .map(|name| folder.join(name))
        .ok_or_else(|| format!("{} has no file {start}…{end}", folder.display()))
}
