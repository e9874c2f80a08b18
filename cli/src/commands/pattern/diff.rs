//! `schemactl pattern diff OLD NEW`: which events of the workspace a changed pattern matches and the old one did not, and which it matches no longer,
//! proved. In: two pattern files and the workspace. Out: for each version that one of them matches, an event of each kind, or that there is none.

use std::fmt::Write as _;

use schemactl_model::{EventName, Version};
use schemactl_pattern::Pattern;
use schemactl_pattern_analysis::{
    Coverage, Excess, PatternAnalysis, PatternAnalysisError, PatternEvents, VersionEvents,
};
use serde::Serialize;
use serde_json::Value;

use super::read_pattern;
use super::versions::ask_versions;
use crate::args::{PatternDiffArgs, PatternFormat};
use crate::context::Context;
use crate::exit::Exit;
use crate::input::STANDARD_INPUT;
use crate::json_lines::write_line;
use crate::problem::Problem;
use crate::words::shorten_text;

/// The longest event that is printed whole.
const MOST_CHARACTERS: usize = 400;

pub(super) fn run_diff(args: &PatternDiffArgs, context: &Context) -> Result<Exit, Problem> {
    if args.old == args.new {
        return Err(Problem::usage(
            "old and new pattern are the same file",
            "name the old pattern first, then the new one; one of them can be `-`",
        ));
    }
    let workspace = context.workspace()?;
    let ((old_source, old), (new_source, new)) = (read_pattern(&args.old)?, read_pattern(&args.new)?);
    let mut differences = Vec::new();
    ask_versions(&workspace, args.event.as_ref(), |analysis, asked| {
        let found = match &asked.events {
            Ok(events) => compare(analysis, events, (&old, &new)).map_err(|error| error.to_string()),
            Err(reason) => Err(reason.clone()),
        };
        if let Some(found) = found.unwrap_or_else(|reason| Some(PatternDifference::undecided(reason))) {
            differences.push(VersionDifference {
                event: &asked.event.name,
                version: &asked.version.version,
                found,
            });
        }
    })?;
    let is_of_detail = [&old, &new].into_iter().all(names_detail_only);
    let text = match args.format {
        PatternFormat::Json => differences.iter().map(VersionDifference::to_json_line).collect(),
        PatternFormat::Text => {
            let title = format!("{} → {}\n", old_source.path(), new_source.path());
            let dead = is_dead(&differences).then(|| new_source.path());
            title + &render_differences(&differences, is_of_detail, dead)
        }
    };
    context.console.result(&text);
    Ok(if differences.iter().all(VersionDifference::is_none) {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

/// What two patterns match of a version.
struct VersionDifference<'w> {
    event: &'w EventName,
    version: &'w Version,
    found: PatternDifference,
}

/// Events that one of two patterns matches.
struct PatternDifference {
    /// What the new pattern matches and the old one did not.
    gained: Excess,
    /// What the old pattern matched and the new one does not.
    lost: Excess,
    /// Whether the new one matches nothing.
    is_new_dead: bool,
}

impl PatternDifference {
    fn undecided(reason: String) -> Self {
        Self {
            gained: Excess::Undecided(reason.clone()),
            lost: Excess::Undecided(reason),
            is_new_dead: false,
        }
    }
}

/// Whether the new pattern matches no event of any version, and the old one did.
fn is_dead(differences: &[VersionDifference<'_>]) -> bool {
    !differences.is_empty() && differences.iter().all(|difference| difference.found.is_new_dead)
}

/// Returns what only the old pattern matches of a version, and what only the new one does. `None` where neither matches anything.
fn compare<'s>(
    analysis: &mut PatternAnalysis<'_, 's>,
    events: &VersionEvents<'s, '_>,
    (old, new): (&Pattern, &Pattern),
) -> Result<Option<PatternDifference>, PatternAnalysisError> {
    let (old, new) = (analysis.pattern(old)?, analysis.pattern(new)?);
    let mut is_dead = |pattern: &PatternEvents<'s>| matches!(analysis.coverage(events, pattern), Coverage::Never);
    let (is_old_dead, is_new_dead) = (is_dead(&old), is_dead(&new));
    if is_old_dead && is_new_dead {
        return Ok(None);
    }
    Ok(Some(PatternDifference {
        gained: analysis.find_excess(events, &new, &old),
        lost: analysis.find_excess(events, &old, &new),
        is_new_dead,
    }))
}

/// Whether what a pattern says of the envelope is what all events of a version have in common.
fn names_detail_only(pattern: &Pattern) -> bool {
    let branches = pattern.branches().unwrap_or_default();
    let mut paths = branches.iter().flat_map(|branch| branch.keys());
    paths.all(|path| ["source", "detail-type"].contains(&path.as_str()) || path.starts_with("detail."))
}

/// `dead`: the file of the new pattern, if it matches nothing.
fn render_differences(differences: &[VersionDifference<'_>], is_of_detail: bool, dead: Option<&str>) -> String {
    if differences.is_empty() {
        return "  neither matches an event of the workspace\n".to_owned();
    }
    let names: Vec<String> = differences.iter().map(VersionDifference::name).collect();
    let width = names.iter().map(String::len).max().unwrap_or(0);
    let mut text = String::new();
    for (difference, name) in differences.iter().zip(&names) {
        for (at, line) in difference.describe(is_of_detail).iter().enumerate() {
            let name = if at == 0 { name } else { "" };
            writeln!(text, "  {name:<width$}  {line}").expect("writing to a string cannot fail");
        }
    }
    if let Some(file) = dead {
        let advice = match file {
            STANDARD_INPUT => String::new(),
            file => format!("; `schemactl pattern check {file}` says why"),
        };
        writeln!(text, "  the new pattern matches no event of the workspace{advice}")
            .expect("writing to a string cannot fail");
    }
    text
}

impl VersionDifference<'_> {
    fn name(&self) -> String {
        format!("{}@{}", self.event, self.version)
    }

    fn is_none(&self) -> bool {
        self.found.gained == Excess::Nothing && self.found.lost == Excess::Nothing
    }

    /// Returns a line for each kind of event that only one of the patterns matches.
    fn describe(&self, is_of_detail: bool) -> Vec<String> {
        if self.is_none() {
            return vec!["the same events".to_owned()];
        }
        let show = |event: &Value| {
            let (what, shown) = if is_of_detail {
                ("detail ", &event["detail"])
            } else {
                ("", event)
            };
            let whole = shown.to_string();
            let shown = shorten_text(&whole, MOST_CHARACTERS);
            let more = if shown == whole {
                ""
            } else {
                "; --format json has all of it"
            };
            format!("{what}{shown}{more}")
        };
        let describe = |excess: &Excess, does: &str| match excess {
            Excess::Nothing => None,
            Excess::Event(event) => Some(format!("{does}: {}", show(event))),
            Excess::Undecided(reason) => Some(format!("{does}: undecided: {reason}")),
        };
        let lines = [
            describe(&self.found.gained, "now also matches"),
            describe(&self.found.lost, "no longer matches"),
        ];
        lines.into_iter().flatten().collect()
    }

    fn to_json_line(&self) -> String {
        let [gained, lost] = [&self.found.gained, &self.found.lost].map(|excess| match excess {
            Excess::Event(event) => Some(event),
            Excess::Nothing | Excess::Undecided(_) => None,
        });
        let reasons = [&self.found.gained, &self.found.lost]
            .into_iter()
            .filter_map(|excess| match excess {
                Excess::Undecided(reason) => Some(reason.as_str()),
                Excess::Nothing | Excess::Event(_) => None,
            });
        let line = VersionDifferenceJson {
            event: self.event.to_string(),
            version: self.version.to_string(),
            same: self.is_none(),
            gained,
            lost,
            undecided: reasons.collect(),
        };
        write_line(&line) + "\n"
    }
}

/// What two patterns match of a version, as a line of JSON.
#[derive(Serialize)]
struct VersionDifferenceJson<'d> {
    event: String,
    version: String,
    /// Whether both match the same events: proved.
    same: bool,
    gained: Option<&'d Value>,
    lost: Option<&'d Value>,
    /// Why it is not known whether there are events that only one of them matches.
    undecided: Vec<&'d str>,
}
