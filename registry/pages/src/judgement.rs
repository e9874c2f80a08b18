//! What a change means, for people: the verdict of each direction, then every change with what it breaks and the event that shows it.

use maud::{Markup, html};

use crate::json::json_block;
use crate::layout::with_code;

/// What a change of a schema means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// The policy that it was judged under.
    pub policy: String,
    /// The file that sets the policy. `None` if it was assumed.
    pub policy_source: Option<String>,
    /// Whether readers of the new version accept every event of the old one.
    pub backward: JudgedDirection,
    /// Whether readers of the old version accept every event of the new one.
    pub forward: JudgedDirection,
    /// The smallest step of the version that the change allows, such as `minor`. `None` if that is not decided.
    pub needed: Option<String>,
    /// Every change.
    pub changes: Vec<JudgedChange>,
    /// What the verdicts rest on, in sentences.
    pub assumptions: Vec<String>,
}

/// The verdict of one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum JudgedDirection {
    /// Proved.
    Compatible,
    /// An event breaks.
    Incompatible,
    /// Not known.
    #[default]
    Undecided,
}

/// One change, and what it breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JudgedChange {
    /// The id of its rule. Empty for breaks that no change explains alone.
    pub rule: String,
    /// What was changed, in a sentence with code between backticks.
    pub text: String,
    /// An event of the old version that readers of the new one reject for it.
    pub backward: Option<JudgedBreak>,
    /// An event of the new version that readers of the old one reject for it.
    pub forward: Option<JudgedBreak>,
    /// Why it is not known what the change breaks.
    pub undecided: Option<String>,
}

/// An event that breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JudgedBreak {
    /// The event, as JSON.
    pub event: String,
    /// Why it is rejected, if that is known.
    pub reason: Option<String>,
}

/// What a judge gives: a judgement, or why there is none.
pub type JudgementResult = Result<Judgement, String>;

pub(crate) fn render_judged(judged: &JudgementResult, old: &str, new: &str) -> Markup {
    match judged {
        Ok(judgement) => verdict(judgement, old, new),
        Err(reason) => html! { p.note { "The effect of this change could not be determined: " (with_code(reason)) } },
    }
}

fn verdict(judgement: &Judgement, old: &str, new: &str) -> Markup {
    html! {
        section.verdict aria-label="Verdict" {
            (direction(&judgement.backward, new, old))
            (direction(&judgement.forward, old, new))
            @if let Some(needed) = &judgement.needed { p { "The change needs a new " b { (needed) } " version." } }
            (policy(judgement))
            @for assumption in &judgement.assumptions { p.quiet { "Assumed: " (with_code(assumption)) } }
        }
        @if judgement.changes.is_empty() {
            p.quiet { "The schema has not changed." }
        } @else {
            h3 { "Changes" }
            ol.changes { @for one in &judgement.changes { (change(one, old, new)) } }
        }
    }
}

fn policy(judgement: &Judgement) -> Markup {
    html! { p.quiet {
        "Judged under the policy " code { (judgement.policy) }
        @match &judgement.policy_source {
            Some(file) => { " of " code { (file) } "." }
            None => ", which is assumed: the workspace that serve was started in does not have this event.",
        }
    } }
}

fn direction(direction: &JudgedDirection, reader: &str, writer: &str) -> Markup {
    let (class, word, sentence) = match direction {
        JudgedDirection::Compatible => ("good", "compatible", "accept every event of"),
        JudgedDirection::Incompatible => ("bad", "breaks", "reject events of"),
        JudgedDirection::Undecided => ("open", "undecided", "may reject events of"),
    };
    html! { p { span class=(format!("badge {class}")) { (word) } " Readers of " b { (reader) } " " (sentence) " " b { (writer) } "." } }
}

fn change(change: &JudgedChange, old: &str, new: &str) -> Markup {
    let breaks = [(&change.backward, new, old), (&change.forward, old, new)];
    let is_broken = change.backward.is_some() || change.forward.is_some();
    html! {
        li {
            p { (with_code(&change.text)) }
            p.verdicts {
                @for (found, reader, _) in &breaks { @if found.is_some() { span.badge.bad { "breaks readers of " (reader) } } }
                @if !is_broken && change.undecided.is_none() { span.badge.good { "breaks nobody" } }
                @if change.undecided.is_some() { span.badge.open { "undecided" } }
                @if !change.rule.is_empty() { code { (change.rule) } }
            }
            @if let Some(reason) = &change.undecided { p.quiet { (with_code(reason)) } }
            @for (found, reader, writer) in &breaks { @if let Some(found) = found { (broken_event(found, reader, writer)) } }
        }
    }
}

fn broken_event(found: &JudgedBreak, reader: &str, writer: &str) -> Markup {
    html! {
        details open {
            summary { "An event of " (writer) " that readers of " (reader) " reject" }
            @if let Some(reason) = &found.reason { p.quiet { (with_code(reason)) } }
            (json_block(&found.event))
        }
    }
}
