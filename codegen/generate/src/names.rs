//! Names in Rust for names in JSON. In: any text. Out: an identifier that compiles, whatever the text was. A name depends on
//! its own text, so that a neighbour that comes or goes changes nothing; only neighbours that would get the same name are
//! told apart by a number.

use std::collections::BTreeSet;

use crate::fnv::hash_text;

/// Type names that generated code uses for something else.
const TAKEN: [&str; 34] = [
    "AnyField",
    "BoolField",
    "Box",
    "BTreeMap",
    "Clone",
    "Debug",
    "Default",
    "Deserialize",
    "Deserializer",
    "Err",
    "Event",
    "EventVersion",
    "From",
    "Into",
    "Map",
    "MapField",
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
const TAKEN_FIELDS: [&str; 6] = ["additional", "build", "new", "pattern", "unknown_fields", "validate"];

/// Words that are no identifiers, in any edition up to 2024. The first four cannot be raw identifiers either.
const KEYWORDS: [&str; 53] = [
    "crate", "self", "super", "_", "Self", "abstract", "as", "async", "await", "become", "box", "break", "const",
    "continue", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Returns a type or variant name.
pub(crate) fn to_pascal(text: &str) -> String {
    let name: String = words(text).iter().map(|word| capitalised(word)).collect();
    let name = shortened(identifier(name, "Empty"), text);
    if TAKEN.contains(&name.as_str()) {
        format!("{name}Type")
    } else {
        name
    }
}

/// Returns a field, method or module name.
pub(crate) fn to_snake(text: &str) -> String {
    let words: Vec<_> = words(text).iter().map(|word| word.to_lowercase()).collect();
    let name = shortened(identifier(words.join("_"), "empty"), text);
    if TAKEN_FIELDS.contains(&name.as_str()) || KEYWORDS[..5].contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// Returns the module of an event. One module is for what events share.
pub(crate) fn name_module(text: &str) -> String {
    let name = to_snake(text);
    if name == "shared" { format!("{name}_") } else { name }
}

/// Returns what one element of a list is called: `Items` holds an `Item`, `Entries` an `Entry`, `Data` a `DataItem`.
pub(crate) fn name_element(list: &str) -> String {
    const ENDINGS: [(&str, &str); 9] = [
        ("Series", "SeriesItem"),
        ("Species", "SpeciesItem"),
        ("Movies", "Movie"),
        ("Cookies", "Cookie"),
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
    ];
    let mut endings = ENDINGS.iter();
    if let Some((stem, one)) = endings.find_map(|(many, one)| Some((list.strip_suffix(many)?, one))) {
        return format!("{stem}{one}");
    }
    match list.strip_suffix('s') {
        Some(one) if one.len() > 2 && !one.ends_with(['s', 'u', 'i']) => one.to_owned(),
        _ => format!("{list}Item"),
    }
}

/// Returns what the struct of the required fields of a struct is called: `NewOrder` for `Order`. A type of the schema that has this name
/// keeps it. What is marked then is this one, by the name of its own struct alone.
pub(crate) fn name_companion(structure: &str, taken: &mut BTreeSet<String>) -> String {
    make_unique(format!("New{}", structure.trim_start_matches('_')), structure, taken)
}

/// Returns whether the identifier has to be written raw, `r#type`.
pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// `name`, or, if a neighbour has that already, `name` with a mark made of `text`, the name in JSON. The mark depends on the
/// text alone, so that it stays when other neighbours come and go.
pub(crate) fn make_unique(name: String, text: &str, taken: &mut BTreeSet<String>) -> String {
    if taken.insert(name.clone()) {
        return name;
    }
    let joint = match name.chars().next() {
        Some('A'..='Z') => "X",
        // Before a digit it begins types and fields alike, and no name has two in a row.
        _ if name.starts_with('_') || name.ends_with('_') => "x",
        _ => "_x",
    };
    let hash = format!("{:016x}", hash_text(text));
    let mut marked = (4..=16).map(|length| format!("{name}{joint}{}", &hash[..length]));
    let free = marked.find(|candidate| !taken.contains(candidate));
    let unique = free.unwrap_or_else(|| numbered(&name, taken));
    taken.insert(unique.clone());
    unique
}

/// The same text twice: only what is made for a reader of code, such as methods, comes here.
fn numbered(name: &str, taken: &BTreeSet<String>) -> String {
    let mut numbered = (2..u64::MAX).map(|number| format!("{name}{number}"));
    let free = numbered.find(|candidate| !taken.contains(candidate));
    free.expect("there are fewer names than numbers")
}

/// Longer names are cut and marked.
const LONGEST: usize = 80;

fn shortened(name: String, text: &str) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let end = (0..=LONGEST).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
    format!("{}{:x}", &name[..end], hash_text(text))
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
                (to_snake(text).as_str(), to_pascal(text).as_str()),
                (snake_name, pascal_name),
                "{text}"
            );
        }
    }

    #[test]
    fn lists_have_elements() {
        for (list, one) in [
            ("OrderItems", "OrderItem"),
            ("Address", "AddressItem"),
            ("Addresses", "Address"),
            ("Status", "StatusItem"),
            ("Data", "DataItem"),
            ("Ks", "KsItem"),
            ("Links", "Link"),
            ("RootEntries", "RootEntry"),
            ("Boxes", "Box"),
            ("TimeSeries", "TimeSeriesItem"),
            ("Movies", "Movie"),
            ("Sizes", "Size"),
        ] {
            assert_eq!(name_element(list), one, "{list}");
        }
    }

    #[test]
    fn a_name_depends_on_its_own_text() {
        let mut taken = BTreeSet::new();
        let names = ["order_id", "order-id", "orderId"].map(|text| make_unique(to_snake(text), text, &mut taken));
        let mut taken = BTreeSet::new();
        let fewer = ["order_id", "orderId"].map(|text| make_unique(to_snake(text), text, &mut taken));
        assert_eq!(
            (&names[0], &names[2]),
            (&fewer[0], &fewer[1]),
            "a neighbour that leaves renames nobody"
        );
        assert!(names[1].starts_with("order_id_x") && names[1] != names[2], "{names:?}");
    }

    #[test]
    fn endless_names_end() {
        assert!(to_pascal(&"word ".repeat(3000)).len() < 120);
        assert_ne!(to_snake(&"a ".repeat(3000)), to_snake(&"a ".repeat(3001)));
    }
}
