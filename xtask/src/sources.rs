//! The sources of our crates, for the chores that look at them. In: the workspace. Out: its files without tests, examples and benches, each
//! parsed, with the module that it is.

use std::path::{Path, PathBuf};

use crate::files::read_file;
use crate::root;

/// Where the sources of the package at the root stand.
const BINARY: &str = "cli";

/// Returns the sources of our crates, relative to the workspace, without tests, examples and benches.
pub(crate) fn source_files() -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    let members = list_members()?.into_iter();
    for member in members.chain([BINARY.to_owned()]) {
        let folder = Path::new(&member).join("src");
        if root().join(&folder).is_dir() {
            collect_sources(&folder, &mut files)?;
        }
    }
    files.sort();
    Ok(files)
}

/// Returns the folders of our packages, without the root.
pub(crate) fn list_members() -> Result<Vec<String>, String> {
    let manifest = read_file(&root().join("Cargo.toml"))?;
    let members = manifest
        .split_once("members = [")
        .and_then(|(_, rest)| rest.split_once(']'));
    let (members, _) = members.ok_or("Cargo.toml lists no members")?;
    let members = members.split(',').map(|member| member.trim().trim_matches('"'));
    Ok(members.filter(|member| !member.is_empty()).map(str::to_owned).collect())
}

fn collect_sources(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in std::fs::read_dir(root().join(folder)).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = folder.join(entry.file_name());
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if stem == "tests" {
            continue;
        }
        if entry.path().is_dir() {
            collect_sources(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// Parses a source of the workspace.
pub(crate) fn parse_source(file: &Path) -> Result<syn::File, String> {
    let text = read_file(&root().join(file))?;
    syn::parse_file(&text).map_err(|error| format!("{}: {error}", file.display()))
}

/// Returns the folder of the crate and the module that a source file is. `None` for what is a program beside a library.
pub(crate) fn split_source(file: &Path) -> Option<(String, Vec<String>)> {
    let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let at = parts.iter().position(|part| part == "src")?;
    let (package, inside) = (parts[..at].join("/"), &parts[at + 1..]);
    let (name, folders) = inside.split_last()?;
    let stem = name.strip_suffix(".rs")?;
    let mut module = folders.to_vec();
    match (stem, folders.is_empty()) {
        ("lib", true) => {}
        ("main", true) if root().join(&package).join("src/lib.rs").exists() => return None,
        ("main", true) => {}
        ("mod", false) => {}
        _ => module.push(stem.to_owned()),
    }
    Some((package, module))
}

/// Returns whether an item stands there for tests only.
pub(crate) fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string().starts_with("test"),
        syn::Meta::NameValue(_) => false,
    })
}
