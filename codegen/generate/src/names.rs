//! Names in Rust for names in JSON. In: any text. Out: an identifier that compiles, whatever the text was. A name depends on
//! its own text, so that a neighbour that comes or goes changes nothing; only neighbours that would get the same name are
//! told apart by a number.

use std::collections::BTreeSet;

/// Type names that generated code uses for something else.
const TAKEN: [&str; 30] = [
    "AnyField",
    "BoolField",
    "Box",
    "Clone",
    "Debug",
    "Default",
    "Deserialize",
    "Deserializer",
    "Err",
    "Event",
    "EventVersion",
    "Map",
    "Matcher",
    "None",
    "NumberField",
    "Ok",
    "Option",
    "Pattern",
    "PatternBuilder",
    "Place",
    "Result",
    "Self",
    "Serialize",
    "Serializer",
    "Some",
    "String",
    "StringField",
    "Value",
    "Vec",
    "Version",
];

/// Field and method names that generated code uses for something else.
const TAKEN_FIELDS: [&str; 4] = ["build", "new", "pattern", "unknown_fields"];

/// Words that are no identifiers, in any edition up to 2024. The first four cannot be raw identifiers either.
const KEYWORDS: [&str; 53] = [
    "crate", "self", "super", "_", "Self", "abstract", "as", "async", "await", "become", "box", "break", "const",
    "continue", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// A type or variant name.
pub(crate) fn pascal(text: &str) -> String {
    let name: String = words(text).iter().map(|word| capitalised(word)).collect();
    let name = identifier(name, "Empty");
    if TAKEN.contains(&name.as_str()) {
        format!("{name}Type")
    } else {
        name
    }
}

/// A field, method or module name.
pub(crate) fn snake(text: &str) -> String {
    let words: Vec<_> = words(text).iter().map(|word| word.to_lowercase()).collect();
    let name = identifier(words.join("_"), "empty");
    if TAKEN_FIELDS.contains(&name.as_str()) || KEYWORDS[..5].contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// What one element of a list is called: `Items` holds an `Item`, `Data` a `DataItem`.
pub(crate) fn element(list: &str) -> String {
    match list.strip_suffix('s') {
        Some(one) if one.len() > 2 && !one.ends_with(['s', 'u', 'i']) => one.to_owned(),
        _ => format!("{list}Item"),
    }
}

/// Whether the identifier has to be written raw, `r#type`.
pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// `name`, or `name2`, `name3` and so on if it is taken.
pub(crate) fn unique(name: String, taken: &mut BTreeSet<String>) -> String {
    let free = |candidate: &String| !taken.contains(candidate);
    let unique = if free(&name) {
        name
    } else {
        let numbered = (2..u64::MAX).map(|number| format!("{name}{number}"));
        let mut numbered = numbered.filter(free);
        numbered.next().expect("there are fewer names than numbers")
    };
    taken.insert(unique.clone());
    unique
}

/// An identifier never begins with a digit and never is empty.
fn identifier(name: String, empty: &str) -> String {
    match name.chars().next() {
        None => empty.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        Some(_) => name,
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first
        .into_iter()
        .chain(letters.map(|letter| letter.to_ascii_lowercase()))
        .collect()
}

/// The words of a name: `orderID`, `order-id`, `order_id` and `ORDER_ID` are all `order id`. Only ASCII letters and digits
/// are kept; a name of other letters is spelt by their code points.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let letters: Vec<char> = text.chars().collect();
    let mut open = false;
    for (at, letter) in letters.iter().copied().enumerate() {
        if letter.is_ascii_alphanumeric() {
            let before = at.checked_sub(1).map(|at| letters[at]);
            let after = letters.get(at + 1);
            let begins = letter.is_ascii_uppercase()
                && (before.is_some_and(|before| before.is_ascii_lowercase() || before.is_ascii_digit())
                    || (before.is_some_and(|before| before.is_ascii_uppercase())
                        && after.is_some_and(char::is_ascii_lowercase)));
            match words.last_mut() {
                Some(word) if open && !begins => word.push(letter),
                _ => words.push(letter.into()),
            }
            open = true;
        } else {
            open = false;
            if !letter.is_ascii() {
                words.push(format!("u{:x}", u32::from(letter)));
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_become_words() {
        for (text, snake_name, pascal_name) in [
            ("orderId", "order_id", "OrderId"),
            ("order-id", "order_id", "OrderId"),
            ("ORDER_ID", "order_id", "OrderId"),
            ("HTTPServer2Name", "http_server2_name", "HttpServer2Name"),
            ("order.placed", "order_placed", "OrderPlaced"),
            ("type", "type", "Type"),
            ("self", "self_", "SelfType"),
            ("crate", "crate_", "Crate"),
            ("_", "empty", "Empty"),
            ("", "empty", "Empty"),
            ("$schema", "schema", "Schema"),
            ("2fa", "_2fa", "_2fa"),
            ("straße", "stra_udf_e", "StraUdfE"),
            ("string", "string", "StringType"),
            ("new", "new_", "New"),
            ("a\n}fn main(){", "a_fn_main", "AFnMain"),
        ] {
            assert_eq!(
                (snake(text).as_str(), pascal(text).as_str()),
                (snake_name, pascal_name),
                "{text}"
            );
        }
    }

    #[test]
    fn lists_have_elements() {
        let names = ["OrderItems", "Address", "Status", "Data", "Ks", "Links"].map(element);
        assert_eq!(
            names,
            ["OrderItem", "AddressItem", "StatusItem", "DataItem", "KsItem", "Link"]
        );
    }

    #[test]
    fn equal_names_get_numbers() {
        let mut taken = BTreeSet::new();
        let names: Vec<_> = ["a", "a", "a2", "a"]
            .map(|name| unique(name.to_owned(), &mut taken))
            .into();
        assert_eq!(names, ["a", "a2", "a22", "a3"]);
    }
}
