//! The notices of what is linked into the binary: each package with its licence, and each text of a licence once. In: what cargo knows of
//! our dependencies. Out: Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// How the files begin in which packages hold the texts of their licences.
const NAMES: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"];

/// Lists what the binary links, from `cargo metadata`.
pub(super) fn list_notices(metadata: &Value) -> Result<String, String> {
    let linked = list_linked(metadata)?;
    let mut table = String::new();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in &linked {
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        let named = format!("{} {}", text("name"), text("version"));
        let license = package["license"].as_str();
        let license =
            license.ok_or_else(|| format!("{named} states no licence: `license` is missing in its manifest"))?;
        writeln!(table, "| {named} | {license} | {} |", text("repository")).expect("writing to a string cannot fail");
        let folder = Path::new(text("manifest_path")).parent();
        for license in folder.map_or_else(|| Ok(Vec::new()), read_license_texts)? {
            texts.entry(license).or_default().push(named.clone());
        }
    }
    let mut notices = format!(
        "# Third-party notices\n\nThe schemactl binary links the following packages.\n\n| package | licence | source |\n|---|---|---|\n{table}"
    );
    for (text, packages) in &texts {
        let packages = packages.join(", ");
        write!(notices, "\n## {packages}\n\n```text\n{text}\n```\n").expect("writing to a string cannot fail");
    }
    Ok(notices)
}

/// The packages of others that the binary is linked from: its dependencies but those that only build or test.
fn list_linked(metadata: &Value) -> Result<Vec<&Value>, String> {
    let list = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
    let nodes = list(&metadata["resolve"]["nodes"]);
    let nodes: BTreeMap<_, _> = nodes
        .iter()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let packages = metadata["packages"]
        .as_array()
        .ok_or("cargo metadata lists no packages")?;
    let is_own = |package: &&Value| package["source"].is_null();
    let root = packages
        .iter()
        .find(|package| is_own(package) && package["name"] == "schemactl");
    let root = root
        .and_then(|package| package["id"].as_str())
        .ok_or("cargo metadata lists no `schemactl`")?;
    let mut seen = BTreeSet::from([root]);
    let mut waiting = vec![root];
    while let Some(id) = waiting.pop() {
        let dependencies = nodes.get(id).map(|node| list(&node["deps"])).unwrap_or_default();
        for dependency in dependencies {
            let is_linked = list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            let id = dependency["pkg"].as_str().unwrap_or_default();
            if let Some((id, _)) = nodes.get_key_value(id).filter(|(id, _)| is_linked && seen.insert(id)) {
                waiting.push(id);
            }
        }
    }
    let is_linked = |package: &&Value| package["id"].as_str().is_some_and(|id| seen.contains(id));
    let mut linked: Vec<_> = packages
        .iter()
        .filter(|package| is_linked(package) && !is_own(package))
        .collect();
    linked.sort_by_key(|package| (package["name"].to_string(), package["version"].to_string()));
    Ok(linked)
}

fn read_license_texts(folder: &Path) -> Result<Vec<String>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut texts = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        if path.is_file() && NAMES.iter().any(|known| name.starts_with(known)) {
            // A text in another encoding is still a text.
            let text = String::from_utf8_lossy(&fs::read(&path).map_err(failed)?).replace("\r\n", "\n");
            texts.insert(text.trim().to_owned());
        }
    }
    Ok(texts.into_iter().collect())
}
