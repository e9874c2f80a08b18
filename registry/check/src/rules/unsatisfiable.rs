//! Versions that accept no event, and parts of schemas that accept no value. In: the schemas of an event, an engine. Out: an
//! error for a version that rejects every event, and a warning for each property, branch, item or pattern that nothing satisfies.
//! Only what is proved is reported; `false` and `not: {}` are written on purpose.

use std::collections::BTreeSet;

use schemactl_compat::{Engine, Satisfiability, Schema, Term, Validator, Verdict};
use schemactl_model::{
    JsonObject, Keyword, Kind, Member, Span, Subschema, Value, any_annotation, any_assertion, any_identifier,
    any_reference, subschemas, with_stack_for,
};

use super::shape::{Links, PlaceSchemas, join_path};
use super::{finding_of, title};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

/// Branches of one `oneOf` or `anyOf`, and properties of one object, that are also asked about together with what stands beside
/// them. Each such question costs the size of the object around it; beyond this each is only asked about by itself.
const MOST_IN_CONTEXT: usize = 64;

/// Keywords that tell of one value by itself whether it is allowed, in every validator alike.
const BESIDE_VALUES: [Keyword; 13] = [
    Keyword::Type,
    Keyword::Const,
    Keyword::Minimum,
    Keyword::Maximum,
    Keyword::ExclusiveMinimum,
    Keyword::ExclusiveMaximum,
    Keyword::MinLength,
    Keyword::MaxLength,
    Keyword::MinItems,
    Keyword::MaxItems,
    Keyword::MinProperties,
    Keyword::MaxProperties,
    Keyword::Required,
];

/// Checks every version.
pub(super) fn check_unsatisfiable(event: &WorkspaceEvent, engine: &dyn Engine, report: &mut Report) {
    let depths = event.versions.values().map(|version| version.document.root().depth());
    with_stack_for(depths.max().unwrap_or(0), || {
        let mut questions = engine.satisfiability();
        for version in event.versions.values() {
            check_version(event, version, (engine, &mut *questions), report);
        }
    });
}

fn check_version<'v>(
    event: &'v WorkspaceEvent,
    version: &'v SchemaVersion,
    (engine, questions): (&dyn Engine, &mut dyn Satisfiability<'v>),
    report: &mut Report,
) {
    let root = version.document.root();
    let whole = Schema::new(root, version.document.dialect());
    let never = Value::boolean(false);
    let is_empty = engine.contains(&whole, &Schema::new(&never, whole.dialect)) == Verdict::Compatible;
    let mut search = UnsatisfiableSearch {
        event,
        version,
        links: Links::new(&version.document),
        questions,
        location: root,
        reported: BTreeSet::new(),
        explained: 0,
        found: Vec::new(),
    };
    // What a dynamic reference leads to depends on the way there, and a part by itself has none.
    if !version.document.resolver().is_dynamic() {
        search.questions.open_document(&whole);
        let context = (!is_empty).then(|| vec![Term::Accepted(root)]);
        search.visit(root, context.as_deref(), "");
    }
    let found = search.found;
    if is_empty {
        report
            .findings
            .push(version_unsatisfiable(event, version, engine, &found));
    }
    report.findings.extend(found);
}

fn version_unsatisfiable(
    event: &WorkspaceEvent,
    version: &SchemaVersion,
    engine: &dyn Engine,
    causes: &[Finding],
) -> Finding {
    let keywords = if causes.is_empty() {
        contradicting_keywords(version, engine)
    } else {
        Vec::new()
    };
    let label = match keywords.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last} contradict each other", others.join(", ")),
        Some((only, _)) => format!("no value satisfies {only}"),
        None => "this schema rejects every value".to_owned(),
    };
    let fix = if causes.is_empty() {
        "correct the keywords that contradict each other"
    } else {
        "correct the required parts that accept no value: each has a warning of its own"
    };
    Finding {
        message: format!("no event is valid under {}", title(event, &version.version)),
        places: vec![FindingPlace::whole(version.document.source(), &label)],
        fix: Some(fix.to_owned()),
        ..finding_of(Rule::VersionUnsatisfiable, Severity::Error, event, version)
    }
}

