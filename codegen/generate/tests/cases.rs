//! Every case of `tests/cases/codegen` generates what stands in its `expected.rs`. `BLESS=1` rewrites the files for review; that the
//! code compiles, and does with instances what it should, is tested in `tests/consumer`.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use schemactl_generate::{Settings, generate_schema};
use schemactl_model::Source;

#[test]
fn every_case_generates_what_it_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/codegen");
    let settings = Settings::default().validate(true);
    let (mut wrong, mut cases) = (String::new(), 0);
    for entry in fs::read_dir(folder).unwrap() {
        let case = entry.unwrap().path();
        let text = fs::read_to_string(case.join("schema.json")).unwrap();
        let found = generate_schema(&Source::new("schema.json", text), "Root", &settings)
            .unwrap()
            .source;
        let file = case.join("expected.rs");
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, &found).unwrap();
        } else if found != expected {
            write!(
                wrong,
                "\n{}\n--- expected\n{expected}--- found\n{found}",
                case.display()
            )
            .unwrap();
        }
        cases += 1;
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cases > 40, "{cases} cases");
}

#[test]
fn the_benchmark_reads_and_writes_what_is_generated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join("schemas/com.myapp.orders/OrderPlaced/1.0.json")).unwrap();
    let found = generate_schema(&Source::new("1.0.json", text), "OrderPlaced", &Settings::default())
        .unwrap()
        .source;
    let file = root.join("codegen/runtime/benches/order/generated.rs");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &found).unwrap();
    }
    assert_eq!(fs::read_to_string(file).unwrap(), found);
}
