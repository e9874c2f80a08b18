//! What a change of a registered schema means, for the pages of the local registry. In: two contents as they are registered. Out: verdicts and
//! changes, as `schemactl diff` has them. The server does not know the engine; it is handed this function.

use schemactl_compat::{
    Break, Comparison, ComparisonSettings, ExampleSource, Examples, Explained, Explanation, Impact, Policy, Schema,
    Semantics, UnknownPolicy, Verdict, collect_example_events, compare, declare_same_properties, default_engine,
    explain, needed_bump, review_document,
};
use schemactl_convert::detail_of;
use schemactl_generate::{ComparedEvent, find_code_difference};
use schemactl_model::{Dialect, Document, EventName, Kind, Source, Value, parse};
use schemactl_pages::{JudgedBreak, JudgedChange, JudgedDirection, Judgement, JudgementResult};
use schemactl_server::{EventFacts, JudgedContent};

use crate::code_comparison::is_noticed_by_code;

/// What `schemactl push` puts into a content beside the schema.
const STAMP: &str = "x-schemactl";

/// Returns what the change from one content to another means, by what the workspace says of the event, and else under the default policy.
pub(crate) fn judge_change(
    old: &JudgedContent<'_>,
    new: &JudgedContent<'_>,
    facts: Option<&EventFacts>,
) -> JudgementResult {
    let (old, new) = (document(old, "the old version")?, document(new, "the new version")?);
    let pair = (&Schema::from(&old), &Schema::from(&new));
    let policy = facts.map_or(Ok(Policy::default()), |facts| facts.policy.parse());
    let policy = policy.map_err(|error: UnknownPolicy| format!("{error} in `{}`", source_of(facts)))?;
    let version_field = facts.map(|facts| facts.version_field.clone()).unwrap_or_default();
    let settings = ComparisonSettings {
        policy,
        version_field: Some(&version_field),
    };
    let formats = facts.map(|facts| facts.formats).unwrap_or_default();
    let engine = default_engine(Semantics { formats });
    let compared = compare(&engine, pair, settings);
    let verdicts = (&compared.backward, &compared.forward);
    let known = |schema| ExampleSource {
        schema,
        version: None,
        examples: &[],
    };
    let (of_old, of_new) = (known(*pair.0), known(*pair.1));
    let (of_old, of_new) = (
        collect_example_events(&of_old, &of_new, &version_field),
        collect_example_events(&of_new, &of_old, &version_field),
    );
    let examples = Examples {
        old: &of_old.iter().collect::<Vec<_>>(),
        new: &of_new.iter().collect::<Vec<_>>(),
    };
    let name = EventName::new("event", "Event").expect("two good names");
    let explanation = explain(&engine, pair, settings, verdicts, examples);
    Ok(Judgement {
        policy: policy.to_string(),
        policy_source: facts.map(|facts| facts.policy_source.clone()),
        ..judgement(
            &compared,
            &explanation,
            declare_same_properties(&engine, pair, explanation.changes.iter().map(|one| &one.change)),
            || find_code_difference((&old, &new), &ComparedEvent::new(&name, &version_field)).is_none(),
        )
    })
}

/// The file that sets the policy.
fn source_of(facts: Option<&EventFacts>) -> &str {
    facts.map_or("", |facts| &facts.policy_source)
}

/// The schema of the event's detail.
fn document(content: &JudgedContent<'_>, title: &str) -> Result<Document, String> {
    let first = |errors: Vec<String>| errors.into_iter().next().unwrap_or_default();
    let value = parse(&Source::new(title, content.content));
    let value = value.map_err(|errors| first(errors.iter().map(ToString::to_string).collect()))?;
    let schema = match content.content_type {
        "OpenApi3" => detail_of(&value).map_err(|error| format!("{title}: {error}"))?.schema,
        _ => without_stamp(value),
    };
    let document = Document::read_with_faults(Source::new(title, schema.to_json()), Dialect::Draft4, None);
    let document = document.map_err(|errors| first(errors.iter().map(ToString::to_string).collect()))?;
    match review_document(&document).faults.first() {
        Some(fault) => Err(format!("{title} is not a schema: {}", fault.message)),
        None => Ok(document),
    }
}

fn without_stamp(value: Value) -> Value {
    match value.kind {
        Kind::Object(object) => {
            let members = object.iter().filter(|member| member.key != STAMP).cloned();
            Value::object(members.collect())
        }
        _ => value,
    }
}

fn judgement(
    compared: &Comparison,
    explanation: &Explanation,
    declares_same: bool,
    has_same_code: impl FnOnce() -> bool,
) -> Judgement {
    let needed = needed_bump(&compared.backward, &compared.forward, || {
        compared.equivalent && declares_same && !is_noticed_by_code(explanation) && has_same_code()
    });
    let mut changes: Vec<_> = explanation.changes.iter().map(change).collect();
    changes.extend(explanation.backward.iter().map(|found| together(Some(found), None)));
    changes.extend(explanation.forward.iter().map(|found| together(None, Some(found))));
    Judgement {
        backward: direction(&compared.backward),
        forward: direction(&compared.forward),
        needed: needed.map(|needed| needed.to_string()),
        changes,
        assumptions: compared.assumptions.clone(),
        ..Judgement::default()
    }
}

fn direction(verdict: &Verdict) -> JudgedDirection {
    match verdict {
        Verdict::Compatible => JudgedDirection::Compatible,
        Verdict::Incompatible { .. } => JudgedDirection::Incompatible,
        Verdict::Undecided { .. } => JudgedDirection::Undecided,
    }
}

