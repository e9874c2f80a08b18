//! Whether the schemas that a command reads are schemas. In: documents. Out: the problem that names each fault, before anything else is
//! said about them; patterns that validators disagree on are warnings on standard error.

use schemactl_compat::review_document;
use schemactl_model::Document;

use crate::console::Console;
use crate::diagnostic::{Diagnostic, Loudness};
use crate::problem::Problem;

/// Returns the documents' faults as a problem.
pub(crate) fn require_schemas(documents: &[&Document], console: &Console) -> Result<(), Problem> {
    let mut faults = Vec::new();
    for document in documents {
        let review = review_document(document);
        let source = document.source();
        faults.extend(review.faults.into_iter().map(|fault| (source.clone(), fault)));
        for warning in review.warnings {
            let mut diagnostic =
                Diagnostic::new(Loudness::Warning, warning.message).place(source, warning.span, "not ECMA 262 syntax");
            if let Some(suggestion) = warning.suggestion {
                diagnostic = diagnostic.help(suggestion);
            }
            console.diagnostic(&diagnostic);
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Problem::Faults(faults))
    }
}
