//! Reads orders from an SQS queue that is the target of an EventBridge rule. Messages that cannot be handled are reported one by one, so
//! that the others are not delivered again: turn `ReportBatchItemFailures` on at the event source mapping.

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use crate::order_placed::{AnyOrderPlaced, v2};

include!(concat!(env!("OUT_DIR"), "/events.rs"));

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}

// region: handler
async fn handle(event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Error> {
    let mut response = SqsBatchResponse::default();
    for message in event.payload.records {
        if let Err(error) = handle_message(&message) {
            eprintln!("{}: {error}", message.message_id.as_deref().unwrap_or("?"));
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message.message_id.unwrap_or_default();
            response.batch_item_failures.push(failure);
        }
    }
    Ok(response)
}

fn handle_message(message: &SqsMessage) -> Result<(), Error> {
    let order = AnyOrderPlaced::from_event(message.body.as_deref().unwrap_or_default())?;
    // Every minor of major 2 is read as the newest one; an order of 1.x arrives by a rule of its own.
    match order.into_v2()? {
        Ok(order) => ship(&order),
        Err(other) => Err(format!("version {:?} is not for this function", other.version()).into()),
    }
}
// endregion: handler

fn ship(order: &v2::OrderPlaced) -> Result<(), Error> {
    println!("{} goes to {}", order.order_id, order.shipping_address.city);
    Ok(())
}

#[cfg(test)]
mod tests;
