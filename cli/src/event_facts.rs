//! What the workspace of a local registry says of an event, for its pages: a registered schema names its event and no settings. In: the root of
//! the workspace, and a name. Out: the policy that `check` judges it by, and what of it is on its way out.

use std::path::Path;

use schemactl_model::EventName;
use schemactl_pages::DeprecationNote;
use schemactl_server::EventFacts;
use schemactl_workspace::{Deprecation, MANIFEST_FILE, Workspace};

/// Returns what a workspace says of an event. `None` for an event that it does not have, and for a workspace that cannot be read.
pub(crate) fn read_event_facts(root: &Path, name: &str) -> Option<EventFacts> {
    find_event_facts(&Workspace::load(root).ok()?, name)
}

fn find_event_facts(workspace: &Workspace, name: &str) -> Option<EventFacts> {
    let event = workspace.events.get(&name.parse::<EventName>().ok()?)?;
    let check = &workspace.manifest.check;
    let (policy, policy_source) = match &event.settings.policy {
        Some(policy) => (Some(policy), event.settings_file.path()),
        None => (check.policy.as_ref(), MANIFEST_FILE),
    };
    let mut deprecations: Vec<_> = event.settings.deprecated.iter().map(to_note).collect();
    // A table about a major counts before one about all of them.
    deprecations.sort_by_key(|(major, _)| major.is_none());
    Some(EventFacts {
        policy: policy
            .cloned()
            .unwrap_or_else(|| schemactl_compat::Policy::default().to_string()),
        policy_source: policy_source.to_owned(),
        version_field: event.settings.version_field.clone(),
        formats: check.formats,
        deprecations,
    })
}

fn to_note(deprecation: &Deprecation) -> (Option<u64>, DeprecationNote) {
    let note = DeprecationNote {
        since: deprecation.since.map(|day| day.to_string()),
        sunset: deprecation.sunset.map(|day| day.to_string()),
        successor: deprecation.successor.clone(),
    };
    (deprecation.major, note)
}

#[cfg(test)]
mod tests {
    use schemactl_model::{FormatMode, VersionField};
    use schemactl_workspace::FileMap;

    use super::*;

    #[test]
    fn facts_are_those_of_the_files_as_they_are() {
        let mut files = FileMap::default();
        let facts_of = |files: &FileMap, name: &str| find_event_facts(&Workspace::from_files(files).ok()?, name);
        let read = |files: &FileMap| facts_of(files, "com.shop/OrderPlaced");
        let manifest = "version = 1\n[registry]\nname = \"orders\"\n";
        let settings = "source = \"com.shop\"\ndetail-type = \"OrderPlaced\"\n";
        files.insert("schemactl.toml", manifest);
        files.insert("schemas/com.shop/OrderPlaced/event.toml", settings);
        files.insert(
            "schemas/com.shop/OrderPlaced/1.0.json",
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema"}"#,
        );
        let facts = read(&files).unwrap();
        assert_eq!(
            (facts.policy.as_str(), facts.policy_source.as_str()),
            ("tolerant-reader", "schemactl.toml")
        );
        assert!(
            facts.deprecations.is_empty()
                && facts.formats == FormatMode::Annotation
                && facts.version_field == VersionField::default()
        );
        files.insert(
            "schemactl.toml",
            format!("{manifest}[check]\npolicy = \"closed\"\nformats = \"assertion\"\n"),
        );
        let facts = read(&files).unwrap();
        assert_eq!(
            (facts.policy.as_str(), facts.formats),
            ("closed", FormatMode::Assertion)
        );
        let deprecated = "policy = \"open-strict\"\nversion-field = \"meta.version\"\n[[deprecated]]\nsuccessor = \"Other\"\n\
             [[deprecated]]\nmajor = 1\nsince = 2026-12-01\nsunset = 2027-03-31\n";
        files.insert(
            "schemas/com.shop/OrderPlaced/event.toml",
            format!("{settings}{deprecated}"),
        );
        let facts = read(&files).unwrap();
        assert_eq!(facts.policy, "open-strict");
        assert!(
            facts.policy_source.ends_with("schemas/com.shop/OrderPlaced/event.toml"),
            "{}",
            facts.policy_source
        );
        assert_eq!(facts.version_field.as_str(), "meta.version");
        let (major, first) = &facts.deprecations[0];
        assert_eq!(
            (*major, first.sunset.as_deref()),
            (Some(1), Some("2027-03-31")),
            "the major comes first"
        );
        assert_eq!(facts.deprecations[1].1.successor.as_deref(), Some("Other"));
        for none in ["com.shop/Other", "../../etc/passwd", "", "com.shop"] {
            assert_eq!(facts_of(&files, none), None, "{none}");
        }
        files.insert("schemactl.toml", "version = 2");
        assert_eq!(read(&files), None, "a workspace that cannot be read says nothing");
    }
}
