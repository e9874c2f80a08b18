//! Gaps: properties of an older version that the newest version of an event does not hold, so that its producer gives them. Generated
//! code has a trait for each older major, with a method for each gap. In: the error of a method. Out: the same, in a type that `publish`
//! adds the property to.

use std::error::Error;
use std::fmt;

/// Why a gap has no value. Every error becomes one with `?`, and so does a text.
///
/// # Examples
///
/// ```
/// use schemactl_runtime::GapError;
///
/// fn total(text: &str) -> Result<f64, GapError> {
///     let total: f64 = text.parse()?;
///     if total < 0.0 {
///         return Err("the total is negative".into());
///     }
///     Ok(total)
/// }
///
/// assert_eq!(total("1.5").unwrap(), 1.5);
/// assert_eq!(total("-1").unwrap_err().to_string(), "the total is negative");
/// let error = total("free").unwrap_err();
/// assert!(error.get_ref().downcast_ref::<std::num::ParseFloatError>().is_some());
/// ```
// It is no `Error` itself, as it would then be one of those that become one. `EntryError` is, and has it.
pub struct GapError(Box<dyn Error + Send + Sync>);

impl GapError {
    /// Returns the error that the method gave.
    pub fn get_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0
    }

    /// Returns the error that the method gave, by value.
    pub fn into_inner(self) -> Box<dyn Error + Send + Sync> {
        self.0
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for GapError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Debug for GapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for GapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Leaves every gap absent. It fills the gaps of an older version if all of them are optional: `entries(&order, &LeaveAbsent)`. Where one
/// is required, the producer has to write a type of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeaveAbsent;
