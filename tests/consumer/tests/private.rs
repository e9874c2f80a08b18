//! Generated code in a private module, as a program has it: nobody uses everything in it.
#![deny(warnings)]

mod events {
    include!(concat!(env!("OUT_DIR"), "/converted.rs"));
}

#[test]
fn a_program_uses_what_it_needs() {
    let read = events::based::AnyBased::decode(r#"{"version":"1.0","id":"i"}"#).unwrap();
    assert_eq!(read.version(), Some("1.0"));
}
