//! A summary for the comment on a pull request: a heading that says how it went, a row for each event, and the findings,
//! folded, with the event that breaks. Text from files is shown as it is: it makes no markup, mentions nobody and ends no
//! table.

use std::fmt::Write as _;

use schemactl_check::{Finding, FindingPlace, Report, Severity};
use schemactl_model::spell_out_controls;

use super::ReportView;
use super::context::{accept_command, describe_assumptions, describe_inherited, describe_unjudged, list_version_lines};
use crate::printable::printable_json;
use crate::words::count_in_words;

/// GitHub takes comments of 65,536 characters; the rest is for the line that says what is left out.
const LONGEST: usize = 60_000;
/// A table of more events would leave no room for findings.
const LONGEST_TABLE: usize = 20_000;
/// A longer table is folded: on a screen, findings would stand below its end. A comment shows about 20 lines of one without scrolling.
const LONGEST_OPEN_TABLE: usize = 20;
/// An event that breaks and is longer than this is not shown.
const LONGEST_WITNESS: usize = 10_000;

pub(super) fn render_markdown(view: &ReportView<'_>) -> String {
    let report = view.report;
    let mut markdown = format!("## schemactl: {}\n\n", outcome(report));
    markdown.push_str(&table(report));
    let mut findings: Vec<_> = report.findings.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    let mut shown = 0;
    for finding in &findings {
        let details = details(finding);
        if markdown.len() + details.len() > LONGEST {
            break;
        }
        markdown.push_str(&details);
        shown += 1;
    }
    if shown < findings.len() {
        let more = count_in_words(findings.len() - shown, "more finding");
        writeln!(markdown, "{more}: run `schemactl {}`.\n", view.command).expect("writing to a string cannot fail");
    }
    let end = view.conclusion.map_or_else(|| totals(report), text);
    writeln!(markdown, "{end}").expect("writing to a string cannot fail");
    for line in [describe_inherited(report), describe_assumptions(report)]
        .into_iter()
        .flatten()
    {
        writeln!(markdown, "\n{}", text(&line)).expect("writing to a string cannot fail");
    }
    markdown
}

fn outcome(report: &Report) -> String {
    let found = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Note, "note"),
    ];
    let found: Vec<_> = found
        .into_iter()
        .filter(|(severity, _)| report.count(*severity) > 0)
        .map(|(severity, name)| count_in_words(report.count(severity), name))
        .collect();
    if found.is_empty() {
        "nothing found".to_owned()
    } else {
        found.join(", ")
    }
}

fn totals(report: &Report) -> String {
    format!(
        "{}, {}, {}, {} checked{}.",
        count_in_words(report.events, "event"),
        count_in_words(report.versions, "version"),
        count_in_words(report.examples, "example"),
        count_in_words(report.comparisons.len(), "comparison"),
        describe_unjudged(report)
    )
}

/// A row for each version that a summary is about: the newest of each event, and those whose number promises too much.
fn table(report: &Report) -> String {
    if report.summaries.is_empty() {
        return String::new();
    }
    let mut rows = "| event | version | needs | result |\n|---|---|---|---|\n".to_owned();
    for (index, summary) in report.summaries.iter().enumerate() {
        if rows.len() > LONGEST_TABLE {
            let more = count_in_words(report.summaries.len() - index, "more line");
            writeln!(rows, "| {more} | | | |").expect("writing to a string cannot fail");
            break;
        }
        let needed = summary.needed.as_ref().map(ToString::to_string).unwrap_or_default();
        writeln!(
            rows,
            "| {} | {} | {needed} | {} |",
            text(&summary.event.to_string()),
            summary.wrote,
            text(&summary.text)
        )
        .expect("writing to a string cannot fail");
    }
    if report.summaries.len() > LONGEST_OPEN_TABLE {
        let title = count_in_words(report.summaries.len(), "version");
        return format!("<details>\n<summary>{title}</summary>\n\n{rows}\n</details>\n\n");
    }
    rows + "\n"
}

