//! `generate --schema`: what a schema refers to in other files has types and is validated, or is an error that names the reference and what to do.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use schemactl_tests::{binary, clean_command};
use tempfile::TempDir;

/// The schema of a parcel, which refers to a file.
fn parcel(reference: &str) -> String {
    format!(
        "{{\n  \"type\": \"object\",\n  \"properties\": {{\n    \"weight\": {{\"$ref\": \"{reference}\"}}\n  }}\n}}\n"
    )
}

const WEIGHT: &str = r##"{
  "type": "object",
  "required": ["grams"],
  "properties": {"grams": {"$ref": "#/definitions/grams"}},
  "definitions": {"grams": {"type": "integer", "minimum": 0, "maximum": 31500}}
}"##;

/// A folder `post` with schemas, and files around it.
fn post(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("post")).unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Generates from a schema. Returns the exit code, the code, and what is printed on standard error in one line.
fn generate(folder: &Path, schema: &str, input: &str) -> (Option<i32>, String, String) {
    generate_with(folder, &["--schema", schema], input)
}

fn generate_with(folder: &Path, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = clean_command(&binary());
    command
        .args(["generate", "--validate", "--output", "-"])
        .args(arguments);
    command.current_dir(folder).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), told)
}

/// The code has the type of the weight, and the bound that only the other file has.
fn assert_followed(folder: &Path, schema: &str) {
    let (code, generated, told) = generate(folder, schema, "");
    assert_eq!(code, Some(0), "{schema}: {told}");
    assert!(generated.contains("pub grams: u32"), "{schema}: {generated}");
    assert!(generated.contains("31500"), "{schema}: {generated}");
    assert!(!told.contains("untyped"), "{schema}: {told}");
}

#[test]
fn what_another_file_of_the_folder_describes_is_typed_and_validated() {
    let identified = WEIGHT.replacen('{', "{\"$id\": \"https://post.example/weight\",", 1);
    let cases = [
        ("weight.json", "post/weight.json", WEIGHT),
        ("./units/../weight.json#", "post/weight.json", WEIGHT),
        ("units/weight.json", "post/units/weight.json", WEIGHT),
        ("https://post.example/weight", "post/units/any.json", &identified),
        (
            "units/part.json#/definitions/w",
            "post/units/part.json",
            r#"{"definitions": {"w": {"$ref": "../weight.json"}}}"#,
        ),
    ];
    for (reference, path, text) in cases {
        let folder = post(&[
            ("post/weight.json", WEIGHT),
            ("post/broken.json", "{"),
            ("post/parcel.json", &parcel(reference)),
            (path, text),
        ]);
        assert_followed(folder.path(), "post/parcel.json");
        assert_followed(folder.path(), "./post/parcel.json");
        assert_followed(&folder.path().join("post"), "parcel.json");
        assert_followed(folder.path(), &folder.path().join("post/parcel.json").to_string_lossy());
    }
}

#[test]
fn a_file_that_refers_back_has_the_type_of_the_schema() {
    let parcel = r#"{"type": "object", "properties": {"label": {"type": "string"}, "box": {"$ref": "box.json"}}}"#;
    let boxed = r#"{"type": "object", "properties": {"inner": {"type": "array", "items": {"$ref": "parcel.json"}}}}"#;
    let folder = post(&[("post/parcel.json", parcel), ("post/box.json", boxed)]);
    let (code, generated, told) = generate(folder.path(), "post/parcel.json", "");
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(generated.matches("pub label: ").count(), 1, "{generated}");
}

