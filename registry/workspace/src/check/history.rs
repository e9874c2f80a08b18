//! Whether each version keeps the promise of its number. A minor version has to hold the mode against the earlier versions of
//! its major, a patch has to be equivalent to the version before, a major may break; whatever a version does, the smallest
//! step that allows it is computed and compared with the step that was taken.

use std::collections::BTreeMap;

use schemactl_compat::{
    Bump, Comparer, Comparison as Compared, Engine, Examples, Explanation, Policy, Prepared, Schema, Settings, Verdict,
    changes, compare, explain,
};
use schemactl_model::{Value, Version, with_stack_for};

use super::changes::merge_repeated;
use super::{Asked, asks, dropped, finding_of, title};
use crate::breaks::{Pair, Side};
use crate::{
    Comparison, Direction, Event, Finding, Mode, Place, Report, Rule, SchemaVersion, Severity, Status, Summary,
};

/// Whether a waiver accepts a finding.
pub(super) type Accepts<'a> = &'a (dyn Fn(&Finding) -> bool + Sync);

pub(super) fn check(event: &Event, asked: Asked, engine: &dyn Engine, accepts: Accepts<'_>, report: &mut Report) {
    let depths = event.versions.values().map(|version| version.document.root().depth());
    with_stack_for(depths.max().unwrap_or(0), || {
        check_here(event, asked, engine, accepts, report);
    });
}

fn check_here(event: &Event, asked: Asked, engine: &dyn Engine, accepts: Accepts<'_>, report: &mut Report) {
    let Asked { policy, mode, status } = asked;
    let versions: Vec<_> = event.versions.values().collect();
    let mut comparer = Comparer::new(engine, policy, &event.settings.version_field);
    let prepared = if versions.len() > 1 {
        let each = versions
            .iter()
            .map(|version| (&version.version, comparer.prepare(&schema(version))));
        each.collect()
    } else {
        BTreeMap::new()
    };
    let mut history = History {
        event,
        policy,
        mode,
        status,
        engine,
        comparer,
        prepared,
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
    let breaks = merge_repeated(event, std::mem::take(&mut history.found));
    let newest = versions.last();
    for (previous, new, allowed) in steps {
        let needed = history.needed(new, allowed, &breaks, accepts);
        let promises_too_much = needed.is_some_and(|needed| needed > step(&previous.version, &new.version));
        if promises_too_much || newest.is_some_and(|newest| std::ptr::eq(*newest, new)) {
            history.summarise(new, Some((previous, needed)), &breaks, accepts);
        }
    }
    if let [only] = versions[..] {
        history.summarise(only, None, &breaks, accepts);
    }
    history.report.findings.extend(breaks);
}

struct History<'h> {
    event: &'h Event,
    policy: Policy,
    mode: Mode,
    status: Status,
    engine: &'h dyn Engine,
    comparer: Comparer<'h>,
    /// Every version that is compared.
    prepared: BTreeMap<&'h Version, Prepared<'h>>,
    /// The breaks of every pair.
    found: Vec<Finding>,
    report: &'h mut Report,
}

/// How far a version number moved.
fn step(old: &Version, new: &Version) -> Bump {
    if old.major() != new.major() {
        Bump::Major
    } else if old.minor() != new.minor() {
        Bump::Minor
    } else {
        Bump::Patch
    }
}

/// The version that a step from `old` leads to.
fn after(old: &Version, bump: Bump) -> Version {
    match bump {
        Bump::Major => Version::new(old.major() + 1, 0),
        Bump::Minor => Version::new(old.major(), old.minor() + 1),
        Bump::Patch => format!("{}.{}.{}", old.major(), old.minor(), old.patch() + 1)
            .parse()
            .expect("three numbers"),
    }
}

