//! A comparison for people: each break with the lines of both files and the event that shows it, then what changed without
//! breaking anybody, then what the change needs.

use schemactl_compat::{Bump, ChangeKind, Comparison, Explained, Explanation, Impact, Verdict};
use schemactl_workspace::{Direction, Finding};

use super::{Found, Side};
use crate::console::{printable, renderer};
use crate::report::text::facts;

pub(super) fn render(old: &Side, new: &Side, found: &Found<'_>, findings: &[Finding]) -> String {
    let mut text = String::new();
    for (direction, verdict, writer, reader) in [
        (Direction::Backward, &found.compared.backward, old, new),
        (Direction::Forward, &found.compared.forward, new, old),
    ] {
        if verdict.is_compatible() {
            let (writer, reader) = (&writer.title, &reader.title);
            let line = format!("{direction} compatible: {reader} takes every event of {writer} (proved)\n\n");
            text.push_str(&line);
        }
        for finding in findings.iter().filter(|finding| finding.direction == Some(direction)) {
            text.extend([&facts(finding).render(&renderer()), "\n\n"]);
        }
    }
    text.push_str(&others(&found.compared, &found.explanation));
    if let Some(line) = strictly(found) {
        text.extend([line.as_str(), "\n"]);
    }
    if !found.compared.assumptions.is_empty() {
        text.extend(["assumed: ", &found.compared.assumptions.join("; "), "\n"]);
    }
    text + &conclusion(old, new, found) + "\n"
}

/// What the change comes to, in a line.
pub(super) fn conclusion(old: &Side, new: &Side, found: &Found<'_>) -> String {
    let (needed, policy) = (needed(&found.compared, &found.explanation), found.settings.policy);
    format!("{} → {}: {needed} ({policy})", old.title, new.title)
}

/// The changes that no finding is about: those that break nobody, and those of which that is not known.
fn others(compared: &Comparison, explanation: &Explanation) -> String {
    // An undecided direction has a finding that names what it hangs on.
    let is_told = |(verdict, impact): (&Verdict, &Impact)| match impact {
        Impact::Breaks(_) => true,
        Impact::Undecided(_) => matches!(verdict, Verdict::Undecided { .. }),
        Impact::Safe | Impact::Masked => false,
    };
    let told =
        |one: &&Explained| is_told((&compared.backward, &one.backward)) || is_told((&compared.forward, &one.forward));
    let is_unknown = |impact: &Impact| matches!(impact, Impact::Undecided(_));
    let unknown = |one: &&Explained| is_unknown(&one.backward) || is_unknown(&one.forward);
    let (unknown, harmless): (Vec<_>, Vec<_>) =
        (explanation.changes.iter()).filter(|one| !told(one)).partition(unknown);
    list("changes that break nobody", &harmless) + &list("changes that could not be judged alone", &unknown)
}

fn list(heading: &str, changes: &[&Explained]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let lines = changes.iter().map(|one| {
        let noted = [(&one.backward, "backward"), (&one.forward, "forward")]
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
            noted.collect::<String>()
        )
    });
    format!("{heading}:\n{}\n", lines.collect::<String>())
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
