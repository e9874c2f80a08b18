//! What EventBridge does not publish or register: a `source`, `detail-type` or `description` that is too long, and events that are too large.
//! In: an event. Out: findings.
//! Lengths are those of PutEvents (API reference, PutEventsRequestEntry); the size is that of one entry, which has been 1 MB since 2026-01.

use schemactl_compat::{Engine, EventJudge, EventValidity};
use schemactl_model::{JsonNumber, JsonObject, Keyword, Kind, LexicalScope, Resolver, Value};

use super::{finding, finding_of, title, title_of};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

/// Characters of a `detail-type`.
const DETAIL_TYPE: usize = 128;
/// Characters of a `source`.
const SOURCE: usize = 256;
/// Characters of the description of a schema (Schemas API reference, CreateSchemaRequest).
const DESCRIPTION: usize = 256;
/// Bytes of an entry: its source, detail-type and detail together have to be less than a megabyte.
const ENTRY: usize = 1024 * 1024 - 1;
/// Levels of an event that are followed: recursive schemas have no end.
const MOST_LEVELS: usize = 32;
/// Schemas that are looked at, each as often as a value refers to it: recursive ones branch without end. Events in use have hundreds.
const MOST_STEPS: usize = 20_000;

/// Checks what event.toml says.
pub(super) fn check_identity(event: &WorkspaceEvent, report: &mut Report) {
    let settings = &event.settings;
    let published = "PutEvents rejects every event with it";
    let registered = "CreateSchema rejects the schema with it, so that `schemactl push` cannot register the event";
    let description = settings.description.as_deref().unwrap_or_default();
    for (rule, key, text, most, why) in [
        (Rule::SourceTooLong, "source", &*settings.source, SOURCE, published),
        (
            Rule::DetailTypeTooLong,
            "detail-type",
            &settings.detail_type,
            DETAIL_TYPE,
            published,
        ),
        (
            Rule::DescriptionTooLong,
            "description",
            description,
            DESCRIPTION,
            registered,
        ),
    ] {
        let length = text.chars().count();
        if length <= most {
            continue;
        }
        report.findings.push(Finding {
            message: format!(
                "`{key}` of {} has {length} characters; EventBridge accepts {most}",
                title_of(event)
            ),
            places: vec![FindingPlace::of_setting(&event.settings_file, key, "too long")],
            why: Some(why.to_owned()),
            fix: Some(format!("shorten it to {most} characters")),
            ..finding(rule, Severity::Error, event)
        });
    }
}

/// The beginning of sources that only AWS publishes with (PutEvents, "Source").
const RESERVED: &str = "aws.";

/// Checks that a source and detail-type are there, and the source is not one of AWS.
pub(super) fn check_source_and_type(event: &WorkspaceEvent, report: &mut Report) {
    let settings = &event.settings;
    let title = title_of(event);
    let mut add = |severity, key: &str, message: String, why: &str, fix: &str| {
        report.findings.push(Finding {
            message,
            subject: Some(key.to_owned()),
            places: vec![FindingPlace::of_setting(&event.settings_file, key, "not accepted")],
            why: Some(why.to_owned()),
            fix: Some(fix.to_owned()),
            ..finding(Rule::IdentityNotAccepted, severity, event)
        });
    };
    for (key, text) in [("source", &settings.source), ("detail-type", &settings.detail_type)] {
        if text.is_empty() {
            add(
                Severity::Error,
                key,
                format!("`{key}` of {title} is empty"),
                "PutEvents requires it, and rejects every event without it",
                "write the name that routing rules match",
            );
        }
    }
    if settings.source.starts_with(RESERVED) {
        // Schemas of AWS's own events are read here, as `schemactl pull` brings them, and published by nobody else.
        add(
            Severity::Warning,
            "source",
            format!(
                "`source` of {title} is `{}`, and `{RESERVED}` is reserved for AWS services",
                settings.source
            ),
            "PutEvents rejects events of other publishers with such a source",
            "write a source of your own, such as com.example.orders; accept the finding if the event is one of AWS that you read",
        );
    }
}

/// Checks the bounds of a version.
pub(super) fn check_size(event: &WorkspaceEvent, version: &SchemaVersion, engine: &dyn Engine, report: &mut Report) {
    let document = &version.document;
    let mut sizes = Sizes {
        document,
        resolver: None,
        steps: 0,
        built: 0,
        around: Vec::new(),
    };
    let around = event.settings.source.len() + event.settings.detail_type.len();
    let scope = LexicalScope::of_document(document.root(), document.dialect());
    let least = sizes.least(document.root(), &scope, MOST_LEVELS).saturating_add(around);
    if least > ENTRY {
        report.findings.push(too_large(event, version, Severity::Error, least));
        return;
    }
    sizes.steps = 0;
    if sizes.most(document.root(), &scope, MOST_LEVELS) <= ENTRY - around {
        return;
    }
    sizes.steps = 0;
    let Some(largest) = sizes.build(document.root(), &scope, MOST_LEVELS) else {
        return;
    };
    let size = largest.to_json().len() + around;
    let judge = EventJudge::new(document, engine);
    let is_valid = judge.is_ok_and(|judge| matches!(judge.judge(engine, &largest), Ok(EventValidity::Valid)));
    if size > ENTRY && is_valid {
        report.findings.push(too_large(event, version, Severity::Warning, size));
    }
}

