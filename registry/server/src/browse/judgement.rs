//! What a change means, for people: the verdict of each direction, then every change with what it breaks and the event that shows it.

use maud::{Markup, html};

use super::json::block;
use super::layout::with_code;
use crate::judge::{Judged, JudgedBreak, JudgedChange, JudgedDirection, Judgement};

pub(super) fn render(judged: &Judged, old: &str, new: &str) -> Markup {
    match judged {
        Ok(judgement) => verdict(judgement, old, new),
        Err(reason) => html! { p.note { "What this change means could not be told: " (with_code(reason)) } },
    }
}

fn verdict(judgement: &Judgement, old: &str, new: &str) -> Markup {
    html! {
        section.verdict aria-label="Verdict" {
            (direction(&judgement.backward, new, old))
            (direction(&judgement.forward, old, new))
            @if let Some(needed) = &judgement.needed { p { "The change needs a new " b { (needed) } " version." } }
            @for assumption in &judgement.assumptions { p.quiet { "Assumed: " (with_code(assumption)) } }
        }
        @if judgement.changes.is_empty() {
            p.quiet { "Nothing that a schema says has changed." }
        } @else {
            h3 { "Changes" }
            ol.changes { @for one in &judgement.changes { (change(one, old, new)) } }
        }
    }
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
            (block(&found.event))
        }
    }
}
