fn main() -> Result<(), Box<dyn std::error::Error>> {
    schemactl_generate::Builder::new("../../../schemas").event("OrderPlaced")?.generate()?;
    Ok(())
}
