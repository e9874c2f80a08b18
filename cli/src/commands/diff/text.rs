//! A comparison for people: what the change needs, a table of what it does, each break with the lines of both files and the event
//! that shows it, then what changed without breaking anybody.

use schemactl_check::{Direction, Finding};
use schemactl_compat::{
    Bump, Change, ChangeKind, Comparison, Effect, EventPath, Explained, Explanation, Impact, Verdict,
};
use schemactl_model::spell_out_controls;

use super::table::{reader_name, render_table};
use super::{DiffSide, PairComparison};
use crate::diagnostic::{Diagnostic, styled_renderer};
use crate::report::text::facts_of_finding;

/// Renders the comparison. `full_events` shows events whole, however long they are.
pub(super) fn render_comparison(
    (old, new): (&DiffSide, &DiffSide),
    found: &PairComparison<'_>,
    findings: &[Finding],
    full_events: bool,
) -> String {
    let mut text = conclude_in_a_line(old, new, found) + "\n\n" + &render_table(old, new, found);
    for (direction, verdict, writer, reader) in [
        (Direction::Backward, &found.compared.backward, old, new),
        (Direction::Forward, &found.compared.forward, new, old),
    ] {
        if verdict.is_compatible() {
            let (writer, reader) = (&writer.title, &reader.title);
            let line = format!("{direction} compatible: {reader} accepts every event of {writer} (proved)\n\n");
            text.push_str(&line);
        }
        for finding in findings.iter().filter(|finding| finding.direction == Some(direction)) {
            text.extend([
                &facts_of_finding(finding, full_events).render(&styled_renderer()),
                "\n\n",
            ]);
        }
    }
    for finding in findings.iter().filter(|finding| finding.direction.is_none()) {
        text.extend([
            &facts_of_finding(finding, full_events).render(&styled_renderer()),
            "\n\n",
        ]);
    }
    for lint in &found.lints {
        let fix = lint.fix.clone().into_iter();
        let more = format!("more with `schemactl explain {}`", lint.rule.id());
        let facts = facts_of_finding(lint, full_events);
        let diagnostic = fix.chain([more]).fold(facts, Diagnostic::help);
        text.extend([&diagnostic.render(&styled_renderer()), "\n\n"]);
    }
    text.push_str(&others(
        &found.compared,
        &found.explanation,
        &(reader_name(old), reader_name(new)),
    ));
    if let Some(line) = strictly(found) {
        text.extend([line.as_str(), "\n"]);
    }
    if !found.compared.assumptions.is_empty() {
        text.extend(["assumed: ", &found.compared.assumptions.join("; "), "\n"]);
    }
    text
}

/// What the change comes to, in a line, with the change that decides it.
pub(super) fn conclude_in_a_line(old: &DiffSide, new: &DiffSide, found: &PairComparison<'_>) -> String {
    let (needed, policy) = (needed(found), found.settings.policy);
    format!("{} → {}: {needed} ({policy})", old.title, new.title)
}

/// The changes that no finding is about: those that break nobody, and those of which that is not known.
fn others(compared: &Comparison, explanation: &Explanation, readers: &(String, String)) -> String {
    // An undecided direction has a finding that names what it hangs on.
    let is_told = |(verdict, impact): (&Verdict, &Impact)| match impact {
        Impact::Breaks(_) => true,
        Impact::Undecided(_) => matches!(verdict, Verdict::Undecided { .. }),
        Impact::Safe | Impact::Masked => false,
    };
    // What is noticed without a break has a warning.
    let told = |one: &&Explained| {
        is_told((&compared.backward, &one.backward))
            || is_told((&compared.forward, &one.forward))
            || one.change.kind.is_noticed_by_code()
    };
    let is_unknown = |impact: &Impact| matches!(impact, Impact::Undecided(_));
    let unknown = |one: &&Explained| is_unknown(&one.backward) || is_unknown(&one.forward);
    let (unknown, harmless): (Vec<_>, Vec<_>) =
        (explanation.changes.iter()).filter(|one| !told(one)).partition(unknown);
    list("changes that break nobody", &harmless, readers)
        + &list("changes that could not be decided alone", &unknown, readers)
}

fn list(heading: &str, changes: &[&Explained], readers: &(String, String)) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let lines = changes.iter().map(|one| {
        let change = &one.change;
        let notes = notes(one, readers);
        // The other one of the two has the same question.
        let asked = change
            .hint
            .as_ref()
            .filter(|_| change.kind == ChangeKind::PropertyRemoved);
        let question = asked.map(|hint| format!("\n  {:<26} {}", "", spell_out_controls(hint)));
        format!(
            "  {:<26} {} ({}){}\n",
            change.kind.id(),
            spell_out_controls(&change.sentence()),
            spell_out_controls(&notes.join("; ")),
            question.unwrap_or_default()
        )
    });
    format!("{heading}:\n{}\n", lines.collect::<String>())
}

