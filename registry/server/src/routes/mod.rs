//! What the operations do. In: a [`Call`](crate::call::Call) and the database inside a transaction. Out: the members of the
//! answer, or the refusal. One module a noun; a function is one operation and is named in the table of `operations`. Rules
//! of the service live here, SQL in `store`, HTTP in `dispatch`.

use axum::body::Bytes;
use serde::Serialize;

pub(crate) mod bindings;
mod content;
pub(crate) mod discover;
mod discovered_name;
pub(crate) mod discoverers;
pub(crate) mod discovery;
pub(crate) mod export;
mod pages;
pub(crate) mod policies;
pub(crate) mod registries;
mod required;
pub(crate) mod schemas;
pub(crate) mod search;
mod tag_limits;
pub(crate) mod tags;
pub(crate) mod versions;

/// What an operation answers when it succeeds.
#[derive(Clone, Debug)]
pub(crate) enum OperationAnswer {
    /// A JSON object.
    Body(Bytes),
    /// A zip archive, the one answer that is no JSON.
    Archive(Vec<u8>),
    /// No body: a change that has nothing to tell.
    Empty,
}

fn answer(body: &impl Serialize) -> OperationAnswer {
    let body = serde_json::to_vec(body).expect("answers are structs of texts, numbers and maps by text");
    OperationAnswer::Body(body.into())
}