fn details(finding: &Finding) -> String {
    let mut lines = vec![
        "<details>".to_owned(),
        format!(
            "<summary><b>{}</b> <code>{}</code> {}</summary>\n",
            kind(finding),
            finding.rule,
            text(&finding.message)
        ),
    ];
    lines.extend(finding.places.iter().map(place));
    if !finding.places.is_empty() {
        lines.push(String::new());
    }
    let sentence = |title: &str, sentence: &Option<String>| {
        let sentence = sentence.as_ref();
        sentence.map(|sentence| format!("**{title}:** {}\n", text(sentence)))
    };
    for shown in finding.shown_directions() {
        if let Some(witness) = &shown.witness {
            lines.push(format!("This event breaks:\n\n{}\n", fenced(&witness.to_json_pretty())));
        }
        lines.extend(sentence("Why", &shown.why));
    }
    lines.extend(
        list_version_lines(finding)
            .iter()
            .map(|line| format!("{}\n", text(line))),
    );
    // What is accepted has to be fixed by nobody.
    let fix = if finding.waived.is_some() { &None } else { &finding.fix };
    for (title, said) in [
        ("Owner", &finding.owner),
        ("Accepted", &finding.waived),
        ("How to fix", fix),
    ] {
        lines.extend(sentence(title, said));
    }
    let accept = accept_command(finding).filter(|_| finding.waived.is_none());
    let accept = accept.map_or_else(String::new, |command| {
        format!(" Accept it with <code>{}</code>.", entities(&command))
    });
    lines.push(format!(
        "More with `schemactl explain {}`.{accept}\n\n</details>\n\n",
        finding.rule
    ));
    lines.join("\n")
}

/// How severe a finding is, or that somebody accepted it.
fn kind(finding: &Finding) -> String {
    match &finding.waived {
        Some(_) => "accepted".to_owned(),
        None => finding.severity.to_string(),
    }
}

fn place(place: &FindingPlace) -> String {
    let location = place.source.location(place.span.start);
    let at = format!("{}:{location}", place.source.path());
    format!("* <code>{}</code> {}", entities(&at), text(&place.label))
}

/// JSON in a fence that no run of backticks in it can close.
fn fenced(json: &str) -> String {
    if json.len() > LONGEST_WITNESS {
        return format!("(it has {} bytes; `schemactl check` shows it)", json.len());
    }
    let json = printable_json(json);
    let longest = json.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}json\n{json}\n{fence}")
}

/// Text from outside in a table, a paragraph or a summary. What stands between backticks is code, as the writer meant it.
fn text(text: &str) -> String {
    let text = spell_out_controls(text);
    let parts: Vec<_> = text.split('`').collect();
    // Several in a row are somebody's value, and quote nothing.
    if parts.len() % 2 == 0 || text.contains("``") {
        return entities(&text);
    }
    parts
        .into_iter()
        .enumerate()
        .fold(String::new(), |markdown, (index, part)| {
            if index % 2 == 0 {
                markdown + &entities(part)
            } else {
                markdown + "<code>" + &entities(part) + "</code>"
            }
        })
}

/// Every character that HTML or Markdown reads as more than itself, as a reference: those work in both, and in tables.
fn entities(text: &str) -> String {
    let text = spell_out_controls(text);
    let mut markdown = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        let after = text[at + letter.len_utf8()..].chars().next();
        if letter == '\n' {
            markdown.push_str("<br>");
        } else if is_markup(before, letter, after) || begins_markup(at, &text[at..]) {
            write!(markdown, "&#{};", u32::from(letter)).expect("writing to a string cannot fail");
        } else {
            markdown.push(letter);
        }
        if is_mention(before, letter) || is_shortcode(&text[at..]) {
            // GitHub looks for names, numbers and emoji in the finished text, and stops at a comment.
            markdown.push_str("<!-- -->");
        }
        before = letter;
    }
    markdown
}

