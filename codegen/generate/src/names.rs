//! Names in Rust for names in JSON. In: any text. Out: an identifier that compiles, whatever the text was. A name depends on
//! its own text, so that a neighbour that comes or goes changes nothing; only neighbours that would get the same name are
//! told apart by a number.

use std::collections::BTreeSet;

use crate::fnv::hash_text;
use crate::letters::{compose_letters, is_kept, looks_alike};
use crate::plurals::find_singular;

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
    let lower = |word: &String| {
        word.chars()
            .map(|letter| single(letter, letter.to_lowercase()))
            .collect::<String>()
    };
    let words: Vec<_> = words(text).iter().map(lower).collect();
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

/// Returns what one element of a list is called: `OrderItems` holds an `OrderItem`, `Statuses` a `Status`, `Data` a `DataItem`. In: a name
/// of a type, whose last word counts.
pub(crate) fn name_element(list: &str) -> String {
    let last = list.rfind(char::is_uppercase).unwrap_or(0);
    let (stem, many) = list.split_at(last);
    match find_singular(&many.to_lowercase()) {
        Some(one) => format!("{stem}{}", capitalised(&one)),
        None => format!("{list}Item"),
    }
}

/// Returns the name of a property, other than those in `taken`.
pub(crate) fn name_field(key: &str, taken: &mut BTreeSet<String>) -> String {
    make_distinct(to_snake, key, taken)
}

/// Returns the name of a value, other than those in `taken`.
pub(crate) fn name_variant(value: &str, taken: &mut BTreeSet<String>) -> String {
    make_distinct(to_pascal, value, taken)
}

