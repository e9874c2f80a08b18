//! The crates of the workspace as source, for those who build without crates.io: an archive with a folder for each crate, as it would be published,
//! whose manifests name each other by path. In: the packages that `cargo package` makes. Out: `schemactl-crates-VERSION.tar.gz`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::archive::pack_folder;
use super::{Release, clear_folder, list_names};
use crate::files::{read_file, write_file};
use crate::{ChoreResult, root, run};

/// What cargo adds to a package, and a crate that is used by its path does not need.
const ADDED: [&str; 3] = [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml.orig"];

/// Packs the archive. Every platform but Windows, whose checkouts have other line ends, makes the same bytes.
pub(super) fn pack_crate_archive(release: &Release) -> ChoreResult {
    // Tests look for the packages in target/package, and may do so while a release is made beside them.
    let packing = if release.debug {
        root().join("target")
    } else {
        release.folder.join("packing")
    };
    crate::pack_crates(&packing)?;
    let stage = release.folder.join("crates");
    clear_folder(&stage)?;
    let packages = packing.join("package");
    let end = format!("-{}.crate", release.version);
    let crates: Vec<String> = list_names(&packages)?
        .iter()
        .filter_map(|name| name.strip_suffix(&end).map(str::to_owned))
        .collect();
    for name in &crates {
        unpack_crate(&packages.join(format!("{name}{end}")), (name, &release.version), &stage)?;
        let manifest = stage.join(name).join("Cargo.toml");
        write_file(&manifest, &add_paths(&read_file(&manifest)?, &crates))?;
    }
    let name = format!("schemactl-crates-{}", release.version);
    pack_folder(&stage, &release.folder, &name)?;
    let of_tests = release.debug.then_some(&packing);
    for folder in [&stage, &packing] {
        if Some(folder) != of_tests {
            fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
    }
    Ok(())
}

/// Unpacks a package as a folder with the name of its crate.
fn unpack_crate(package: &Path, (name, version): (&str, &str), stage: &Path) -> ChoreResult {
    run(Command::new("tar").arg("-xzf").arg(package).arg("-C").arg(stage))?;
    let unpacked: PathBuf = stage.join(format!("{name}-{version}"));
    for file in ADDED {
        let path = unpacked.join(file);
        if path.is_file() {
            fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    fs::rename(&unpacked, stage.join(name)).map_err(|error| format!("{}: {error}", unpacked.display()))
}

/// Returns a manifest in which dependencies on our own crates have a path: cargo has written a table for each dependency.
fn add_paths(manifest: &str, crates: &[String]) -> String {
    manifest.split_inclusive('\n').fold(String::new(), |text, line| {
        let table = line
            .trim_end()
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        let name = table
            .and_then(|table| table.rsplit_once("dependencies."))
            .map(|(_, name)| name);
        match name.filter(|name| crates.iter().any(|own| own == name)) {
            Some(name) => text + line + &format!("path = \"../{name}\"\n"),
            None => text + line,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::add_paths;

    #[test]
    fn our_own_crates_are_found_beside_each_other() {
        let manifest = "[package]\nname = \"a\"\n\n[dependencies.b]\nversion = \"=1.0\"\n\n[dependencies.serde]\nversion = \"1\"\n\n[build-dependencies.b]\n";
        let own = ["a".to_owned(), "b".to_owned()];
        let expected = "[package]\nname = \"a\"\n\n[dependencies.b]\npath = \"../b\"\nversion = \"=1.0\"\n\n[dependencies.serde]\nversion = \"1\"\n\n[build-dependencies.b]\npath = \"../b\"\n";
        assert_eq!(add_paths(manifest, &own), expected);
    }
}
