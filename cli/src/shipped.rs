//! The schemas that the binary carries, so that the demo needs no files. A test holds the list against the folder.

macro_rules! file {
    ($path:literal) => {
        ($path, include_str!(concat!("../../", $path)))
    };
}

/// Path and text of each file.
pub(crate) const FILES: &[(&str, &str)] = &[
    file!("schemactl.toml"),
    file!("schemas/com.myapp.fulfillment/OrderShipped/1.0.json"),
    file!("schemas/com.myapp.fulfillment/OrderShipped/event.toml"),
    file!("schemas/com.myapp.fulfillment/OrderShipped/examples/1.0/parcel.json"),
    file!("schemas/com.myapp.inventory/InventoryReserved/1.0.json"),
    file!("schemas/com.myapp.inventory/InventoryReserved/event.toml"),
    file!("schemas/com.myapp.inventory/InventoryReserved/examples/1.0/two-lines.json"),
    file!("schemas/com.myapp.orders/OrderPlaced/1.0.json"),
    file!("schemas/com.myapp.orders/OrderPlaced/1.1.json"),
    file!("schemas/com.myapp.orders/OrderPlaced/2.0.json"),
    file!("schemas/com.myapp.orders/OrderPlaced/event.toml"),
    file!("schemas/com.myapp.orders/OrderPlaced/examples/1.0/envelope.json"),
    file!("schemas/com.myapp.orders/OrderPlaced/examples/1.0/put-events-test.json"),
    file!("schemas/com.myapp.orders/OrderPlaced/examples/1.1/envelope.json"),
    file!("schemas/com.myapp.orders/OrderPlaced/examples/1.1/minimal.json"),
    file!("schemas/com.myapp.orders/OrderPlaced/examples/2.0/envelope.json"),
    file!("schemas/com.myapp.orders/OrderPlaced/examples/2.0/minimal.json"),
    file!("schemas/com.myapp.payments/PaymentDeclined/1.0.json"),
    file!("schemas/com.myapp.payments/PaymentDeclined/event.toml"),
    file!("schemas/com.myapp.payments/PaymentDeclined/examples/1.0/expired.json"),
    file!("schemas/com.myapp.payments/PaymentProcessed/1.0.json"),
    file!("schemas/com.myapp.payments/PaymentProcessed/1.1.json"),
    file!("schemas/com.myapp.payments/PaymentProcessed/event.toml"),
    file!("schemas/com.myapp.payments/PaymentProcessed/examples/1.0/card.json"),
    file!("schemas/com.myapp.payments/PaymentProcessed/examples/1.1/card.json"),
];

/// The text of a file.
pub(crate) fn shipped_text(path: &str) -> &'static str {
    let file = FILES.iter().find(|(name, _)| *name == path);
    file.expect("a path of the list").1
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn walk(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }

    #[test]
    fn every_file_of_the_folder_is_shipped() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut present = BTreeSet::from(["schemactl.toml".to_owned()]);
        walk(root, &root.join("schemas"), &mut present);
        let shipped: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(shipped, present);
    }
}
