//! What a change of a schema means for its readers. In: two versions as they are registered. Out: verdicts, and each change with the event
//! that it breaks. This crate proves nothing itself: whoever starts the server brings the function, as with code bindings, so that the
//! registry does not depend on the engine. It runs in a thread of its own, one pair after the other; the last answers are kept.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use schemactl_pages::JudgementResult;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use crate::facts::EventFacts;

/// How many answers are kept: those of the schema that somebody looks at, and of a few more.
const KEPT: usize = 64;
/// Engines recurse into schemas that nest, in stacks of any build.
const STACK: usize = 16 << 20;

/// A version of a schema, as it is registered.
#[derive(Clone, Copy, Debug)]
pub struct JudgedContent<'s> {
    /// `JSONSchemaDraft4` or `OpenApi3`.
    pub content_type: &'s str,
    /// The content.
    pub content: &'s str,
}

type JudgeFn = dyn Fn(&JudgedContent<'_>, &JudgedContent<'_>, Option<&EventFacts>) -> JudgementResult + Send + Sync;

/// The judge of a server, if it has one, in its configuration.
#[derive(Clone, Default)]
pub(crate) struct JudgeSetting(Option<Arc<JudgeFn>>);

/// Judges pairs, in a thread of its own.
pub(crate) struct JudgeThread {
    orders: Option<Sender<JudgementOrder>>,
    known: Mutex<VecDeque<(JudgementKey, Arc<JudgementResult>)>>,
}

/// A pair by its digest, and what was known of its event.
type JudgementKey = ([u8; 32], Option<EventFacts>);

struct JudgementOrder {
    old: (String, String),
    new: (String, String),
    facts: Option<EventFacts>,
    answer: oneshot::Sender<JudgementResult>,
}

impl JudgeSetting {
    pub(crate) fn new(
        judge: impl Fn(&JudgedContent<'_>, &JudgedContent<'_>, Option<&EventFacts>) -> JudgementResult
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self(Some(Arc::new(judge)))
    }
}

impl fmt::Debug for JudgeSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JudgeSetting").field(&self.0.is_some()).finish()
    }
}

impl JudgeThread {
    /// Starts the thread, if there is a judge. It ends after its last order when the court is dropped.
    pub(crate) fn start(setting: JudgeSetting) -> std::io::Result<Self> {
        let mut orders = None;
        if let Some(judge) = setting.0 {
            let (sender, waiting) = channel();
            let thread = thread::Builder::new().name("schemactl-judge".to_owned());
            thread.stack_size(STACK).spawn(move || judge_all(&*judge, &waiting))?;
            orders = Some(sender);
        }
        Ok(Self {
            orders,
            known: Mutex::default(),
        })
    }

    /// Returns what became of a schema between two versions, types and contents, by what is known of its event. `None` if there is no judge.
    pub(crate) async fn judge(
        &self,
        [old, new]: [(String, String); 2],
        facts: Option<EventFacts>,
    ) -> Option<Arc<JudgementResult>> {
        let question = (digest([&old.0, &old.1, &new.0, &new.1]), facts.clone());
        if let Some(judged) = self.find(&question) {
            return Some(judged);
        }
        let (answer, receiver) = oneshot::channel();
        self.orders
            .as_ref()?
            .send(JudgementOrder {
                old,
                new,
                facts,
                answer,
            })
            .ok()?;
        let broken = || Err("the comparison broke off".to_owned());
        let judged = Arc::new(receiver.await.unwrap_or_else(|_| broken()));
        let mut known = self.known();
        known.truncate(KEPT - 1);
        known.push_front((question, Arc::clone(&judged)));
        Some(judged)
    }

    fn find(&self, question: &JudgementKey) -> Option<Arc<JudgementResult>> {
        let known = self.known();
        let found = known.iter().find(|(known, _)| known == question);
        found.map(|(_, judged)| Arc::clone(judged))
    }

    /// Entries are whole whatever happened to another thread, so a poisoned lock is as good as another.
    fn known(&self) -> MutexGuard<'_, VecDeque<(JudgementKey, Arc<JudgementResult>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn judge_all(judge: &JudgeFn, waiting: &Receiver<JudgementOrder>) {
    while let Ok(JudgementOrder {
        old,
        new,
        facts,
        answer,
    }) = waiting.recv()
    {
        // Whoever asked may have gone, and so need not be answered.
        if answer.is_closed() {
            continue;
        }
        let judged = catch_unwind(AssertUnwindSafe(|| {
            judge(&content(&old), &content(&new), facts.as_ref())
        }));
        let _ = answer.send(judged.unwrap_or_else(|_| Err("the comparison broke off".to_owned())));
    }
}

fn content((content_type, content): &(String, String)) -> JudgedContent<'_> {
    JudgedContent { content_type, content }
}

/// Each text with its length, so that no two lists of texts are one.
fn digest(texts: [&String; 4]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text.len().to_le_bytes());
        digest.update(text);
    }
    digest.finalize().into()
}
