//! Prints the types of a schema file: `cargo run -p schemactl-generate --example schema -- FILE [NAME]`.

#![allow(clippy::print_stdout)]

use schemactl_generate::{Settings, generate_schema};
use schemactl_model::Source;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("a file")?;
    let name = arguments.next().unwrap_or_else(|| "Event".to_owned());
    let source = Source::from_bytes(path.clone(), std::fs::read(&path)?)?;
    match generate_schema(&source, &name, &Settings::default()) {
        Ok(code) => print!("{}", code.source),
        Err(errors) => errors.iter().for_each(|error| println!("{error}")),
    }
    Ok(())
}