/// Returns the keywords of a document that accepts nothing without any one of which it accepts something.
fn contradicting_keywords(version: &SchemaVersion, engine: &dyn Engine) -> Vec<String> {
    let (root, dialect) = (version.document.root(), version.document.dialect());
    let never = Value::boolean(false);
    let entries: Vec<_> = root.as_object().into_iter().flat_map(JsonObject::iter).collect();
    let accepts_without = |keyword: &str| {
        let rest = entries
            .iter()
            .filter(|entry| entry.key != keyword)
            .map(|entry| (*entry).clone());
        let rest = Value::object(rest.collect());
        let verdict = engine.contains(&Schema::new(&rest, dialect), &Schema::new(&never, dialect));
        verdict.witness().is_some()
    };
    let mut found: Vec<&Member> = entries
        .iter()
        .copied()
        .filter(|entry| accepts_without(&entry.key))
        .collect();
    // Without its `type` nearly every schema accepts something; where two others are found it is not the reason.
    if found
        .iter()
        .filter(|entry| entry.keyword() != Some(Keyword::Type))
        .count()
        >= 2
    {
        found.retain(|entry| entry.keyword() != Some(Keyword::Type));
    }
    found.iter().map(|entry| format!("`{}`", entry.key)).collect()
}

struct UnsatisfiableSearch<'v, 'q> {
    event: &'v WorkspaceEvent,
    version: &'v SchemaVersion,
    links: Links<'v>,
    questions: &'q mut dyn Satisfiability<'v>,
    /// The schema that describes the value at hand, with everything that applies to it.
    location: &'v Value,
    reported: BTreeSet<(Span, String)>,
    /// How many schemas that accept nothing have a report, here or at what they refer to.
    explained: usize,
    found: Vec<Finding>,
}

/// A subschema that is asked about.
struct Candidate<'v> {
    schema: &'v Value,
    /// ``branch 2 of `oneOf` of `customer` ``
    name: String,
    /// The property path of the value that it is about.
    path: String,
}

/// Why a subschema is never satisfied.
#[derive(Clone, Copy)]
enum Cause {
    /// It accepts no value.
    Itself,
    /// It accepts values, and none that the keywords around it accept.
    Context,
}

