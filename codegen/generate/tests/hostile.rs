//! Text from schemas stays text: whatever titles, descriptions, property names, enum values and constants say, the generated
//! file has the items that we emit and no others, and its documentation is only documentation.

use schemactl_generate::{Settings, UnknownFields, generate_schema};
use schemactl_model::Source;
use syn::{Attribute, Expr, ImplItem, Item, Lit, Meta};

const HOSTILE: [&str; 25] = [
    "*/ pub mod evil {} /*",
    "\"] pub mod evil {} #[doc = \"",
    "\"#; fn evil() {}",
    "\\",
    "\\\"); fn evil() {} (\"",
    "line\nfn evil() {}\n",
    "carriage\rreturn",
    "#]",
    "{}{0}{x}",
    "$crate $x $(x)*",
    "self",
    "Self",
    "crate",
    "_",
    "Option",
    "Vec",
    "Box",
    "",
    "🦀",
    "日本",
    "\u{202e}evil\u{2066}",
    "```\npanic!()\n```",
    "<script>alert(1)</script> [x](y) ![z](w) [`Option`] https://example.com",
    "    indented();",
    "\u{1}fn evil() {} \u{2}",
];

/// The pattern of a text: some of the texts are none, and get an error in place of code.
fn pattern_of(text: &str) -> String {
    let mut pattern = String::new();
    for letter in text.chars() {
        if "^$\\.*+?()[]{}|/".contains(letter) {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

fn schema(text: &str) -> String {
    let long = text.repeat(200);
    serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": text,
        "description": long,
        "$comment": text,
        "type": "object",
        "properties": {
            text: { "type": "string", "description": text, "title": text },
            "nested": { "type": "object", "description": text, "properties": { text: { "type": "integer" } } },
            "list": { "enum": [text, "other"], "default": text, "description": text },
            "constant": { "const": text, "examples": [text] },
            "mixed": { "const": { "a": text } },
            "shape": { "oneOf": [
                { "type": "object", "properties": { "kind": { "const": text } }, "required": ["kind"] },
                { "type": "object", "properties": { "kind": { "const": "b" } }, "required": ["kind"] }
            ] },
            "pattern": { "type": "string", "pattern": pattern_of(text) },
            "defined": { "$ref": "#/$defs/a" }
        },
        "required": [text],
        "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "type": "object", "description": text, "properties": { text: true } } }
    })
    .to_string()
}

fn generated(text: &str) -> String {
    let settings = Settings::default()
        .unknown_fields(UnknownFields::Preserve)
        .validate(true);
    generate_schema(&Source::new("hostile.json", schema(text)), text, &settings)
        .unwrap_or_else(|errors| panic!("{text:?}: {errors:?}"))
        .source
}

#[test]
fn text_becomes_no_items() {
    const MACROS: [&str; 6] = ["object", "text_enum", "constant", "choice", "newtype", "checked"];
    for text in HOSTILE {
        let source = generated(text);
        let file = syn::parse_file(&source).unwrap_or_else(|error| panic!("{text:?}: {error}\n{source}"));
        for item in &file.items {
            match item {
                Item::Struct(_) | Item::Enum(_) => {}
                // That the runtime fits.
                Item::Const(constant) if constant.ident == "_" => {}
                Item::Macro(call) => {
                    let path: Vec<_> = call
                        .mac
                        .path
                        .segments
                        .iter()
                        .map(|segment| segment.ident.to_string())
                        .collect();
                    assert_eq!(path[0], "schemactl_runtime", "{text:?}");
                    assert!(MACROS.contains(&path[1].as_str()), "{text:?}: {path:?}");
                }
                // The functions of defaults, and nothing else in it.
                Item::Impl(block) => assert!(
                    block.items.iter().all(|item| matches!(item, ImplItem::Fn(function)
                        if function.sig.ident.to_string().starts_with("default_") && function.block.stmts.len() == 1)),
                    "{text:?}"
                ),
                _ => panic!("{text:?} became another item"),
            }
        }
        assert!(!has_ident(&file, "evil"), "{text:?}");
    }
}

fn has_ident(file: &syn::File, name: &str) -> bool {
    file.items.iter().any(|item| match item {
        Item::Struct(item) => item.ident == name,
        Item::Enum(item) => item.ident == name,
        Item::Mod(item) => item.ident == name,
        Item::Fn(item) => item.sig.ident == name,
        _ => false,
    })
}

/// On a stack as small as a thread's; each would overflow it or take for ever if it were followed to the end.
#[test]
fn schemas_that_refer_without_end_are_read() {
    let chain = |link: &dyn Fn(usize) -> String, length: usize| {
        let links = (0..length).map(|index| format!("\"d{index}\":{}", link(index + 1)));
        let links = links.collect::<Vec<_>>().join(",");
        format!(
            "{{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"properties\":{{\"x\":{{\"$ref\":\"#/definitions/d0\"}}}},\
             \"definitions\":{{{links},\"d{length}\":{{\"type\":\"object\",\"properties\":{{\"a\":{{\"minLength\":2}}}}}}}}}}"
        )
    };
    let all_of = |next| format!("{{\"allOf\":[{{\"$ref\":\"#/definitions/d{next}\"}}]}}");
    let only = |next| format!("{{\"$ref\":\"#/definitions/d{next}\"}}");
    let any_of = |next| {
        let branches = vec![format!("{{\"$ref\":\"#/definitions/d{next}\"}}"); 48];
        format!("{{\"anyOf\":[{}]}}", branches.join(","))
    };
    let hinted = chain(&any_of, 6).replace(
        r##""properties":{"x":{"$ref":"#/definitions/d0"}}"##,
        r##""properties":{"y":{"type":"object","properties":{"z":{}}}},"not":{"properties":{"y":{"$ref":"#/definitions/d0"}}}"##,
    );
    assert!(hinted.contains("\"not\""));
    let schemas = [chain(&all_of, 5_000), chain(&only, 5_000), chain(&any_of, 6), hinted];
    let settings = Settings::default().validate(true);
    for schema in schemas {
        let (source, settings) = (Source::new("schema.json", schema), settings.clone());
        let generated = std::thread::spawn(move || generate_schema(&source, "Root", &settings));
        assert!(generated.join().unwrap().unwrap().source.contains("struct Root"));
    }
}

#[test]
fn documentation_is_plain_text() {
    for text in HOSTILE {
        let file = syn::parse_file(&generated(text)).unwrap();
        for line in docs(&file) {
            let bare = line
                .replace("\\`", "")
                .replace("\\[", "")
                .replace("\\<", "")
                .replace("\\>", "");
            // Between single backticks stands code, which is no Markdown.
            let parts: Vec<_> = bare.split('`').collect();
            let mut code = parts.iter().skip(1).step_by(2);
            assert!(
                parts.len() % 2 == 1 && code.all(|code| !code.is_empty()),
                "{line:.200?}"
            );
            let bare: String = parts.into_iter().step_by(2).collect();
            assert!(!bare.contains(['`', '[', '<', '>']), "{text:?}: {line:?}");
            assert!(
                !line.starts_with("    ") && !line.chars().any(char::is_control),
                "{text:?}: {line:?}"
            );
            assert!(!line.contains(['\u{202e}', '\u{2066}']), "{text:?}: {line:?}");
        }
    }
}

fn docs(file: &syn::File) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |attributes: &[Attribute]| found.extend(attributes.iter().filter_map(doc));
    for item in &file.items {
        match item {
            Item::Struct(item) => {
                add(&item.attrs);
                item.fields.iter().for_each(|field| add(&field.attrs));
            }
            Item::Enum(item) => {
                add(&item.attrs);
                item.variants.iter().for_each(|variant| add(&variant.attrs));
            }
            _ => {}
        }
    }
    found
}

fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    match &pair.value {
        Expr::Lit(literal) if pair.path.is_ident("doc") => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