fn too_large(event: &WorkspaceEvent, version: &SchemaVersion, severity: Severity, bytes: usize) -> Finding {
    let is_every = severity == Severity::Error;
    let title = title(event, &version.version);
    Finding {
        message: if is_every {
            format!("every event of {title} has {bytes} bytes or more; EventBridge accepts {ENTRY}")
        } else {
            format!("the bounds of {title} allow an event of more than the {ENTRY} bytes that EventBridge accepts")
        },
        places: vec![FindingPlace::whole(version.document.source(), "this schema")],
        why: Some("PutEvents counts source, detail-type and detail, and rejects larger events".to_owned()),
        fix: Some(
            "lower `maxLength` or `maxItems`, or store the content elsewhere and send a reference to it".to_owned(),
        ),
        ..finding_of(Rule::EventTooLarge, severity, event, version)
    }
}

/// Bytes of events, as JSON without spaces.
struct Sizes<'d> {
    document: &'d schemactl_model::Document,
    /// Made when the first reference is met.
    resolver: Option<Resolver<'d>>,
    /// Schemas that were looked at.
    steps: usize,
    /// Bytes of strings and lists that were built.
    built: usize,
    /// The schemas around the one that is looked at, by their place in memory, as far as references lead to them.
    around: Vec<usize>,
}

impl<'d> Sizes<'d> {
    fn target(&mut self, schema: &'d Value, scope: &LexicalScope) -> Option<(&'d Value, LexicalScope)> {
        let text = schema.keyword(Keyword::Ref)?.as_str()?;
        let document = self.document;
        let resolver = self.resolver.get_or_insert_with(|| document.resolver());
        let target = resolver.resolve(&scope.base, text).ok()?;
        Some((target.value, target.scope))
    }

