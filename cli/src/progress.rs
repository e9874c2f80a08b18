//! The bar of a push. On standard error, on a terminal only, and only when the push lasts; with `--verbose` a line a write in
//! its place.

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use schemactl_push::{Action, Progress, RemoteError};

use crate::console::Console;

/// What takes less is over before anybody has read it.
const LASTING: Duration = Duration::from_millis(300);
/// Nothing in it needs more than ASCII.
const STYLE: &str = "{pos}/{len} writes [{bar:30}] {eta} left  {wide_msg}";

pub(crate) struct Bar<'c> {
    console: &'c Console,
    drawn: ProgressBar,
    begun: Instant,
    wanted: bool,
    shown: AtomicBool,
}

impl<'c> Bar<'c> {
    pub(crate) fn new(writes: usize, console: &'c Console) -> Self {
        let drawn = ProgressBar::with_draw_target(u64::try_from(writes).ok(), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template(STYLE).expect("the template is sound");
        drawn.set_style(style.progress_chars("#>-"));
        Self {
            console,
            drawn,
            begun: Instant::now(),
            wanted: stderr().is_terminal() && !console.is_quiet() && !console.is_verbose(),
            shown: AtomicBool::new(false),
        }
    }

    pub(crate) fn finish(&self) {
        self.drawn.finish_and_clear();
    }
}

impl Progress for Bar<'_> {
    fn started(&self, action: &Action) {
        self.console.detail(&action.describe());
        if !self.wanted {
            return;
        }
        if self.begun.elapsed() > LASTING && !self.shown.swap(true, Ordering::Relaxed) {
            self.drawn.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.drawn
            .set_message(schemactl_model::spell_out_controls(&action.describe()).into_owned());
    }

    fn ended(&self, _: &Action, _: Option<&RemoteError>) {
        self.drawn.inc(1);
    }
}
