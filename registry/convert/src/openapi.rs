//! Events in OpenAPI 3.0, as the EventBridge Schema Registry has them: an envelope `AWSEvent` whose `detail` refers to a
//! schema beside it. In: a schema of the detail. Out: the OpenAPI document, and back: the detail of such a document as a
//! draft-04 schema. Like that to draft-04, the conversion claims nothing: its result is read back and proved.

mod exported;
mod read;
mod rewrite;
mod write;

pub use exported::detail_of_export;
pub(crate) use read::event_of;
pub use read::{Detail, OpenApiError, detail_of};
pub use write::{EventEnvelope, openapi, openapi_as_before};

use schemactl_model::{Keyword, Value};

/// The component that is the envelope.
const ENVELOPE: &str = "AWSEvent";
/// Where references lead.
const COMPONENTS: &str = "#/components/schemas/";
/// The extensions that hold what the envelope is published with.
const SOURCE: &str = "x-amazon-events-source";
const DETAIL_TYPE: &str = "x-amazon-events-detail-type";

/// Returns what an envelope is published with by one of its members: its extension, or else the only value that the member may have.
fn envelope_text(envelope: &Value, extension: &str, member: &str) -> Option<String> {
    let extended = envelope.member(extension).and_then(Value::as_str);
    let only = || {
        let schema = envelope.keyword(Keyword::Properties)?.member(member)?;
        match schema.keyword(Keyword::Enum).and_then(Value::as_array) {
            Some([only]) => only.as_str(),
            _ => schema.keyword(Keyword::Const).and_then(Value::as_str),
        }
    };
    extended.or_else(only).map(str::to_owned)
}
