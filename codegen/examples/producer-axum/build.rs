fn main() -> Result<(), Box<dyn std::error::Error>> {
    let events = schemactl_generate::Builder::new("../../../schemas").event("PaymentProcessed@^1")?;
    events.validate(true).generate()?;
    Ok(())
}
