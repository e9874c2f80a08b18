//! From the middle form to tokens. Everything that came from a schema enters the tokens as an identifier made by `names` or
//! as a string literal, so no title, description or property name can become code.

mod conversion;
mod custom;
mod defaults;
mod group;
pub(crate) mod macros;
mod pattern;
mod pattern_fields;
mod publish;
mod types;
mod versions;

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use self::custom::read_tokens;
use self::macros::NAME_MARK;
use crate::ir::{EventModule, Int, Ir, Table, Type, TypeDef, TypeId, ValidationSchema, VersionTypes};
use crate::names::is_keyword;
use crate::settings::Settings;

/// Returns the tokens of a file.
pub(crate) fn emit_file(ir: &Ir, settings: &Settings) -> TokenStream {
    let events = emit_events(ir, settings);
    let groups = ir
        .groups
        .iter()
        .map(|group| group::emit_group(group, &ir.events, settings));
    let is_shared = ir.shared.iter().any(|definition| !definition.custom.is_hidden);
    let shared = is_shared.then(|| {
        let imports = imports(&ir.shared, &quote!());
        let types = types::emit_type_defs(&ir.shared, "", settings);
        quote! {
            /// Types that several events have in common. Events name them in their own modules; name them there.
            #[doc(hidden)]
            #[allow(dead_code, deprecated, missing_docs, unused_imports, unused_variables)]
            #[rustfmt::skip]
            pub mod shared {
                #imports
                #types
            }
        }
    });
    let fit = require_abi();
    quote!(#fit #events #(#groups)* #shared)
}

/// The modules of events, in those of their namespaces if they have one.
fn emit_events(ir: &Ir, settings: &Settings) -> TokenStream {
    let mut namespaces: BTreeMap<&str, (TokenStream, &str)> = BTreeMap::new();
    let mut events = TokenStream::new();
    for event in &ir.events {
        let tokens = emit_event(event, settings);
        match &event.namespace {
            Some(module) => {
                let namespace = namespaces.entry(module).or_default();
                namespace.0.extend(tokens);
                namespace.1 = event.name.namespace();
            }
            None => events.extend(tokens),
        }
    }
    let namespaces = namespaces.into_iter().map(|(module, (events, namespace))| {
        let (module, about) = (ident(module), format!(" Events of `{namespace}`."));
        quote!(#[doc = #about] #[rustfmt::skip] pub mod #module { #events })
    });
    quote!(#events #(#namespaces)*)
}

/// The condition that an event is among the cargo features of the crate.
fn feature_of(event: &EventModule, settings: &Settings) -> Option<TokenStream> {
    settings.features.then(|| {
        let feature = match &event.namespace {
            Some(namespace) => format!("{namespace}_{}", event.module),
            None => event.module.clone(),
        };
        quote!(feature = #feature)
    })
}

/// Returns the tokens of the module of an event.
pub(crate) fn emit_event(event: &EventModule, settings: &Settings) -> TokenStream {
    let module = ident(&event.module);
    let docs = docs(event.docs.as_deref().unwrap_or(&event.type_name));
    let feature = feature_of(event, settings).map(|feature| quote!(#[cfg(#feature)]));
    if let Some(path) = &event.external {
        let is_same = path.rsplit("::").next() == Some(event.module.as_str());
        let (path, name) = (read_tokens(path), (!is_same).then(|| quote!(as #module)));
        return quote!(#docs #feature pub use #path #name;);
    }
    let versions = event
        .versions
        .iter()
        .map(|version| emit_version(event, version, settings));
    let majors = majors(event);
    let any = versions::emit_any_version(event);
    let publish = publish::emit_publish(event, settings);
    // Lints that ask for another shape than the schema has.
    quote! {
        #docs
        #feature
        #[allow(
            clippy::large_enum_variant,
            clippy::map_clone,
            clippy::module_inception,
            clippy::nursery,
            clippy::pedantic,
            clippy::redundant_closure,
            clippy::result_large_err,
            clippy::should_implement_trait,
            clippy::too_many_arguments,
            clippy::type_complexity,
            clippy::wrong_self_convention
        )]
        #[allow(dead_code, deprecated, missing_docs, unused_imports, unused_variables)]
        #[rustfmt::skip]
        pub mod #module {
            #(#versions)*
            #majors
            #any
            #publish
        }
    }
}

fn emit_version(event: &EventModule, version: &VersionTypes, settings: &Settings) -> TokenStream {
    let module = ident(&version.module);
    let text = format!(" `{}` {}", event.name.schema_name(), version.version);
    let shared = if event.namespace.is_some() {
        quote!(super::super::super::shared)
    } else {
        quote!(super::super::shared)
    };
    let imports = imports(&version.types, &shared);
    let types = types::emit_type_defs(&version.types, &version.root().name, settings);
    let implementation = types::emit_event_impl(event, version);
    let checked = version
        .constraints
        .as_ref()
        .map(|constraints| types::emit_checked(&version.root().name, constraints));
    let pattern = pattern::emit_pattern(event, version);
    quote! {
        #[doc = #text]
        pub mod #module {
            #imports
            #types
            #implementation
            #checked
            #pattern
        }
    }
}

/// Types that are defined once and used here too, under the names that they have here.
fn imports(types: &Table<TypeId, TypeDef>, shared: &TokenStream) -> TokenStream {
    let imports = types.iter().filter_map(|definition| {
        let home = definition.home.as_ref().filter(|_| !definition.custom.is_hidden)?;
        let module = home.version.as_deref().map(ident);
        let external = home.external.as_deref().map(read_tokens);
        let module = match (external, module) {
            (Some(path), module) => quote!(#path::#module),
            (None, Some(module)) => quote!(super::#module),
            (None, None) => shared.clone(),
        };
        let imported = import_as(&home.name, &definition.name);
        let companions = home.companion.as_deref().zip(definition.companion.as_deref());
        let companion = companions.map(|(there, here)| import_as(there, here));
        let both = companion.map(|companion| quote!({#imported, #companion}));
        let items = both.unwrap_or(imported);
        Some(quote!(pub use #module::#items;))
    });
    quote!(#(#imports)*)
}

fn import_as(there: &str, here: &str) -> TokenStream {
    let (there, here) = (ident(there), ident(here));
    if there == here {
        quote!(#there)
    } else {
        quote!(#there as #here)
    }
}

/// What generated code calls in the runtime, by the runtime's own number. A runtime of another number does not compile with it.
const ABI: u32 = 1;

/// The line by which the compiler says that the runtime is another one than the code was generated for.
fn require_abi() -> TokenStream {
    let abi = Literal::u32_unsuffixed(ABI);
    quote!(const _: () = ::schemactl_runtime::__private::require_abi(#abi);)
}

/// One schema without an event around it.
pub(crate) fn emit_types(
    types: &Table<TypeId, TypeDef>,
    root: TypeId,
    constraints: Option<&ValidationSchema>,
    settings: &Settings,
) -> TokenStream {
    let name = &types[root].name;
    let checked = constraints.map(|constraints| types::emit_checked(name, constraints));
    let types = types.iter().map(said_to_be_deprecated).collect();
    let types = types::emit_type_defs(&types, name, settings);
    let fit = require_abi();
    quote!(#fit #types #checked)
}

/// A deprecated type outside of a module that allows its use would warn wherever another generated type names it, so its
/// documentation says it.
fn said_to_be_deprecated(definition: &TypeDef) -> TypeDef {
    let docs = match (&definition.docs, &definition.deprecated) {
        (docs, None) => docs.clone(),
        (None, Some(_)) => Some("Deprecated.".to_owned()),
        (Some(docs), Some(_)) => Some(format!("{docs}\n\nDeprecated.")),
    };
    TypeDef {
        docs,
        deprecated: None,
        ..definition.clone()
    }
}

/// `v1` is the newest version of major 1 that was generated.
fn majors(event: &EventModule) -> TokenStream {
    let newest = event.newest_of_majors().into_iter().map(|version| {
        let version = &event.versions[version];
        let (module, major) = (ident(&version.module), format_ident!("v{}", version.version.major()));
        quote!(pub use self::#module as #major;)
    });
    quote!(#(#newest)*)
}

/// An identifier, raw where it has to be.
fn ident(name: &str) -> Ident {
    if is_keyword(name) {
        Ident::new_raw(name, Span::call_site())
    } else {
        Ident::new(name, Span::call_site())
    }
}

/// Documentation. Indented text and fences would be run as tests, brackets and angles would be read as links and HTML.
fn docs(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| format!(" {}", plain(line.trim())));
    let lines: Vec<_> = lines.collect();
    let end = lines
        .iter()
        .rposition(|line| !line.trim().is_empty())
        .map_or(0, |last| last + 1);
    let lines = lines[..end].iter().skip_while(|line| line.trim().is_empty());
    quote!(#(#[doc = #lines])*)
}

/// Documentation of what has another name in JSON, which stands first: `` `orderId`: The order. `` None if there is nothing to say.
fn docs_of_named(name: &str, in_json: &str, text: Option<&str>) -> Option<TokenStream> {
    if name == in_json {
        return text.map(docs);
    }
    let shown = show_name(in_json);
    let lines = text.map(str::trim_start).filter(|text| !text.is_empty());
    Some(match lines {
        Some(text) => docs(&format!("{shown}: {text}")),
        None => docs(&shown),
    })
}

/// Documentation of a field or a variant. A name in JSON that is all of it stands on the same line, so that a type stays a table of its fields.
fn docs_of_member(name: &str, in_json: &str, text: Option<&str>) -> Option<TokenStream> {
    let has_text = text.is_some_and(|text| !text.trim().is_empty());
    if name == in_json || has_text || has_comment_mark(in_json) {
        return docs_of_named(name, in_json, text);
    }
    let marked = format!("{NAME_MARK} {}", plain(&show_name(in_json)));
    Some(quote!(#[doc = #marked]))
}

/// Whether a name begins or ends a comment of Rust.
fn has_comment_mark(name: &str) -> bool {
    name.contains("/*") || name.contains("*/")
}

/// A name in JSON as code, in quotes if it could not be seen otherwise, or would end the code by a backslash. Backticks end it.
fn show_name(name: &str) -> String {
    let is_plain = |letter: char| letter != '\\' && !letter.is_control() && !reorders(letter);
    let is_bare = !name.is_empty() && name.trim() == name && name.chars().all(is_plain);
    let shown = if is_bare { name.to_owned() } else { quote_json(name) };
    if shown.contains('`') {
        shown
    } else {
        format!("`{shown}`")
    }
}

/// A value in JSON as code. Long ones are cut: the schema has them.
fn show_json(json: &str) -> String {
    const MOST: usize = 60;
    match json.char_indices().nth(MOST) {
        Some((end, _)) => show_name(&format!("{}…", &json[..end])),
        None => show_name(json),
    }
}

/// A text as JSON that shows all of its characters.
fn quote_json(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() || reorders(letter) => {
                let code = format!("\\u{:04x}", u32::from(letter));
                quoted.push_str(&code);
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// The attribute by which the compiler warns who names something. Control characters and marks that reorder text do not compile.
fn deprecated(note: &str) -> TokenStream {
    let visible = note.chars().filter(|letter| !letter.is_control() && !reorders(*letter));
    let note: String = visible.collect();
    if note.is_empty() {
        quote!(#[deprecated])
    } else {
        quote!(#[deprecated(note = #note)])
    }
}

/// A line without anything that Markdown reads but code between single backticks. Control characters and marks that reorder text
/// have no place in source code.
fn plain(line: &str) -> String {
    let visible: String = line
        .chars()
        .filter(|letter| !letter.is_control() && !reorders(*letter))
        .collect();
    let parts: Vec<&str> = visible.split('`').collect();
    let code = || parts.iter().skip(1).step_by(2);
    // Every other part is code, if the backticks are pairs and none of them encloses nothing.
    if parts.len().is_multiple_of(2) || code().any(|code| code.trim().is_empty()) {
        return escaped(&visible, true);
    }
    let mut safe = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index % 2 == 1 {
            safe.extend(["`", part, "`"]);
        } else {
            safe.push_str(&escaped(part, index == 0));
        }
    }
    safe
}

/// Text as Markdown that shows it. `begins`: whether a line begins with it.
fn escaped(text: &str, begins: bool) -> String {
    let mut safe = String::new();
    for (at, letter) in text.chars().enumerate() {
        let begins_list = begins && at == 0 && matches!(letter, '-' | '+' | '=' | ':' | '>');
        let is_ordinal =
            begins && matches!(letter, '.' | ')') && at > 0 && safe.bytes().all(|byte| byte.is_ascii_digit());
        if begins_list || is_ordinal || "`~[]<>\\*_#|&".contains(letter) {
            safe.push('\\');
        }
        safe.push(letter);
    }
    // A bare address is a link that rustdoc asks to mark.
    safe.replace("://", "\\://")
}

fn reorders(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Returns the type of a value as text, without the paths of the runtime, for people.
pub(crate) fn show_type(value: &Type, types: &Table<TypeId, TypeDef>, root: &str) -> String {
    let tokens = type_tokens(value, types, root, (&quote!(), &Settings::default()));
    let text = macros::compact_tokens(&tokens);
    text.replace(":: ", "::")
        .replace("::schemactl_runtime::serde_json::", "")
        .replace("::schemactl_runtime::", "")
}

/// The type of a value, seen from the module of its version; `types` are that version's, and `root` is its event.
fn type_tokens(
    value: &Type,
    types: &Table<TypeId, TypeDef>,
    root: &str,
    (prefix, settings): (&TokenStream, &Settings),
) -> TokenStream {
    let inner = |value: &Type| type_tokens(value, types, root, (prefix, settings));
    match value {
        Type::Bool => quote!(bool),
        Type::String => quote!(String),
        Type::Timestamp => quote!(::schemactl_runtime::Timestamp),
        Type::Int(Int::U32) => quote!(u32),
        Type::Int(Int::I32) => quote!(i32),
        Type::Int(Int::U64) => quote!(u64),
        Type::Int(Int::I64) => quote!(i64),
        Type::Integer => quote!(::schemactl_runtime::Integer),
        Type::F64 => quote!(f64),
        Type::Decimal => quote!(::schemactl_runtime::Decimal),
        Type::DecimalText => quote!(::schemactl_runtime::DecimalText),
        Type::Version { is_text } => {
            let root = ident(root);
            let other = (!is_text).then(|| quote!(, false));
            quote!(::schemactl_runtime::VersionOf<#prefix #root #other>)
        }
        Type::Json(_) => quote!(::schemactl_runtime::serde_json::Value),
        Type::Null => quote!(()),
        Type::Never => quote!(::schemactl_runtime::Never),
        Type::Foreign(path) => read_tokens(path),
        Type::Nullable(value) => {
            let value = inner(value);
            quote!(Option<#value>)
        }
        Type::List(value) => {
            let value = inner(value);
            quote!(Vec<#value>)
        }
        Type::Map(value) => {
            let (map, value) = (custom::emit_map_type(settings), inner(value));
            quote!(#map<String, #value>)
        }
        Type::Tuple(values) => {
            let values = values.iter().map(inner);
            quote!((#(#values,)*))
        }
        Type::Named(index) => {
            let name = ident(&types[*index].name);
            quote!(#prefix #name)
        }
        Type::Boxed(index) => {
            let name = ident(&types[*index].name);
            quote!(Box<#prefix #name>)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_between_backticks_stays_code() {
        for (text, expected) in [
            ("in `currency`, as *said*", "in `currency`, as \\*said\\*"),
            ("`a` and `b[0]`", "`a` and `b[0]`"),
            ("an odd ` one", "an odd \\` one"),
            ("``` rust", "\\`\\`\\` rust"),
            ("``a``", "\\`\\`a\\`\\`"),
            ("[`x`](y)", "\\[`x`\\](y)"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn documentation_is_only_documentation() {
        let text =
            docs("```\nfn main() {}\n```\n    indented */ \"] mod evil {\n[link](x) <b>\u{202e}\u{7}").to_string();
        assert!(
            !text.contains("```") && !text.contains("    indented") && !text.contains('\u{202e}'),
            "{text}"
        );
        let parsed: TokenStream = text.parse().unwrap();
        assert_eq!(
            parsed.into_iter().count(),
            10,
            "five attributes and nothing else: {text}"
        );
    }

    #[test]
    fn names_in_json_are_documented() {
        let text = |name: &str, in_json: &str, docs: Option<&str>| {
            let tokens = docs_of_named(name, in_json, docs)?.to_string();
            tokens
                .strip_prefix("# [doc = \" ")
                .map(|rest| rest.trim_end_matches("\"]").to_owned())
        };
        for (name, in_json, docs, expected) in [
            ("id", "id", None, None),
            ("id", "id", Some("The order."), Some("The order.")),
            ("order_id", "orderId", Some("The order."), Some("`orderId`: The order.")),
            ("order_id", "orderId", None, Some("`orderId`")),
            ("order_id", "orderId", Some(" "), Some("`orderId`")),
            ("empty", "", None, Some("`\\\"\\\"`")),
            ("a", "a\n", None, Some("`\\\"a\\\\n\\\"`")),
            ("a", "a`b", None, Some("a\\\\`b")),
            ("star", "*", None, Some("`*`")),
        ] {
            assert_eq!(text(name, in_json, docs).as_deref(), expected, "{in_json}");
        }
    }

    /// A member as it is printed.
    fn print_member(in_json: &str, docs: Option<&str>) -> String {
        let docs = docs_of_member("a", in_json, docs);
        let printed = crate::print::print_file("//", quote!(pub struct S { #docs pub a: u8 }));
        let members = printed.strip_prefix("//\n\npub struct S {\n").unwrap();
        members.strip_suffix("}\n").unwrap().to_owned()
    }

    #[test]
    fn a_name_alone_stands_on_the_line_of_its_member() {
        let field = "    pub a: u8,\n";
        for (in_json, docs, expected) in [
            ("a", None, field.to_owned()),
            ("orderId", None, "    /** `orderId` */ pub a: u8,\n".to_owned()),
            ("orderId", Some(" "), "    /** `orderId` */ pub a: u8,\n".to_owned()),
            (
                "orderId",
                Some("The order."),
                format!("    /// `orderId`: The order.\n{field}"),
            ),
            ("a*/ b", None, format!("    /// `a*/ b`\n{field}")),
            ("/*", None, format!("    /// `/*`\n{field}")),
            ("*", None, "    /** `*` */ pub a: u8,\n".to_owned()),
            (
                "///\u{3} x",
                None,
                "    /** `\"///\\u0003 x\"` */ pub a: u8,\n".to_owned(),
            ),
        ] {
            assert_eq!(print_member(in_json, docs), expected, "{in_json}");
        }
    }

    #[test]
    fn code_is_generated_for_the_runtime_of_the_same_version() {
        assert_eq!(ABI, schemactl_runtime::__private::ABI);
    }
}