impl<'v> UnsatisfiableSearch<'v, '_> {
    /// Visits the parts of a schema. `context` is what is known of the value that the schema is about, and has an instance; without
    /// one the schema accepts nothing, and its parts are asked about by themselves to find out why.
    fn visit(&mut self, schema: &'v Value, context: Option<&[Term<'v>]>, path: &str) {
        let is_other = schema.keyword(Keyword::Schema).is_some() && !std::ptr::eq(schema, self.version.document.root());
        // A part in another dialect is asked about as a part of the whole only.
        if is_other {
            return;
        }
        let hidden = self.links.hides_siblings(schema);
        for part in subschemas(schema, self.links.dialect()) {
            let is_read = !hidden || part.keyword == Keyword::Definitions;
            if is_read && part.value.kind != Kind::Bool(true) && !self.links.is_written_false(part.value) {
                self.visit_part(schema, &part, context, path);
            }
        }
        if let Some(context) = context.filter(|_| !hidden) {
            self.judge_values(schema, path);
            self.ask_properties(schema, context, path);
            self.ask_patterns(schema, context, path);
        }
    }

    fn visit_part(&mut self, holder: &'v Value, part: &Subschema<'v>, context: Option<&[Term<'v>]>, path: &str) {
        let (keyword, schema) = (part.keyword, part.value);
        let member = part.member.as_deref().unwrap_or_default();
        let candidate = |name: &str, path: String| Candidate {
            schema,
            name: name.to_owned(),
            path,
        };
        let here = |name: &str| candidate(&of_path(name, path), path.to_owned());
        match keyword {
            // The whole has an instance, and each instance of the whole is one of every branch.
            Keyword::AllOf if context.is_some() => self.visit(schema, context, path),
            Keyword::AllOf | Keyword::AnyOf | Keyword::OneOf => {
                let branch = here(&format!("branch {} of `{keyword}`", ordinal(member)));
                let siblings = holder.keyword(keyword).and_then(Value::as_array);
                let context = context.filter(|_| siblings.map_or(0, <[Value]>::len) <= MOST_IN_CONTEXT);
                self.ask_branch(&branch, context, Term::Accepted(schema));
            }
            Keyword::Then | Keyword::Else => {
                self.ask_conditional(holder, keyword, &here(&format!("`{keyword}`")), context);
            }
            Keyword::DependentSchemas | Keyword::Dependencies => {
                let held = holder.keyword(keyword).and_then(Value::as_object);
                if let Some(entry) = held.and_then(|held| held.entry(member)) {
                    let branch = here(&format!("`{keyword}` for `{member}`"));
                    self.ask_branch(&branch, context, Term::HasProperty(&entry.key));
                }
            }
            // What stands there is not demanded of an event as it stands.
            Keyword::Not | Keyword::If | Keyword::ContentSchema => {}
            Keyword::Properties => {
                let path = join_path(path, member);
                self.ask_value(&candidate(&format!("property `{path}`"), path.clone()));
            }
            Keyword::Definitions | Keyword::Defs => {
                let name = format!("definition `{member}`");
                self.ask_value(&candidate(&name, format!("#/{keyword}/{member}")));
            }
            Keyword::PatternProperties => {
                let name = of_path(&format!("`patternProperties` for `{member}`"), path);
                self.ask_value(&candidate(&name, join_path(path, "*")));
            }
            Keyword::AdditionalProperties | Keyword::UnevaluatedProperties | Keyword::PropertyNames => {
                self.ask_value(&candidate(
                    &of_path(&format!("`{keyword}`"), path),
                    join_path(path, "*"),
                ));
            }
            Keyword::AdditionalItems
            | Keyword::Contains
            | Keyword::Items
            | Keyword::PrefixItems
            | Keyword::UnevaluatedItems => {
                self.ask_value(&candidate(&of_path(&format!("`{keyword}`"), path), format!("{path}[]")));
            }
            // There are no schemas in them.
            any_annotation!() | any_assertion!() | any_identifier!() | any_reference!() => {}
        }
    }

    /// Asks about `then` or `else` where its `if` sends a value there. Without an `if` none is.
    fn ask_conditional(
        &mut self,
        holder: &'v Value,
        keyword: Keyword,
        branch: &Candidate<'v>,
        context: Option<&[Term<'v>]>,
    ) {
        let Some(condition) = holder.keyword(Keyword::If) else {
            return;
        };
        let reached = match keyword {
            Keyword::Then => Term::Accepted(condition),
            _ => Term::Rejected(condition),
        };
        self.ask_branch(branch, context, reached);
    }

    /// Asks whether a schema that is about the same value as the one around it accepts anything, where `reached` holds.
    fn ask_branch(&mut self, branch: &Candidate<'v>, context: Option<&[Term<'v>]>, reached: Term<'v>) {
        let alone = [Term::Accepted(branch.schema)];
        let beside = context.map(|context| [context, &[reached]].concat());
        let asked = beside.as_deref().unwrap_or(&alone);
        if !self.questions.is_empty(asked) {
            self.visit(branch.schema, Some(asked), &branch.path);
        } else if beside.is_some() && !self.questions.is_empty(&alone) {
            self.report(branch.schema.span, &branch.name, Cause::Context);
            self.visit(branch.schema, Some(&alone), &branch.path);
        } else {
            self.report_empty(branch);
        }
    }

    /// Asks whether a schema that is about a value of its own accepts anything.
    fn ask_value(&mut self, value: &Candidate<'v>) {
        let around = std::mem::replace(&mut self.location, value.schema);
        let alone = [Term::Accepted(value.schema)];
        if self.questions.is_empty(&alone) {
            self.report_empty(value);
        } else {
            self.visit(value.schema, Some(&alone), &value.path);
        }
        self.location = around;
    }

    /// Reports the parts that make a schema accept nothing, and the schema itself if no part does.
    fn report_empty(&mut self, candidate: &Candidate<'v>) {
        let before = self.explained;
        self.visit(candidate.schema, None, &candidate.path);
        // What a reference leads to is reported where it stands.
        let target = self.links.target(candidate.schema);
        let leads_there = target.is_some_and(|target| self.questions.is_empty(&[Term::Accepted(target)]));
        if leads_there {
            self.explained += 1;
        } else if self.explained == before {
            self.report(candidate.schema.span, &candidate.name, Cause::Itself);
        }
    }

    /// Reports the values of an `enum` that a keyword beside it rejects, such as `null` beside `"type": "string"`. That some value is left is known.
    fn judge_values(&mut self, schema: &'v Value, path: &str) {
        let Some(values) = schema.keyword(Keyword::Enum).and_then(Value::as_array) else {
            return;
        };
        let beside = schema.as_object().into_iter().flat_map(JsonObject::iter);
        let beside = beside.filter(|member| member.keyword().is_some_and(|keyword| BESIDE_VALUES.contains(&keyword)));
        let beside = Value::object(beside.cloned().collect());
        let Ok(validator) = Validator::new(&beside, self.links.dialect()) else {
            return;
        };
        for value in values.iter().take(MOST_IN_CONTEXT) {
            let violations = validator.errors(value).unwrap_or_default();
            let keyword = violations
                .first()
                .and_then(|violation| violation.keyword.tokens().last());
            if let Some(keyword) = keyword
                && self.reported.insert((value.span, keyword.clone()))
            {
                let shown = format!("value `{}` of `enum`", value.to_json());
                let name = of_path(&shown, path);
                let title = title(self.event, &self.version.version);
                let message = format!("{title}: {name} can never occur: `{keyword}` rejects it");
                self.found.push(Finding {
                    subject: Some(name),
                    fix: Some(format!("remove the value from `enum`, or allow it in `{keyword}`")),
                    ..self.finding_at(
                        value.span,
                        message,
                        &format!("listed here; `{keyword}` beside it rejects it"),
                    )
                });
            }
        }
    }

    fn finding_at(&self, span: Span, message: String, label: &str) -> Finding {
        Finding {
            message,
            places: vec![FindingPlace {
                source: self.version.document.source().clone(),
                span,
                label: label.to_owned(),
            }],
            ..finding_of(
                Rule::SubschemaUnsatisfiable,
                Severity::Warning,
                self.event,
                self.version,
            )
        }
    }

    /// Asks whether the properties of an object can be there at all: about all of them at once, and about each only if they
    /// cannot be there together.
    fn ask_properties(&mut self, schema: &'v Value, context: &[Term<'v>], path: &str) {
        let properties = self.members(schema, Keyword::Properties);
        let all = properties.iter().map(|entry| Term::HasProperty(&entry.key));
        let together: Vec<Term<'v>> = context.iter().copied().chain(all).collect();
        if properties.len() > MOST_IN_CONTEXT || !self.questions.is_empty(&together) {
            return;
        }
        for entry in properties {
            let beside = [context, &[Term::HasProperty(&entry.key)]].concat();
            let is_empty =
                self.questions.is_empty(&beside) && !self.questions.is_empty(&[Term::Accepted(&entry.value)]);
            if is_empty && !self.is_forbidden(&entry.key) {
                let name = format!("property `{}`", join_path(path, &entry.key));
                self.report(entry.value.span, &name, Cause::Context);
            }
        }
    }

    /// Asks whether a property can be there whose name matches a pattern.
    fn ask_patterns(&mut self, schema: &'v Value, context: &[Term<'v>], path: &str) {
        for entry in self
            .members(schema, Keyword::PatternProperties)
            .into_iter()
            .take(MOST_IN_CONTEXT)
        {
            let beside = [context, &[Term::HasPropertyLike(&entry.key)]].concat();
            if self.questions.is_empty(&beside) && !self.questions.is_empty(&[Term::Accepted(&entry.value)]) {
                let name = of_path(&format!("`patternProperties` for `{}`", entry.key), path);
                self.report(entry.key_span, &name, Cause::Context);
            }
        }
    }

    /// The members of a keyword that are not `false`.
    fn members(&self, schema: &'v Value, keyword: Keyword) -> Vec<&'v Member> {
        let members = schema
            .keyword(keyword)
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(JsonObject::iter);
        members
            .filter(|entry| !self.links.is_written_false(&entry.value))
            .collect()
    }

    /// Returns whether something that applies to the same value forbids a property on purpose.
    fn is_forbidden(&self, name: &str) -> bool {
        let shape = PlaceSchemas::of(&self.links, &[self.location]);
        let mut declared = shape.names.get(name).into_iter().flatten();
        declared.any(|entry| self.links.is_written_false(&entry.value))
    }

    fn report(&mut self, span: Span, name: &str, cause: Cause) {
        self.explained += 1;
        // What was taken over from another file stands at the reference to it, once.
        if !self.reported.insert((span, name.to_owned())) {
            return;
        }
        let title = title(self.event, &self.version.version);
        let (message, label) = match cause {
            Cause::Itself => (
                format!("{title}: {name} accepts no value"),
                "these keywords contradict each other",
            ),
            Cause::Context => (
                format!("{title}: {name} is satisfied by no event"),
                "contradicts the keywords around it",
            ),
        };
        self.found.push(Finding {
            subject: Some(name.to_owned()),
            fix: Some("correct the keywords that contradict each other; write `false` to allow no value".to_owned()),
            ..self.finding_at(span, message, label)
        });
    }
}

/// Names a keyword of the object at a path.
fn of_path(name: &str, path: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{name} of `{path}`")
    }
}

/// The number of a branch as people count.
fn ordinal(index: &str) -> usize {
    index.parse::<usize>().map_or(0, |index| index + 1)
}