fn is_markup(before: char, letter: char, after: Option<char>) -> bool {
    match letter {
        '&' | '<' | '>' | '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => true,
        // Of a web address.
        ':' => after == Some('/'),
        _ => is_mention(before, letter),
    }
}

/// Whether a text begins a list at the start of a line, or a web address without its scheme anywhere.
fn begins_markup(at: usize, rest: &str) -> bool {
    at == 0 && rest.starts_with(['-', '+', '='])
        || rest.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."))
}

/// Whether a text begins with the name of an emoji, such as `:tada:`.
fn is_shortcode(rest: &str) -> bool {
    let name = rest.strip_prefix(':').and_then(|rest| rest.split_once(':'));
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || "_+-".contains(letter);
    // A line and a column, or a time, have digits alone.
    let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    name.is_some_and(|(name, _)| name.chars().all(is_of_name) && !is_number(name))
}

/// Whether what follows can be read as somebody's name or the number of an issue.
fn is_mention(before: char, letter: char) -> bool {
    matches!(letter, '@' | '#') && !before.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::report::sample;

    #[test]
    fn text_from_files_is_no_markup() {
        let hostile = "</summary><img src=x> | **a** [b](http://c) @everyone #1 \u{1b}[2J\n# title";
        let markdown = text(hostile);
        assert!(!markdown.contains(['|', '*', '[', '@', '\n', '\u{1b}']), "{markdown}");
        assert!(
            !markdown.contains("<img") && !markdown.contains("</summary>"),
            "{markdown}"
        );
        assert!(!markdown.contains("http:"), "{markdown}");
    }

    /// Texts that would be something else than themselves, wherever they stand.
    const HOSTILE: [&str; 22] = [
        "a | b",
        "|---|---|",
        "`a|b` | `c`",
        "``` x `",
        "a ``b`` c",
        "line\nother | line\n\n# title",
        "x\r\n| y |",
        "<b>x</b>",
        "</details></summary>",
        "<!-- x",
        "-->",
        "- item",
        "+ item",
        "===",
        "# title",
        "> quote",
        "[a](http://b.c) ![d](e)",
        "https://evil.example www.evil.example",
        "@everyone #1",
        ":tada: 12:30:45",
        "*a* _b_ ~~c~~ $d$ \\\\",
        "&lt; & &#124; \u{1b}[31m \u{202e}",
    ];

    fn report_of(hostile: &str) -> Report {
        let place = FindingPlace {
            source: schemactl_model::Source::new(hostile, "{}"),
            span: schemactl_model::Span::new(0, 1),
            label: hostile.to_owned(),
        };
        let event = schemactl_model::EventName::new("shop", "Order").unwrap();
        let text = || Some(hostile.to_owned());
        let witness = schemactl_model::Value::string(hostile);
        let finding = Finding {
            message: hostile.to_owned(),
            places: vec![place],
            why: text(),
            fix: text(),
            owner: text(),
            witness: Some(witness),
            ..sample::sample_finding(Severity::Error, "{}", "{}")
        };
        let summary = schemactl_check::BumpSummary {
            event,
            wrote: "1.0".parse().unwrap(),
            needed: None,
            text: hostile.to_owned(),
        };
        Report {
            findings: vec![finding],
            summaries: vec![summary],
            ..Report::default()
        }
    }

    /// In each place of the comment: the table keeps its columns, details are closed, and no tag, link, mention or emoji is made.
    #[test]
    fn no_text_changes_the_form_of_the_comment() {
        for hostile in HOSTILE {
            let report = report_of(hostile);
            let markdown = render_markdown(&ReportView {
                command: "check",
                report: &report,
                subjects: &BTreeMap::new(),
                conclusion: Some(hostile),
                detail: crate::report::text::ReportDetail::Notable,
                folder: "",
            });
            let plain = render_markdown(&ReportView {
                command: "check",
                report: &report_of("plain"),
                subjects: &BTreeMap::new(),
                conclusion: Some("plain"),
                detail: crate::report::text::ReportDetail::Notable,
                folder: "",
            });
            // The event that breaks stands in a fence, where nothing is read.
            let outside = |markdown: &str| -> String {
                let fence = markdown.lines().position(|line| line.ends_with("```json")).unwrap();
                let kept = markdown.lines().enumerate();
                let kept = kept.filter(|(at, _)| !(fence..=fence + 2).contains(at));
                kept.map(|(_, line)| format!("{line}\n"))
                    .fold(String::new(), |text, line| text + &line)
            };
            let (found, expected) = (outside(&markdown), outside(&plain));
            assert_eq!(found.lines().count(), expected.lines().count(), "{hostile}: {found}");
            let bare = ["<br>", "<code>", "</code>", "<!-- -->"]
                .iter()
                .fold(found.clone(), |text, tag| text.replace(tag, ""));
            let expected_bare = expected.replace("<code>", "").replace("</code>", "");
            for sign in ["|", "<", ">", "[", "~", "$", "\\", "*", "`", "://", "www."] {
                let counts = [&bare, &expected_bare].map(|text| text.matches(sign).count());
                assert_eq!(counts[0], counts[1], "{hostile}: {sign}: {found}");
            }
            assert_eq!(
                found.matches("<code>").count(),
                found.matches("</code>").count(),
                "{found}"
            );
            assert!(!found.contains(":tada:") && !found.contains("@everyone"), "{found}");
            assert!(!found.contains(['\u{1b}', '\u{202e}', '\r']), "{found:?}");
            let end = found.trim_end().lines().last().unwrap();
            assert!(!end.starts_with(['-', '+', '=', '#', '>', '|']), "{end}");
        }
    }

    #[test]
    fn a_long_report_is_cut_and_says_so() {
        let report = Report {
            findings: vec![sample::sample_finding(Severity::Error, "{}", "{}"); 500],
            ..Report::default()
        };
        let markdown = render_markdown(&ReportView {
            command: "check",
            report: &report,
            subjects: &BTreeMap::new(),
            conclusion: None,
            detail: crate::report::text::ReportDetail::Notable,
            folder: "",
        });
        assert!(markdown.len() < LONGEST + 1_000, "{}", markdown.len());
        assert!(
            markdown.contains(" more findings: run `schemactl check`."),
            "{markdown}"
        );
        assert_eq!(
            markdown.matches("<details>").count(),
            markdown.matches("</details>").count()
        );
    }

    #[test]
    fn what_is_accepted_says_why_and_asks_for_nothing() {
        let accepted = Finding {
            waived: Some("nobody reads it (Ann, 2026-06-30)".to_owned()),
            fix: Some("leave it optional".to_owned()),
            ..sample::sample_finding(Severity::Note, "{}", "{}")
        };
        for text in [details(&accepted), super::super::prose::finding_lines(&accepted)] {
            assert!(text.contains("nobody reads it (Ann, 2026-06-30)"), "{text}");
            assert!(!text.contains("leave it optional"), "{text}");
        }
        assert!(details(&accepted).contains("<b>accepted</b>"));
        let open = Finding {
            waived: None,
            ..accepted
        };
        assert!(details(&open).contains("leave it optional"));
    }

    #[test]
    fn names_between_backticks_are_code() {
        assert_eq!(text("the key `a<b` is new"), "the key <code>a&#60;b</code> is new");
        assert_eq!(text("an odd ` stays"), "an odd &#96; stays");
        assert_eq!(text("Thing@1.0 says: no"), "Thing@1.0 says: no");
    }

    #[test]
    fn no_witness_closes_its_fence() {
        let markdown = fenced("\"````\\n```\"");
        assert!(
            markdown.starts_with("`````json\n") && markdown.ends_with("\n`````"),
            "{markdown}"
        );
        assert!(fenced("{}").starts_with("```json\n"));
        assert!(fenced(&"1".repeat(LONGEST_WITNESS + 1)).starts_with("(it has 10001 bytes"));
    }
}
