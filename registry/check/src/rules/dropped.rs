//! Properties that a version no longer describes although its major goes on. In: two versions that follow each other in a major.
//! Out: a finding for each property that the old one declares and the new one does not. The verdict stays: under the default
//! policy such a change breaks nobody's parser, and readers of the old name get nothing from then on.

use std::collections::HashSet;

use schemactl_model::{Keyword, Member, Value};

use super::shape::{Links, PlaceSchemas, declared_schemas, join_path};
use super::{finding_of, title};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{CompatibilityMode, SchemaVersion, Status, WorkspaceEvent};

/// Places of an event that are compared; see the like bound for undeclared names.
const MOST_PLACES: usize = 20_000;

/// Compares the declared properties of two versions.
pub(super) fn check_dropped_properties(
    event: &WorkspaceEvent,
    (old, new): (&SchemaVersion, &SchemaVersion),
    mode: CompatibilityMode,
    report: &mut Report,
) {
    let mut search = DroppedSearch {
        event,
        old,
        new,
        mode,
        of_old: Links::new(&old.document),
        of_new: Links::new(&new.document),
        visited: HashSet::new(),
        found: Vec::new(),
    };
    search.visit(&[old.document.root()], &[new.document.root()], "");
    report.findings.append(&mut search.found);
}

struct DroppedSearch<'v> {
    event: &'v WorkspaceEvent,
    old: &'v SchemaVersion,
    new: &'v SchemaVersion,
    mode: CompatibilityMode,
    of_old: Links<'v>,
    of_new: Links<'v>,
    visited: HashSet<Vec<usize>>,
    found: Vec<Finding>,
}

impl<'v> DroppedSearch<'v> {
    fn visit(&mut self, old: &[&'v Value], new: &[&'v Value], path: &str) {
        let key = old.iter().chain(new).map(|schema| std::ptr::from_ref(*schema) as usize);
        // INVARIANT: each pair of sets is visited once, and their number is bounded, so recursive schemas end.
        if old.is_empty() || new.is_empty() || self.visited.len() >= MOST_PLACES || !self.visited.insert(key.collect())
        {
            return;
        }
        let (old, new) = (PlaceSchemas::of(&self.of_old, old), PlaceSchemas::of(&self.of_new, new));
        if old.is_partial || new.is_partial {
            return;
        }
        // An object that names no property is a map or anything at all: what it holds is not described, and not taken away.
        if new.rest.is_empty() && new.patterns.is_empty() && !new.names.is_empty() {
            self.compare_names(&old, &new, path);
        }
        self.visit(&old.items, &new.items, &format!("{path}[]"));
    }

    fn compare_names(&mut self, old: &PlaceSchemas<'v>, new: &PlaceSchemas<'v>, path: &str) {
        for (name, before) in &old.names {
            let before = in_use(&self.of_old, before);
            let after = new
                .names
                .get(name)
                .map(|after| in_use(&self.of_new, after))
                .unwrap_or_default();
            let Some(declared) = before.first() else { continue };
            if !after.is_empty() {
                self.visit(
                    &declared_schemas(&before),
                    &declared_schemas(&after),
                    &join_path(path, name),
                );
                continue;
            }
            // Readers that require the name reject events without it: that is a break, with a finding of its own. Writers that have
            // to send a name that is not declared have one too.
            let is_break = self.mode.asks_forward() && is_required(old, name);
            if !is_break && !is_required(new, name) {
                self.report_dropped(declared, (old, new), path);
            }
        }
    }

    fn report_dropped(&mut self, declared: &'v Member, (old, new): (&PlaceSchemas<'v>, &PlaceSchemas<'v>), path: &str) {
        let name = declared.key.as_str();
        let added = || new.names.iter().filter(|(other, _)| !old.names.contains_key(**other));
        let renamed =
            added().find_map(|(_, declarations)| declarations.iter().copied().find(|entry| is_renamed(entry, name)));
        let alike = || {
            let mut alike =
                added().filter(|(_, declarations)| declarations.iter().any(|entry| entry.value == declared.value));
            alike.next().filter(|_| alike.next().is_none()).map(|(other, _)| *other)
        };
        let titles = [self.old, self.new].map(|version| title(self.event, &version.version));
        let old_path = join_path(path, name);
        let what = match renamed {
            Some(entry) => format!("is renamed to `{}`", join_path(path, &entry.key)),
            None => "is gone".to_owned(),
        };
        let fix = match (renamed, alike()) {
            (Some(_), _) => {
                format!("declare `{name}` beside the new name and publish both until the next major version")
            }
            (None, Some(other)) => format!(
                "if `{other}` is its new name, write `\"x-renamed-from\": \"{name}\"` there; keep `{name}` until the next major version"
            ),
            (None, None) => format!("keep `{name}` until the next major version, or publish this version as one"),
        };
        let here = match renamed.or_else(|| first_property(new)) {
            Some(entry) => {
                let label = match renamed {
                    Some(_) => "the new name".to_owned(),
                    None => format!("the properties begin here, and `{name}` is not among them"),
                };
                FindingPlace::of_key(&self.new.document, entry, label)
            }
            None => FindingPlace::whole(self.new.document.source(), "the new version"),
        };
        self.found.push(Finding {
            old: Some(self.old.version.clone()),
            subject: Some(name.to_owned()),
            message: format!("{}: `{old_path}` {what}", titles[1]),
            places: vec![
                here,
                FindingPlace::of_key(
                    &self.old.document,
                    declared,
                    format!("previously, in {}", self.old.version),
                ),
            ],
            why: Some(format!(
                "readers of {} that use `{old_path}` no longer receive it",
                titles[0]
            )),
            fix: Some(fix),
            ..finding_of(Rule::PropertyDropped, self.severity(), self.event, self.new)
        });
    }

    fn severity(&self) -> Severity {
        if self.event.settings.status == Status::Draft {
            Severity::Note
        } else {
            Severity::Warning
        }
    }
}

/// The declarations that allow the property.
fn in_use<'v>(links: &Links<'v>, declarations: &[&'v Member]) -> Vec<&'v Member> {
    let allowed = declarations
        .iter()
        .filter(|entry| !links.is_written_false(&entry.value));
    allowed.copied().collect()
}

fn is_required(shape: &PlaceSchemas<'_>, name: &str) -> bool {
    shape.demands.iter().any(|demand| demand.always && demand.name == name)
}

/// Returns whether a declaration names its former name.
fn is_renamed(entry: &Member, name: &str) -> bool {
    let from = entry.value.keyword(Keyword::RenamedFrom).and_then(Value::as_str);
    from == Some(name)
}

fn first_property<'v>(shape: &PlaceSchemas<'v>) -> Option<&'v Member> {
    shape
        .names
        .values()
        .flatten()
        .min_by_key(|entry| entry.key_span.start)
        .copied()
}
