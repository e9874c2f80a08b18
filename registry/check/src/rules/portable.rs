//! Names of folders and files that Windows or macOS cannot hold: who clones the repository there gets other files, or none. In: the events of a
//! workspace, their examples and the shared schemas. Out: a warning for each name, with what is wrong with it.

use std::collections::BTreeMap;

use schemactl_workspace::{Workspace, WorkspaceEvent};

use super::finding;
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;

/// Names of devices on Windows, whatever stands behind a dot: `aux.orders` is one too (Naming Files, Paths, and Namespaces).
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
/// Names of devices that a digit follows.
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];
/// Characters that no name on Windows has; a slash is in no name anywhere.
const REFUSED: [char; 8] = ['<', '>', ':', '"', '|', '?', '*', '\\'];

pub(super) fn check_names(workspace: &Workspace, report: &mut Report) {
    let (mut events, mut namespaces) = (NamesByCase::default(), NamesByCase::default());
    let mut last = None;
    for event in workspace.events.values() {
        let namespace = event.name.namespace();
        let fault = [namespace, event.name.name()].into_iter().find_map(find_fault);
        let same_event = events.add(&format!("schemas/{}", event.name));
        // Told at the first event of a namespace, and not at each.
        let is_first = last.replace(namespace) != Some(namespace);
        let same_namespace = namespaces.add(&format!("schemas/{namespace}")).filter(|_| is_first);
        if let Some(fault) = fault.or(same_event).or(same_namespace) {
            report.findings.push(describe_event(event, &fault));
        }
        check_examples(event, report);
    }
    let mut shared = NamesByCase::default();
    for document in &workspace.shared {
        let path = document.source().path();
        let fault = path.split('/').find_map(find_fault);
        if let Some(fault) = fault.or_else(|| shared.add(path)) {
            let found = Finding::new(Rule::NameNotPortable, Severity::Warning, None);
            report.findings.push(Finding {
                places: vec![FindingPlace::whole(document.source(), "this file")],
                ..describe_file(path, &fault, found)
            });
        }
    }
}

fn check_examples(event: &WorkspaceEvent, report: &mut Report) {
    let mut files = NamesByCase::default();
    for example in event.versions.values().flat_map(|version| &version.examples) {
        let path = example.file.path();
        let name = path.rsplit('/').next().unwrap_or(path);
        if let Some(fault) = find_fault(name).or_else(|| files.add(path)) {
            report.findings.push(Finding {
                places: vec![FindingPlace::whole(&example.file, "this file")],
                ..describe_file(path, &fault, finding(Rule::NameNotPortable, Severity::Warning, event))
            });
        }
    }
}

fn describe_event(event: &WorkspaceEvent, fault: &str) -> Finding {
    let folder = format!("schemas/{}", event.name);
    Finding {
        places: vec![FindingPlace::whole(&event.settings_file, "the event")],
        fix: Some(format!(
            "rename the folder; if a version is released, use `schemactl move {} NEW`",
            event.name
        )),
        ..describe_file(&folder, fault, finding(Rule::NameNotPortable, Severity::Warning, event))
    }
}

fn describe_file(path: &str, fault: &str, finding: Finding) -> Finding {
    Finding {
        message: format!("{path} is not the same on every system: {fault}"),
        subject: Some(path.to_owned()),
        fix: Some("rename the file".to_owned()),
        ..finding
    }
}

/// What is wrong with a name of a file or folder.
fn find_fault(name: &str) -> Option<String> {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let is_numbered = |device: &&str| {
        let rest = stem.strip_prefix(*device);
        rest.is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if DEVICES.contains(&stem.as_str()) || NUMBERED_DEVICES.iter().any(is_numbered) {
        return Some(format!("`{name}` is the name of a device on Windows"));
    }
    if name.ends_with(['.', ' ']) {
        return Some(format!("Windows leaves out the dot or space at the end of `{name}`"));
    }
    let refused = name
        .chars()
        .find(|letter| REFUSED.contains(letter) || letter.is_control());
    refused.map(|_| format!("`{name}` has a character that Windows does not allow in names"))
}

/// Names by their small letters, to find those that differ in upper and lower case alone.
#[derive(Default)]
struct NamesByCase(BTreeMap<String, String>);

impl NamesByCase {
    /// Adds a name. Returns what is wrong if another one is the same where case is not told apart.
    fn add(&mut self, name: &str) -> Option<String> {
        let known = self.0.entry(name.to_lowercase()).or_insert_with(|| name.to_owned());
        (known != name).then(|| format!("`{known}` is the same name on Windows and macOS"))
    }
}

#[cfg(test)]
mod tests {
    use schemactl_compat::{Semantics, default_engine};
    use schemactl_workspace::FileMap;

    use super::*;
    use crate::rules::{CheckOptions, check};

    // No files of this repository: nobody could check it out on Windows.
    #[test]
    fn names_that_some_system_does_not_have_are_found_once() {
        let mut files = FileMap::from_iter([("schemactl.toml", "version = 1\n[registry]\nname = \"r\"\n")]);
        for (at, (event, example)) in [
            ("aux.orders/Placed", "order.json"),
            ("com.shop/NUL", "order.json"),
            ("com.shop/Com7", "order.json"),
            ("com.shop/Placed", "what?.json"),
            ("com.shop/placed", "order.json"),
            ("com.shop/Paid", "Order.json"),
            ("COM.shop/Paid", "con.json"),
            ("com.shop/Console", "console.json"),
            ("com.shop/Com10", "com.json"),
            ("com0rders/Null", "auxiliary.json"),
        ]
        .iter()
        .enumerate()
        {
            let folder = format!("schemas/{event}");
            files.insert(
                format!("{folder}/event.toml"),
                format!("source = \"s\"\ndetail-type = \"d{at}\"\n"),
            );
            files.insert(format!("{folder}/1.0.json"), r#"{"type": "object"}"#);
            files.insert(format!("{folder}/examples/1.0/{example}"), "{}");
        }
        files.insert("schemas/com.shop/Paid/examples/1.0/order.json", "{}");
        files.insert("schemas/_shared/lpt1.json", "{}");
        let workspace = Workspace::from_files(&files).expect("it can be read");
        let engine = default_engine(Semantics::default());
        let (report, _) = check(&workspace, &CheckOptions::new(&engine));
        let found = report.findings.iter().filter(|one| one.rule == Rule::NameNotPortable);
        let mut found: Vec<_> = found.map(|one| one.subject.clone().unwrap_or_default()).collect();
        found.sort();
        assert_eq!(
            found,
            [
                "schemas/COM.shop/Paid/examples/1.0/con.json",
                "schemas/_shared/lpt1.json",
                "schemas/aux.orders/Placed",
                "schemas/com.shop/Com10",
                "schemas/com.shop/Com7",
                "schemas/com.shop/NUL",
                "schemas/com.shop/Paid",
                "schemas/com.shop/Paid/examples/1.0/order.json",
                "schemas/com.shop/Placed/examples/1.0/what?.json",
                "schemas/com.shop/placed",
            ]
        );
    }
}
