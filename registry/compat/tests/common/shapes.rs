//! Schemas by what they mean, for tests that write one meaning in several forms. In: random numbers. Out: shapes of events, the
//! forms in which each place can be written, and one change of a shape with the report that it must make.

use std::collections::BTreeMap;
use std::fmt;

use super::random::Random;

/// What a schema means.
#[derive(Clone, Debug)]
pub(crate) enum EventShape {
    Text {
        least: u64,
        most: u64,
        pattern: bool,
    },
    Whole {
        least: i64,
        most: i64,
    },
    Flag,
    /// One of some texts.
    Choice(Vec<String>),
    /// A value of one of some types.
    Types(Vec<&'static str>),
    Nullable(Box<EventShape>),
    List {
        least: u64,
        of: Box<EventShape>,
    },
    Object(Vec<ShapeMember>),
    /// Objects that a constant `kind` tells apart, with their other members.
    Union(Vec<(String, Vec<ShapeMember>)>),
}

/// A property of an object.
#[derive(Clone, Debug)]
pub(crate) struct ShapeMember {
    pub(crate) name: String,
    pub(crate) shape: EventShape,
    pub(crate) required: bool,
}

/// A form in which a shape can be written besides its plain one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ShapeForm {
    /// A definition, and a reference to it.
    Extracted,
    /// The only branch of an `allOf`.
    Wrapped,
    /// An object whose first members stand in an `allOf`.
    Split,
    /// The same, in a definition.
    SplitExtracted,
    /// The same, and the names that are required stay where they were.
    SplitProperties,
    /// A bound that stands in an `allOf`.
    BoundApart,
    /// A bound of whole numbers that is excluded itself.
    Exclusive,
    /// Branches of a `oneOf` or `anyOf`: constants, types, or `null`.
    OneOf,
    AnyOf,
    /// `const` for a list of one value.
    Constant,
    /// Names and values in another order.
    Reversed,
    /// Title and description.
    Described,
}

/// Which shapes are written in which form, by their place.
pub(crate) type ShapeForms = BTreeMap<String, ShapeForm>;

/// What a change must be reported as: the kinds that it may have, and its property path.
#[derive(Clone, Debug)]
pub(crate) struct ExpectedChange {
    pub(crate) kinds: &'static [&'static str],
    pub(crate) path: String,
}

impl fmt::Display for ExpectedChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at `{}`", self.kinds.join(" or "), self.path)
    }
}

impl EventShape {
    /// Creates an event.
    pub(crate) fn event(random: &mut Random) -> Self {
        Self::Object(members(random, 3, 4))
    }

    fn any(random: &mut Random, depth: usize) -> Self {
        let nested = if depth == 0 { 6 } else { 9 };
        match random.below(nested) {
            0 => Self::Text {
                least: random.below(4) as u64,
                most: 10 + random.below(5) as u64,
                pattern: random.percent(30),
            },
            1 => Self::Whole {
                least: i64::from(random.percent(50)),
                most: 100,
            },
            2 => Self::Flag,
            3 => Self::Choice(
                ["red", "green", "blue"][..=random.below(3)]
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            ),
            4 => Self::Types(vec!["string", "integer"]),
            5 => Self::Nullable(Box::new(match random.below(3) {
                0 => Self::Choice(vec!["on".to_owned(), "off".to_owned()]),
                1 => Self::Whole { least: 0, most: 9 },
                _ => Self::Text {
                    least: 1,
                    most: 20,
                    pattern: false,
                },
            })),
            6 => Self::List {
                least: random.below(2) as u64,
                of: Box::new(Self::any(random, depth - 1)),
            },
            7 => Self::Object(members(random, depth - 1, 3)),
            _ => Self::Union(
                ["card", "bank"]
                    .map(|tag| (tag.to_owned(), members(random, 0, 2)))
                    .into(),
            ),
        }
    }

    /// Returns every place of the shape, with the forms that it can have there.
    pub(crate) fn choices(&self) -> Vec<(String, ShapeForm)> {
        let mut choices = Vec::new();
        self.collect("", &mut choices);
        choices
    }

