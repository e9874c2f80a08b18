//! Nothing answers questions about a set whose session is over.

use schemactl_containment::{SessionOptions, with_session};

pub fn take_a_set_out() {
    with_session(SessionOptions::default(), |session| session.everything()); //~ lifetime may not live long enough
}