#[test]
fn a_reference_that_cannot_be_followed_is_an_error_at_its_place() {
    let cases = [
        (
            "nowhere.json",
            "`nowhere.json` refers to post/nowhere.json, which does not exist",
        ),
        (
            "../weight.json",
            "`../weight.json` refers to a file outside the folder of the schema",
        ),
        (
            "/weight.json",
            "`/weight.json` is not a relative path with forward slashes",
        ),
        (
            "weight.json#/definitions/kilos",
            "`weight.json#/definitions/kilos` refers to nothing in post/weight.json",
        ),
        ("broken.json", "post/broken.json:1:1: unterminated object"),
        (
            "units",
            "`units` refers to post/units, which is no file of the folder of the schema",
        ),
        (
            "far.json",
            "post/far.json:1:10: `../weight.json` refers to a file outside the folder of the schema",
        ),
        (
            "https://post.example/weight",
            "refers to another document and cannot be resolved",
        ),
        (
            "file:///weight.json",
            "refers to another document and cannot be resolved",
        ),
    ];
    for (reference, reason) in cases {
        let folder = post(&[
            ("weight.json", WEIGHT),
            ("post/weight.json", WEIGHT),
            ("post/broken.json", "{"),
            ("post/far.json", r#"{"$ref": "../weight.json"}"#),
            ("post/units/any.json", "{}"),
            ("post/parcel.json", &parcel(reference)),
        ]);
        let (code, generated, told) = generate(folder.path(), "post/parcel.json", "");
        assert_eq!((code, generated.as_str()), (Some(3), ""), "{reference}: {told}");
        for expected in [
            reason,
            "post/parcel.json:4:24",
            "#/properties/weight/$ref",
            "put the file into the folder",
        ] {
            assert!(told.contains(expected), "{reference}: no `{expected}` in {told}");
        }
    }
}

#[test]
fn an_api_holds_all_that_the_named_schema_refers_to() {
    let api = r##"{"openapi": "3.0.0", "info": {}, "components": {"schemas": {
      "Parcel": {"type": "object", "properties": {"size": {"$ref": "#/components/schemas/Size"}}},
      "Size": {"allOf": [{"type": "object"}, {"$ref": "weight.json"}]},
      "Letter": {"type": "object", "properties": {"to": {"type": "string"}}}
    }}}"##;
    let folder = post(&[("post/api.json", api), ("post/weight.json", WEIGHT)]);
    let (code, generated, told) = generate_with(folder.path(), &["--schema", "post/api.json", "--name", "Parcel"], "");
    assert_eq!((code, generated.as_str()), (Some(3), ""), "{told}");
    for expected in [
        "post/api.json:3:55",
        "#/components/schemas/Size/allOf/1/$ref: `$ref` is `weight.json`",
        "copy it into this document",
    ] {
        assert!(told.contains(expected), "no `{expected}` in {told}");
    }
    let (code, generated, told) = generate_with(folder.path(), &["--schema", "post/api.json", "--name", "Letter"], "");
    assert_eq!(code, Some(0), "{told}");
    assert!(generated.contains("pub to: Option<String>"), "{generated}");
    let unknown = parcel("weight.json").replacen('{', "{\"$schema\": \"https://post.example/dialect\",", 1);
    let (code, _, told) = generate(folder.path(), "-", &unknown);
    assert_eq!(code, Some(3), "{told}");
    assert!(
        told.contains("#/properties/weight/$ref: `$ref` is `weight.json`"),
        "{told}"
    );
}

#[test]
fn standard_input_has_no_folder() {
    let folder = post(&[("weight.json", WEIGHT)]);
    let (code, _, told) = generate(folder.path(), "-", &parcel("weight.json"));
    assert_eq!(code, Some(3), "{told}");
    assert!(
        told.contains("`weight.json` is seen from a folder, and standard input has none"),
        "{told}"
    );
    let (code, ..) = generate(folder.path(), "-", &parcel("#"));
    assert_eq!(code, Some(0));
}

#[test]
#[cfg(unix)]
fn no_link_leads_out_of_the_folder() {
    use std::os::unix::fs::symlink;

    let identified = WEIGHT.replacen('{', "{\"$id\": \"https://post.example/weight\",", 1);
    for reference in ["weight.json", "units/weight.json", "https://post.example/weight"] {
        let folder = post(&[
            ("units/weight.json", &identified),
            ("post/parcel.json", &parcel(reference)),
        ]);
        symlink("../units/weight.json", folder.path().join("post/weight.json")).unwrap();
        symlink("../units", folder.path().join("post/units")).unwrap();
        let (code, generated, told) = generate(folder.path(), "post/parcel.json", "");
        assert_eq!((code, generated.as_str()), (Some(3), ""), "{reference}: {told}");
    }
}
