//! Cargo features by themselves. In: the manifests of our crates. Out: each crate that has features is checked without any, with each alone and
//! with all: another crate of a build may turn on any of them.

use crate::files::read_file;
use crate::sources::list_members;
use crate::{ChoreResult, cargo, root};

/// Checks every crate that has features, in each of the ways.
pub(crate) fn check_features() -> ChoreResult {
    // The package at the root stands in no folder.
    let members = list_members()?.into_iter();
    for member in members.chain([String::new()]) {
        let manifest = read_file(&root().join(&member).join("Cargo.toml"))?;
        let features = list_features(&manifest);
        if features.is_empty() {
            continue;
        }
        let package = manifest
            .lines()
            .find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
            .ok_or_else(|| format!("{member}/Cargo.toml names no package"))?;
        let check = ["check", "--quiet", "--locked", "--package", package];
        cargo(&[&check[..], &["--no-default-features"]].concat())?;
        for feature in &features {
            cargo(&[&check[..], &["--no-default-features", "--features", feature]].concat())?;
        }
        cargo(&[&check[..], &["--all-features"]].concat())?;
    }
    Ok(())
}

/// The features that a manifest has, without the list of those that are on by default.
fn list_features(manifest: &str) -> Vec<&str> {
    let section = manifest.lines().skip_while(|line| *line != "[features]").skip(1);
    let lines = section.take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| Some(line.split_once(" = ")?.0));
    names
        .filter(|name| !name.starts_with('#') && *name != "default")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_read_from_the_manifest() {
        let manifest = "[package]\nname = \"a\"\n\n[features]\n# One = two.\ndefault = [\"one\"]\none = [\"dep:b\"]\ntwo = []\n\n[dependencies]\nb = \"1\"\n";
        assert_eq!(list_features(manifest), ["one", "two"]);
        assert!(list_features("[package]\nname = \"a\"\n").is_empty());
        let runtime = read_file(&root().join("codegen/runtime/Cargo.toml")).unwrap();
        assert!(list_features(&runtime).contains(&"aws"));
    }
}