fn change(one: &Explained) -> JudgedChange {
    let reason = |impact: &Impact| match impact {
        Impact::Undecided(reason) => Some(reason.clone()),
        Impact::Safe | Impact::Masked | Impact::Breaks(_) => None,
    };
    JudgedChange {
        rule: one.change.kind.id().to_owned(),
        text: one.change.sentence(),
        backward: one.backward.as_break().map(event_that_breaks),
        forward: one.forward.as_break().map(event_that_breaks),
        undecided: reason(&one.backward).or_else(|| reason(&one.forward)),
    }
}

/// A break that several changes make.
fn together(backward: Option<&Break>, forward: Option<&Break>) -> JudgedChange {
    JudgedChange {
        text: "Several changes together".to_owned(),
        backward: backward.map(event_that_breaks),
        forward: forward.map(event_that_breaks),
        ..JudgedChange::default()
    }
}

fn event_that_breaks(found: &Break) -> JudgedBreak {
    JudgedBreak {
        event: found.witness.to_json(),
        reason: found.violation.as_ref().map(|violation| violation.message.clone()),
    }
}

#[cfg(test)]
mod tests {
    use schemactl_model::FormatMode;

    use super::*;

    fn judged(content_type: &str, old: &str, new: &str) -> JudgementResult {
        let content = |content| JudgedContent { content_type, content };
        judge_change(&content(old), &content(new), None)
    }

    const OLD: &str = r#"{"type":"object","properties":{"id":{"type":"string"}},"x-schemactl":{"version":"1.0"}}"#;
    const NEW: &str = r#"{"type":"object","properties":{"id":{"type":"string"},"sku":{"type":"string"}},"required":["sku"],
        "x-schemactl":{"version":"1.1"}}"#;

    #[test]
    fn a_break_has_its_event() {
        let judgement = judged("JSONSchemaDraft4", OLD, NEW).unwrap();
        assert_eq!(judgement.backward, JudgedDirection::Incompatible);
        assert_eq!(judgement.forward, JudgedDirection::Compatible);
        assert_eq!(judgement.needed.as_deref(), Some("major"));
        let [required, added] = &judgement.changes[..] else {
            panic!("{judgement:?}")
        };
        assert_eq!(required.rule, "required-property-added");
        assert!(
            required.backward.is_some() && required.forward.is_none(),
            "{required:?}"
        );
        assert!(added.backward.is_none() && added.forward.is_none(), "{added:?}");
    }

    #[test]
    fn changes_are_judged_by_what_is_known_of_the_event() {
        let content = |content| JudgedContent {
            content_type: "JSONSchemaDraft4",
            content,
        };
        let facts = |policy: &str, formats| EventFacts {
            policy: policy.to_owned(),
            policy_source: "event.toml".to_owned(),
            formats,
            ..EventFacts::default()
        };
        let judge = |old, new, facts: &EventFacts| judge_change(&content(old), &content(new), Some(facts));
        let old = r#"{"type":"object","properties":{"a":{}},"additionalProperties":false}"#;
        let new = r#"{"type":"object","properties":{"a":{},"b":{}},"additionalProperties":false}"#;
        for (policy, forward) in [
            ("tolerant-reader", JudgedDirection::Compatible),
            ("producer-declared", JudgedDirection::Incompatible),
        ] {
            let judgement = judge(old, new, &facts(policy, FormatMode::Annotation)).unwrap();
            assert_eq!(judgement.forward, forward, "{policy}");
            let named = (judgement.policy.as_str(), judgement.policy_source.as_deref());
            assert_eq!(named, (policy, Some("event.toml")));
        }
        let (plain, dated) = (r#"{"type":"string"}"#, r#"{"type":"string","format":"date"}"#);
        let backward = |formats| judge(plain, dated, &facts("open-strict", formats)).unwrap().backward;
        assert_eq!(backward(FormatMode::Annotation), JudgedDirection::Compatible);
        assert_ne!(backward(FormatMode::Assertion), JudgedDirection::Compatible);
        let unknown = judge(old, new, &facts("strict", FormatMode::Annotation)).unwrap_err();
        assert_eq!(unknown, "unknown policy `strict` in `event.toml`");
        let assumed = judged("JSONSchemaDraft4", old, new).unwrap();
        assert_eq!(
            (assumed.policy.as_str(), assumed.policy_source),
            ("tolerant-reader", None)
        );
    }

    #[test]
    fn a_stamp_is_no_change() {
        let judgement = judged("JSONSchemaDraft4", OLD, &OLD.replace("1.0", "1.1")).unwrap();
        assert_eq!(
            (judgement.needed.as_deref(), judgement.changes.len()),
            (Some("patch"), 0)
        );
    }

    #[test]
    fn an_openapi_document_is_judged_by_its_detail() {
        let content = |detail: &str| {
            let envelope = r##"{"properties":{"detail":{"$ref":"#/components/schemas/Order"}}}"##;
            format!(r#"{{"openapi":"3.0.0","components":{{"schemas":{{"AWSEvent":{envelope},"Order":{detail}}}}}}}"#)
        };
        let judgement = judged("OpenApi3", &content(OLD), &content(NEW)).unwrap();
        assert_eq!(judgement.backward, JudgedDirection::Incompatible);
    }

    #[test]
    fn what_is_no_schema_says_so() {
        for (content_type, content) in [
            ("JSONSchemaDraft4", "{"),
            ("JSONSchemaDraft4", r#"{"type":"strng"}"#),
            ("JSONSchemaDraft4", r##"{"$ref":"#/definitions/none"}"##),
            ("OpenApi3", "{}"),
        ] {
            let reason = judged(content_type, OLD, content).unwrap_err();
            assert!(!reason.is_empty(), "{content}");
        }
    }
}
