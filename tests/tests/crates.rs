//! Every crate can be published: its package in target/package, which `cargo xtask test` has packed, holds what the compiler reads and what
//! crates.io shows, and nothing else. In: the packages, and the files that rustc lists for each crate. That a package builds is not tried: it has
//! the sources, the features and the dependencies with which the workspace was built.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use schemactl_tests::{cargo_command, cargo_metadata, read_folder, require_installed, root, stdout};
use serde_json::Value;

/// What crates.io takes at most: 10 MiB.
const LARGEST: u64 = 10 * 1024 * 1024;

/// What cargo adds to a package.
const ADDED: [&str; 4] = [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml", "Cargo.toml.orig"];

/// The categories of crates.io that we use; a package with any other is rejected when it is published.
const CATEGORIES: [&str; 15] = [
    "algorithms",
    "api-bindings",
    "command-line-utilities",
    "config",
    "data-structures",
    "development-tools",
    "development-tools::build-utils",
    "development-tools::testing",
    "encoding",
    "mathematics",
    "parser-implementations",
    "template-engine",
    "text-editors",
    "text-processing",
    "web-programming::http-server",
];

/// A crate of ours that is published.
struct PublicCrate {
    name: String,
    version: String,
    folder: PathBuf,
    metadata: Value,
}

impl PublicCrate {
    fn text(&self, key: &str) -> &str {
        self.metadata[key].as_str().unwrap_or_default()
    }

    fn list(&self, key: &str) -> Vec<&str> {
        let values = self.metadata[key].as_array().unwrap().iter();
        values.map(|value| value.as_str().unwrap()).collect()
    }

    /// Returns our crates that it needs to be built or tested.
    fn own_dependencies(&self) -> Vec<(&str, &Value)> {
        let dependencies = self.metadata["dependencies"].as_array().unwrap().iter();
        let named = dependencies.map(|dependency| (dependency["name"].as_str().unwrap(), dependency));
        named.filter(|(name, _)| name.starts_with("schemactl")).collect()
    }

    fn package(&self) -> PathBuf {
        let name = format!("{}-{}.crate", self.name, self.version);
        require_installed(root().join("target/package").join(name))
    }

    /// Returns the files of the package, by their path in it.
    fn packed_files(&self) -> BTreeMap<String, Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let mut tar = Command::new("tar");
        tar.arg("-xzf").arg(self.package()).arg("-C").arg(folder.path());
        stdout(&tar.output().unwrap());
        read_folder(&folder.path().join(format!("{}-{}", self.name, self.version)))
    }
}

/// Returns the crates that are no test and no tool of ours.
fn public_crates() -> Vec<PublicCrate> {
    let metadata = cargo_metadata(&["--no-deps"]);
    let packages = metadata["packages"].as_array().unwrap().iter();
    let public = packages.filter(|package| package["publish"].is_null());
    let crates: Vec<_> = public
        .map(|package| PublicCrate {
            name: package["name"].as_str().unwrap().to_owned(),
            version: package["version"].as_str().unwrap().to_owned(),
            folder: Path::new(package["manifest_path"].as_str().unwrap())
                .parent()
                .unwrap()
                .to_owned(),
            metadata: package.clone(),
        })
        .collect();
    assert!(crates.len() > 15, "{}", crates.len());
    crates
}

/// Returns what a package holds beside what cargo adds: paths with a star for what stands below a folder of sources or data.
fn expected_shape(name: &str) -> Vec<&'static str> {
    let own: &[&str] = match name {
        "schemactl" => &["README.md", "cli/src/*", "schemactl.toml", "schemas/*"],
        "schemactl-rules" => &["event.schema.json", "rules/*", "schemactl.schema.json", "src/*"],
        _ => &["README.md", "src/*"],
    };
    [&["LICENSE-APACHE", "LICENSE-MIT"], own].concat()
}

#[test]
fn each_package_holds_its_sources_and_what_people_read() {
    let mut licences = BTreeMap::new();
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        licences.insert(name, fs::read(root().join(name)).unwrap());
    }
    for public in public_crates() {
        let size = fs::metadata(public.package()).unwrap().len();
        assert!(size < LARGEST, "{} has {size} bytes", public.name);
        let mut files = public.packed_files();
        for name in ADDED {
            assert!(files.remove(name).is_some(), "{} has no {name}", public.name);
        }
        let shape: BTreeSet<_> = files.keys().map(|path| shape_of(path)).collect();
        assert_eq!(
            shape,
            expected_shape(&public.name).into_iter().map(str::to_owned).collect(),
            "{}",
            public.name
        );
        for (path, packed) in &files {
            // A package that is older than the workspace is made again by `cargo xtask test`.
            let ours = fs::read(public.folder.join(path)).unwrap();
            assert!(
                ours == *packed,
                "{}: {path} is another file than in the workspace",
                public.name
            );
        }
        for (name, text) in &licences {
            assert!(
                files[*name] == *text,
                "{}: {name} is not that of the workspace",
                public.name
            );
        }
        let sources = read_folder(
            &public
                .folder
                .join(if public.name == "schemactl" { "cli/src" } else { "src" }),
        );
        let packed = files.keys().filter(|path| path.contains("src/")).count();
        assert_eq!(packed, sources.len(), "{}: sources", public.name);
    }
}