impl History<'_> {
    /// Compares a version with those before it. Returns the smallest step that it allows as far as its breaks do not ask for more.
    fn version(&mut self, earlier: &[&SchemaVersion], previous: &SchemaVersion, new: &SchemaVersion) -> Option<Bump> {
        let same_major = |old: &&&SchemaVersion| old.version.major() == new.version.major();
        let is_major = step(&previous.version, &new.version) == Bump::Major;
        // Under a mode that is not transitive only the version before counts; it always counts for the step.
        let first = if self.mode.is_transitive() && !is_major {
            earlier.iter().position(|old| same_major(&old)).unwrap_or(0)
        } else {
            earlier.len() - 1
        };
        let mut allowed = Some(Bump::Patch);
        for old in &earlier[first..] {
            let compared = self.compare(old, new);
            let explanation = self.judge(old, new, &compared);
            if !std::ptr::eq(*old, previous) {
                continue;
            }
            if is_major {
                allowed = required(&compared, self.mode);
                continue;
            }
            if !compared.equivalent {
                allowed = Some(Bump::Minor);
            }
            let found = self.report.findings.len();
            self.advisories(old, new, explanation.as_ref());
            // What generated code notices is more than the same contract in other words.
            if self.report.findings.len() > found {
                allowed = Some(Bump::Minor);
            }
            dropped::check(self.event, (old, new), self.mode, self.report);
        }
        allowed
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
        if own.iter().any(|finding| finding.rule == Rule::CannotDecide) {
            return None;
        }
        if own.is_empty() { allowed } else { Some(Bump::Major) }
    }

    /// The breaks that a version introduces, that the mode asks about, and that nobody has accepted.
    fn introduced<'f>(
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

    fn compare(&mut self, old: &SchemaVersion, new: &SchemaVersion) -> Compared {
        let compared = self
            .comparer
            .compare(&self.prepared[&old.version], &self.prepared[&new.version]);
        self.report.comparisons.push(Comparison {
            event: self.event.name.clone(),
            old: old.version.clone(),
            new: new.version.clone(),
            backward: compared.backward.clone(),
            forward: compared.forward.clone(),
            needed: required(&compared, self.mode).unwrap_or(Bump::Major),
            policy: self.policy.to_string(),
            mode: self.mode,
            assumptions: compared.assumptions.clone(),
        });
        compared
    }

    /// Findings for a pair of versions: what the step between them promises and does not keep. Returns the explanation, if one was
    /// needed.
    fn judge(&mut self, old: &SchemaVersion, new: &SchemaVersion, compared: &Compared) -> Option<Explanation> {
        let taken = step(&old.version, &new.version);
        if taken == Bump::Major {
            let needed = required(compared, self.mode);
            if asks(self.mode) && needed.is_some_and(|needed| needed < Bump::Major) {
                self.major_not_needed(old, new);
            }
            return None;
        }
        let patch = taken == Bump::Patch;
        let mut asked = Vec::new();
        if patch || self.mode.asks_backward() {
            asked.push((Direction::Backward, &compared.backward));
        }
        if patch || self.mode.asks_forward() {
            asked.push((Direction::Forward, &compared.forward));
        }
        if asked.iter().all(|(_, verdict)| verdict.is_compatible()) {
            if patch && !compared.equivalent {
                self.patch_not_equivalent(old, new);
            }
            return None;
        }
        let explanation = self.explain(old, new, compared);
        for asked in asked {
            self.direction(old, new, asked, &explanation);
        }
        Some(explanation)
    }

    fn explain(&self, old: &SchemaVersion, new: &SchemaVersion, compared: &Compared) -> Explanation {
        let details = |version: &'_ SchemaVersion| -> Vec<Value> {
            version
                .examples
                .iter()
                .map(|example| example.detail().clone())
                .collect()
        };
        let (of_old, of_new) = (details(old), details(new));
        let examples = Examples {
            old: &of_old.iter().collect::<Vec<_>>(),
            new: &of_new.iter().collect::<Vec<_>>(),
        };
        let settings = Settings {
            policy: self.policy,
            version_field: Some(&self.event.settings.version_field),
        };
        let verdicts = (&compared.backward, &compared.forward);
        explain(self.engine, (&schema(old), &schema(new)), settings, verdicts, examples)
    }

    /// Findings for a pair of versions in one direction. There is always another way: the next major.
    fn direction(
        &mut self,
        old: &SchemaVersion,
        new: &SchemaVersion,
        (direction, verdict): (Direction, &Verdict),
        explanation: &Explanation,
    ) {
        let titles = [old, new].map(|version| title(self.event, &version.version));
        let pair = Pair {
            event: &self.event.name,
            old: side(old, &titles[0]),
            new: side(new, &titles[1]),
            version_field: Some(&self.event.settings.version_field),
        };
        let major = after(&old.version, Bump::Major);
        for mut finding in pair.findings(direction, self.severity(), verdict, explanation) {
            let advice = finding.fix.take().unwrap_or_default();
            finding.fix = Some(match finding.rule {
                Rule::CannotDecide => format!("{advice}, or publish a new major version"),
                _ => format!("{advice} Or publish the change as {major}."),
            });
            self.found.push(finding);
        }
    }

    fn severity(&self) -> Severity {
        self.status.break_severity()
    }

    /// What validators see nothing of and generated code does. A change that breaks somebody has a finding of its own.
    fn advisories(&mut self, old: &SchemaVersion, new: &SchemaVersion, explanation: Option<&Explanation>) {
        let titles = [old, new].map(|version| title(self.event, &version.version));
        let pair = Pair {
            event: &self.event.name,
            old: side(old, &titles[0]),
            new: side(new, &titles[1]),
            version_field: Some(&self.event.settings.version_field),
        };
        let advisories = match explanation {
            Some(explanation) => pair.advisories(explanation.unbroken()),
            None => pair.advisories(&changes(&schema(old), &schema(new))),
        };
        self.report.findings.extend(advisories);
    }

    fn major_not_needed(&mut self, old: &SchemaVersion, new: &SchemaVersion) {
        let minor = after(&old.version, Bump::Minor);
        self.report.findings.push(Finding {
            old: Some(old.version.clone()),
            message: format!(
                "{} breaks no reader and no event of {}",
                title(self.event, &new.version),
                title(self.event, &old.version)
            ),
            places: vec![
                Place::whole(new.document.source(), "the new version"),
                Place::whole(old.document.source(), "the old version"),
            ],
            fix: Some(format!(
                "number it {minor}, unless its meaning changed in a way that no schema shows"
            )),
            ..finding_of(Rule::MajorNotNeeded, Severity::Note, self.event, new)
        });
    }

    /// A patch that the policy's readers and writers do not notice, and that accepts other events all the same.
    fn patch_not_equivalent(&mut self, old: &SchemaVersion, new: &SchemaVersion) {
        let field = &self.event.settings.version_field;
        let strict = compare(self.engine, &schema(old), &schema(new), Policy::OpenStrict, field);
        let titles = [old, new].map(|version| title(self.event, &version.version));
        let accepts = |one: &str, other: &str| format!("{one} accepts this event, {other} rejects it");
        let [of_old, of_new] = &titles;
        let (what, witness, why) = match (strict.backward, strict.forward) {
            (Verdict::Incompatible { witness }, _) => ("does not accept", Some(witness), accepts(of_old, of_new)),
            (_, Verdict::Incompatible { witness }) => ("does not accept", Some(witness), accepts(of_new, of_old)),
            (Verdict::Undecided { reason }, _) | (_, Verdict::Undecided { reason }) => {
                ("is not proved to accept", None, reason)
            }
            (Verdict::Compatible, Verdict::Compatible) => return,
        };
        let minor = after(&old.version, Bump::Minor);
        self.report.findings.push(Finding {
            old: Some(old.version.clone()),
            message: format!("{of_new} is a patch and {what} the same events as {of_old}"),
            places: vec![
                Place::whole(new.document.source(), "the new version"),
                Place::whole(old.document.source(), "the old version"),
            ],
            witness,
            why: Some(why),
            fix: Some(format!(
                "number it {minor}; a patch may change descriptions and examples, or spell the same schema otherwise"
            )),
            ..finding_of(Rule::PatchNotEquivalent, self.severity(), self.event, new)
        });
    }

    fn order(&mut self, previous: Option<&SchemaVersion>, new: &SchemaVersion) {
        let expected = match previous {
            // The first version may have any major (a history that begins with a move into the workspace), not any minor.
            None if new.version.minor() == 0 => return,
            None => vec![Version::new(new.version.major(), 0)],
            Some(previous) => [Bump::Patch, Bump::Minor, Bump::Major]
                .map(|bump| after(&previous.version, bump))
                .to_vec(),
        };
        if expected.contains(&new.version) {
            return;
        }
        let names: Vec<_> = expected.iter().rev().map(ToString::to_string).collect();
        self.report.findings.push(Finding {
            old: previous.map(|previous| previous.version.clone()),
            message: match previous {
                None => format!("the history of {} begins with {}", self.event.name.name(), new.version),
                Some(previous) => {
                    format!(
                        "{} does not follow {}",
                        title(self.event, &new.version),
                        previous.version
                    )
                }
            },
            places: vec![Place::whole(new.document.source(), "this version")],
            fix: Some(format!("the next version is {}", names.join(" or "))),
            ..finding_of(Rule::VersionOrder, Severity::Warning, self.event, new)
        });
    }

    fn summarise(
        &mut self,
        new: &SchemaVersion,
        step_taken: Option<(&SchemaVersion, Option<Bump>)>,
        breaks: &[Finding],
        accepts: Accepts<'_>,
    ) {
        let name = self.event.name.name();
        let wrote = new.version.clone();
        let (needed, text) = match step_taken {
            None => (None, format!("{name} {wrote} is the first version")),
            Some((previous, None)) => (
                None,
                format!(
                    "{name} {wrote}: what {} asks for could not be decided",
                    previous.version
                ),
            ),
            Some((previous, Some(bump))) => {
                let needed = after(&previous.version, bump);
                let text = if bump > step(&previous.version, &wrote) {
                    let reason = match bump {
                        Bump::Major => said(&self.introduced(new, breaks, accepts).collect::<Vec<_>>()),
                        Bump::Minor | Bump::Patch => difference(previous, new),
                    };
                    format!("{name} needs {needed} ({reason}); you wrote {wrote}")
                } else if bump == Bump::Major {
                    format!("{name} {wrote} breaks {}, as a major version may", previous.version)
                } else if previous.version.major() != wrote.major() {
                    format!("{name} {wrote} breaks nobody: {needed} would do")
                } else if breaks.iter().any(|finding| finding.new.as_ref() == Some(&wrote)) {
                    format!("{name} {wrote} breaks what was accepted, and nothing else")
                } else if breaks.iter().any(|finding| finding.repeated_in.contains(&wrote)) {
                    format!("{name} {wrote} breaks nobody whom {} did not break", previous.version)
                } else {
                    format!("{name} {wrote} is compatible with what came before in its major")
                };
                (Some(needed), text)
            }
        };
        self.report.summaries.push(Summary {
            event: self.event.name.clone(),
            wrote,
            needed,
            text,
        });
    }
}

