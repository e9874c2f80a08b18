//! What happens after an answer: code bindings are generated, events are sent. In: a wake after the changes that give them work. Out: rows of the
//! tables `bindings` and `outbox` that are done. Both are orders on the disk, so nothing is lost when the process is killed; an event
//! may then be sent twice.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;

use crate::bus::{BusClient, Delivery};
use crate::languages::{Binding, Languages};
use crate::store::Store;
use crate::store::bindings::{self, PendingBinding};
use crate::store::outbox::{self, OutboxEvent};

/// What PutEvents takes at a time.
const BATCH: usize = 10;
/// The pause after a bus that failed, and the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Wakes the workers. Dropping it ends them after what they are at.
#[derive(Clone, Debug)]
pub(crate) struct WorkerWaker {
    bindings: SyncSender<()>,
    /// Where there is a bus.
    events: Option<SyncSender<()>>,
}

impl WorkerWaker {
    /// Says that a binding may be ordered.
    pub(crate) fn generate(&self) {
        // One wake is enough for any number of changes.
        let _ = self.bindings.try_send(());
    }

    /// Says that an event may wait.
    pub(crate) fn send(&self) {
        if let Some(events) = &self.events {
            let _ = events.try_send(());
        }
    }
}

/// Starts a thread for code bindings, and one for events if there is a bus.
pub(crate) fn start_workers(
    store: &Arc<Store>,
    languages: Languages,
    bus: Option<BusClient>,
) -> std::io::Result<(WorkerWaker, Vec<JoinHandle<()>>)> {
    let held = Arc::clone(store);
    let (bindings, ordered) = sync_channel(1);
    let mut threads = vec![named("schemactl-bindings").spawn(move || generate_all(&held, &languages, &ordered))?];
    let mut wake = WorkerWaker { bindings, events: None };
    if let Some(bus) = bus {
        let held = Arc::clone(store);
        let (events, waiting) = sync_channel(1);
        threads.push(named("schemactl-events").spawn(move || send_all(&held, &bus, &waiting))?);
        wake.events = Some(events);
    }
    // What a server left behind that was killed.
    wake.generate();
    wake.send();
    Ok((wake, threads))
}

/// Generators recurse into schemas that nest, in stacks of any build.
fn named(name: &str) -> thread::Builder {
    thread::Builder::new().name(name.to_owned()).stack_size(16 << 20)
}

fn generate_all(store: &Store, languages: &Languages, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        while let Ok(Ok(Some(order))) = store.read(bindings::next_order).blocking_recv() {
            let done = generate(languages, &order);
            let finished = store.write(move |db| bindings::finish_binding(db, &order, &done));
            if !matches!(finished.blocking_recv(), Ok(Ok(()))) {
                // The order stands, and is looked at again with the next one.
                break;
            }
        }
    }
}

/// A generator that panics has failed like one that says why.
fn generate(languages: &Languages, order: &PendingBinding) -> Result<Vec<u8>, String> {
    let binding = Binding {
        registry: &order.registry_name,
        schema: &order.schema_name,
        content_type: &order.content_type,
        content: &order.content,
    };
    let generated = catch_unwind(AssertUnwindSafe(|| languages.generate(&order.language, &binding)));
    generated.unwrap_or_else(|_| Err("the generator broke off".to_owned()))
}

fn send_all(store: &Store, bus: &BusClient, woken: &Receiver<()>) {
    let mut pause = None;
    loop {
        let event = match pause {
            None => woken.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(pause) => woken.recv_timeout(pause),
        };
        if event == Err(RecvTimeoutError::Disconnected) {
            return;
        }
        let longer = pause.map_or(FIRST_PAUSE, |pause| LONGEST_PAUSE.min(pause * 2));
        pause = (!send_waiting(store, bus)).then_some(longer);
    }
}

/// Sends what waits. False if some of it still does.
fn send_waiting(store: &Store, bus: &BusClient) -> bool {
    loop {
        match store.read(|db| outbox::select_oldest_events(db, BATCH)).blocking_recv() {
            Ok(Ok(waiting)) if waiting.is_empty() => return true,
            Ok(Ok(waiting)) => {
                if !send(store, bus, waiting) {
                    return false;
                }
            }
            Ok(Err(_)) | Err(_) => return false,
        }
    }
}

/// True if the bus took all of them.
fn send(store: &Store, bus: &BusClient, waiting: Vec<OutboxEvent>) -> bool {
    let entries: Vec<Value> = waiting.iter().map(|event| event.entry.clone()).collect();
    let answers = match bus.put_events(&entries) {
        Delivery::Answered(answers) => answers,
        Delivery::Failed(reason) => entries.iter().map(|_| Err(reason.clone())).collect(),
    };
    let all = answers.iter().all(Result::is_ok);
    let recorded = store.write(move |db| {
        for (event, answer) in waiting.iter().zip(&answers) {
            match answer {
                Ok(()) => outbox::remove_sent_event(db, event.id)?,
                Err(reason) => outbox::note_refused_event(db, event.id, reason)?,
            }
        }
        Ok::<_, rusqlite::Error>(())
    });
    matches!(recorded.blocking_recv(), Ok(Ok(()))) && all
}
