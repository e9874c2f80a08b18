//! Differences between what two builds answered, sorted by kind. In: observations of both. Out: a text that groups them by command and place,
//! with every difference that is not wording.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::difference::{Difference, DifferenceKind};
use super::json::compare_values;
use super::observe::Observation;

/// Where pairs of old and new texts stand: how often, and in which input first.
type DifferenceExamples = BTreeMap<(String, String), (usize, String)>;

/// All differences of a run.
#[derive(Debug, Default)]
pub(crate) struct Differences {
    commands: usize,
    equal: usize,
    files: usize,
    equal_files: usize,
    groups: BTreeMap<(DifferenceKind, String, String), DifferenceExamples>,
}

impl Differences {
    /// Compares what both builds answered to an input.
    pub(crate) fn compare(&mut self, input: &str, before: &Observation, after: &Observation) {
        for ((line, old), (_, new)) in before.commands.iter().zip(&after.commands) {
            self.commands += 1;
            if (old.status, &old.stdout, &old.stderr) == (new.status, &new.stdout, &new.stderr) {
                self.equal += 1;
                continue;
            }
            let mut found = compare_texts("", &old.stdout, &new.stdout);
            if old.status != new.status {
                found.push(Difference::new(
                    DifferenceKind::Fact,
                    "exit code",
                    &old.status.to_string(),
                    &new.status.to_string(),
                ));
            }
            if old.stderr != new.stderr {
                let both = old.stderr.is_empty() == new.stderr.is_empty();
                let kind = if both {
                    DifferenceKind::Wording
                } else {
                    DifferenceKind::Fact
                };
                let [old, new] = [&old.stderr, &new.stderr].map(|text| String::from_utf8_lossy(text));
                found.push(Difference::new(kind, "standard error", &old, &new));
            }
            let verb = line.split(' ').next().unwrap_or_default();
            self.note(verb, input, found);
        }
        self.compare_files(input, before, after);
    }

    fn compare_files(&mut self, input: &str, before: &Observation, after: &Observation) {
        let names = before
            .files
            .keys()
            .chain(after.files.keys().filter(|name| !before.files.contains_key(*name)));
        for name in names {
            self.files += 1;
            let extension = name.rsplit('.').next().unwrap_or_default();
            let found = match (before.files.get(name), after.files.get(name)) {
                (Some(old), Some(new)) if old == new => {
                    self.equal_files += 1;
                    continue;
                }
                (Some(old), Some(new)) => compare_texts(extension, old, new),
                (Some(_), None) => vec![Difference::new(DifferenceKind::Fact, "", "is there", "absent")],
                (None, _) => vec![Difference::new(DifferenceKind::Fact, "", "absent", "is there")],
            };
            self.note(&format!("file {name}"), input, found);
        }
    }

    fn note(&mut self, command: &str, input: &str, found: Vec<Difference>) {
        for Difference { kind, place, old, new } in found {
            let group = self.groups.entry((kind, command.to_owned(), place)).or_default();
            group.entry((old, new)).or_insert_with(|| (0, input.to_owned())).0 += 1;
        }
    }

    /// Returns how many differences are neither wording nor comments nor times.
    pub(crate) fn count_facts(&self) -> usize {
        let groups = self
            .groups
            .iter()
            .filter(|((kind, ..), _)| *kind >= DifferenceKind::Layout);
        groups
            .flat_map(|(_, examples)| examples.values())
            .map(|(count, _)| count)
            .sum()
    }

    /// Returns the counts, and the differences by kind, command and place: all of those that are facts, a few of the others.
    pub(crate) fn describe(&self) -> String {
        let mut text = format!(
            "{} commands, {} equal to the byte; {} files, {} equal to the byte\n",
            self.commands, self.equal, self.files, self.equal_files
        );
        for ((kind, command, place), examples) in &self.groups {
            let total: usize = examples.values().map(|(count, _)| count).sum();
            let title = format!(
                "\n{kind:?}: {command} {place}: {total}, {} of them different\n",
                examples.len()
            );
            text.push_str(&title);
            let mut sorted: Vec<_> = examples.iter().collect();
            sorted.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
            let shown = if *kind >= DifferenceKind::Layout { usize::MAX } else { 3 };
            for ((old, new), (count, input)) in sorted.into_iter().take(shown) {
                writeln!(
                    text,
                    "  {count} ×, first in {input}\n  - {}\n  + {}",
                    shorten(old),
                    shorten(new)
                )
                .expect("writing to a string cannot fail");
            }
        }
        text
    }
}

