//! Whether each version keeps the promise of its number. A minor version has to hold the mode against the earlier versions of
//! its major, a patch has to be equivalent to the version before, a major may break; whatever a version does, the smallest
//! step that allows it is computed and compared with the step that was taken.

use std::collections::BTreeMap;

use schemactl_compat::{
    Bump, Comparer, Comparison as Compared, Engine, Examples, Explained, Explanation, Policy, Prepared, Schema,
    Settings, Verdict, changes, compare, explain,
};
use schemactl_model::{Value, Version, with_stack_for};

use super::{Asked, asks, dropped, finding_of, title};
use crate::breaks::{Pair, Side};
use crate::{
    Comparison, Direction, Event, Finding, Mode, Place, Report, Rule, SchemaVersion, Severity, Status, Summary,
};

pub(super) fn check(event: &Event, asked: Asked, engine: &dyn Engine, report: &mut Report) {
    let depths = event.versions.values().map(|version| version.document.root().depth());
    with_stack_for(depths.max().unwrap_or(0), || {
        check_here(event, asked, engine, report);
    });
}

fn check_here(event: &Event, asked: Asked, engine: &dyn Engine, report: &mut Report) {
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
        decisive: None,
        report,
    };
    for (index, new) in versions.iter().enumerate() {
        let earlier = &versions[..index];
        history.order(earlier.last().copied(), new);
        let newest = index + 1 == versions.len();
        match earlier.last() {
            None if newest => history.summarise(new, None),
            None => {}
            Some(previous) => history.version(earlier, previous, new, newest),
        }
    }
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
    /// The first change that the number of the version at hand does not allow, in words.
    decisive: Option<String>,
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
    fn version(&mut self, earlier: &[&SchemaVersion], previous: &SchemaVersion, new: &SchemaVersion, newest: bool) {
        let same_major = |old: &&&SchemaVersion| old.version.major() == new.version.major();
        // Under a mode that is not transitive only the version before counts; it always counts for the step.
        let all = self.mode.is_transitive() && step(&previous.version, &new.version) != Bump::Major;
        let first = if all {
            earlier.iter().position(|old| same_major(&old)).unwrap_or(0)
        } else {
            earlier.len() - 1
        };
        let mut needed = Some(Bump::Patch);
        self.decisive = None;
        for old in &earlier[first..] {
            let compared = self.compare(old, new);
            let mut bump = required(&compared, self.mode);
            let explanation = self.judge(old, new, &compared, bump);
            if std::ptr::eq(*old, previous) && step(&old.version, &new.version) != Bump::Major {
                let found = self.report.findings.len();
                self.advisories(old, new, explanation.as_ref());
                // What generated code notices is more than the same contract in other words.
                if self.report.findings.len() > found {
                    bump = bump.map(|bump| bump.max(Bump::Minor));
                }
                dropped::check(self.event, (old, new), self.mode, self.report);
            }
            // The step is measured from the version before; an older one of the major can only ask for a new major.
            needed = match (needed, bump) {
                (Some(needed), Some(bump)) if std::ptr::eq(*old, previous) || bump == Bump::Major => {
                    Some(needed.max(bump))
                }
                (needed, Some(_)) => needed,
                (_, None) => None,
            };
        }
        let promises_too_much = needed.is_some_and(|needed| needed > step(&previous.version, &new.version));
        if newest || promises_too_much {
            self.summarise(new, Some((previous, needed)));
        }
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
    fn judge(
        &mut self,
        old: &SchemaVersion,
        new: &SchemaVersion,
        compared: &Compared,
        needed: Option<Bump>,
    ) -> Option<Explanation> {
        let taken = step(&old.version, &new.version);
        if taken == Bump::Major {
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
        if self.decisive.is_none() {
            let directions: Vec<_> = asked.iter().map(|(direction, _)| *direction).collect();
            self.decisive = first_break(&explanation, &directions);
        }
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
        };
        let major = after(&old.version, Bump::Major);
        for mut finding in pair.findings(direction, self.severity(), verdict, explanation) {
            let advice = finding.fix.take().unwrap_or_default();
            finding.fix = Some(match finding.rule {
                Rule::CannotDecide => format!("{advice}, or publish a new major version"),
                _ => format!("{advice} Or publish the change as {major}."),
            });
            self.report.findings.push(finding);
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

    fn summarise(&mut self, new: &SchemaVersion, step_taken: Option<(&SchemaVersion, Option<Bump>)>) {
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
                        Bump::Major => self.breaks(new),
                        Bump::Minor | Bump::Patch => difference(previous, new),
                    };
                    format!("{name} needs {needed} ({reason}); you wrote {wrote}")
                } else if bump == Bump::Major {
                    format!("{name} {wrote} breaks {}, as a major version may", previous.version)
                } else if previous.version.major() != wrote.major() {
                    format!("{name} {wrote} breaks nobody: {needed} would do")
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

    fn breaks(&self, new: &SchemaVersion) -> String {
        let broken = |finding: &&Finding| {
            finding.event.as_ref() == Some(&self.event.name)
                && finding.new.as_ref() == Some(&new.version)
                && finding.direction.is_some()
                && finding.rule != Rule::CannotDecide
        };
        match (self.report.findings.iter().filter(broken).count(), &self.decisive) {
            (1, Some(change)) => format!("1 break: {change}"),
            (1, None) => "1 break".to_owned(),
            (count, Some(change)) => format!("{count} breaks, among them: {change}"),
            (count, None) => format!("{count} breaks"),
        }
    }
}

/// The first change that breaks in one of the directions.
fn first_break(explanation: &Explanation, directions: &[Direction]) -> Option<String> {
    let breaks = |one: &&Explained| {
        directions.iter().any(|direction| match direction {
            Direction::Backward => one.backward.as_break().is_some(),
            Direction::Forward => one.forward.as_break().is_some(),
        })
    };
    Some(explanation.changes.iter().find(breaks)?.change.sentence())
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
    Schema::new(version.document.root(), version.document.dialect())
}

fn side<'d>(version: &'d SchemaVersion, title: &'d str) -> Side<'d> {
    Side {
        title,
        version: Some(&version.version),
        document: &version.document,
    }
}
