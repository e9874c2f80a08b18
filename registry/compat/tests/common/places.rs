//! Whether findings break at their places, counted. In: pairs of schemas. Out: figures, and what is wrong.

#![allow(dead_code, reason = "each test uses its part")]

use std::fmt;
use std::path::{Path, PathBuf};

use schemactl_compat::{
    Break, Change, ChangeKind, ComparisonSettings, ContainmentEngine, Effect, Examples, Explained, Impact, Policy,
    Schema, Semantics, Validator, Verdict, directions, explain,
};
use schemactl_model::{Dialect, Kind, Source, Value, find_word_span, parse};

/// One pair of schemas.
pub(crate) struct PlaceCase {
    pub(crate) id: String,
    pub(crate) dialect: Dialect,
    pub(crate) old: Value,
    pub(crate) new: Value,
    /// The line that both stand in.
    pub(crate) line: String,
}

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Measure {
    /// Findings with an event.
    pub(crate) findings: usize,
    /// Of these, those whose event is accepted once their place alone is changed.
    pub(crate) repaired: usize,
    /// Of the others, those that list other places.
    pub(crate) listed: usize,
    /// Of the others, those whose reader accepts nothing at all.
    pub(crate) hopeless: usize,
    /// The findings about one change among them.
    pub(crate) of_changes: usize,
    pub(crate) repaired_of_changes: usize,
    /// Findings that do neither, and repairs that are none.
    pub(crate) told: Vec<String>,
    /// Repairs that do not hold.
    pub(crate) wrong: usize,
    /// Places of changes in either document, and those that a report could only show as a bracket.
    pub(crate) spans: usize,
    pub(crate) brackets: usize,
    /// Lines about changes that break nobody, and those whose effect the events as a whole do not show.
    pub(crate) lines: usize,
    pub(crate) untrue: usize,
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In hundredths of a per cent, so that no fraction is needed.
        let share = |part: usize| {
            let hundredths = 10_000 * part / self.findings.max(1);
            format!("{}.{:02}", hundredths / 100, hundredths % 100)
        };
        writeln!(f, "findings with an event      {}", self.findings)?;
        writeln!(
            f,
            "repaired at the place alone {} ({} %)",
            self.repaired,
            share(self.repaired)
        )?;
        writeln!(
            f,
            "other places listed         {} ({} %)",
            self.listed,
            share(self.listed)
        )?;
        writeln!(
            f,
            "reader accepts nothing      {} ({} %)",
            self.hopeless,
            share(self.hopeless)
        )?;
        let neither = self.findings - self.repaired - self.listed - self.hopeless;
        writeln!(f, "neither                     {neither} ({} %)", share(neither))?;
        writeln!(
            f,
            "of changes                  {} of {}",
            self.repaired_of_changes, self.of_changes
        )?;
        writeln!(f, "repairs that do not hold    {}", self.wrong)?;
        writeln!(f, "shown as a bracket          {} of {}", self.brackets, self.spans)?;
        write!(f, "lines that are not true     {} of {}", self.untrue, self.lines)
    }
}

impl Measure {
    /// Counts the findings of a pair under a policy.
    pub(crate) fn add(&mut self, case: &PlaceCase, policy: Policy) {
        let engine = ContainmentEngine::default();
        let (old, new) = (
            Schema::new(&case.old, case.dialect),
            Schema::new(&case.new, case.dialect),
        );
        let settings = ComparisonSettings::without_version(policy);
        let (backward, forward) = directions(&engine, (&old, &new), settings);
        let examples = Examples::default();
        let explanation = explain(&engine, (&old, &new), settings, (&backward, &forward), examples);
        let literal = directions(
            &engine,
            (&old, &new),
            ComparisonSettings::without_version(Policy::OpenStrict),
        );
        for one in &explanation.changes {
            self.count_spans(case, &one.change);
            self.count_line(case, one, &literal);
            for (impact, reader, name) in [(&one.backward, &new, "backward"), (&one.forward, &old, "forward")] {
                if let Impact::Breaks(found) = impact {
                    let title = format!("{} {policy} {name} {}", case.id, one.change.kind);
                    self.count(found, reader, policy, &title, true);
                }
            }
        }
        for (others, reader) in [(&explanation.backward, &new), (&explanation.forward, &old)] {
            for found in others {
                let title = format!("{} {policy} together", case.id);
                self.count(found, reader, policy, &title, false);
            }
        }
    }

    /// Counts the words of both documents that a report points at. A document without any word has none.
    fn count_spans(&mut self, case: &PlaceCase, change: &Change) {
        for (root, pointer, is_new) in [(&case.old, &change.old, false), (&case.new, &change.new, true)] {
            self.spans += 1;
            let word = &case.line[find_word_span(root, pointer).range()];
            let is_bracket = word.starts_with(['{', '[']) && word.contains(['"', ',', ':']);
            let names_itself = change.kind == ChangeKind::RequiredPropertyAdded && is_new;
            let subject = change.subject.as_deref().unwrap_or_default();
            let is_other = names_itself && serde_json::from_str::<String>(word).is_ok_and(|name| name != subject);
            if is_bracket || is_other {
                self.brackets += 1;
                self.told
                    .push(format!("bracket: {} {} at {pointer}: {word}", case.id, change.kind));
            }
        }
    }

