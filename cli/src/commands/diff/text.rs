//! A comparison for people: each break with the lines of both files and the event that shows it, then what changed without
//! breaking anybody, then what the change needs.

use schemactl_compat::{Break, Bump, ChangeKind, Comparison, Explained, Explanation, Impact, Verdict};
use schemactl_model::Pointer;

use super::{Found, Side};
use crate::console::{printable, renderer};
use crate::diagnostic::{Diagnostic, Loudness};

pub(super) fn render(old: &Side, new: &Side, found: &Found<'_>) -> String {
    let mut text = String::new();
    for (verdict, name, writer, reader) in [
        (&found.compared.backward, "backward", old, new),
        (&found.compared.forward, "forward", new, old),
    ] {
        text.push_str(&direction(verdict, name, writer, reader, found));
        text.push_str("\n\n");
    }
    text.push_str(&harmless(&found.explanation));
    if let Some(line) = strictly(found) {
        text.extend([line.as_str(), "\n"]);
    }
    if !found.compared.assumptions.is_empty() {
        text.extend(["assumed: ", &found.compared.assumptions.join("; "), "\n"]);
    }
    let (needed, policy) = (needed(&found.compared, &found.explanation), found.settings.policy);
    text + &format!("{} → {}: {needed} ({policy})\n", old.title, new.title)
}

fn direction(verdict: &Verdict, name: &str, writer: &Side, reader: &Side, found: &Found<'_>) -> String {
    let (writer_title, reader_title) = (&writer.title, &reader.title);
    match verdict {
        Verdict::Compatible => {
            format!("{name} compatible: {reader_title} takes every event of {writer_title} (proved)")
        }
        Verdict::Undecided { reason } => Diagnostic::new(
            Loudness::Warning,
            format!("{name}: whether {reader_title} takes every event of {writer_title} is undecided"),
        )
        .note(reason.clone())
        .render(&renderer()),
        Verdict::Incompatible { witness } => {
            let mut all = reasons(name, writer, reader, found);
            if all.is_empty() {
                // The verdict stands, whatever became of the list.
                let (witness, violation) = (witness.clone(), None);
                all.push(broken(&Break { witness, violation }, name, writer, reader));
            }
            let each = all.iter().map(|one| one.render(&renderer()));
            each.collect::<Vec<_>>().join("\n\n")
        }
    }
}

/// A diagnostic for each change that breaks a direction, then for what several changes do together.
fn reasons(name: &str, writer: &Side, reader: &Side, found: &Found<'_>) -> Vec<Diagnostic> {
    let is_backward = name == "backward";
    let mut all = Vec::new();
    for one in &found.explanation.changes {
        let impact = if is_backward { &one.backward } else { &one.forward };
        let Some(refused) = impact.as_break() else { continue };
        let (at_reader, at_writer) = if is_backward {
            (&one.change.new, &one.change.old)
        } else {
            (&one.change.old, &one.change.new)
        };
        let title = format!(
            "{name}: {} refuses an event of {}: {}",
            reader.title,
            writer.title,
            one.change.sentence()
        );
        all.push(told(refused, title, (writer, at_writer), (reader, at_reader)).id(one.change.kind.id()));
    }
    let others = if is_backward {
        &found.explanation.backward
    } else {
        &found.explanation.forward
    };
    all.extend(others.iter().map(|other| broken(other, name, writer, reader)));
    all
}

/// A break without a change of its own, at the keyword that refuses the event.
fn broken(one: &Break, name: &str, writer: &Side, reader: &Side) -> Diagnostic {
    let keyword = one.keyword();
    let title = format!("{name}: {} refuses an event of {}", reader.title, writer.title);
    let rule = if name == "backward" {
        "backward-incompatible"
    } else {
        "forward-incompatible"
    };
    told(one, title, (writer, &keyword), (reader, &keyword)).id(rule)
}

fn told(one: &Break, title: String, writer: (&Side, &Pointer), reader: (&Side, &Pointer)) -> Diagnostic {
    let at = |(side, pointer): (&Side, &Pointer)| pointer.closest(side.document.root()).span;
    let message = match &one.violation {
        Some(violation) => violation.message.clone(),
        None => "under the policy, the reader refuses it".to_owned(),
    };
    Diagnostic::error(title)
        .place(reader.0.document.source(), at(reader), "refuses it here")
        .place(writer.0.document.source(), at(writer), "allows it")
        .note(format!("this event breaks: {}", one.witness.to_json()))
        .note(message)
}

/// The changes that break nobody.
fn harmless(explanation: &Explanation) -> String {
    let breaks = |one: &&Explained| one.backward.as_break().is_none() && one.forward.as_break().is_none();
    let lines = explanation.changes.iter().filter(breaks).map(|one| {
        let masked = [(&one.backward, "backward"), (&one.forward, "forward")]
            .into_iter()
            .filter(|(impact, _)| matches!(impact, Impact::Masked | Impact::Undecided(_)))
            .map(|(impact, name)| format!(", {} {name}", impact.name()));
        let change = &one.change;
        let place = if change.new.tokens().is_empty() {
            "/".to_owned()
        } else {
            change.new.to_string()
        };
        format!(
            "  {:<26} {place}: {} ({}{})\n",
            change.kind.id(),
            printable(&change.sentence()),
            one.effect.name(),
            masked.collect::<String>()
        )
    });
    let lines: String = lines.collect();
    if lines.is_empty() {
        return lines;
    }
    format!("changes that break nobody:\n{lines}\n")
}

/// Where the schemas taken literally have another answer.
fn strictly(found: &Found<'_>) -> Option<String> {
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
    (!said.is_empty()).then(|| format!("taken literally (open-strict): {}", printable(&said.join("; "))))
}

fn needed(compared: &Comparison, explanation: &Explanation) -> String {
    let noticed = |one: &Explained| matches!(one.change.kind, ChangeKind::FormatChanged | ChangeKind::DefaultChanged);
    let noticed = explanation.changes.iter().any(noticed);
    match (&compared.backward, &compared.forward) {
        (Verdict::Incompatible { .. }, _) | (_, Verdict::Incompatible { .. }) => "needs a new major version".to_owned(),
        (Verdict::Undecided { .. }, _) | (_, Verdict::Undecided { .. }) => "undecided".to_owned(),
        _ if compared.equivalent && noticed => {
            format!(
                "a {} version is enough: validators see no difference, generated code does",
                Bump::Minor
            )
        }
        _ if compared.equivalent => format!("a {} is enough: both say the same", Bump::Patch),
        _ => format!("a {} version is enough", Bump::Minor),
    }
}
