//! Names that are meant by misspelt ones: the one place that decides it, for files, settings and the command line. In: a name, and those that
//! there are. Out: the one that was meant, if one is close enough to be a slip of it.

use crate::name::EventName;
use crate::reference::EventRef;

/// Returns the known name that was probably meant: the same letters and digits in another case or with other separators, or else the one that
/// is the fewest slips away, at most two. `None` if every name is another word.
pub fn find_alike<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let written = FoldedName::of(name);
    let near = known
        .into_iter()
        .filter_map(|known| Some((written.count_slips(&FoldedName::of(known))?, known)));
    near.min().map(|(_, known)| known)
}

/// Returns the event that a reference probably means: one of that name in another namespace, or one whose name is close. `None` if several
/// namespaces have it.
pub fn find_alike_event<'n>(
    reference: &EventRef,
    known: impl IntoIterator<Item = &'n EventName>,
) -> Option<&'n EventName> {
    let known: Vec<&EventName> = known.into_iter().collect();
    let Some(namespace) = &reference.namespace else {
        let name = find_alike(&reference.name, known.iter().map(|event| event.name()))?;
        return find_only(&known, name);
    };
    let written = format!("{namespace}/{}", reference.name);
    let whole: Vec<(String, &EventName)> = known.iter().map(|event| (event.to_string(), *event)).collect();
    let near = find_alike(&written, whole.iter().map(|(text, _)| text.as_str()));
    let near = near.and_then(|near| whole.iter().find(|(text, _)| text == near));
    near.map(|(_, event)| *event)
        .or_else(|| find_only(&known, &reference.name))
}

/// The event of a name, if only one namespace has it.
fn find_only<'n>(known: &[&'n EventName], name: &str) -> Option<&'n EventName> {
    let mut named = known.iter().filter(|event| event.name() == name);
    match (named.next(), named.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// A name in lower case, as it is compared.
struct FoldedName {
    letters: Vec<char>,
    /// Without separators: `total_amount` is `totalAmount`.
    bare: String,
}

impl FoldedName {
    fn of(name: &str) -> Self {
        let lower = name.to_lowercase();
        Self {
            letters: lower.chars().collect(),
            bare: lower.chars().filter(|letter| letter.is_alphanumeric()).collect(),
        }
    }

    /// Whether both names have numbers that differ: `draft-07` is no slip of `draft-04`.
    fn is_numbered_otherwise(&self, other: &Self) -> bool {
        let digits = |name: &Self| -> String { name.bare.chars().filter(char::is_ascii_digit).collect() };
        let (one, other) = (digits(self), digits(other));
        !one.is_empty() && !other.is_empty() && one != other
    }

    /// How many slips are between two names; `None` if they are other words.
    fn count_slips(&self, other: &Self) -> Option<usize> {
        if !self.bare.is_empty() && self.bare == other.bare {
            return Some(0);
        }
        if self.is_numbered_otherwise(other) {
            return None;
        }
        let (one, other) = (&self.letters, &other.letters);
        let most = most_slips(one.len().min(other.len()));
        // The distance is at least the difference of the lengths, and a workspace may have thousands of names.
        if one.len().abs_diff(other.len()) > most || one.len().max(other.len()) > LONGEST {
            return None;
        }
        Some(edit_distance(one, other)).filter(|slips| *slips <= most)
    }
}

/// How many slips a name of a length may have: each one in a short name makes another name of it, such as `if` of `id`, and three in a long
/// one are another word.
fn most_slips(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

/// Characters of a name that is compared: the work grows with their square, and hardly anybody types a longer name.
const LONGEST: usize = 100;

/// How many characters have to be inserted, removed, replaced or swapped with their neighbour.
fn edit_distance(one: &[char], other: &[char]) -> usize {
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for row in 0..=one.len() {
        for column in 0..=other.len() {
            if row == 0 || column == 0 {
                rows[row][column] = row + column;
                continue;
            }
            let replaced = rows[row - 1][column - 1] + usize::from(one[row - 1] != other[column - 1]);
            let mut least = replaced.min(rows[row - 1][column] + 1).min(rows[row][column - 1] + 1);
            let is_swap =
                row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1];
            if is_swap {
                least = least.min(rows[row - 2][column - 2] + 1);
            }
            rows[row][column] = least;
        }
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One slip is one: a letter that is missing, one too many, another one, or two that are swapped. What is swapped is not changed again: a
    /// word that needs that is another word.
    #[test]
    fn slips_are_counted() {
        for (one, other, slips) in [
            ("", "", 0),
            ("type", "type", 0),
            ("tpye", "type", 1),
            ("typ", "type", 1),
            ("typee", "type", 1),
            ("tyqe", "type", 1),
            ("requierd", "required", 1),
            ("propreties", "properties", 1),
            ("ca", "abc", 3),
            ("größe", "grösse", 2),
            ("", "abc", 3),
        ] {
            let [left, right]: [Vec<char>; 2] = [one, other].map(|text| text.chars().collect());
            assert_eq!(edit_distance(&left, &right), slips, "{one} {other}");
            assert_eq!(edit_distance(&right, &left), slips, "{other} {one}");
        }
    }

    #[test]
    fn a_slip_is_found_and_another_word_is_not() {
        let known = ["staging", "prod", "production", "id", "if", "orderId", "total_amount"];
        for (name, meant) in [
            ("prd", Some("prod")),
            ("Prod", Some("prod")),
            ("prodution", Some("production")),
            ("stagign", Some("staging")),
            ("orderID", Some("orderId")),
            ("oderId", Some("orderId")),
            ("totalAmount", Some("total_amount")),
            ("ID", Some("id")),
            // A letter more is another short name, and three slips are another long one.
            ("ids", None),
            ("a", None),
            ("pro", Some("prod")),
            ("pod-x", None),
            ("destaging", Some("staging")),
            ("prestaging", None),
            ("dev", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(find_alike(name, known), meant, "{name}");
        }
        assert_eq!(find_alike("x", []), None);
        let numbered = ["draft-04", "OrderV2"];
        for (name, meant) in [
            ("draft-07", None),
            ("draft_4", None),
            ("drat-04", Some("draft-04")),
            ("OrderV", Some("OrderV2")),
        ] {
            assert_eq!(find_alike(name, numbered), meant, "{name}");
        }
        let long = "a".repeat(LONGEST + 1);
        assert_eq!(find_alike(&long, [&long[1..]]), None);
    }

    #[test]
    fn an_event_is_found_by_its_name_and_by_both_parts() {
        let events = ["com.a/OrderPlaced", "com.b/OrderPlaced", "com.b/Paid", "com.c/Shipped"];
        let events = events.map(|name| name.parse::<EventName>().expect("a name"));
        for (written, meant) in [
            ("Shiped", Some("com.c/Shipped")),
            ("com.c/shipped@1.0", Some("com.c/Shipped")),
            ("com.d/Shipped", Some("com.c/Shipped")),
            ("com.orders/Shipped", Some("com.c/Shipped")),
            // Two namespaces have it.
            ("OrderPlaced", None),
            ("com.shop/OrderPlaced", None),
            ("com.shop/Payed", None),
            ("Refunded", None),
        ] {
            let reference: EventRef = written.parse().expect("a reference");
            let found = find_alike_event(&reference, &events).map(ToString::to_string);
            assert_eq!(found.as_deref(), meant, "{written}");
        }
    }
}