    /// Does something with what a reference leads to. `None` where that is around it already: a value that holds itself has no bound.
    fn referred<T>(
        &mut self,
        schema: &'d Value,
        scope: &LexicalScope,
        work: impl FnOnce(&mut Self, &'d Value, &LexicalScope) -> T,
    ) -> Option<Option<T>> {
        let (target, scope) = self.target(schema, scope)?;
        let place = std::ptr::from_ref(target) as usize;
        let is_root = std::ptr::eq(target, self.document.root());
        if is_root || self.around.contains(&place) {
            return Some(None);
        }
        self.around.push(place);
        let done = work(self, target, &scope);
        self.around.pop();
        Some(Some(done))
    }

    /// The levels that are left inside a schema. `None` if that is far enough.
    fn step(&mut self, levels: usize) -> Option<usize> {
        self.steps += 1;
        levels.checked_sub(1).filter(|_| self.steps < MOST_STEPS)
    }

    /// A number of bytes that no value is shorter than.
    fn least(&mut self, schema: &'d Value, around: &LexicalScope, levels: usize) -> usize {
        let Some(levels) = self.step(levels) else { return 1 };
        let scope = around.inside(schema);
        let referred = self.referred(schema, &scope, |sizes, value, scope| sizes.least(value, scope, levels));
        let referred = referred.map(|least| least.unwrap_or(1));
        if scope.dialect.hides_siblings(schema) {
            return referred.unwrap_or(1);
        }
        let branches = schema
            .keyword(Keyword::AllOf)
            .and_then(Value::as_array)
            .unwrap_or_default();
        let branches: Vec<_> = branches
            .iter()
            .map(|branch| self.least(branch, &scope, levels))
            .collect();
        let own = match schema.keyword(Keyword::Type).and_then(Value::as_str) {
            Some("string") => number(schema, Keyword::MinLength).unwrap_or(0).saturating_add(2),
            Some("array") => {
                let each = schema
                    .keyword(Keyword::Items)
                    .filter(|items| items.as_object().is_some());
                let each = each.map_or(1, |items| self.least(items, &scope, levels));
                number(schema, Keyword::MinItems)
                    .unwrap_or(0)
                    .saturating_mul(each.saturating_add(1))
            }
            Some("object") => self.least_of_object(schema, &scope, levels),
            _ => 1,
        };
        branches.into_iter().chain(referred).fold(own, usize::max)
    }

    fn least_of_object(&mut self, schema: &'d Value, scope: &LexicalScope, levels: usize) -> usize {
        let required = schema
            .keyword(Keyword::Required)
            .and_then(Value::as_array)
            .unwrap_or_default();
        let properties = schema.keyword(Keyword::Properties);
        required.iter().filter_map(Value::as_str).fold(2, |sum, name| {
            let value = properties.and_then(|properties| properties.member(name));
            let value = value.map_or(1, |value| self.least(value, scope, levels));
            sum.saturating_add(name.len() + 3).saturating_add(value)
        })
    }

    /// The bytes that the bounds which are written allow; where none is, as little as is allowed.
    fn most(&mut self, schema: &'d Value, around: &LexicalScope, levels: usize) -> usize {
        let Some(levels) = self.step(levels) else { return 1 };
        let scope = around.inside(schema);
        if let Some(most) = self.referred(schema, &scope, |sizes, value, scope| sizes.most(value, scope, levels)) {
            return most.unwrap_or(1);
        }
        match type_of(schema) {
            Some("string") => length(schema).saturating_add(2),
            Some("array") => {
                let each = schema
                    .keyword(Keyword::Items)
                    .filter(|items| items.as_object().is_some());
                let each = each.map_or(1, |items| self.most(items, &scope, levels));
                items(schema).saturating_mul(each.saturating_add(1))
            }
            Some("object") => {
                let properties = schema.keyword(Keyword::Properties).and_then(Value::as_object);
                let properties = properties.into_iter().flat_map(JsonObject::iter);
                properties.fold(2, |sum: usize, entry| {
                    let value = self.most(&entry.value, &scope, levels);
                    sum.saturating_add(entry.key.len() + 4).saturating_add(value)
                })
            }
            _ => 1,
        }
    }

    /// The bytes that are missing to an event that is too large.
    fn wanted(&self) -> usize {
        (ENTRY + 1).saturating_sub(self.built)
    }

    /// A value as large as the bounds allow, or somewhat larger than EventBridge accepts. `None` where its type is not known.
    fn build(&mut self, schema: &'d Value, around: &LexicalScope, levels: usize) -> Option<Value> {
        let levels = self.step(levels)?;
        let scope = around.inside(schema);
        if let Some(built) = self.referred(schema, &scope, |sizes, value, scope| sizes.build(value, scope, levels)) {
            return built.flatten();
        }
        if let Some(only) = schema.keyword(Keyword::Const) {
            return Some(only.clone());
        }
        if let Some(first) = schema
            .keyword(Keyword::Enum)
            .and_then(Value::as_array)
            .and_then(<[Value]>::first)
        {
            return Some(first.clone());
        }
        Some(Value::computed(match type_of(schema)? {
            "string" => {
                let letters = length(schema)
                    .min(self.wanted())
                    .max(number(schema, Keyword::MinLength).unwrap_or(0));
                self.built += letters;
                Kind::String("a".repeat(letters))
            }
            "array" => {
                let each = schema
                    .keyword(Keyword::Items)
                    .filter(|items| items.as_object().is_some());
                let before = self.built;
                let each = match each {
                    Some(items) => self.build(items, &scope, levels)?,
                    None => Value::null(),
                };
                self.built = before;
                let bytes = each.to_json().len() + 1;
                let elements = items(schema).min(self.wanted() / bytes + 1);
                let elements = elements.max(number(schema, Keyword::MinItems).unwrap_or(0));
                self.built += elements * bytes;
                Kind::Array(vec![each; elements])
            }
            "object" => {
                let properties = schema.keyword(Keyword::Properties).and_then(Value::as_object);
                let mut entries = Vec::new();
                for entry in properties.into_iter().flat_map(JsonObject::iter) {
                    // What cannot be built is left out, and is invalid if it is required.
                    if let Some(value) = self.build(&entry.value, &scope, levels) {
                        entries.push(entry.with_value(value));
                    }
                }
                Kind::Object(JsonObject::from_entries(entries))
            }
            "boolean" => Kind::Bool(true),
            "null" => Kind::Null,
            "integer" | "number" => schema.keyword(Keyword::Minimum).map_or_else(
                || Kind::Number(JsonNumber::from_text("0")),
                |minimum| minimum.kind.clone(),
            ),
            _ => return None,
        }))
    }
}

/// The type of a value; of several the first.
fn type_of(schema: &Value) -> Option<&str> {
    let types = schema.keyword(Keyword::Type);
    let first = types.and_then(|types| types.as_array().map_or(Some(types), <[Value]>::first));
    let described = || schema.keyword(Keyword::Properties).map(|_| "object");
    first.and_then(Value::as_str).or_else(described)
}

fn length(schema: &Value) -> usize {
    let least = number(schema, Keyword::MinLength).unwrap_or(0);
    number(schema, Keyword::MaxLength).unwrap_or(least)
}

fn items(schema: &Value) -> usize {
    let least = number(schema, Keyword::MinItems).unwrap_or(0);
    number(schema, Keyword::MaxItems).unwrap_or(least)
}

/// The value of a keyword that counts.
fn number(schema: &Value, keyword: Keyword) -> Option<usize> {
    let value = schema.keyword(keyword)?;
    match &value.kind {
        Kind::Number(_) => value.to_json().parse().ok(),
        _ => None,
    }
}
