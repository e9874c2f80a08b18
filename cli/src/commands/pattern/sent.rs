//! What writers send of a schema under a policy. In: the schema as it is written. Out: the schema of what is sent, and validators for both.

use std::borrow::Cow;

use schemactl_compat::{Policy, Schema, Semantics, Validator};
use schemactl_model::{Dialect, Value as ModelValue};
use serde_json::Value;

/// The details that writers of a schema send.
pub(super) struct SentDetails<'s> {
    sent: Cow<'s, ModelValue>,
    dialect: Dialect,
    /// Of the schema as it is written, and of what is sent. `None` for one that no validator can be made of.
    validators: [Option<Validator>; 2],
}

impl<'s> SentDetails<'s> {
    /// Returns what writers of a schema send under a policy.
    ///
    /// # Errors
    /// Fails with the reason if that cannot be written as a schema.
    pub(super) fn of(written: &Schema<'s>, policy: Policy) -> Result<Self, String> {
        let (sent, dialect) = policy.as_writer(written).of(written)?;
        let validator = |root: &ModelValue, dialect| Validator::with(root, dialect, Semantics::default()).ok();
        let validators = [validator(written.root, written.dialect), validator(&sent, dialect)];
        Ok(Self {
            sent,
            dialect,
            validators,
        })
    }

    pub(super) fn schema(&self) -> Schema<'_> {
        Schema::new(&self.sent, self.dialect)
    }

    /// Returns whether a detail is valid under the schema as it is written, and is what is sent. `None` if that is not known.
    pub(super) fn is_valid(&self, detail: &Value) -> Option<bool> {
        let mut verdicts = self
            .validators
            .iter()
            .map(|validator| validator.as_ref()?.is_valid_json(detail).ok());
        verdicts.try_fold(true, |all, verdict| verdict.map(|valid| all && valid))
    }
}