    /// Counts what a report says of a change that breaks nobody: an effect that the events as a whole must show.
    fn count_line(&mut self, case: &PlaceCase, one: &Explained, (backward, forward): &(Verdict, Verdict)) {
        if one.backward.as_break().is_some() || one.forward.as_break().is_some() || one.is_overruled {
            return;
        }
        self.lines += 1;
        let narrows = matches!(one.effect, Effect::Narrows | Effect::Replaces) && backward.is_compatible();
        let widens = matches!(one.effect, Effect::Widens | Effect::Replaces) && forward.is_compatible();
        if narrows || widens {
            self.untrue += 1;
            let (what, effect) = (one.change.sentence(), one.effect.name());
            self.told.push(format!("not true: {}: {what} ({effect})", case.id));
        }
    }

    fn count(&mut self, found: &Break, reader: &Schema<'_>, policy: Policy, title: &str, is_change: bool) {
        self.findings += 1;
        self.of_changes += usize::from(is_change);
        match &found.repaired {
            Some(repaired) if holds(found, repaired, reader, policy) => {
                self.repaired += 1;
                self.repaired_of_changes += usize::from(is_change);
            }
            Some(repaired) => {
                self.wrong += 1;
                self.told.push(format!(
                    "does not hold: {title}: {} → {}",
                    found.witness.to_json(),
                    repaired.to_json()
                ));
            }
            None if !found.also.is_empty() => self.listed += 1,
            None if accepts_nothing(reader) => self.hopeless += 1,
            None => {
                let place = found.place.as_ref().map(ToString::to_string);
                self.told
                    .push(format!("neither: {title} at {place:?}: {}", found.witness.to_json()));
            }
        }
    }
}

/// Whether the events differ at the place alone, and the reader accepts the repaired one.
fn holds(found: &Break, repaired: &Value, reader: &Schema<'_>, policy: Policy) -> bool {
    let place = found.place.clone().unwrap_or_default();
    let read = policy.as_reader(reader);
    let read = read.of(reader).unwrap();
    let accepts = |root: &Value, dialect: Dialect| {
        let validator = Validator::with(root, dialect, Semantics::default());
        validator.is_ok_and(|validator| validator.is_valid(repaired) == Ok(true))
    };
    let same = without(&found.witness, place.tokens()) == without(repaired, place.tokens());
    same && (accepts(reader.root, reader.dialect) || accepts(&read.0, read.1))
}

/// The value without what stands at a place; of an array the element becomes `null`.
fn without(value: &Value, tokens: &[String]) -> Value {
    let null = || Value::computed(Kind::Null);
    let Some((first, rest)) = tokens.split_first() else {
        return null();
    };
    let kind = match &value.kind {
        Kind::Object(members) => {
            let kept = members
                .iter()
                .filter(|member| !(rest.is_empty() && member.key == *first));
            let kept = kept.map(|member| {
                let mut member = member.clone();
                if member.key == *first {
                    member.value = without(&member.value, rest);
                }
                member
            });
            Kind::Object(schemactl_model::JsonObject::from_entries(kept.collect()))
        }
        Kind::Array(elements) => {
            let index: usize = first.parse().unwrap_or(usize::MAX);
            let mut elements = elements.clone();
            if rest.is_empty() {
                // An element that is taken out is a change at its place too.
                elements.truncate(elements.len().min(index));
            } else if let Some(element) = elements.get_mut(index) {
                *element = without(element, rest);
            }
            Kind::Array(elements)
        }
        other => other.clone(),
    };
    Value::computed(kind)
}

fn accepts_nothing(reader: &Schema<'_>) -> bool {
    use schemactl_compat::Engine;
    let nothing = Value::boolean(false);
    let engine = ContainmentEngine::default();
    engine
        .contains(reader, &Schema::new(&nothing, Dialect::Draft202012))
        .is_compatible()
}

/// The cases of a file, or of the files of a folder.
pub(crate) fn cases(path: &Path) -> Vec<PlaceCase> {
    let mut files: Vec<PathBuf> = vec![path.to_owned()];
    if path.is_dir() {
        files = std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
        files.sort();
    }
    files.iter().flat_map(|file| cases_of(file)).collect()
}

fn cases_of(file: &Path) -> Vec<PlaceCase> {
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let case = |line: &str| {
        let case = parse(&Source::new("case", line)).unwrap();
        let text = |name: &str| case.member(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let dialect = match text("draft").as_str() {
            "draft4" => Dialect::Draft4,
            "draft6" => Dialect::Draft6,
            "draft7" => Dialect::Draft7,
            "draft2019-09" => Dialect::Draft201909,
            _ => Dialect::Draft202012,
        };
        PlaceCase {
            line: line.to_owned(),
            id: text("id"),
            dialect,
            old: case.member("old")?.clone(),
            new: case.member("new")?.clone(),
        }
        .into()
    };
    lines.filter_map(case).collect()
}
