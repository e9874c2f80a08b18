//! What a server has to say that no answer tells. In: a line. Out: it is handed to whoever set the server up; nobody is the default.

use std::fmt;
use std::sync::Arc;

/// Who hears of it.
#[derive(Clone, Default)]
pub(crate) struct Notices(Option<Arc<Listener>>);

/// A function that hears a line.
type Listener = dyn Fn(&str) + Send + Sync;

impl Notices {
    pub(crate) fn new(hear: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hear)))
    }

    pub(crate) fn tell(&self, line: &str) {
        if let Some(hear) = &self.0 {
            hear(line);
        }
    }
}

impl fmt::Debug for Notices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Notices(heard)"
        } else {
            "Notices(nobody)"
        })
    }
}
