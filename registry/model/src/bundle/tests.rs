//! Documents of several files, by what they become.

use super::*;
use crate::document::Document;

/// Files by path, and by their identifiers.
struct Folder(BTreeMap<&'static str, &'static str>);

impl Files for Folder {
    fn find(&mut self, from: &str, location: Include<'_>) -> Result<Option<Source>, String> {
        let found = match location {
            Include::Path("../secret.json") => return Err(format!("{from} leads out of here")),
            Include::Path(path) => self.0.get_key_value(path),
            Include::Uri(uri) => self.0.iter().find(|(_, text)| text.contains(&format!("\"{uri}\""))),
        };
        Ok(found.map(|(path, text)| Source::new(*path, *text)))
    }
}

fn read(root: &str, files: &[(&'static str, &'static str)]) -> Result<Document, String> {
    let mut folder = Folder(files.iter().copied().collect());
    Document::bundle(Source::new("root.json", root), Dialect::Draft202012, &mut folder).map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        errors.join("\n")
    })
}

fn bundled(root: &str, files: &[(&'static str, &'static str)]) -> String {
    read(root, files).unwrap().root().to_json()
}

#[test]
fn only_what_is_referred_to_is_taken_over() {
    let shared = r##"{"$id": "http://h/shared.json", "$defs": {"a b": {"$ref": "#/$defs/c"}, "c": {"$anchor": "x",
                   "items": {"$ref": "#x"}}, "unused": {"$ref": "nowhere.json"}}}"##;
    assert_eq!(
        bundled(
            r#"{"not": {"$ref": "shared.json#/$defs/a%20b"}}"#,
            &[("shared.json", shared)]
        ),
        r##"{"not":{"$ref":"#/$defs/a%20b"},"$defs":{"a b":{"$ref":"#/$defs/c"},"c":{"items":{"$ref":"#/$defs/c"}}}}"##
    );
}

