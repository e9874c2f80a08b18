//! Whether each version keeps the promise of its number. A minor version has to hold the mode against the earlier versions of
//! its major, a patch has to be equivalent to the version before, a major may break; whatever a version does, the smallest
//! step that allows it is computed and compared with the step that was taken.

mod corrected;
mod numbers;
mod summaries;

use std::collections::{BTreeMap, BTreeSet};

use schemactl_compat::{
    Bump, Change, Comparer, Comparison as Compared, ComparisonSettings, Engine, ExampleSource, Examples, Explanation,
    KnownBreaks, Policy, PreparedVersion, Schema, Verdict, changes, collect_example_events, compare,
    declare_same_properties, with_comparer,
};
use schemactl_model::{Value, Version, with_stack_for};

use self::numbers::{measure_step, version_after_step};
use self::summaries::difference;
use super::changes::merge_repeated;
use super::{Asked, asks, dropped, finding_of, title};
use crate::code_change::{CodeChange, CodeComparer};
use crate::pair::{ComparedSchema, SchemaPair};
use crate::report::{Direction, Finding, FindingPlace, Report, ReportedComparison, Severity};
use crate::rule::Rule;
use schemactl_workspace::{CompatibilityMode, Released, SchemaVersion, Status, WorkspaceEvent};

/// Whether a waiver accepts a finding.
pub(super) type Accepts<'a> = &'a (dyn Fn(&Finding) -> bool + Sync);

/// Who judges a pair of versions.
#[derive(Clone, Copy)]
pub(super) struct Judges<'a> {
    pub(super) engine: &'a dyn Engine,
    pub(super) accepts: Accepts<'a>,
    pub(super) compare_code: Option<CodeComparer>,
}

/// An event, with what the lock says of its versions.
#[derive(Clone, Copy)]
pub(super) struct EventHistory<'e> {
    pub(super) event: &'e WorkspaceEvent,
    pub(super) released: Option<&'e Released>,
    /// Whether it is too late to change a version: what the check compares with has released it.
    pub(super) is_standing: &'e (dyn Fn(&Version) -> bool + Sync),
    /// The versions that a hotfix corrected after their release.
    pub(super) corrected: &'e BTreeSet<Version>,
}

pub(super) fn check_history(history: EventHistory<'_>, asked: Asked, judges: Judges<'_>, report: &mut Report) {
    let depths = history
        .event
        .versions
        .values()
        .map(|version| version.document.root().depth());
    with_stack_for(depths.max().unwrap_or(0), || {
        check_here(history, asked, judges, report);
    });
}

fn check_here(history: EventHistory<'_>, asked: Asked, judges: Judges<'_>, report: &mut Report) {
    let Asked { policy, .. } = asked;
    let settings = ComparisonSettings {
        policy,
        version_field: Some(&history.event.settings.version_field),
    };
    with_comparer(judges.engine, settings, |comparer| {
        check_with(history, asked, (judges, comparer), report);
    });
}