/// How many breaks, and the first of them.
fn said(breaks: &[&Finding]) -> String {
    // A change says more than what several of them do together.
    let mut alone = breaks.iter().filter(|finding| matches!(finding.rule, Rule::Change(_)));
    let first = alone.next().or_else(|| breaks.first());
    let change = first.and_then(|finding| finding.change.as_ref());
    match (breaks.len(), change) {
        (1, Some(change)) => format!("1 break: {}", change.what),
        (1, None) => "1 break".to_owned(),
        (count, Some(change)) => format!("{count} breaks, among them: {}", change.what),
        (count, None) => format!("{count} breaks"),
    }
}

/// What makes a version more than a patch.
fn difference(old: &SchemaVersion, new: &SchemaVersion) -> String {
    let changes = changes(&schema(old), &schema(new));
    let difference = format!("not equivalent to {}", old.version);
    let more = match changes.len() {
        0 | 1 => String::new(),
        2 => ", and 1 more change".to_owned(),
        count => format!(", and {} more changes", count - 1),
    };
    match changes.first() {
        Some(first) => format!("{difference}: {}{more}", first.sentence()),
        None => difference,
    }
}

/// The smallest step that allows a change under a mode. `None` if a verdict it hangs on is undecided.
fn required(compared: &Compared, mode: Mode) -> Option<Bump> {
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

fn schema(version: &SchemaVersion) -> Schema<'_> {
    Schema::from(&version.document)
}

fn side<'d>(version: &'d SchemaVersion, title: &'d str) -> Side<'d> {
    Side {
        title,
        version: Some(&version.version),
        document: &version.document,
    }
}