/// What a change does, and whose events do not show it.
fn notes(one: &Explained, (old, new): &(String, String)) -> Vec<String> {
    let effect = match one.effect {
        Effect::Widens => "allows more",
        Effect::Narrows => "allows less",
        Effect::Replaces => "allows other values",
        Effect::Neutral => "allows the same",
        Effect::Undecided => "what it allows is not decided",
    };
    let mut notes = match &one.change.renamed_from {
        Some(before) => vec![format!("readers of {old} no longer get `{before}`")],
        None => vec![effect.to_owned()],
    };
    for (impact, writer) in [(&one.backward, old), (&one.forward, new)] {
        match impact {
            Impact::Masked => notes.push(format!("no event of {writer} is rejected for it")),
            Impact::Undecided(_) => {
                notes.push(format!(
                    "whether an event of {writer} is rejected for it is not decided"
                ));
            }
            Impact::Safe | Impact::Breaks(_) => {}
        }
    }
    if one.is_overruled && notes.len() == 1 {
        notes = vec!["without effect: the schema around it decides".to_owned()];
    }
    notes
}

/// Where the schemas taken literally have another answer.
fn strictly(found: &PairComparison<'_>) -> Option<String> {
    let (backward, forward) = found.strict.as_ref()?;
    let differs = [
        ("backward", &found.compared.backward, backward),
        ("forward", &found.compared.forward, forward),
    ];
    let said: Vec<String> = differs
        .into_iter()
        .filter(|(_, policy, strict)| policy.name() != strict.name())
        .map(|(name, _, strict)| match strict.witness() {
            Some(witness) => format!("{name} incompatible, by {}", witness.to_json()),
            None => format!("{name} {}", strict.name()),
        })
        .collect();
    (!said.is_empty()).then(|| {
        format!(
            "taken literally (open-strict): {}",
            spell_out_controls(&said.join("; "))
        )
    })
}

fn needed(found: &PairComparison<'_>) -> String {
    let PairComparison {
        compared, explanation, ..
    } = found;
    let noticed = |one: &&Explained| {
        let is_declaration = matches!(one.change.kind, ChangeKind::PropertyAdded | ChangeKind::PropertyRemoved);
        one.change.kind.is_noticed_by_code() || (is_declaration && !found.declares_same)
    };
    let noticed = explanation.changes.iter().find(noticed);
    match (&compared.backward, &compared.forward) {
        (Verdict::Incompatible { .. }, _) | (_, Verdict::Incompatible { .. }) => {
            format!("needs a new major version{}", reason(explanation))
        }
        (Verdict::Undecided { .. }, _) | (_, Verdict::Undecided { .. }) => "undecided".to_owned(),
        _ if compared.equivalent => match noticed {
            Some(one) => format!(
                "a {} version is enough: {}, which generated code notices",
                Bump::Minor,
                one.change.sentence()
            ),
            None if found.code_difference.is_some() => {
                let difference = found.code_difference.iter().map(|found| found.what.as_str());
                format!(
                    "a {} version is enough: in generated code {}",
                    Bump::Minor,
                    difference.collect::<String>()
                )
            }
            None => format!("a {} is enough: both allow the same events", Bump::Patch),
        },
        _ => format!("a {} version is enough", Bump::Minor),
    }
}

/// What several changes break together: the change at the place where they do, if there is one.
fn describe_together(explanation: &Explanation) -> String {
    let found = explanation.backward.iter().chain(&explanation.forward).next();
    let path = found.and_then(|found| Some(EventPath::of_instance(&found.witness, found.place.as_ref()?)));
    let mut changes = explanation.changes.iter().map(|one| &one.change);
    let here = changes.find(|change| Some(&change.path) == path.as_ref());
    here.map_or_else(|| "several changes together".to_owned(), Change::sentence)
}

/// The change that asks for a major version, and how many more do.
fn reason(explanation: &Explanation) -> String {
    let breaks = |one: &&Explained| one.backward.as_break().is_some() || one.forward.as_break().is_some();
    let mut breaking = explanation.changes.iter().filter(breaks);
    let Some(first) = breaking.next() else {
        return format!(": {}", describe_together(explanation));
    };
    let more = breaking.count() + explanation.backward.len() + explanation.forward.len();
    let more = match more {
        0 => String::new(),
        1 => ", and 1 more change".to_owned(),
        more => format!(", and {more} more changes"),
    };
    format!(": {}{more}", first.change.sentence())
}