fn check_with(
    EventHistory {
        event,
        released,
        is_standing,
        corrected,
    }: EventHistory<'_>,
    Asked { policy, mode, status }: Asked,
    (judges, comparer): (Judges<'_>, Comparer<'_, '_>),
    report: &mut Report,
) {
    let accepts = judges.accepts;
    let versions: Vec<_> = event.versions.values().collect();
    // One version is compared with nothing.
    let compared = versions.iter().filter(|_| versions.len() > 1);
    let prepared = compared.map(|version| (&version.version, comparer.prepare(&schema(version))));
    let prepared = prepared.collect();
    let mut history = History {
        event,
        released,
        is_standing,
        corrected,
        policy,
        mode,
        status,
        engine: judges.engine,
        compare_code: judges.compare_code,
        comparer,
        prepared,
        known: KnownBreaks::default(),
        broken_by_major: BTreeMap::new(),
        found: Vec::new(),
        report,
    };
    let mut steps = Vec::new();
    for (index, new) in versions.iter().enumerate() {
        let earlier = &versions[..index];
        history.order(earlier.last().copied(), new);
        if let Some(previous) = earlier.last() {
            let allowed = history.version(earlier, previous, new);
            steps.push((*previous, *new, allowed));
        }
    }
    let mut breaks = merge_repeated(event, std::mem::take(&mut history.found));
    history.advise_on_numbers(&mut breaks);
    history.summarise_steps(&versions, &steps, &breaks, accepts);
    history.report.findings.extend(breaks);
}

pub(super) struct History<'h, 'c> {
    pub(super) event: &'h WorkspaceEvent,
    /// What the lock says of it: its numbers stay taken when their schemas are gone.
    pub(super) released: Option<&'h Released>,
    is_standing: &'h (dyn Fn(&Version) -> bool + Sync),
    /// The versions that a hotfix corrected after their release.
    corrected: &'h BTreeSet<Version>,
    policy: Policy,
    mode: CompatibilityMode,
    status: Status,
    engine: &'h dyn Engine,
    compare_code: Option<CodeComparer>,
    comparer: Comparer<'c, 'h>,
    /// Every version that is compared.
    prepared: BTreeMap<&'h Version, PreparedVersion<'c, 'h>>,
    known: KnownBreaks,
    /// The versions that a major breaks although it does not break the version before it.
    broken_by_major: BTreeMap<Version, Version>,
    /// The breaks of every pair.
    found: Vec<Finding>,
    pub(super) report: &'h mut Report,
}

/// A step from a version to the next one, with the smallest number that the schemas allow.
type HistoryStep<'h> = (&'h SchemaVersion, &'h SchemaVersion, Option<Bump>);

impl History<'_, '_> {
    /// Adds a line for the newest version, and for each earlier one whose number promises too much or leaves a gap.
    fn summarise_steps(
        &mut self,
        versions: &[&SchemaVersion],
        steps: &[HistoryStep<'_>],
        breaks: &[Finding],
        accepts: Accepts<'_>,
    ) {
        let newest = versions.last();
        for &(previous, new, allowed) in steps {
            let needed = self.needed(new, allowed, breaks, accepts);
            let promises_too_much = needed.is_some_and(|needed| needed > measure_step(&previous.version, &new.version));
            let is_newest = newest.is_some_and(|newest| std::ptr::eq(*newest, new));
            if promises_too_much || is_newest || self.is_gap_open(new, accepts) {
                self.summarise(new, Some((previous, needed)), breaks, accepts);
            }
        }
        if let [only] = versions {
            self.summarise(only, None, breaks, accepts);
        }
    }

    /// Compares a version with those before it. Returns the smallest step that it allows as far as its breaks do not ask for more.
    fn version(&mut self, earlier: &[&SchemaVersion], previous: &SchemaVersion, new: &SchemaVersion) -> Option<Bump> {
        let same_major = |old: &&&SchemaVersion| old.version.major() == new.version.major();
        let is_major = measure_step(&previous.version, &new.version) == Bump::Major;
        // Under a mode that is not transitive only the version before counts; it always counts for the step.
        let first = if self.mode.is_transitive() && !is_major {
            earlier.iter().position(|old| same_major(&old)).unwrap_or(0)
        } else {
            earlier.len() - 1
        };
        // The closest first: what it explains, the distant ones have too.
        let mut pairs = Vec::new();
        for old in earlier[first..].iter().rev() {
            let compared = self.compare(old, new);
            let explanation = self.explanation(old, new, &compared, std::ptr::eq(*old, previous));
            pairs.push((old, compared, explanation));
        }
        let mut allowed = Some(Bump::Patch);
        for (old, compared, explanation) in pairs.into_iter().rev() {
            self.record(old, new, &compared);
            self.judge(old, new, &compared, explanation.as_ref());
            if !std::ptr::eq(*old, previous) {
                continue;
            }
            // Equivalence is transitive: what a patch before this one has changed is found there.
            let is_patch = measure_step(&old.version, &new.version) == Bump::Patch;
            let is_told = is_patch && !compared.equivalent && explanation.is_none() && self.judge_patch(old, new);
            if is_major {
                allowed = self.enough(earlier, (old, new), &compared);
                if let Some(needed) = allowed.filter(|needed| asks(self.mode) && *needed < Bump::Major) {
                    self.major_not_needed(old, new, needed);
                }
                continue;
            }
            if !compared.equivalent {
                allowed = Some(Bump::Minor);
            }
            if !is_told {
                self.advisories(old, new, explanation.as_ref());
            }
            dropped::check_dropped_properties(self.event, (old, new), self.mode, self.report);
        }
        allowed
    }

    /// The smallest step that would have been enough for a version that took a major one. `None` if that is not decided.
    // INVARIANT: it counts what a check of the version under the smaller number would count, or following the advice leads to a finding.
    fn enough(
        &mut self,
        earlier: &[&SchemaVersion],
        (old, new): (&SchemaVersion, &SchemaVersion),
        compared: &Compared,
    ) -> Option<Bump> {
        let needed = required(compared, self.mode)?;
        if !self.mode.is_transitive() || needed == Bump::Major {
            return Some(needed);
        }
        // Under a smaller number it would be compared with all versions of the major, and one break is enough.
        let distant = earlier.iter().rev().skip(1);
        for one in distant.take_while(|one| one.version.major() == old.version.major()) {
            if required(&self.compare(one, new), self.mode)? == Bump::Major {
                self.broken_by_major.insert(new.version.clone(), one.version.clone());
                return Some(Bump::Major);
            }
        }
        Some(needed)
    }

    /// The smallest step that a version needs: what it allows, and a major for a break that it introduces and nobody has accepted.
    fn needed(
        &self,
        new: &SchemaVersion,
        allowed: Option<Bump>,
        breaks: &[Finding],
        accepts: Accepts<'_>,
    ) -> Option<Bump> {
        let own: Vec<_> = self.introduced(new, breaks, accepts).collect();
        // What a hotfix of another version made a break is corrected there, and needs no number.
        if !own.is_empty() && own.iter().all(|finding| self.is_of_correction(finding)) {
            return allowed;
        }
        if own.iter().any(|finding| finding.rule == Rule::CannotDecide) {
            return None;
        }
        if own.is_empty() { allowed } else { Some(Bump::Major) }
    }

    /// The breaks that a version introduces, that the mode asks about, and that nobody has accepted.
    pub(super) fn introduced<'f>(
        &self,
        new: &'f SchemaVersion,
        breaks: &'f [Finding],
        accepts: Accepts<'f>,
    ) -> impl Iterator<Item = &'f Finding> {
        let mode = self.mode;
        let of_version = breaks
            .iter()
            .filter(|finding| finding.new.as_ref() == Some(&new.version));
        let asked = of_version.filter(move |finding| match finding.direction {
            Some(Direction::Backward) => mode.asks_backward(),
            Some(Direction::Forward) => mode.asks_forward(),
            None => false,
        });
        asked.filter(move |finding| !accepts(finding))
    }

    fn compare(&self, old: &SchemaVersion, new: &SchemaVersion) -> Compared {
        let pair = (&self.prepared[&old.version], &self.prepared[&new.version]);
        let compared = self.comparer.compare(pair.0, pair.1);
        // A number promises that what is declared and what generated code reads stay the same, too.
        let equivalent = compared.equivalent && {
            let (old, new) = (schema(old), schema(new));
            let changes = changes(&old, &new);
            declare_same_properties(self.engine, (&old, &new), &changes) && !is_noticed_by_code(&changes)
        };
        let equivalent = equivalent && self.find_code_change(old, new).is_none();
        Compared { equivalent, ..compared }
    }

    /// Returns what a version changes about generated code although the list of changes has nothing of it.
    fn find_code_change(&self, old: &SchemaVersion, new: &SchemaVersion) -> Option<CodeChange> {
        self.compare_code
            .and_then(|compare_code| compare_code(self.event, old, new))
    }

    fn record(&mut self, old: &SchemaVersion, new: &SchemaVersion, compared: &Compared) {
        self.report.comparisons.push(ReportedComparison {
            event: self.event.name.clone(),
            old: old.version.clone(),
            new: new.version.clone(),
            backward: compared.backward.clone(),
            forward: compared.forward.clone(),
            needed: required(compared, self.mode).unwrap_or(Bump::Major),
            policy: self.policy.to_string(),
            mode: self.mode,
            assumptions: compared.assumptions.clone(),
        });
    }

    /// The directions that the step between two versions promises something about.
    fn asked(&self, taken: Bump) -> impl Iterator<Item = Direction> + use<> {
        let patch = taken == Bump::Patch;
        let asked = match taken {
            Bump::Major => [(Direction::Backward, false), (Direction::Forward, false)],
            _ => [
                (Direction::Backward, patch || self.mode.asks_backward()),
                (Direction::Forward, patch || self.mode.asks_forward()),
            ],
        };
        asked
            .into_iter()
            .filter(|(_, asked)| *asked)
            .map(|(direction, _)| direction)
    }

    /// Findings for a pair of versions: what the step between them promises and does not keep.
    fn judge(
        &mut self,
        old: &SchemaVersion,
        new: &SchemaVersion,
        compared: &Compared,
        explanation: Option<&Explanation>,
    ) {
        let taken = measure_step(&old.version, &new.version);
        if taken == Bump::Major {
            return;
        }
        let Some(explanation) = explanation else {
            return;
        };
        for direction in self.asked(taken) {
            self.direction(old, new, (direction, verdict_of(compared, direction)), explanation);
        }
    }

    /// The explanation of a pair, if the step between the versions promises what is not kept. Only what is not known from a closer
    /// pair is looked for.
    fn explanation(
        &mut self,
        old: &SchemaVersion,
        new: &SchemaVersion,
        compared: &Compared,
        is_closest: bool,
    ) -> Option<Explanation> {
        let mut asked = self.asked(measure_step(&old.version, &new.version));
        if asked.all(|direction| verdict_of(compared, direction).is_compatible()) {
            return None;
        }
        let (details_of_old, details_of_new) = (example_details(old), example_details(new));
        let of_old = example_source(old, &details_of_old);
        let of_new = example_source(new, &details_of_new);
        let field = &self.event.settings.version_field;
        let (of_old, of_new) = (
            collect_example_events(&of_old, &of_new, field),
            collect_example_events(&of_new, &of_old, field),
        );
        let examples = Examples {
            old: &of_old.iter().collect::<Vec<_>>(),
            new: &of_new.iter().collect::<Vec<_>>(),
        };
        let verdicts = (&compared.backward, &compared.forward);
        // The pair that is shown is explained as `diff` would.
        let none = KnownBreaks::default();
        let known = if is_closest { &none } else { &self.known };
        let pair = (&self.prepared[&old.version], &self.prepared[&new.version]);
        let explanation = self.comparer.explain(pair, verdicts, (examples, known));
        self.known.extend(&explanation);
        Some(explanation)
    }

    /// Findings for a pair of versions in one direction. The number that each needs is added when those of all pairs are known.
    fn direction(
        &mut self,
        old: &SchemaVersion,
        new: &SchemaVersion,
        (direction, verdict): (Direction, &Verdict),
        explanation: &Explanation,
    ) {
        let titles = [old, new].map(|version| title(self.event, &version.version));
        let pair = pair_of(self.event, [old, new], &titles);
        self.found
            .extend(pair.findings(direction, self.severity(), verdict, explanation));
    }

    fn severity(&self) -> Severity {
        Severity::of_break(self.status)
    }

    /// What validators see nothing of and generated code does. A change that breaks somebody has a finding of its own.
    fn advisories(&mut self, old: &SchemaVersion, new: &SchemaVersion, explanation: Option<&Explanation>) {
        let titles = [old, new].map(|version| title(self.event, &version.version));
        let pair = pair_of(self.event, [old, new], &titles);
        let advisories = match explanation {
            Some(explanation) => pair.advisories(explanation.unbroken()),
            None => pair.advisories(&changes(&schema(old), &schema(new))),
        };
        self.report.findings.extend(advisories);
    }

    fn major_not_needed(&mut self, old: &SchemaVersion, new: &SchemaVersion, needed: Bump) {
        let minor = version_after_step(&old.version, needed);
        let [of_old, of_new] = [old, new].map(|version| title(self.event, &version.version));
        let message = match (self.mode.asks_backward(), self.mode.asks_forward()) {
            (true, false) => format!("{of_new} accepts every event of {of_old}, and `mode` requires no more"),
            (false, true) => format!("{of_old} accepts every event of {of_new}, and `mode` requires no more"),
            _ => format!("{of_new} breaks no reader and no event of {of_old}"),
        };
        self.report.findings.push(Finding {
            old: Some(old.version.clone()),
            message,
            places: vec![
                FindingPlace::whole(new.document.source(), "the new version"),
                FindingPlace::whole(old.document.source(), "the old version"),
            ],
            fix: Some(format!(
                "number it {minor}, unless its meaning changed in a way that no schema can show"
            )),
            ..finding_of(Rule::MajorNotNeeded, Severity::Note, self.event, new)
        });
    }

    /// Finds that a patch which breaks nobody is none. Returns whether the finding tells all that generated code notices.
    fn judge_patch(&mut self, old: &SchemaVersion, new: &SchemaVersion) -> bool {
        let field = &self.event.settings.version_field;
        let settings = ComparisonSettings {
            policy: Policy::OpenStrict,
            version_field: Some(field),
        };
        let strict = compare(self.engine, (&schema(old), &schema(new)), settings);
        let titles = [old, new].map(|version| title(self.event, &version.version));
        let pair = pair_of(self.event, [old, new], &titles);
        let changes = changes(&schema(old), &schema(new));
        let is_same_set = strict.backward.is_compatible() && strict.forward.is_compatible();
        let noticed = || pair.advisories(&changes).into_iter().next();
        let of_code = || {
            let declares_same = declare_same_properties(self.engine, (&schema(old), &schema(new)), &changes);
            let found = declares_same.then(|| self.find_code_change(old, new)).flatten();
            found.map(|change| pair.describe_code_change(&change))
        };
        let Some(first) = is_same_set.then(|| noticed().or_else(of_code)).flatten() else {
            self.patch_not_equivalent(old, new, strict);
            return false;
        };
        self.patch_changes_code(old, new, first);
        true
    }

    /// A patch that changes generated code, and no event. `first` is the advisory of its first such change.
    fn patch_changes_code(&mut self, old: &SchemaVersion, new: &SchemaVersion, first: Finding) {
        let what = first
            .message
            .split_once(": ")
            .map_or_else(String::new, |(_, what)| what.to_owned());
        // A released number stays, so that the finding of one is no error.
        let severity = if self.is_released(&new.version) && (self.is_standing)(&new.version) {
            Severity::Warning
        } else {
            self.severity()
        };
        self.report.findings.push(Finding {
            message: format!(
                "{} is a patch and changes generated code: {what}",
                title(self.event, &new.version)
            ),
            old: Some(old.version.clone()),
            places: first.places,
            why: first.why,
            fix: Some(advise_minor(old)),
            ..finding_of(Rule::PatchNotEquivalent, severity, self.event, new)
        });
    }

    /// A patch that the policy's readers and writers do not notice, and that accepts other events or declares other properties all the same.
    fn patch_not_equivalent(&mut self, old: &SchemaVersion, new: &SchemaVersion, strict: Compared) {
        let titles = [old, new].map(|version| title(self.event, &version.version));
        let accepts = |one: &str, other: &str| format!("{one} accepts this event, {other} rejects it");
        let [of_old, of_new] = &titles;
        let is_about_names = strict.backward.is_compatible() && strict.forward.is_compatible();
        let object = if is_about_names { "properties" } else { "events" };
        let (what, witness, why) = match (strict.backward, strict.forward) {
            (Verdict::Incompatible { witness }, _) => ("does not accept", Some(witness), accepts(of_old, of_new)),
            (_, Verdict::Incompatible { witness }) => ("does not accept", Some(witness), accepts(of_new, of_old)),
            (Verdict::Undecided { reason }, _) | (_, Verdict::Undecided { reason }) => {
                ("is not proved to accept", None, reason)
            }
            (Verdict::Compatible, Verdict::Compatible) => ("does not declare", None, difference(old, new)),
        };
        self.report.findings.push(Finding {
            old: Some(old.version.clone()),
            message: format!("{of_new} is a patch and {what} the same {object} as {of_old}"),
            places: vec![
                FindingPlace::whole(new.document.source(), "the new version"),
                FindingPlace::whole(old.document.source(), "the old version"),
            ],
            witness,
            why: Some(why),
            fix: Some(advise_minor(old)),
            ..finding_of(Rule::PatchNotEquivalent, self.severity(), self.event, new)
        });
    }
}