/// Returns `src/*` for what stands in `src`, however deep, and a file beside it as it is.
fn shape_of(path: &str) -> String {
    for folder in ["src/", "cli/src/", "rules/", "schemas/"] {
        if path.starts_with(folder) {
            return format!("{folder}*");
        }
    }
    path.to_owned()
}

/// A file that a crate includes from outside of its package is there when the workspace is built, and nowhere else.
#[test]
fn each_package_holds_what_the_compiler_reads() {
    let read = files_that_rustc_read();
    for public in public_crates() {
        let packed = public.packed_files();
        let folder = public.folder.canonicalize().unwrap();
        let files = &read[&public.name];
        assert!(!files.is_empty(), "{}", public.name);
        for file in files {
            let inside = file
                .strip_prefix(&folder)
                .map(|path| path.to_string_lossy().into_owned());
            let is_packed = inside.as_ref().is_ok_and(|path| packed.contains_key(path));
            assert!(
                is_packed,
                "{} reads {}, which is not in its package",
                public.name,
                file.display()
            );
        }
    }
}

/// Returns the files that rustc has read for each of our libraries and programs, as it lists them beside what it made.
fn files_that_rustc_read() -> BTreeMap<String, BTreeSet<PathBuf>> {
    let mut build = cargo_command();
    build.args(["build", "--workspace", "--locked", "--offline", "--message-format=json"]);
    let printed = stdout(&build.output().unwrap());
    let mut found: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    for line in printed.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let Some(manifest) = line["manifest_path"].as_str().map(Path::new) else {
            continue;
        };
        if line["reason"] != "compiler-artifact" || !manifest.starts_with(root()) {
            continue;
        }
        let library = line["filenames"].as_array().unwrap().iter().filter_map(Value::as_str);
        let Some(library) = library
            .map(Path::new)
            .find(|file| file.extension().is_some_and(|end| end == "rmeta"))
        else {
            continue;
        };
        let listed = library.with_file_name(library.file_stem().unwrap().to_string_lossy().trim_start_matches("lib"));
        let listed = fs::read_to_string(listed.with_extension("d")).unwrap();
        // `made: read read …`, with a backslash before a space in a name; then a line for each file, and what else counts.
        let rule = listed.lines().find_map(|line| line.split_once(": ")).unwrap().1;
        let name = line["target"]["name"].as_str().unwrap().replace('_', "-");
        let files = rule.replace("\\ ", "\0");
        let files = files.split(' ').filter(|file| !file.is_empty());
        let files = files.map(|file| root().join(file.replace('\0', " ")).canonicalize().unwrap());
        found.entry(name).or_default().extend(files);
    }
    found
}

#[test]
fn crates_io_is_told_what_each_crate_is() {
    for public in public_crates() {
        let name = &public.name;
        assert!(
            (20..=100).contains(&public.text("description").len()),
            "{name}: description"
        );
        for key in ["license", "repository", "readme", "rust_version"] {
            assert!(!public.text(key).is_empty(), "{name} has no `{key}`");
        }
        let keywords = public.list("keywords");
        let is_keyword = |word: &&str| {
            let is_short = (1..=20).contains(&word.len());
            is_short
                && word.starts_with(|c: char| c.is_ascii_lowercase())
                && !word.contains(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        };
        assert!(
            (1..=5).contains(&keywords.len()) && keywords.iter().all(is_keyword),
            "{name}: {keywords:?}"
        );
        let categories = public.list("categories");
        let are_known = categories.iter().all(|category| CATEGORIES.contains(category));
        assert!(
            (1..=5).contains(&categories.len()) && are_known,
            "{name}: {categories:?}"
        );
        assert_eq!(
            public.metadata["metadata"]["docs"]["rs"]["all-features"], true,
            "{name}: docs.rs"
        );
    }
}

/// A release is one version of everything: what is resolved from crates.io is never a mixture of two.
#[test]
fn our_crates_depend_on_their_own_release_and_can_be_published_in_an_order() {
    let mut waiting = public_crates();
    for public in &waiting {
        for (name, dependency) in public.own_dependencies() {
            let required = format!("={}", public.version);
            assert_eq!(dependency["req"], required.as_str(), "{} needs {name}", public.name);
        }
        let manifest = String::from_utf8(public.packed_files().remove("Cargo.toml").unwrap()).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let tables = ["dependencies", "dev-dependencies"]
            .into_iter()
            .filter_map(|key| manifest.get(key)?.as_table());
        for (name, dependency) in tables.flatten() {
            let is_found = dependency.get("path").is_none() && dependency.get("version").is_some();
            assert!(
                is_found,
                "{}: {name} is not a version on crates.io: {dependency}",
                public.name
            );
        }
    }
    while !waiting.is_empty() {
        let names: BTreeSet<_> = waiting.iter().map(|public| public.name.clone()).collect();
        let before = waiting.len();
        waiting.retain(|public| public.own_dependencies().iter().any(|(name, _)| names.contains(*name)));
        assert!(
            waiting.len() < before,
            "these depend on each other in a circle: {names:?}"
        );
    }
}
