//! Ctrl-C. A push stops before its next write; a server stops listening. A second Ctrl-C ends the program at once.

use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, OnceLock};

use crate::exit::Exit;

/// Whether Ctrl-C was pressed.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// The flag itself, for libraries that know nothing of Ctrl-C.
    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.0
    }
}

/// Watches for Ctrl-C from now on. The receiver gets one message for it.
pub(crate) fn watch_for_interrupt() -> (Interrupt, Receiver<()>) {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    let flag = Arc::clone(FLAG.get_or_init(Arc::default));
    let (sender, receiver) = channel();
    let set = Arc::clone(&flag);
    // Fails only if a handler is there already, as in the demo, where nobody waits for a second one.
    let _ = ctrlc::set_handler(move || {
        if set.swap(true, Ordering::SeqCst) {
            exit(i32::from(Exit::Interrupted as u8));
        }
        let _ = sender.send(());
    });
    (Interrupt(flag), receiver)
}
