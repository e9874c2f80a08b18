//! `schemactl accept`

use std::path::{Path, PathBuf};

use schemactl_check::{Finding, Report, Severity, keep_line_ends, write_atomic};
use schemactl_model::spell_out_line;
use schemactl_workspace::{Date, Workspace};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::args::AcceptArgs;
use crate::checking::{Against, check_against};
use crate::console::Console;
use crate::context::Context;
use crate::exit::Exit;
use crate::git::Git;
use crate::problem::Problem;
use crate::words::count_in_words;

/// Digits of a fingerprint that a waiver holds.
const DIGITS: usize = 12;

/// What somebody says who accepts a finding.
struct WaiverWords<'w> {
    reason: &'w str,
    author: Option<&'w str>,
    expires: Option<Date>,
}

/// Returns the settings file that accepts a finding, and its text with a waiver for it. `None` if no waiver can accept it.
pub(crate) fn plan_waiver(workspace: &Workspace, finding: &Finding, reason: &str) -> Option<(PathBuf, String)> {
    if finding.waived.is_some() || !is_acceptable(workspace, finding) {
        return None;
    }
    let (path, _) = file_of(workspace, finding).ok()?;
    let event = finding.event.as_ref().and_then(|event| workspace.events.get(event));
    let file = event.map_or(&workspace.manifest_file, |event| &event.settings_file);
    let author = git_author(&workspace.root);
    let words = WaiverWords {
        reason,
        author: author.as_deref(),
        expires: None,
    };
    Some((path, with_waiver(file.text(), finding, None, &words).ok()?))
}

pub(crate) fn run_accept(args: &AcceptArgs, context: &Context) -> Result<Exit, Problem> {
    if args.reason.trim().is_empty() {
        return Err(Problem::usage(
            "a waiver needs a reason",
            "write --reason 'why it is accepted'",
        ));
    }
    if let Some(over) = args.expires.filter(|expires| *expires < context.today()) {
        return Err(Problem::usage(
            format!("--expires {over} has passed: the waiver would accept nothing"),
            "give a future date, or leave the option out",
        ));
    }
    let workspace = context.workspace()?;
    let against = Against::read(args.against.as_deref(), &workspace, context)?;
    let (report, _) = check_against(&workspace, &against, context);
    let findings = if args.all {
        every_error(&workspace, &report)
    } else {
        let folders = folders_of(&workspace.root);
        let each = args.fingerprints.iter().map(|print| find(&report, &folders, print));
        each.collect::<Result<Vec<_>, _>>()?
    };
    if findings.is_empty() {
        context.console.tell_done("nothing to accept\n");
    }
    let author = args.author.clone().or_else(|| git_author(&workspace.root));
    for finding in findings.iter().copied() {
        let (path, shown) = file_of(&workspace, finding)?;
        // Read again: two findings of one event add two waivers to one file.
        let text = std::fs::read_to_string(&path).map_err(|error| problem(&path, "read", error))?;
        let words = WaiverWords {
            reason: args.reason.trim(),
            author: author.as_deref(),
            expires: args.expires,
        };
        let rest = list_rest(&report, &findings, finding);
        let edited = with_waiver(&text, finding, Some(&rest), &words)?;
        write_atomic(&path, edited.as_bytes()).map_err(|error| problem(&path, "write", error))?;
        context
            .console
            .tell_done(&format!("accepted in {shown}: {}\n", spell_out_line(&finding.message)));
    }
    Ok(if args.all {
        tell_rest(&workspace, &report, &context.console)
    } else {
        Exit::Clean
    })
}

/// The errors that are not accepted yet.
fn open_errors(report: &Report) -> impl Iterator<Item = &Finding> {
    let findings = report.findings.iter();
    findings.filter(|finding| finding.severity == Severity::Error && finding.waived.is_none())
}

/// Whether a waiver can accept a finding: it is a judgement, and there is a file for the waiver.
fn is_acceptable(workspace: &Workspace, finding: &Finding) -> bool {
    let event = finding.event.as_ref();
    finding.can_be_waived() && event.is_none_or(|event| workspace.events.contains_key(event))
}

/// The errors that can be accepted and are not yet.
fn every_error<'r>(workspace: &Workspace, report: &'r Report) -> Vec<&'r Finding> {
    open_errors(report)
        .filter(|finding| is_acceptable(workspace, finding))
        .collect()
}

/// Says which errors stay because no waiver can accept them.
fn tell_rest(workspace: &Workspace, report: &Report, console: &Console) -> Exit {
    let rest: Vec<_> = open_errors(report)
        .filter(|finding| !is_acceptable(workspace, finding))
        .collect();
    if rest.is_empty() {
        return Exit::Clean;
    }
    for finding in &rest {
        let message = spell_out_line(&finding.message);
        console.result(&format!("cannot be accepted: {}: {message}\n", finding.rule));
    }
    console.note(&format!(
        "{} cannot be accepted: only breaks can; `schemactl check` shows how to correct the others",
        count_in_words(rest.len(), "error")
    ));
    Exit::Findings
}

/// The name that git puts on commits here.
pub(super) fn git_author(root: &Path) -> Option<String> {
    Git::open(root).ok()?.user_name()
}

/// What the folder of a workspace is called, seen from each folder around it: a report of several workspaces was made in one of them.
fn folders_of(root: &Path) -> Vec<String> {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let names: Vec<_> = root.iter().map(|name| name.to_string_lossy()).collect();
    (1..names.len()).map(|first| names[first..].join("/")).collect()
}

