//! Conversions as text, one operation a line. In: an event with its conversions. Out: what a reviewer reads, and what tests hold.
//!
//! Properties have their names in JSON, types and routines those in Rust.

use std::fmt::Write as _;

use crate::ir::{
    ChoiceTarget, Conversion, EnumStep, EventModule, FieldSource, GapId, OthersStep, Routine, RoutineSteps, Structure,
    TypeShape, ValueStep, VersionTypes,
};

/// Writes the conversions of an event.
pub(crate) fn write_program(event: &EventModule) -> String {
    let mut text = String::new();
    for conversion in &event.conversions {
        let (new, old) = (&event.versions[conversion.from], &event.versions[conversion.to]);
        line(
            &mut text,
            0,
            &format!("{} {} to {}", event.name, new.version, old.version),
        );
        let writer = ProgramWriter { conversion, new, old };
        for routine in &conversion.routines {
            writer.routine(routine, &mut text);
        }
    }
    text
}

fn line(text: &mut String, depth: usize, content: &str) {
    writeln!(text, "{:1$}{content}", "", depth * 2).expect("a string takes all");
}

struct ProgramWriter<'e> {
    conversion: &'e Conversion,
    new: &'e VersionTypes,
    old: &'e VersionTypes,
}

impl ProgramWriter<'_> {
    fn routine(&self, routine: &Routine, text: &mut String) {
        let (new, old) = (&self.new.types[routine.from], &self.old.types[routine.to]);
        let needs = if routine.needs_gaps { ", needs gaps" } else { "" };
        let head = format!("{}: {} to {}{needs}", routine.name, new.name, old.name);
        line(text, 1, &head);
        match (&routine.steps, &new.shape, &old.shape) {
            (RoutineSteps::Object { .. }, TypeShape::Struct(source), TypeShape::Struct(target)) => {
                for step in self.object(&routine.steps, source, target) {
                    line(text, 2, &step);
                }
            }
            (
                RoutineSteps::Enum { values, keeps_unknown },
                TypeShape::Enum { variants, .. },
                TypeShape::Enum { variants: known, .. },
            ) => {
                for (from, step) in values {
                    let to = match step {
                        EnumStep::Value(to) => format!("value {:?}", known[*to].value),
                        EnumStep::Unknown => "unknown value".to_owned(),
                    };
                    line(text, 2, &format!("{:?}: {to}", variants[*from].value));
                }
                if *keeps_unknown {
                    line(text, 2, "any other: unknown value");
                }
            }
            (
                RoutineSteps::Choice {
                    variants: steps,
                    keeps_unknown,
                },
                TypeShape::Choice { variants, .. } | TypeShape::Keyed { variants },
                TypeShape::Choice { variants: known, .. } | TypeShape::Keyed { variants: known },
            ) => {
                for step in steps {
                    let from = &variants[step.from].name;
                    let target = match &step.target {
                        ChoiceTarget::Alternative { to, value } => {
                            format!("alternative {}, {}", known[*to].name, self.value(value))
                        }
                        ChoiceTarget::Gap(gap) => self.gap(*gap),
                    };
                    line(text, 2, &format!("{from}: {target}"));
                }
                if *keeps_unknown {
                    line(text, 2, "any other: unknown alternative");
                }
            }
            (RoutineSteps::Inner(value), ..) => line(text, 2, &self.value(value)),
            (RoutineSteps::Gap(gap), ..) => line(text, 2, &self.gap(*gap)),
            (RoutineSteps::Object { .. } | RoutineSteps::Enum { .. } | RoutineSteps::Choice { .. }, ..) => {
                unreachable!("steps are those of the shapes")
            }
        }
    }

    fn object(&self, steps: &RoutineSteps, source: &Structure, target: &Structure) -> Vec<String> {
        let RoutineSteps::Object {
            fields,
            others,
            dropped,
        } = steps
        else {
            return Vec::new();
        };
        let key = |from| &source.fields[from].key;
        let fields = fields.iter().map(|step| {
            let operation = match &step.source {
                FieldSource::Copy { from, value } => format!("copy {}: {}", key(*from), self.value(value)),
                FieldSource::Rename { from, value } => format!("rename {}: {}", key(*from), self.value(value)),
                FieldSource::Unnamed { value } => format!("unnamed: {}", self.value(value)),
                FieldSource::Version => format!("version {}", self.old.text),
                FieldSource::Constant => "constant".to_owned(),
                FieldSource::Gap(gap) => self.gap(*gap),
            };
            format!("{} = {operation}", target.fields[step.to].key)
        });
        let others = others.iter().map(|step| match step {
            OthersStep::Empty => "others = none".to_owned(),
            OthersStep::Carry { without, value } if without.is_empty() => {
                format!("others = carry: {}", self.value(value))
            }
            OthersStep::Carry { without, value } => {
                format!("others = carry without {}: {}", without.join(", "), self.value(value))
            }
            OthersStep::Gap(gap) => format!("others = {}", self.gap(*gap)),
        });
        let dropped = dropped.iter().map(|from| format!("drop {}", key(*from)));
        fields.chain(others).chain(dropped).collect()
    }

    fn gap(&self, gap: GapId) -> String {
        let gap = &self.conversion.gaps[gap];
        let optional = if gap.is_optional { "optional " } else { "" };
        let place = if gap.path.is_empty() {
            String::new()
        } else {
            format!(" for {}", gap.path)
        };
        let told_by = gap.alternative.as_ref();
        let told_by = told_by.map_or_else(String::new, |one| format!(" where {}", one.told_by));
        format!("{optional}gap {}{place}{told_by}", gap.method)
    }

    fn value(&self, step: &ValueStep) -> String {
        match step {
            ValueStep::Keep { .. } => "keep".to_owned(),
            ValueStep::WidenInteger => "widen integer".to_owned(),
            ValueStep::WriteText => "write text".to_owned(),
            ValueStep::WriteVariant => "write value".to_owned(),
            ValueStep::Constant => "constant".to_owned(),
            ValueStep::Text(value) => format!("write {value:?}"),
            ValueStep::Variant { of, variant } => match &self.old.types[*of].shape {
                TypeShape::Enum { variants, .. } => format!("value {:?}", variants[*variant].value),
                _ => unreachable!("the step is that of an enum"),
            },
            ValueStep::Wrap { union, at, value } => match &self.old.types[*union].shape {
                TypeShape::Choice { variants, .. } => format!("as {}, {}", variants[*at].name, self.value(value)),
                _ => unreachable!("the step is that of a union"),
            },
            ValueStep::WriteJson { .. } => "write JSON".to_owned(),
            ValueStep::WriteNullable(inner) => format!("null if absent, {}", self.value(inner)),
            ValueStep::EachPosition(elements) => {
                let elements: Vec<_> = elements.iter().map(|element| self.value(element)).collect();
                format!("each position, ({})", elements.join("; "))
            }
            ValueStep::EachOptional(inner) => format!("if present, {}", self.value(inner)),
            ValueStep::EachElement(inner) => format!("each element, {}", self.value(inner)),
            ValueStep::EachMember(inner) => format!("each member, {}", self.value(inner)),
            ValueStep::Present(inner) => format!("always present, {}", self.value(inner)),
            ValueStep::Call { routine, .. } => format!("call {}", self.conversion.routines[*routine].name),
            ValueStep::CallOptional {
                routine, is_optional, ..
            } => {
                let before = if *is_optional { "if present, " } else { "" };
                format!(
                    "{before}call {}, may be absent",
                    self.conversion.routines[*routine].name
                )
            }
        }
    }
}
