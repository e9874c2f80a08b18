//! A pattern in the order it is written, and what it means: its branches. In: a parsed text or an AST. Out: the AST, or for
//! each way through the `$or` lists one [`Branch`] of conditions, all of which must hold.

use std::collections::BTreeMap;

use crate::ast::{FieldPattern, Pattern};
use crate::error::{MAX_OR_COMBINATIONS, Mistake, MistakeKind, PatternError};
use crate::matcher::Matcher;

/// The parts of an object in order. A name may occur twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct WrittenFields(pub(crate) Vec<WrittenPart>);

/// One entry of an object.
#[derive(Clone, Debug)]
pub(crate) enum WrittenPart {
    Leaf(String, Vec<Matcher>),
    Fields(String, WrittenFields),
    Or(Vec<WrittenFields>),
}

/// Conditions by path. The path is the names joined with dots: EventBridge does not tell `{"a": {"b": …}}` from `{"a.b": …}`.
pub(crate) type Branch = BTreeMap<String, Vec<Matcher>>;

/// What a pattern means.
pub(crate) struct Branches {
    /// Its ways to match.
    pub(crate) list: Vec<Branch>,
    /// A path that has conditions in two places of one branch. The later ones count.
    pub(crate) repeated: Option<String>,
}

impl Pattern {
    /// Returns what the pattern means: for each way through its `$or` lists the conditions by path, all of which must hold. A path is the names
    /// joined with dots: EventBridge does not tell `{"a": {"b": …}}` from `{"a.b": …}`. Of two conditions on one path the later one counts.
    ///
    /// # Errors
    ///
    /// If there are more than [`MAX_OR_COMBINATIONS`](crate::MAX_OR_COMBINATIONS) ways.
    ///
    /// # Examples
    ///
    /// ```
    /// use schemactl_pattern::{Matcher, Pattern};
    ///
    /// let pattern = Pattern::parse(r#"{"source": ["shop"], "$or": [{"detail": {"a": [1]}}, {"detail": {"b": [2]}}]}"#)?;
    /// let branches = pattern.branches()?;
    /// assert_eq!(branches.len(), 2);
    /// assert_eq!(branches[1]["detail.b"], [Matcher::eq(2)]);
    /// # Ok::<(), schemactl_pattern::PatternError>(())
    /// ```
    pub fn branches(&self) -> Result<Vec<BTreeMap<String, Vec<Matcher>>>, PatternError> {
        let branches = WrittenFields::of(self).branches();
        branches
            .map(|branches| branches.list)
            .map_err(|_| PatternError::TooManyCombinations)
    }
}

impl WrittenFields {
    pub(crate) fn of(pattern: &Pattern) -> Self {
        let mut parts: Vec<(&str, WrittenPart)> = pattern
            .fields
            .iter()
            .map(|(name, node)| match node {
                FieldPattern::Leaf(matchers) => (name.as_str(), WrittenPart::Leaf(name.clone(), matchers.clone())),
                FieldPattern::Fields(inner) => (name.as_str(), WrittenPart::Fields(name.clone(), Self::of(inner))),
            })
            .collect();
        if !pattern.alternatives.is_empty() {
            parts.push((
                "$or",
                WrittenPart::Or(pattern.alternatives.iter().map(Self::of).collect()),
            ));
        }
        // The place of `$or` decides which of two conditions on a path is the later one: it is where the JSON has it.
        parts.sort_by_key(|(name, _)| *name);
        Self(parts.into_iter().map(|(_, part)| part).collect())
    }

    /// Returns what the pattern means. Fails if it means more than [`MAX_OR_COMBINATIONS`] branches.
    pub(crate) fn branches(&self) -> Result<Branches, Mistake> {
        let mut branches = Branches {
            list: vec![Branch::new()],
            repeated: None,
        };
        branches.add(self, None)?;
        Ok(branches)
    }

    /// Returns the AST. Nothing may be written twice in it.
    pub(crate) fn into_pattern(self) -> Pattern {
        let mut pattern = Pattern::default();
        for part in self.0 {
            match part {
                WrittenPart::Leaf(name, matchers) => {
                    pattern.fields.insert(name, FieldPattern::Leaf(matchers));
                }
                WrittenPart::Fields(name, inner) => {
                    pattern.fields.insert(name, FieldPattern::Fields(inner.into_pattern()));
                }
                WrittenPart::Or(alternatives) => {
                    pattern.alternatives = alternatives.into_iter().map(Self::into_pattern).collect();
                }
            }
        }
        pattern
    }

    /// Returns whether a name occurs twice in an object. The AST has room for one.
    pub(crate) fn has_repeated_names(&self) -> bool {
        let mut names: Vec<&str> = self.0.iter().map(WrittenPart::name).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
            || self.0.iter().any(|part| match part {
                WrittenPart::Leaf(..) => false,
                WrittenPart::Fields(_, inner) => inner.has_repeated_names(),
                WrittenPart::Or(alternatives) => alternatives.iter().any(Self::has_repeated_names),
            })
    }
}

impl WrittenPart {
    fn name(&self) -> &str {
        match self {
            Self::Leaf(name, _) | Self::Fields(name, _) => name,
            Self::Or(_) => "$or",
        }
    }
}

impl Branches {
    fn add(&mut self, written: &WrittenFields, above: Option<&str>) -> Result<(), Mistake> {
        for part in &written.0 {
            match part {
                WrittenPart::Leaf(name, matchers) => self.put(&join(above, name), matchers),
                WrittenPart::Fields(name, inner) => self.add(inner, Some(&join(above, name)))?,
                WrittenPart::Or(alternatives) => self.fork(alternatives, above)?,
            }
        }
        Ok(())
    }

    fn put(&mut self, path: &str, matchers: &[Matcher]) {
        for branch in &mut self.list {
            if branch.insert(path.to_owned(), matchers.to_vec()).is_some() {
                self.repeated = Some(path.to_owned());
            }
        }
    }

    fn fork(&mut self, alternatives: &[WrittenFields], above: Option<&str>) -> Result<(), Mistake> {
        let before = std::mem::take(&mut self.list);
        for alternative in alternatives {
            let mut taken = Self {
                list: before.clone(),
                repeated: None,
            };
            taken.add(alternative, above)?;
            self.list.append(&mut taken.list);
            self.repeated = taken.repeated.or(self.repeated.take());
            if self.list.len() > MAX_OR_COMBINATIONS {
                return Err(Mistake::of(MistakeKind::TooManyCombinations));
            }
        }
        Ok(())
    }
}

fn join(above: Option<&str>, name: &str) -> String {
    above.map_or_else(|| name.to_owned(), |above| format!("{above}.{name}"))
}
