//! Whether each version keeps the promise of its number. A minor version has to hold the mode against the earlier versions of
//! its major, a patch has to be equivalent to the version before, a major may break; whatever a version does, the smallest
//! step that allows it is computed and compared with the step that was taken.

use schemactl_compat::{Break, Bump, Comparison as Compared, Engine, Policy, Schema, Verdict, breaks, compare};
use schemactl_model::{Pointer, Version};

use super::{asks, finding_of, title, whole};
use crate::{Comparison, Event, Finding, Mode, Place, Report, Rule, SchemaVersion, Severity, Summary};

/// Breaks that are shown of one pair of versions and direction.
const MOST_BREAKS: usize = 20;

pub(super) fn check(event: &Event, policy: Policy, mode: Mode, engine: &dyn Engine, report: &mut Report) {
    let versions: Vec<_> = event.versions.values().collect();
    let mut history = History {
        event,
        policy,
        mode,
        engine,
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
    engine: &'h dyn Engine,
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
        for old in &earlier[first..] {
            let compared = self.compare(old, new);
            let bump = required(&compared, self.mode);
            self.judge(old, new, &compared, bump);
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
        let compared = compare(
            self.engine,
            &schema(old),
            &schema(new),
            self.policy,
            &self.event.settings.version_field,
        );
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

    /// Findings for a pair of versions: what the step between them promises and does not keep.
    fn judge(&mut self, old: &SchemaVersion, new: &SchemaVersion, compared: &Compared, needed: Option<Bump>) {
        let taken = step(&old.version, &new.version);
        if taken == Bump::Major {
            if asks(self.mode) && needed.is_some_and(|needed| needed < Bump::Major) {
                self.major_not_needed(old, new);
            }
            return;
        }
        let patch = taken == Bump::Patch;
        if patch || self.mode.asks_backward() {
            self.direction(old, new, &compared.backward, Rule::BackwardIncompatible);
        }
        if patch || self.mode.asks_forward() {
            self.direction(old, new, &compared.forward, Rule::ForwardIncompatible);
        }
    }

    fn direction(&mut self, old: &SchemaVersion, new: &SchemaVersion, verdict: &Verdict, rule: Rule) {
        let (writer, reader) = if rule == Rule::BackwardIncompatible {
            (old, new)
        } else {
            (new, old)
        };
        let (writer_title, reader_title) = (title(self.event, &writer.version), title(self.event, &reader.version));
        let found = match verdict {
            Verdict::Compatible => return,
            Verdict::Incompatible { witness } => {
                let field = Some(self.event.settings.version_field.as_str());
                let mut breaks = breaks(
                    self.engine,
                    &schema(writer),
                    &schema(reader),
                    self.policy,
                    field,
                    MOST_BREAKS,
                );
                if breaks.is_empty() {
                    // The verdict stands, whatever became of the list.
                    let (witness, violation) = (witness.clone(), None);
                    breaks.push(Break { witness, violation });
                }
                let findings = breaks.into_iter().map(|one| {
                    let refusal = one.violation.map(|violation| (violation.keyword, violation.message));
                    Finding {
                        message: format!("{reader_title} refuses an event of {writer_title}"),
                        places: places(old, new, reader, refusal.as_ref()),
                        witness: Some(one.witness),
                        why: Some(format!(
                            "the event is valid under {} and not under {}{}",
                            writer.version,
                            reader.version,
                            refusal.map_or_else(String::new, |(_, message)| format!(": {message}"))
                        )),
                        fix: Some(format!(
                            "take the change back, or publish it as {}",
                            after(&old.version, Bump::Major)
                        )),
                        ..finding_of(rule, Severity::Error, self.event, new)
                    }
                });
                self.report.findings.extend(findings);
                return;
            }
            Verdict::Undecided { reason, .. } => Finding {
                message: format!("whether {reader_title} takes every event of {writer_title} is undecided"),
                places: vec![
                    whole(new.document.source(), "the new version"),
                    whole(old.document.source(), "the old version"),
                ],
                why: Some(reason.clone()),
                fix: Some("write the part that it names in a simpler way, or publish a new major version".to_owned()),
                ..finding_of(Rule::CannotDecide, Severity::Error, self.event, new)
            },
        };
        self.report.findings.push(Finding {
            old: Some(old.version.clone()),
            ..found
        });
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
                whole(new.document.source(), "the new version"),
                whole(old.document.source(), "the old version"),
            ],
            fix: Some(format!(
                "number it {minor}, unless its meaning changed in a way that no schema shows"
            )),
            ..finding_of(Rule::MajorNotNeeded, Severity::Note, self.event, new)
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
            places: vec![whole(new.document.source(), "this version")],
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
                let breaks = self.breaks(new);
                let text = if bump > step(&previous.version, &wrote) {
                    format!("{name} needs {needed} ({breaks}); you wrote {wrote}")
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
            finding.event == self.event.name
                && finding.new.as_ref() == Some(&new.version)
                && matches!(finding.rule, Rule::BackwardIncompatible | Rule::ForwardIncompatible)
        };
        match self.report.findings.iter().filter(broken).count() {
            1 => "1 break".to_owned(),
            count => format!("{count} breaks"),
        }
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

/// The refusing keyword in the reader's file and the same place, or the closest around it, in the writer's; new file first.
fn places(
    old: &SchemaVersion,
    new: &SchemaVersion,
    reader: &SchemaVersion,
    refusal: Option<&(Pointer, String)>,
) -> Vec<Place> {
    let root = Pointer::root();
    let pointer = refusal.map_or(&root, |(pointer, _)| pointer);
    [new, old]
        .into_iter()
        .map(|version| {
            let label = if std::ptr::eq(version, reader) {
                format!("{} refuses it here", version.version)
            } else {
                format!("{} allows it", version.version)
            };
            let document = &version.document;
            let span = pointer.closest(document.root()).span;
            // The whole schema is too much to point at.
            if span == document.root().span {
                return whole(document.source(), &label);
            }
            Place {
                source: document.source().clone(),
                span,
                label,
            }
        })
        .collect()
}