/// Longer texts are cut where they are shown: a witness can fill pages.
const LONGEST: usize = 400;

fn shorten(text: &str) -> String {
    let line = text.trim_end().replace('\n', "\n    ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{} …", &line[..at]),
        None => line,
    }
}

/// Compares two outputs: as JSON where both are, by the line otherwise.
fn compare_texts(extension: &str, old: &[u8], new: &[u8]) -> Vec<Difference> {
    if old == new {
        return Vec::new();
    }
    if let (Some(before), Some(after)) = (parse_json(old), parse_json(new)) {
        let found = compare_values("", &before, &after);
        if found.is_empty() {
            return vec![Difference::new(
                DifferenceKind::Layout,
                "",
                &to_text(old),
                &to_text(new),
            )];
        }
        return found;
    }
    compare_lines(&to_text(old), &to_text(new), extension == "rs")
}

fn to_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A document, or a list of those that stand on a line each.
fn parse_json(bytes: &[u8]) -> Option<Value> {
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Some(value);
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let lines: Result<Vec<Value>, _> = text.lines().map(serde_json::from_str).collect();
    lines.ok().map(Value::Array)
}

/// Groups of lines that differ, those that are comments of Rust apart.
fn compare_lines(old: &str, new: &str, rust: bool) -> Vec<Difference> {
    let compared = TextDiff::from_lines(old, new);
    let mut found = Vec::new();
    for group in compared.grouped_ops(0) {
        let mut sides = [[String::new(), String::new()], [String::new(), String::new()]];
        for change in group.iter().flat_map(|op| compared.iter_changes(op)) {
            let side = match change.tag() {
                ChangeTag::Equal => continue,
                ChangeTag::Delete => 0,
                ChangeTag::Insert => 1,
            };
            let comment = rust && change.value().trim_start().starts_with("//");
            sides[side][usize::from(comment)].push_str(change.value());
        }
        let [[old_lines, old_comments], [new_lines, new_comments]] = sides;
        if old_lines != new_lines {
            found.push(Difference::new(DifferenceKind::Fact, "lines", &old_lines, &new_lines));
        }
        if old_comments != new_comments {
            found.push(Difference::new(
                DifferenceKind::Comment,
                "comments",
                &old_comments,
                &new_comments,
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(extension: &str, old: &str, new: &str) -> Vec<DifferenceKind> {
        let found = compare_texts(extension, old.as_bytes(), new.as_bytes());
        found.into_iter().map(|found| found.kind).collect()
    }

    #[test]
    fn comments_of_code_are_told_from_code() {
        let old = "/// An order.\nstruct Order;\n";
        assert_eq!(
            kinds("rs", old, "/// One order.\nstruct Order;\n"),
            [DifferenceKind::Comment]
        );
        assert_eq!(
            kinds("rs", old, "/// An order.\nstruct Other;\n"),
            [DifferenceKind::Fact]
        );
        assert_eq!(
            kinds("toml", old, "/// One order.\nstruct Order;\n"),
            [DifferenceKind::Fact]
        );
    }

    #[test]
    fn nothing_is_left_out() {
        assert_eq!(
            kinds("", r#"{"a": 1.0, "b": 2}"#, r#"{"b": 2, "a": 1.0}"#),
            [DifferenceKind::Layout]
        );
        assert_eq!(
            kinds("", "{\"us\": 1}\n{\"us\": 2}\n", "{\"us\": 1}\n{\"us\": 3}\n"),
            [DifferenceKind::Time]
        );
        assert_eq!(
            kinds("", "{\"us\": 1}\n", "{\"us\": 1}\n{\"us\": 3}\n"),
            [DifferenceKind::Fact]
        );
        assert!(kinds("", "a", "a").is_empty());
    }
}