/// The one finding whose fingerprint begins like that, in a report of the workspace or of several.
fn find<'r>(report: &'r Report, folders: &[String], print: &str) -> Result<&'r Finding, Problem> {
    let findings = report.findings.iter();
    let found: Vec<&Finding> = findings
        .filter_map(|finding| finding.find_print(print, folders))
        .collect();
    match found.as_slice() {
        [one] if one.waived.is_some() => Err(Problem::usage(
            format!("`{print}` is accepted already"),
            "edit the waiver in event.toml to change it",
        )),
        [one] if one.can_be_waived() => Ok(one),
        [one] => Err(Problem::usage(
            format!("{} cannot be accepted: {}", one.rule, one.message),
            "only breaks and warnings can be accepted; correct the schema",
        )),
        [] => Err(Problem::usage(
            format!("no finding has a fingerprint that starts with `{print}`"),
            "run `schemactl check`: it prints the fingerprint of each break",
        )),
        _ => Err(Problem::usage(
            format!("{} fingerprints start with `{print}`", found.len()),
            format!("write the first {DIGITS} digits"),
        )),
    }
}

/// The file that the waiver of a finding stands in, and what it is called.
fn file_of<'w>(workspace: &'w Workspace, finding: &Finding) -> Result<(PathBuf, &'w str), Problem> {
    let Some(name) = &finding.event else {
        return Ok((workspace.root.join("schemactl.toml"), workspace.manifest_file.path()));
    };
    let event = workspace.events.get(name).ok_or_else(|| {
        Problem::usage(
            format!("{name} does not exist any more, and its event.toml is needed for the waiver"),
            "restore the event's folder",
        )
    })?;
    Ok((event.folder.join("event.toml"), event.settings_file.path()))
}

fn problem(path: &Path, what: &'static str, error: std::io::Error) -> Problem {
    Problem::File {
        path: path.to_owned(),
        what,
        error,
    }
}

/// The findings of a file that stay when some are accepted.
fn list_rest<'r>(report: &'r Report, accepted: &[&Finding], finding: &Finding) -> Vec<&'r Finding> {
    let is_accepted = |other: &Finding| accepted.iter().any(|one| std::ptr::eq(*one, other));
    let findings = report.findings.iter();
    findings
        .filter(|other| other.event == finding.event && !is_accepted(other))
        .collect()
}

/// The text of a settings file with one more `[[waiver]]`. `rest` are the findings of the file that are not accepted with it, if they
/// are known.
fn with_waiver(
    text: &str,
    finding: &Finding,
    rest: Option<&[&Finding]>,
    words: &WaiverWords<'_>,
) -> Result<String, Problem> {
    let unreadable = || Problem::usage("the settings cannot be edited", "write the waiver by hand");
    let mut document: DocumentMut = text.parse().map_err(|_| unreadable())?;
    let mut waiver = Table::new();
    waiver.insert(
        "fingerprint",
        value(finding.fingerprint.get(..DIGITS).unwrap_or_default()),
    );
    waiver.insert("rule", value(finding.rule.id()));
    if let Some(change) = &finding.change {
        waiver.insert("change", value(change.what.as_str()));
    }
    let versions = finding.new.iter().chain(&finding.old).chain(&finding.also_breaks);
    let versions: toml_edit::Array = versions.map(ToString::to_string).collect();
    if !versions.is_empty() {
        waiver.insert("versions", value(versions));
    }
    waiver.insert("reason", value(words.reason));
    if let Some(author) = words.author {
        waiver.insert("author", value(author));
    }
    if let Some(expires) = words.expires {
        waiver.insert("expires", value(expires.to_string()));
    }
    let waivers = document
        .entry("waiver")
        .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let waivers = waivers.as_array_of_tables_mut().ok_or_else(unreadable)?;
    // One that has expired is renewed: a second one beside it would leave the first to be removed by hand. One that other findings have too stays.
    waivers.retain(|known| {
        let print = known.get("fingerprint").and_then(Item::as_str);
        let is_shared = |print: &str| match rest {
            Some(rest) => rest.iter().any(|other| other.has_print(print)),
            None => !finding.fingerprint.starts_with(print),
        };
        print.is_none_or(|print| !finding.has_print(print) || is_shared(print))
    });
    waivers.push(waiver);
    Ok(keep_line_ends(text, &document.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_check::Rule;

    const FORMER: &str = "cccccccccccc";

    fn finding(digit: &str) -> Finding {
        Finding {
            fingerprint: digit.repeat(64),
            former_prints: vec![FORMER.repeat(6)[..64].to_owned()],
            ..Finding::new(Rule::WorkspaceMissing, Severity::Error, None)
        }
    }

    /// What one waiver accepts of several findings stays accepted when one of them is renewed.
    #[test]
    fn a_waiver_that_other_findings_have_too_is_not_removed() {
        let report = Report {
            findings: vec![finding("a"), finding("b")],
            ..Report::default()
        };
        let [first, second] = &report.findings[..] else {
            unreachable!()
        };
        let own = first.fingerprint.get(..DIGITS).unwrap();
        let other = second.fingerprint.get(..DIGITS).unwrap();
        let texts =
            [own, FORMER, other].map(|print| format!("[[waiver]]\nfingerprint = \"{print}\"\nreason = \"old\"\n"));
        let words = WaiverWords {
            reason: "new",
            author: None,
            expires: None,
        };
        let prints = |accepted: &[&Finding]| {
            let rest = list_rest(&report, accepted, first);
            let text = with_waiver(&texts.concat(), first, Some(&rest), &words).unwrap();
            let document: DocumentMut = text.parse().unwrap();
            let waivers = document["waiver"].as_array_of_tables().unwrap().iter();
            let prints = waivers.map(|waiver| waiver["fingerprint"].as_str().unwrap().to_owned());
            prints.collect::<Vec<_>>()
        };
        assert_eq!(prints(&[first]), [FORMER, other, own]);
        // Where both are accepted it is nobody's.
        assert_eq!(prints(&[first, second]), [other, own]);
    }
}
