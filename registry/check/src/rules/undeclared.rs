//! Names that a schema requires and never describes: mostly misspelt. In: the schemas of an event. Out: a finding for each such name
//! in `required`, `dependentRequired` or `dependencies`, with the declared name that was meant, if one is close.

use std::collections::{BTreeSet, HashSet};

use schemactl_compat::{Engine, Schema};
use schemactl_model::{Dialect, Keyword, Span, Value, find_alike};

use super::shape::{Links, PlaceSchemas, RequiredName, declared_schemas, join_path};
use super::{finding_of, title};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

/// Places of an event that are looked at: recursive schemas have no end of them, and events of the largest known schemas
/// have a few thousand.
const MOST_PLACES: usize = 20_000;

/// Checks the names of every version.
pub(super) fn check_undeclared(event: &WorkspaceEvent, engine: &dyn Engine, report: &mut Report) {
    for version in event.versions.values() {
        let mut search = UndeclaredSearch {
            event,
            version,
            engine,
            links: Links::new(&version.document),
            visited: HashSet::new(),
            found: BTreeSet::new(),
            report,
        };
        search.visit(&[version.document.root()], "");
    }
}

struct UndeclaredSearch<'v, 'r> {
    event: &'v WorkspaceEvent,
    version: &'v SchemaVersion,
    engine: &'r dyn Engine,
    links: Links<'v>,
    visited: HashSet<Vec<usize>>,
    /// What is reported, once for all the ways that lead to it.
    found: BTreeSet<(Span, &'v str)>,
    report: &'r mut Report,
}

impl<'v> UndeclaredSearch<'v, '_> {
    fn visit(&mut self, schemas: &[&'v Value], path: &str) {
        let key: Vec<usize> = schemas
            .iter()
            .map(|schema| std::ptr::from_ref(*schema) as usize)
            .collect();
        // INVARIANT: each set of schemas is visited once, and their number is bounded, so recursive schemas end.
        if schemas.is_empty() || self.visited.len() >= MOST_PLACES || !self.visited.insert(key) {
            return;
        }
        let shape = PlaceSchemas::of(&self.links, schemas);
        if !shape.is_partial && shape.rest.is_empty() {
            for demand in &shape.demands {
                self.judge(demand, &shape, path);
            }
        }
        for (name, declarations) in &shape.names {
            self.visit(&declared_schemas(declarations), &join_path(path, name));
        }
        for pattern in &shape.patterns {
            self.visit(&[&pattern.value], &join_path(path, "*"));
        }
        self.visit(&shape.rest, &join_path(path, "*"));
        self.visit(&shape.items, &format!("{path}[]"));
    }

    fn judge(&mut self, demand: &RequiredName<'v>, shape: &PlaceSchemas<'v>, path: &str) {
        let declared = shape.names.contains_key(demand.name)
            || shape
                .patterns
                .iter()
                .any(|pattern| self.may_match(&pattern.key, demand.name));
        if declared || !self.found.insert((demand.written.span(), demand.name)) {
            return;
        }
        let (keyword, name) = (demand.keyword, demand.name);
        let place = if path.is_empty() {
            String::new()
        } else {
            format!(" of `{path}`")
        };
        self.report.findings.push(Finding {
            subject: Some(name.to_owned()),
            message: format!(
                "`{keyword}`{place} names `{name}`, which {} does not declare",
                title(self.event, &self.version.version)
            ),
            places: vec![FindingPlace {
                source: self.version.document.source().clone(),
                span: demand.written.span(),
                label: format!("no `properties` has `{name}`"),
            }],
            why: Some(
                "no schema describes its value, so writers must send a property that no reader understands".to_owned(),
            ),
            fix: Some(match find_alike(name, shape.names.keys().copied()) {
                Some(meant) => format!("did you mean `{meant}`? Otherwise declare `{name}` in `properties`"),
                None => format!("declare `{name}` in `properties`, or remove it from `{keyword}`"),
            }),
            ..finding_of(Rule::RequiredUndeclared, Severity::Warning, self.event, self.version)
        });
    }

    /// Returns false if it is proved that a name does not match a pattern.
    fn may_match(&self, pattern: &str, name: &str) -> bool {
        let [name, pattern] = [
            Value::object_of(Keyword::Enum, Value::array(vec![Value::string(name)])),
            Value::object_of(Keyword::Pattern, Value::string(pattern)),
        ];
        let [name, pattern] = [&name, &pattern].map(|root| Schema::new(root, Dialect::Draft202012));
        self.engine.contains(&name, &pattern).witness().is_none()
    }
}
