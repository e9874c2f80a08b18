//! A version of an event, ready to be compared and explained. In: a schema, a policy, the name of the version field. Out: what its
//! writers send and what its readers accept, with the validators of both; each is made when it is first asked for, and once.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use schemactl_containment::to_serde_json;
use schemactl_model::{Dialect, Keyword, Value, VersionField};

use crate::policy::{Policy, Transformed, counting_keywords, without_version_pin};
use crate::replay::{ReplayError, Validator};
use crate::settings::ComparisonSettings;
use schemactl_containment::Schema;
use schemactl_containment::Semantics;

/// A version of an event: what its writers send and what its readers accept under a policy.
pub(crate) struct VersionViews<'v> {
    pub(crate) side: PreparedSide<'v>,
    policy: Policy,
    sent: OnceCell<Result<Under, String>>,
    taken: OnceCell<Result<Under, String>>,
    counting: OnceCell<BTreeSet<Keyword>>,
    validators: Validators,
}

/// A version under the policy, and its dialect; `None`: it is the version as it is.
type Under = Option<(Value, Dialect)>;

/// The validators of a version, made when the first event has to be replayed on it.
#[derive(Default)]
struct Validators {
    written: OnceCell<Result<Rc<Validator>, ReplayError>>,
    writer: OnceCell<Result<Vec<Rc<Validator>>, ReplayError>>,
    reader: OnceCell<Result<Vec<Rc<Validator>>, ReplayError>>,
}

impl<'v> VersionViews<'v> {
    pub(crate) fn new(schema: &Schema<'v>, settings: ComparisonSettings<'_>) -> Self {
        Self {
            side: PreparedSide::new(schema, settings.version_field),
            policy: settings.policy,
            sent: OnceCell::new(),
            taken: OnceCell::new(),
            counting: OnceCell::new(),
            validators: Validators::default(),
        }
    }

    /// Its schema, as it is written.
    pub(crate) fn written(&self) -> &Schema<'v> {
        &self.side.written
    }

    /// Returns what its writers send; as written where the policy changes nothing. An error says why the policy cannot be applied.
    pub(crate) fn sent(&self) -> Result<Schema<'_>, &str> {
        Ok(schema_of(self.sent_under_policy()?, self.side.written))
    }

    /// Returns what its readers accept, whatever version an event names. An error says why the policy cannot be applied.
    pub(crate) fn taken(&self) -> Result<Schema<'_>, &str> {
        Ok(schema_of(self.taken_under_policy()?, self.side.open()))
    }

    /// Returns what its writers send where the policy changes that.
    pub(crate) fn sent_under_policy(&self) -> Result<Option<&(Value, Dialect)>, &str> {
        let sent = (self.sent).get_or_init(|| under(self.policy.as_writer(self.written())));
        sent.as_ref().map(Option::as_ref).map_err(String::as_str)
    }

    /// Returns what its readers accept where the policy changes that.
    pub(crate) fn taken_under_policy(&self) -> Result<Option<&(Value, Dialect)>, &str> {
        let taken = (self.taken).get_or_init(|| under(self.policy.as_reader(&self.side.open())));
        taken.as_ref().map(Option::as_ref).map_err(String::as_str)
    }

    /// Returns its keywords that look at all properties.
    pub(crate) fn counting(&self) -> &BTreeSet<Keyword> {
        self.counting.get_or_init(|| counting_keywords(self.side.written.root))
    }

    /// What an event of this writer has to be valid under.
    fn writer_validators(&self, semantics: Semantics) -> Result<Vec<Rc<Validator>>, ReplayError> {
        let made = self.validators.writer.get_or_init(|| {
            let under_policy = self.sent_under_policy().ok().flatten();
            let under_policy = under_policy.map(|(sent, dialect)| validator(sent, *dialect, semantics));
            std::iter::once(self.written_validator(semantics))
                .chain(under_policy)
                .collect()
        });
        made.clone()
    }

    /// What an event has to be invalid under, to break this reader.
    fn reader_validators(&self, semantics: Semantics) -> Result<Vec<Rc<Validator>>, ReplayError> {
        let made = self.validators.reader.get_or_init(|| {
            let open = match &self.side.open {
                Cow::Borrowed(_) => self.written_validator(semantics),
                Cow::Owned(open) => validator(open, self.side.written.dialect, semantics),
            };
            let under_policy = self.taken_under_policy().ok().flatten();
            let under_policy = under_policy.map(|(taken, dialect)| validator(taken, *dialect, semantics));
            std::iter::once(open).chain(under_policy).collect()
        });
        made.clone()
    }

    fn written_validator(&self, semantics: Semantics) -> Result<Rc<Validator>, ReplayError> {
        let Schema { root, dialect } = self.side.written;
        let made = (self.validators.written).get_or_init(|| validator(root, dialect, semantics));
        made.clone()
    }
}