/// Where a neighbour has the name, punctuation that is not spelt elsewhere tells them apart: `a.b` is `a_dot_b` beside `a_b`.
fn make_distinct(name: fn(&str) -> String, text: &str, taken: &mut BTreeSet<String>) -> String {
    let (plain, spelt) = (name(text), name(&spell_out(text)));
    if taken.contains(&plain) && taken.insert(spelt.clone()) {
        return spelt;
    }
    make_unique(plain, text, taken)
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

/// The longest name of a type that is named after its place: with `New` before it, it has 40 letters.
const LONGEST_PLACE: usize = 37;

/// The letters of a mark, with the `X` before it.
const MARK: usize = 5;

/// Returns the name of a type that is called after its place: what it is inside of, and its key. `wish` says both; `text` is the place.
/// Of a long one the first and the last words stay, with a mark made of all of them: an inner type has the same name whatever is beside it.
pub(crate) fn name_place(wish: &str, text: &str, taken: &mut BTreeSet<String>) -> String {
    let name = join_words(wish);
    let (base, marking) = match name.chars().count() {
        length if length <= LONGEST_PLACE && taken.insert(name.clone()) => return name,
        length if length <= LONGEST_PLACE - MARK => (name, text),
        length if length <= LONGEST_PLACE => (select_words(&name), text),
        _ => (select_words(&name), wish),
    };
    // The last letters of a text change the end of its hash most.
    let hash = format!("{:016x}", hash_text(marking).swap_bytes());
    let mut marked = (MARK - 1..=16).map(|length| format!("{base}X{}", &hash[..length]));
    let free = marked.find(|candidate| !taken.contains(candidate));
    let unique = free.unwrap_or_else(|| numbered(&base, taken));
    taken.insert(unique.clone());
    unique
}

/// Names of types behind each other as one: only what begins with a digit has an underscore, which it needs in front alone.
fn join_words(wish: &str) -> String {
    let name = identifier(wish.replace('_', ""), "Empty");
    // Clippy asks for `Abc` instead of `ABC`.
    let is_acronym = name.chars().all(char::is_uppercase);
    let name = if is_acronym { capitalised(&name) } else { name };
    if TAKEN.contains(&name.as_str()) {
        format!("{name}Type")
    } else {
        name
    }
}

/// The first word and as many of the last ones as there is room for. Marks are left out: they say nothing.
fn select_words(name: &str) -> String {
    const ROOM: usize = LONGEST_PLACE - MARK;
    let cut = |word: &str, room: usize| word.chars().take(room).collect::<String>();
    let mut words = split_pascal(name).into_iter();
    let mut head = cut(words.next().unwrap_or_default(), ROOM / 2);
    let mut room = ROOM - head.chars().count();
    let mut tail: Vec<String> = Vec::new();
    for word in words.rev().filter(|word| !is_mark(word)) {
        let length = word.chars().count();
        if length > room && !tail.is_empty() {
            break;
        }
        tail.push(cut(word, room));
        room = room.saturating_sub(length);
    }
    head.extend(tail.into_iter().rev());
    head
}

fn split_pascal(name: &str) -> Vec<&str> {
    let starts = name
        .char_indices()
        .filter(|(at, letter)| *at == 0 || letter.is_uppercase());
    let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([name.len()]);
    starts.iter().zip(ends).map(|(start, end)| &name[*start..end]).collect()
}

fn is_mark(word: &str) -> bool {
    let mark = word.strip_prefix('X');
    mark.is_some_and(|mark| {
        mark.len() >= MARK - 1 && mark.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
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

/// An identifier begins with a letter, and never is empty.
fn identifier(name: String, empty: &str) -> String {
    match name.chars().next() {
        None => empty.to_owned(),
        Some(first) if first == '_' || unicode_ident::is_xid_start(first) => name,
        Some(_) => format!("_{name}"),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| single(letter, letter.to_uppercase()));
    let rest = letters.map(|letter| single(letter, letter.to_lowercase()));
    first.into_iter().chain(rest).collect()
}

/// Another case of a letter, if that is one letter.
fn single(letter: char, mut other: impl Iterator<Item = char>) -> char {
    let first = other.next();
    first.filter(|_| other.next().is_none()).unwrap_or(letter)
}

/// The words of a name: `orderID`, `order-id`, `order_id` and `ORDER_ID` are all `order id`. Letters and digits are kept, punctuation
/// separates or is spelt, and anything else is spelt by its code point.
fn words(text: &str) -> Vec<String> {
    let letters = compose_letters(text);
    let is_alike = looks_alike(letters.iter().copied());
    let is_kept =
        |letter: char| letter.is_ascii_alphanumeric() || (is_kept(letter) && (letter < '\u{250}' || !is_alike));
    let is_punctuation_only = !letters
        .iter()
        .any(|letter| !letter.is_ascii() || letter.is_ascii_alphanumeric());
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for (at, letter) in letters.iter().copied().enumerate() {
        if is_kept(letter) {
            match words.last_mut() {
                Some(word) if open && !begins_word(&letters, at) => word.push(letter),
                _ => words.push(letter.into()),
            }
            open = true;
            continue;
        }
        open = false;
        if !letter.is_ascii() {
            words.push(format!("u{:x}", u32::from(letter)));
        } else if is_punctuation_only || is_spelt(&letters, at) {
            let is_minus = letter == '-' && !is_punctuation_only;
            let spelt = punctuation_words(letter).map(|word| if is_minus { "minus" } else { word });
            words.extend(spelt.map(str::to_owned));
        }
    }
    words
}

/// Whether a word begins inside of letters: `orderId`, `HTTPServer`; `orderIDs` has two words.
fn begins_word(letters: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| letters[at]);
    let after = |steps: usize| letters.get(at + steps).copied();
    let is_plural = after(1) == Some('s') && !after(2).is_some_and(char::is_lowercase);
    letters[at].is_uppercase()
        && before.is_some_and(|before| {
            before.is_lowercase()
                || before.is_ascii_digit()
                || (before.is_uppercase() && after(1).is_some_and(char::is_lowercase) && !is_plural)
        })
}

/// Whether punctuation means something beside letters: `+1`, `-1`, `A-`, `C++`, `tax%`.
fn is_spelt(letters: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| letters[at]);
    let after = letters.get(at + 1);
    match letters[at] {
        '+' | '%' | '&' | '*' | '<' | '>' | '=' => true,
        '-' => match before {
            None | Some(' ') => after.is_some_and(char::is_ascii_digit),
            Some(_) => after.is_none(),
        },
        '#' => before.is_some() && after.is_none(),
        _ => false,
    }
}

/// A text whose punctuation is all words.
fn spell_out(text: &str) -> String {
    let spelt = text.chars().map(|letter| {
        let words: Vec<_> = punctuation_words(letter).collect();
        if words.is_empty() {
            letter.to_string()
        } else {
            format!(" {} ", words.join(" "))
        }
    });
    spelt.collect()
}

fn punctuation_words(letter: char) -> impl Iterator<Item = &'static str> {
    let name = match letter {
        ' ' => "space",
        '!' => "not",
        '"' => "quote",
        '#' => "hash",
        '$' => "dollar",
        '%' => "percent",
        '&' => "and",
        '\'' => "apostrophe",
        '(' => "open parenthesis",
        ')' => "close parenthesis",
        '*' => "star",
        '+' => "plus",
        ',' => "comma",
        '-' => "dash",
        '.' => "dot",
        '/' => "slash",
        ':' => "colon",
        ';' => "semicolon",
        '<' => "less",
        '=' => "equal",
        '>' => "greater",
        '?' => "question",
        '@' => "at",
        '[' => "open bracket",
        '\\' => "backslash",
        ']' => "close bracket",
        '^' => "caret",
        '_' => "underscore",
        '`' => "backtick",
        '{' => "open brace",
        '|' => "pipe",
        '}' => "close brace",
        '~' => "tilde",
        '\n' => "newline",
        '\t' => "tab",
        _ => "",
    };
    name.split_ascii_whitespace()
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
            ("_", "underscore", "Underscore"),
            ("", "empty", "Empty"),
            ("$schema", "schema", "Schema"),
            ("2fa", "_2fa", "_2fa"),
            ("straße", "straße", "Straße"),
            ("日本語", "日本語", "日本語"),
            ("Größe", "größe", "Größe"),
            ("номер-заказа", "номер_заказа", "НомерЗаказа"),
            ("сор", "u441_u43e_u440", "U441U43eU440"),
            ("e\u{301}t", "ét", "Ét"),
            ("ﬁ", "ufb01", "Ufb01"),
            ("🙂", "u1f642", "U1f642"),
            ("orderIDs", "order_ids", "OrderIds"),
            ("URLs", "urls", "Urls"),
            ("+1", "plus_1", "Plus1"),
            ("-1", "minus_1", "Minus1"),
            ("-1.5", "minus_1_5", "Minus15"),
            ("-", "dash", "Dash"),
            ("/", "slash", "Slash"),
            ("__", "underscore_underscore", "UnderscoreUnderscore"),
            ("<=", "less_equal", "LessEqual"),
            ("!=", "not_equal", "NotEqual"),
            ("A+", "a_plus", "APlus"),
            ("AB-", "ab_minus", "AbMinus"),
            ("C#", "c_hash", "CHash"),
            ("-moz", "moz", "Moz"),
            ("#text", "text", "Text"),
            ("@type", "type", "Type"),
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
            ("RootAddress", "RootAddressItem"),
            ("RootStatuses", "RootStatus"),
            ("Data", "DataItem"),
            ("RootKs", "RootKsItem"),
            ("LineItemTaxes", "LineItemTax"),
            ("TimeSeries", "TimeSeriesItem"),
            ("日本語", "日本語Item"),
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
    fn punctuation_tells_neighbours_apart() {
        let mut taken = BTreeSet::new();
        let names = ["a.b", "a/b", "a-b", "a_b", "aB"].map(|key| name_field(key, &mut taken));
        assert_eq!(names[..4], ["a_b", "a_slash_b", "a_dash_b", "a_underscore_b"]);
        assert!(names[4].starts_with("a_b_x"), "{names:?}");
    }

    #[test]
    fn long_places_have_short_names() {
        let mut taken = BTreeSet::new();
        let mut name = "OrderPlaced".to_owned();
        for key in [
            "transportation",
            "specification",
            "authentication",
            "organization",
            "organization",
            "x",
        ] {
            name = name_place(&format!("{name}{}", to_pascal(key)), key, &mut taken);
            assert!(name.chars().count() <= LONGEST_PLACE, "{name}");
        }
        let names: Vec<_> = taken.iter().map(|name| split_pascal(name)).collect();
        assert_eq!(names.len(), 6);
        assert!(names.iter().all(|words| words[0] == "Order"), "{names:?}");
        let long = format!("{}{}", "A".repeat(10), "b".repeat(500));
        for wish in [&long, &"Ünïcödé".repeat(30), &"X1234".repeat(30)] {
            let name = name_place(wish, "", &mut taken);
            assert!(name.chars().count() <= LONGEST_PLACE, "{name}");
        }
    }

    #[test]
    fn long_names_do_not_depend_on_neighbours() {
        let wishes = [
            "RootTransportationSpecificationAuthentication",
            "RootTransportationSpecificationOrganization",
        ];
        let alone = wishes.map(|wish| name_place(wish, "", &mut BTreeSet::new()));
        let mut taken = BTreeSet::new();
        let reversed = [wishes[1], wishes[0]].map(|wish| name_place(wish, "", &mut taken));
        assert_eq!(alone, [reversed[1].clone(), reversed[0].clone()]);
    }

    #[test]
    fn endless_names_end() {
        assert!(to_pascal(&"word ".repeat(3000)).len() < 120);
        assert_ne!(to_snake(&"a ".repeat(3000)), to_snake(&"a ".repeat(3001)));
    }
}
