//! The build script of docs/guides/consumer.md: `build.rs` of this crate compiles it, and does not run it.

// region: build
fn main() -> Result<(), Box<dyn std::error::Error>> {
    schemactl_generate::Builder::new("../schemas")
        .event("OrderPlaced")?
        .validate(true)
        .generate()?;
    Ok(())
}
// endregion: build