/// Returns what to do about a patch that is none.
fn advise_minor(old: &SchemaVersion) -> String {
    let minor = version_after_step(&old.version, Bump::Minor);
    format!("number it {minor}; a patch may change only descriptions, examples and the form of the schema")
}

/// Returns whether one of the changes is seen by generated code alone.
fn is_noticed_by_code(changes: &[Change]) -> bool {
    changes.iter().any(|change| change.kind.is_noticed_by_code())
}

/// The smallest step that allows a change under a mode. `None` if a verdict it hangs on is undecided.
fn required(compared: &Compared, mode: CompatibilityMode) -> Option<Bump> {
    let asked = [
        (mode.asks_backward(), &compared.backward),
        (mode.asks_forward(), &compared.forward),
    ];
    let mut bump = Bump::Patch;
    for (asks, verdict) in asked {
        match verdict {
            Verdict::Incompatible { .. } if asks => return Some(Bump::Major),
            Verdict::Incompatible { .. } => bump = Bump::Minor,
            Verdict::Undecided { .. } if asks => return None,
            Verdict::Undecided { .. } => bump = Bump::Minor,
            Verdict::Compatible => {}
        }
    }
    // Compatible both ways is not yet equivalent: under a tolerant policy a new optional property is compatible too.
    Some(if compared.equivalent {
        bump
    } else {
        bump.max(Bump::Minor)
    })
}