fn under(transformed: Transformed) -> Result<Under, String> {
    match transformed {
        Transformed::Impossible(reason) => Err(reason),
        Transformed::Schema(value, dialect) => Ok(Some((value, dialect))),
        Transformed::Unchanged => Ok(None),
    }
}

fn schema_of<'s>(under: Option<&'s (Value, Dialect)>, otherwise: Schema<'s>) -> Schema<'s> {
    under.map_or(otherwise, |(value, dialect)| Schema::new(value, *dialect))
}

fn validator(root: &Value, dialect: Dialect, semantics: Semantics) -> Result<Rc<Validator>, ReplayError> {
    Validator::with(root, dialect, semantics).map(Rc::new)
}

/// One version, as it is written and without the fixed value of its version field.
pub(crate) struct PreparedSide<'v> {
    pub(crate) written: Schema<'v>,
    open: Cow<'v, Value>,
}

impl<'v> PreparedSide<'v> {
    pub(crate) fn new(schema: &Schema<'v>, version_field: Option<&VersionField>) -> Self {
        let unpinned = version_field.and_then(|field| without_version_pin(schema, field));
        let open = unpinned.map_or(Cow::Borrowed(schema.root), Cow::Owned);
        Self { written: *schema, open }
    }

    pub(crate) fn open(&self) -> Schema<'_> {
        Schema::new(&self.open, self.written.dialect)
    }

    pub(crate) fn is_pinned(&self) -> bool {
        matches!(self.open, Cow::Owned(_))
    }
}

/// The validators that an event is held against: it must be one of the writer, as written and under the policy, and none of the
/// reader, as written but for the version it demands, and under the policy.
pub(crate) struct Replay {
    pub(crate) writer: Vec<Rc<Validator>>,
    pub(crate) reader: Vec<Rc<Validator>>,
}

impl Replay {
    /// Creates the validators of a writer and a reader to whom the policy can be applied.
    pub(crate) fn of(
        writer: &VersionViews<'_>,
        reader: &VersionViews<'_>,
        semantics: Semantics,
    ) -> Result<Self, ReplayError> {
        Ok(Self {
            writer: writer.writer_validators(semantics)?,
            reader: reader.reader_validators(semantics)?,
        })
    }

    /// Creates them where the policy can be applied to both. `None` where it cannot.
    pub(crate) fn under_policy(
        writer: &VersionViews<'_>,
        reader: &VersionViews<'_>,
        semantics: Semantics,
    ) -> Option<Self> {
        writer.sent().ok()?;
        reader.taken().ok()?;
        Self::of(writer, reader, semantics).ok()
    }

    pub(crate) fn breaks(&self, event: &Value) -> Result<bool, ReplayError> {
        let json = to_serde_json(event).ok_or(ReplayError::Number)?;
        for validator in &self.writer {
            if !validator.is_valid_as(event, &json)? {
                return Ok(false);
            }
        }
        for validator in &self.reader {
            if validator.is_valid_as(event, &json)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
