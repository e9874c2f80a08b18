//! Where in a value an error is: `lines[0].quantity`, in one pair of backticks before what is wrong. In: a step, and the error of the value that
//! it leads to. Out: the error with the step in its path; and the parts of an error that has one. Names with other letters than a path has are
//! in brackets, as reports of schemactl write them: `prices["unit.price"]`.

use std::fmt;

/// A step from a value to one inside it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ErrorStep<'k> {
    Key(&'k str),
    Index(usize),
}

impl fmt::Display for ErrorStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) if is_plain(key) => f.write_str(key),
            // INVARIANT: no path has a backtick, so that the first one ends it.
            Self::Key(key) => write!(
                f,
                "[{}]",
                serde_json::Value::from(*key).to_string().replace('`', "\\u0060")
            ),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// Returns whether a name reads alone: a name with a dot or a bracket would look like several steps.
fn is_plain(name: &str) -> bool {
    let is_other = |letter: char| ".[]\"`*".contains(letter) || letter.is_whitespace() || letter.is_control();
    !name.is_empty() && !name.contains(is_other)
}

/// A path, to which steps are added at its end.
pub(crate) fn join_step(path: &mut String, step: ErrorStep<'_>) {
    let step = step.to_string();
    if !path.is_empty() && !step.starts_with('[') {
        path.push('.');
    }
    path.push_str(&step);
}

/// Puts a step in front of what an error says: `` `quantity`: … `` is `` `lines[0].quantity`: … `` after two of them.
pub(crate) fn prefix_step(step: ErrorStep<'_>, said: &str) -> String {
    match split_path(said) {
        Some((path, rest)) => {
            let joint = if path.starts_with('[') { "" } else { "." };
            format!("`{step}{joint}{path}`: {rest}")
        }
        None => format!("`{step}`: {said}"),
    }
}

/// Returns the path at the start of an error, and what the error says of it.
pub(crate) fn split_path(said: &str) -> Option<(&str, &str)> {
    let (path, rest) = said.strip_prefix('`')?.split_once('`')?;
    let rest = rest.strip_prefix(": ")?;
    split_steps(path).map(|_| (path, rest))
}

/// Returns the keys and indices of a path, or nothing if the text is no path.
pub(crate) fn split_steps(path: &str) -> Option<Vec<String>> {
    let (mut steps, mut rest) = (Vec::new(), path);
    while !rest.is_empty() {
        let (step, after) = split_step(rest)?;
        steps.push(step);
        rest = match after.strip_prefix('.') {
            Some(after) if after.is_empty() || after.starts_with('[') => return None,
            Some(after) => after,
            None if after.is_empty() || after.starts_with('[') => after,
            None => return None,
        };
    }
    Some(steps).filter(|steps| !steps.is_empty())
}

/// The first step of a path that has one, and the rest.
fn split_step(path: &str) -> Option<(String, &str)> {
    let Some(bracket) = path.strip_prefix('[') else {
        let (name, rest) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
        return is_plain(name).then(|| (name.to_owned(), rest));
    };
    if bracket.starts_with('"') {
        let mut names = serde_json::Deserializer::from_str(bracket).into_iter::<String>();
        let name = names.next()?.ok()?;
        let rest = bracket[names.byte_offset()..].strip_prefix(']')?;
        return Some((name, rest));
    }
    let (index, rest) = bracket.split_once(']')?;
    let is_index = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    is_index.then(|| (index.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_split_into_the_steps_that_it_was_made_of() {
        use ErrorStep::{Index, Key};
        let ways: [(&[ErrorStep<'_>], &str); 8] = [
            (&[Key("lines"), Index(0), Key("quantity")], "lines[0].quantity"),
            (&[Index(1), Index(2)], "[1][2]"),
            (&[Index(1), Key("a")], "[1].a"),
            (&[Key("detail-type"), Key("é")], "detail-type.é"),
            (&[Key("a"), Key("b.c"), Key("d")], r#"a["b.c"].d"#),
            (&[Key(""), Key("0"), Key("[0]")], r#"[""].0["[0]"]"#),
            (
                &[Key("`: `"), Key("\"]"), Key("\\u0060")],
                r#"["\u0060: \u0060"]["\"]"].\u0060"#,
            ),
            (&[Key("a b"), Key("\n")], r#"["a b"]["\n"]"#),
        ];
        for (steps, path) in ways {
            let mut joined = String::new();
            for step in steps {
                join_step(&mut joined, *step);
            }
            assert_eq!(joined, path);
            let said = steps
                .iter()
                .rev()
                .fold("it is: `wrong`".to_owned(), |said, step| prefix_step(*step, &said));
            assert_eq!(said, format!("`{path}`: it is: `wrong`"));
            assert_eq!(split_path(&said), Some((path, "it is: `wrong`")));
            let keys: Vec<String> = steps
                .iter()
                .map(|step| match step {
                    Key(key) => (*key).to_owned(),
                    Index(index) => index.to_string(),
                })
                .collect();
            assert_eq!(split_steps(path), Some(keys));
        }
    }

    #[test]
    fn what_an_error_quotes_is_no_path() {
        for said in [
            "missing field `a`",
            "`a` is unknown",
            "`a b`: c",
            "`a..b`: c",
            "`a.[0]`: c",
            "`[0]a`: c",
            "`[x]`: c",
            "``: c",
            "`a",
        ] {
            assert_eq!(prefix_step(ErrorStep::Key("k"), said), format!("`k`: {said}"));
        }
    }
}
