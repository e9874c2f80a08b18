//! Every event of the workspace, in every version.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    schemactl_generate::Builder::new("../../schemas").generate()?;
    Ok(())
}
