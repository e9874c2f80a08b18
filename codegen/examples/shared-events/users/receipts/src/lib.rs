//! Prints receipts of orders: it uses another one of the shared events.

use shared_events::order_placed::v2::OrderPlaced;

/// Returns the text of a receipt.
pub fn print_receipt(order: &OrderPlaced) -> String {
    let lines = order.items.iter().map(|item| format!("{} × {} {}\n", item.quantity, item.product_id, item.unit_price));
    format!("{}\n{}total {} {}", order.order_id, lines.collect::<String>(), order.total_amount, order.currency)
}

#[test]
fn a_receipt_has_a_line_for_each_item() {
    use shared_events::order_placed::v2::{NewAddress, NewItem, NewOrderPlaced};

    let text = str::to_owned;
    let address = NewAddress { name: text("Ada"), street: text("1 Main St"), postal_code: text("12345"), city: text("Berlin"), country: text("DE") };
    let order = OrderPlaced::new(NewOrderPlaced {
        order_id: text("ord-1"),
        buyer_id: text("cust-1"),
        total_amount: text("149.96"),
        currency: text("EUR"),
        items: vec![NewItem { product_id: text("sku-1"), quantity: 2, unit_price: text("74.98") }.into()],
        shipping_address: address.into(),
        placed_at: schemactl_runtime::Timestamp::now(),
    });
    assert_eq!(print_receipt(&order), "ord-1\n2 × sku-1 74.98\ntotal 149.96 EUR");
}
