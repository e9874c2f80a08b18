//! The events of the order system as Rust types, each behind a feature.

#[rustfmt::skip]
mod events;

#[allow(unused_imports, reason = "without a feature there is no event")]
pub use events::*;

#[cfg(test)]
mod tests {
    /// `UPDATE=1 cargo test` writes the file after a change of a schema.
    #[test]
    fn the_generated_code_is_current() {
        let events = schemactl_generate::Builder::new("../../../schemas").features(true).validate(true);
        let source = events.event("OrderPlaced").unwrap().event("PaymentProcessed").unwrap().source().unwrap();
        let is_current = include_str!("events.rs") == source;
        if std::env::var_os("UPDATE").is_some() {
            return std::fs::write("src/events.rs", source).unwrap();
        }
        assert!(is_current, "src/events.rs is older than the schemas: UPDATE=1 cargo test");
    }
}