    fn collect(&self, at: &str, into: &mut Vec<(String, ShapeForm)>) {
        let own: &[ShapeForm] = match self {
            Self::Text { .. } => &[ShapeForm::BoundApart],
            Self::Whole { .. } => &[ShapeForm::BoundApart, ShapeForm::Exclusive],
            Self::Flag => &[],
            Self::Choice(values) if values.len() == 1 => &[ShapeForm::Constant, ShapeForm::OneOf],
            Self::Choice(_) | Self::Types(_) | Self::Nullable(_) => {
                &[ShapeForm::OneOf, ShapeForm::AnyOf, ShapeForm::Reversed]
            }
            Self::List { .. } => &[ShapeForm::BoundApart],
            Self::Object(members) if members.len() > 1 => &[
                ShapeForm::Split,
                ShapeForm::SplitExtracted,
                ShapeForm::SplitProperties,
                ShapeForm::Reversed,
            ],
            Self::Object(_) => &[],
            Self::Union(_) => &[ShapeForm::Reversed, ShapeForm::AnyOf],
        };
        let everywhere = [ShapeForm::Extracted, ShapeForm::Wrapped, ShapeForm::Described];
        into.extend(own.iter().chain(&everywhere).map(|form| (at.to_owned(), *form)));
        match self {
            Self::Nullable(inner) => inner.collect(&format!("{at}?"), into),
            Self::List { of, .. } => of.collect(&format!("{at}[]"), into),
            Self::Object(members) => collect_members(members, at, into),
            Self::Union(branches) => {
                for (tag, members) in branches {
                    let at = format!("{at}|{tag}");
                    into.extend(everywhere.map(|form| (at.clone(), form)));
                    collect_members(members, &at, into);
                }
            }
            _ => {}
        }
    }

    /// Changes one thing. `None` where nothing was found to change.
    pub(crate) fn change(&mut self, random: &mut Random, path: &str) -> Option<ExpectedChange> {
        let expected = |kinds: &'static [&'static str], path: &str| {
            Some(ExpectedChange {
                kinds,
                path: path.to_owned(),
            })
        };
        match self {
            Self::Text { least, most, pattern } => match random.below(3) {
                0 => {
                    *least += 2;
                    expected(&["min-length-raised"], path)
                }
                1 => {
                    *most += 5;
                    expected(&["max-length-raised"], path)
                }
                _ => {
                    *pattern = !*pattern;
                    expected(&["pattern-added", "pattern-removed"], path)
                }
            },
            Self::Whole { least, most } => {
                if random.percent(50) {
                    *least += 3;
                    return expected(&["minimum-raised"], path);
                }
                *most -= 1;
                expected(&["maximum-lowered"], path)
            }
            Self::Flag => {
                *self = Self::Types(vec!["string"]);
                expected(&["type-changed"], path)
            }
            Self::Choice(values) => {
                values.push("black".to_owned());
                expected(&["enum-value-added"], path)
            }
            Self::Types(types) => {
                types.push("boolean");
                expected(&["type-widened"], path)
            }
            Self::Nullable(inner) => {
                if random.percent(50) {
                    return inner.change(random, path);
                }
                let inner = (**inner).clone();
                let kinds: &[&str] = match inner {
                    Self::Choice(_) => &["enum-value-removed", "type-narrowed"],
                    _ => &["type-narrowed"],
                };
                *self = inner;
                expected(kinds, path)
            }
            Self::List { least, of } => {
                if random.percent(60) {
                    return of.change(random, &format!("{path}[]"));
                }
                *least += 1;
                expected(&["min-items-raised"], path)
            }
            Self::Object(members) => change_members(members, random, path),
            Self::Union(branches) => {
                if random.percent(50) {
                    return change_members(&mut branches[0].1, random, path);
                }
                branches.push(("cash".to_owned(), Vec::new()));
                expected(&["union-branch-added"], path)
            }
        }
    }
}

fn members(random: &mut Random, depth: usize, most: usize) -> Vec<ShapeMember> {
    const NAMES: [&str; 4] = ["id", "amount", "carrier", "lines"];
    (0..=random.below(most))
        .map(|index| ShapeMember {
            name: NAMES[index].to_owned(),
            required: random.percent(60),
            shape: EventShape::any(random, depth),
        })
        .collect()
}

fn collect_members(members: &[ShapeMember], at: &str, into: &mut Vec<(String, ShapeForm)>) {
    for member in members {
        member.shape.collect(&format!("{at}.{}", member.name), into);
    }
}

fn change_members(members: &mut Vec<ShapeMember>, random: &mut Random, path: &str) -> Option<ExpectedChange> {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    let index = random.below(members.len().max(1));
    let Some(member) = members.get_mut(index).filter(|_| random.percent(75)) else {
        members.push(ShapeMember {
            name: "added".to_owned(),
            shape: EventShape::Flag,
            required: false,
        });
        return Some(ExpectedChange {
            kinds: &["property-added"],
            path: below("added"),
        });
    };
    let path = below(&member.name);
    if random.percent(25) {
        member.required = !member.required;
        let kinds: &[&str] = if member.required {
            &["required-property-added"]
        } else {
            &["required-property-removed"]
        };
        return Some(ExpectedChange { kinds, path });
    }
    member.shape.change(random, &path)
}
