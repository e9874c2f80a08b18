//! The pages of docs/rules are true: each change's page has an example in which it happens and breaks whom it says, by the event
//! that it shows, and a near miss that does not. What holds for one pair of schemas as a law is checked on every one of them.
#![allow(clippy::unwrap_used)]

#[path = "common/explained.rs"]
mod explained;

use explained::explain_pair;
use schemactl_compat::{
    ChangeKind, ComparisonSettings, Examples, Explanation, Impact, Policy, Schema, Validator, Verdict,
};
use schemactl_model::{Dialect, Document, Source, Value, VersionField, parse};

/// One pair of schemas of a page.
struct Pair {
    old: Document,
    new: Document,
}

struct Page {
    kind: ChangeKind,
    example: Pair,
    policy: Policy,
    breaks: Vec<String>,
    event: Option<Value>,
    near: Pair,
    /// The near miss is reported as the change, and breaks nobody.
    near_is_reported: bool,
}

fn fence(text: &str, info: &str) -> Option<String> {
    let start = text.find(&format!("```json {info}\n"))? + info.len() + 9;
    Some(text[start..start + text[start..].find("\n```").unwrap()].to_owned())
}

fn pair(kind: ChangeKind, text: &str) -> Pair {
    let document = |info: &str| {
        let json = fence(text, info).unwrap_or_else(|| panic!("{kind}: no {info} schema"));
        Document::parse(Source::new(format!("{kind} {info}"), json), Dialect::Draft202012).unwrap()
    };
    Pair {
        old: document("old"),
        new: document("new"),
    }
}

fn pages() -> impl Iterator<Item = Page> {
    ChangeKind::ALL.iter().map(|kind| {
        let text = schemactl_rules::find_page(kind.id()).unwrap();
        assert!(text.starts_with(&format!("# {kind}\n\n")), "{kind}");
        let part = |title: &str| {
            let start = text
                .find(&format!("\n## {title}\n"))
                .unwrap_or_else(|| panic!("{kind}: no `{title}`"));
            let end = text[start + 1..]
                .find("\n## ")
                .map_or(text.len(), |end| start + 1 + end);
            &text[start..end]
        };
        assert!(part("Why").len() > 20 && part("How to fix").len() > 20, "{kind}");
        let (example, near) = (part("Example"), part("Not this"));
        let line = example.lines().find(|line| line.starts_with("Breaks")).unwrap();
        let policy = line
            .split('`')
            .nth(1)
            .map_or(Policy::default(), |name| name.parse().unwrap());
        let who = line.rsplit(": ").next().unwrap().trim_end_matches('.');
        Page {
            kind: *kind,
            example: pair(*kind, example),
            policy,
            breaks: who
                .split(", ")
                .filter(|name| *name != "nobody")
                .map(str::to_owned)
                .collect(),
            event: fence(example, "event").map(|json| parse(&Source::new("event", json)).unwrap()),
            near: pair(*kind, near),
            near_is_reported: near.contains("reported, and it breaks nobody"),
        }
    })
}

fn explained(old: &Document, new: &Document, policy: Policy) -> (Verdict, Verdict, Explanation) {
    let (old, new) = (Schema::from(old), Schema::from(new));
    let settings = ComparisonSettings {
        policy,
        version_field: Some(&VersionField::default()),
    };
    explain_pair((&old, &new), settings, Examples::default())
}

fn valid(document: &Document, event: &Value) -> bool {
    Validator::new(document.root(), document.dialect())
        .unwrap()
        .is_valid(event)
        .unwrap()
}

/// The changes in a line, for a test that fails.
fn told(explanation: &Explanation) -> String {
    let changes = explanation.changes.iter().map(|one| {
        let (backward, forward) = (one.backward.name(), one.forward.name());
        format!("{} {} ({backward}, {forward})", one.change.kind, one.effect.name())
    });
    let others = explanation.backward.len() + explanation.forward.len();
    format!("{} and {others} others", changes.collect::<Vec<_>>().join("; "))
}

/// Which directions a kind of change breaks, as pages name them.
fn broken(explanation: &Explanation, kind: ChangeKind) -> Option<Vec<String>> {
    let of: Vec<_> = explanation
        .changes
        .iter()
        .filter(|one| one.change.kind == kind)
        .collect();
    let any = |of_direction: fn(&schemactl_compat::Explained) -> &Impact| {
        of.iter().any(|one| of_direction(one).as_break().is_some())
    };
    let mut names = Vec::new();
    if any(|one| &one.backward) {
        names.push("backward".to_owned());
    }
    if any(|one| &one.forward) {
        names.push("forward".to_owned());
    }
    (!of.is_empty()).then_some(names)
}