#[test]
fn names_are_the_files_and_give_way() {
    let files = [
        (
            "Money/1.0.json",
            r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string"}"#,
        ),
        ("a.json", r#"{"$ref": "b.json"}"#),
        (
            "b.json",
            r#"{"anyOf": [{"$ref": "a.json"}, {"$ref": "root.json#/$defs/a"}, {"$ref": "Money/1.0.json"}]}"#,
        ),
        ("root.json", ""),
    ];
    let root = r#"{"$defs": {"a": true}, "$ref": "a.json"}"#;
    let expected = [
        r##"{"$defs":{"a":true,"Money":{"type":"string"},"a-2":{"$ref":"#/$defs/b"},"##,
        r##""b":{"anyOf":[{"$ref":"#/$defs/a-2"},{"$ref":"#/$defs/a"},{"$ref":"#/$defs/Money"}]}},"$ref":"#/$defs/a-2"}"##,
    ];
    assert_eq!(bundled(root, &files), expected.concat());
}

#[test]
fn a_relative_reference_below_an_identifier_is_an_identifier() {
    let files = [("x.json", r#"{"$id": "http://h/d/money.json", "type": "string"}"#)];
    let root = r#"{"$id": "http://h/d/root.json", "not": {"$ref": "money.json"}, "items": {"$id": "http://g/", "$ref": "http://h/d/money.json"}}"#;
    let text = bundled(root, &files);
    assert!(text.contains(r##""not":{"$ref":"#/$defs/x"}"##), "{text}");
    assert!(text.contains(r#""$ref":"http://h/d/root.json#/$defs/x""#), "{text}");
}

#[test]
fn what_was_taken_over_stands_where_it_is_referred_to() {
    let document = read(
        r#"{"not": {"$ref": "a.json"}}"#,
        &[("a.json", r#"     {"minimum": 100}"#)],
    )
    .unwrap();
    let place = Pointer::parse("/$defs/a/minimum").unwrap();
    let span = place.resolve(document.root()).unwrap().span;
    assert_eq!(&document.source().text()[span.range()], "\"a.json\"");
    assert_eq!(document.included()[0].path(), "a.json");
}

#[test]
fn what_was_taken_over_is_found_in_its_own_file() {
    let shared = r#"{"$defs": {"c": {"maximum": 7}, "d": {"properties": {"maximum": {"$ref": "c.json#/x~1y"}, "c": {"$ref": "\#/$defs/c"}}}}}"#;
    let shared = shared.replace('\\', "");
    let shared: &'static str = Box::leak(shared.into_boxed_str());
    let document = read(
        r#"{"$defs": {"c": {"maximum": 5}}, "not": {"$ref": "a.json#/$defs/d"}}"#,
        &[("a.json", shared), ("c.json", r#"{"x/y": {"enum": ["z"]}}"#)],
    )
    .unwrap();
    for (place, file, word) in [
        ("/$defs/c/maximum", "root.json", "5"),
        ("/$defs/c-2/maximum", "a.json", "7"),
        ("/$defs/d/properties/maximum", "a.json", "\"maximum\""),
        ("/$defs/d/properties/c/$ref", "a.json", "\"#/$defs/c\""),
        ("/$defs/x~1y/enum/0", "c.json", "\"z\""),
        ("/not/$ref", "root.json", "\"a.json#/$defs/d\""),
        // What is not there is found at what is around it.
        ("/$defs/c-2/minimum", "a.json", "\"c\""),
    ] {
        let pointer = Pointer::parse(place).unwrap();
        let (source, span) = document.locate_word(&pointer);
        assert_eq!((source.path(), &source.text()[span.range()]), (file, word), "{place}");
        let own = document.locate_reference(&pointer);
        let own = own.map(|span| &document.source().text()[span.range()]);
        assert_eq!(own, (file != "root.json").then_some("\"a.json#/$defs/d\""), "{place}");
        let value = document.locate_value(&pointer);
        assert_eq!(value.is_some(), pointer.resolve(document.root()).is_some());
        if let Some((source, _)) = value {
            assert_eq!(source.path(), file, "{place}");
        }
    }
}

#[test]
fn files_of_other_dialects_are_resources_of_their_own() {
    let draft7 = r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://h/a.json",
                       "properties": {"b": {"$ref": "#/definitions/b", "maxLength": 3}, "c": {"$ref": "c.json"}},
                       "definitions": {"b": {"$ref": "http://h/a.json"}}}"##;
    let draft4 = r#"{"id": "http://h/c.json", "$schema": "http://json-schema.org/draft-04/schema#",
                     "allOf": [{"$ref": "http://h/root.json#/$defs/d"}, {"$ref": "http://h/e.json#"}]}"#;
    let files = [
        ("a.json", draft7),
        ("c.json", draft4),
        (
            "e.json",
            r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "http://h/e.json"}"#,
        ),
    ];
    let expected = [
        r#"{"$id":"http://h/root.json","$defs":{"d":{},"#,
        r#""a":{"$id":"urn:schemactl:a","$schema":"http://json-schema.org/draft-07/schema#","#,
        r#""properties":{"b":{"$ref":"urn:schemactl:b","maxLength":3},"c":{"$ref":"urn:schemactl:c"}}},"#,
        r#""b":{"$id":"urn:schemactl:b","$schema":"http://json-schema.org/draft-07/schema#","$ref":"urn:schemactl:a"},"#,
        r#""c":{"id":"urn:schemactl:c","$schema":"http://json-schema.org/draft-04/schema#","#,
        r#""allOf":[{"$ref":"http://h/root.json#/$defs/d"},{"$ref":"urn:schemactl:e"}]},"#,
        r#""e":{"$id":"urn:schemactl:e","$schema":"https://json-schema.org/draft/2020-12/schema"}},"$ref":"urn:schemactl:a"}"#,
    ];
    let root = r#"{"$id": "http://h/root.json", "$defs": {"d": {}}, "$ref": "a.json"}"#;
    let read = read(root, &[("root.json", root), files[0], files[1], files[2]]).unwrap();
    assert_eq!(read.root().to_json(), expected.concat());
    let dialect = |text: &str| read.resolver().resolve("", text).unwrap().scope.dialect;
    assert_eq!(dialect("urn:schemactl:a"), Dialect::Draft7);
    assert_eq!(dialect("urn:schemactl:b"), Dialect::Draft7);
    assert_eq!(dialect("urn:schemactl:c"), Dialect::Draft4);
    assert_eq!(dialect("urn:schemactl:e"), Dialect::Draft202012);
}

#[test]
fn a_document_without_an_identifier_gets_one_if_another_dialect_refers_back_to_it() {
    let draft7 = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "items": {"$ref": "root.json#/$defs/d"}}"#;
    let text = bundled(
        r#"{"$defs": {"d": {}}, "$ref": "a.json"}"#,
        &[("a.json", draft7), ("root.json", "")],
    );
    assert!(text.starts_with(r#"{"$id":"urn:schemactl:document""#), "{text}");
    assert!(
        text.contains(r#""items":{"$ref":"urn:schemactl:document#/$defs/d"}"#),
        "{text}"
    );
}

#[test]
fn a_resource_in_a_file_keeps_its_dialect() {
    let file = r##"{"$id": "http://h/a", "$defs": {"n": {"$id": "http://h/n", "$schema": "http://json-schema.org/draft-07/schema#",
                    "$ref": "#/definitions/x", "maxLength": 1, "definitions": {"x": {"type": "string"}}}},
                    "items": {"$ref": "#/$defs/n"}, "contains": {"$ref": "http://h/n#/definitions/x"}}"##;
    let read = read(r#"{"not": {"$ref": "a.json"}}"#, &[("a.json", file)]).unwrap();
    let resolver = read.resolver();
    assert_eq!(
        resolver.resolve("", "urn:schemactl:n").unwrap().scope.dialect,
        Dialect::Draft7
    );
    assert_eq!(
        resolver.resolve("", "urn:schemactl:x").unwrap().scope.dialect,
        Dialect::Draft7
    );
    assert_eq!(
        resolver.resolve("", "urn:schemactl:a").unwrap().scope.dialect,
        Dialect::Draft202012
    );
}

type Case<'c> = (&'c str, &'c [(&'c str, &'c str)], &'c str);

#[test]
fn what_cannot_be_taken_over_says_so_with_its_place() {
    let cases: [Case<'_>; 8] = [
        (
            r#"{"$ref": "a.json"}"#,
            &[],
            "root.json:1:10: `a.json` refers to another document",
        ),
        (
            r#"{"$ref": "http://h/a"}"#,
            &[],
            "root.json:1:10: `http://h/a` refers to another document",
        ),
        (
            r#"{"$ref": "../secret.json"}"#,
            &[],
            "root.json:1:10: root.json leads out of here",
        ),
        (
            r#"{"$ref": "a.json#/x"}"#,
            &[("a.json", "{}")],
            "root.json:1:10: `a.json#/x` refers to nothing in a.json",
        ),
        (
            r#"{"$ref": "a.json"}"#,
            &[("a.json", "{,}")],
            "root.json:1:10: a.json:1:2",
        ),
        (
            r#"{"$schema": "http://json-schema.org/draft-07/schema#", "items": {"$ref": "a.json"}}"#,
            &[(
                "a.json",
                r#"{"$schema": "https://json-schema.org/draft/2020-12/schema"}"#,
            )],
            "a.json is written in 2020-12, and root.json, which refers to it, in draft-07",
        ),
        (
            r#"{"$ref": "a.json"}"#,
            &[("a.json", r#"{"$ref": "b.json"}"#)],
            "a.json:1:10: `b.json` refers",
        ),
        (
            r#"{"$ref": "a.json"}"#,
            &[("a.json", r##"{"$dynamicRef": "#"}"##)],
            "a.json:1:17: `$dynamicRef` depends",
        ),
    ];
    for (root, files, expected) in cases {
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| (&*path.to_string().leak(), &*text.to_string().leak()))
            .collect();
        let error = read(root, &files).unwrap_err();
        assert!(error.contains(expected), "{root}: {error}");
    }
}
