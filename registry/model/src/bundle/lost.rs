//! References that cannot be followed into another file. In: the reference and what is wrong with it. Out: the fault of the document
//! that refers to it, directly or by a file that it refers to.

use super::FilePlace;
use super::names::DefinitionNames;
use crate::fault::SchemaFault;
use crate::keyword::Keyword;
use crate::pointer::Pointer;
use crate::problem::{DocumentError, DocumentProblem};
use crate::resolve::{Reference, ResolveError};
use crate::source::Span;
use crate::validity::find_unfollowed;

/// A reference that cannot be followed into another file.
pub(crate) struct UnresolvedReference {
    /// What is wrong, in the file that has the reference.
    pub(crate) error: DocumentError,
    /// Its place in the bundled document.
    pub(crate) pointer: Pointer,
    /// The fault of the document: at the reference itself, or at the one that led to the file that has it.
    pub(crate) fault: SchemaFault,
}

/// A reference that leads nowhere.
pub(super) struct LostReference {
    pub(super) error: DocumentError,
    /// The place that is taken over and has it; `None` if it stands in the document itself.
    pub(super) place: Option<FilePlace>,
    pub(super) holder: Pointer,
    pub(super) keyword: Keyword,
    pub(super) span: Span,
}

impl LostReference {
    /// Returns it as a reference of the document, which has `references`.
    pub(super) fn in_document(
        &self,
        names: &DefinitionNames<'_>,
        references: &[Reference],
    ) -> Option<UnresolvedReference> {
        let at = self.place.as_ref().map_or_else(Pointer::root, |place| {
            Pointer::root().join(names.keyword).join(names.names[place].as_str())
        });
        let taken = self.place.as_ref().map_or(0, |place| place.pointer.tokens().len());
        let below = self.holder.tokens().iter().skip(taken);
        let holder = below.fold(at, |place, token| place.join(token.as_str()));
        let origin = references.iter().find(|reference| reference.span == self.span)?;
        let detail = match (&self.error, &self.place) {
            // It leads to no file at all, and there is no more to say.
            (
                DocumentError::Schema {
                    problem: DocumentProblem::Reference(ResolveError::Remote { .. }),
                    ..
                },
                None,
            ) => None,
            (DocumentError::Schema { problem, .. }, None) => Some(problem.to_string()),
            (error, _) => Some(error.to_string()),
        };
        Some(UnresolvedReference {
            error: self.error.clone(),
            pointer: holder.join(self.keyword),
            fault: find_unfollowed(origin, detail.as_deref()),
        })
    }
}