#[test]
fn each_page_shows_its_change_and_whom_it_breaks() {
    let mut wrong = Vec::new();
    for page in pages() {
        let (_, _, explanation) = explained(&page.example.old, &page.example.new, page.policy);
        let found = broken(&explanation, page.kind);
        if found.as_ref() != Some(&page.breaks) {
            wrong.push(format!(
                "{} breaks {:?}: {}",
                page.kind,
                page.breaks,
                told(&explanation)
            ));
        }
        let Some(event) = &page.event else {
            assert!(page.breaks.is_empty(), "{}: no event", page.kind);
            continue;
        };
        let (writer, reader) = if page.breaks.contains(&"backward".to_owned()) {
            (&page.example.old, &page.example.new)
        } else {
            (&page.example.new, &page.example.old)
        };
        assert!(valid(writer, event) && !valid(reader, event), "{}", page.kind);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_page_shows_a_near_miss() {
    let mut wrong = Vec::new();
    for page in pages() {
        let (backward, forward, explanation) = explained(&page.near.old, &page.near.new, Policy::default());
        let expected = page.near_is_reported.then(Vec::new);
        let silent = backward.is_compatible() && forward.is_compatible() || !page.near_is_reported;
        if broken(&explanation, page.kind) != expected || !silent {
            wrong.push(format!(
                "{}: {} {} {}",
                page.kind,
                backward.name(),
                forward.name(),
                told(&explanation)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The list and the verdict never contradict each other, and every event breaks the documents as they are written.
#[test]
fn the_changes_say_what_the_verdict_says() {
    for page in pages() {
        for (old, new) in [
            (&page.example.old, &page.example.new),
            (&page.example.new, &page.example.old),
            (&page.near.old, &page.near.new),
        ] {
            for policy in Policy::ALL {
                let (backward, forward, explanation) = explained(old, new, policy);
                let of = |of_direction: fn(&schemactl_compat::Explained) -> &Impact| -> Vec<_> {
                    explanation
                        .changes
                        .iter()
                        .filter_map(|one| of_direction(one).as_break())
                        .collect()
                };
                for (verdict, single, others, writer, reader) in [
                    (backward, of(|one| &one.backward), &explanation.backward, old, new),
                    (forward, of(|one| &one.forward), &explanation.forward, new, old),
                ] {
                    let count = single.len() + others.len();
                    assert_eq!(
                        verdict.witness().is_some(),
                        count > 0,
                        "{} {policy}: {explanation:#?}",
                        page.kind
                    );
                    for one in single.into_iter().chain(others) {
                        assert!(valid(writer, &one.witness), "{} {policy}", page.kind);
                        assert!(!valid(reader, &one.witness), "{} {policy}", page.kind);
                    }
                }
            }
        }
    }
}

#[test]
fn a_schema_against_itself_has_no_changes() {
    for page in pages() {
        for document in [&page.example.old, &page.example.new, &page.near.old, &page.near.new] {
            let (backward, forward, explanation) = explained(document, document, Policy::default());
            assert!(backward.is_compatible() && forward.is_compatible(), "{}", page.kind);
            assert_eq!(explanation, Explanation::default(), "{}", page.kind);
        }
    }
}

/// Seen from the other version, every change is its mirror: the same places, the opposite effect, directions exchanged.
#[test]
fn seen_from_the_other_side_every_change_is_its_mirror() {
    for page in pages() {
        let there = explained(&page.example.old, &page.example.new, page.policy).2;
        let back = explained(&page.example.new, &page.example.old, page.policy).2;
        let mut there: Vec<_> = there
            .changes
            .iter()
            .map(|one| {
                let change = &one.change;
                let impacts = (one.forward.name(), one.backward.name());
                (
                    change.kind.mirror(),
                    change.new.clone(),
                    change.old.clone(),
                    one.effect.mirror().name(),
                    impacts,
                )
            })
            .collect();
        let mut back: Vec<_> = back
            .changes
            .iter()
            .map(|one| {
                let change = &one.change;
                let impacts = (one.backward.name(), one.forward.name());
                (
                    change.kind,
                    change.old.clone(),
                    change.new.clone(),
                    one.effect.name(),
                    impacts,
                )
            })
            .collect();
        there.sort();
        back.sort();
        assert_eq!(there, back, "{}", page.kind);
    }
}

/// The order of keys says nothing.
#[test]
fn the_order_of_keys_changes_nothing() {
    for page in pages() {
        let turned = |document: &Document| {
            let text = reversed(document.root()).to_json();
            Document::parse(Source::new("turned", text), document.dialect()).unwrap()
        };
        let (backward, forward, _) = explained(&page.example.old, &page.example.new, page.policy);
        let (old, new) = (turned(&page.example.old), turned(&page.example.new));
        let (turned_backward, turned_forward, _) = explained(&old, &new, page.policy);
        assert_eq!(
            (backward.name(), forward.name()),
            (turned_backward.name(), turned_forward.name()),
            "{}",
            page.kind
        );
    }
}

fn reversed(value: &Value) -> Value {
    use schemactl_model::{JsonObject, Kind};
    Value::computed(match &value.kind {
        Kind::Object(members) => Kind::Object(JsonObject::from_entries(
            members
                .iter()
                .rev()
                .map(|member| member.with_value(reversed(&member.value)))
                .collect(),
        )),
        Kind::Array(elements) => Kind::Array(elements.iter().map(reversed).collect()),
        other => other.clone(),
    })
}