fn verdict_of(compared: &Compared, direction: Direction) -> &Verdict {
    match direction {
        Direction::Backward => &compared.backward,
        Direction::Forward => &compared.forward,
    }
}

pub(super) fn schema(version: &SchemaVersion) -> Schema<'_> {
    Schema::from(&version.document)
}

fn example_details(version: &SchemaVersion) -> Vec<Value> {
    version
        .examples
        .iter()
        .map(|example| example.detail().clone())
        .collect()
}

fn example_source<'v>(version: &'v SchemaVersion, examples: &'v [Value]) -> ExampleSource<'v> {
    ExampleSource {
        schema: schema(version),
        version: Some(&version.version),
        examples,
    }
}

fn pair_of<'d>(
    event: &'d WorkspaceEvent,
    [old, new]: [&'d SchemaVersion; 2],
    titles: &'d [String; 2],
) -> SchemaPair<'d> {
    SchemaPair {
        event: &event.name,
        old: side(old, &titles[0]),
        new: side(new, &titles[1]),
        version_field: Some(&event.settings.version_field),
    }
}

fn side<'d>(version: &'d SchemaVersion, title: &'d str) -> ComparedSchema<'d> {
    ComparedSchema {
        title,
        version: Some(&version.version),
        document: &version.document,
    }
}
