//! Prints the code of a workspace: `cargo run -p schemactl-generate --example print -- FOLDER [EVENT…]`.

#![allow(clippy::print_stdout)]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut builder = schemactl_generate::Builder::new(arguments.next().unwrap_or_else(|| ".".to_owned()));
    for event in arguments {
        builder = builder.event(&event)?;
    }
    match builder.source() {
        Ok(source) => print!("{source}"),
        Err(error) => println!("{error}"),
    }
    Ok(())
}
