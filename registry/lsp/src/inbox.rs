//! What an editor sends, while something else is done. In: a stream, and searches in threads of their own. Out: messages and what was found, in their
//! order, and whether more of them wait: a check that nobody waits for any more ends early.

use std::io::{self, BufRead};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;

use lsp_server::Message;
use lsp_types::notification::{DidChangeTextDocument, Notification as _};

use crate::message::{MalformedMessage, read_message};
use crate::searched::SearchedStates;

/// What came in.
pub(crate) enum Incoming {
    Message(Message),
    Malformed(MalformedMessage),
    /// A search has ended.
    Found(SearchedStates),
    /// The stream has ended.
    End,
    /// Nobody can tell where the next message begins.
    Broken(io::Error),
}

/// Messages that were read and not yet taken.
pub(crate) struct Inbox {
    messages: Receiver<Incoming>,
    sender: Sender<Incoming>,
    flow: Arc<MessageFlow>,
}

/// How many messages were read, and how many of them were taken.
#[derive(Debug, Default)]
pub(crate) struct MessageFlow {
    read: MessageCounts,
    taken: MessageCounts,
}

#[derive(Debug, Default)]
struct MessageCounts {
    all: AtomicU64,
    changes: AtomicU64,
}

impl MessageCounts {
    fn count(&self, incoming: &Incoming) {
        if matches!(incoming, Incoming::Message(Message::Notification(call)) if call.method == DidChangeTextDocument::METHOD)
        {
            self.changes.fetch_add(1, Ordering::SeqCst);
        }
        self.all.fetch_add(1, Ordering::SeqCst);
    }
}

impl MessageFlow {
    /// Returns whether a text was changed since the last message was taken.
    pub(crate) fn has_change(&self) -> bool {
        self.read.changes.load(Ordering::SeqCst) > self.taken.changes.load(Ordering::SeqCst)
    }

    /// Returns whether any message waits.
    pub(crate) fn has_message(&self) -> bool {
        self.read.all.load(Ordering::SeqCst) > self.taken.all.load(Ordering::SeqCst)
    }
}

impl Inbox {
    /// Starts reading. The thread that reads ends with the stream, or with the program.
    pub(crate) fn open(mut input: impl BufRead + Send + 'static) -> Self {
        let (sender, messages) = channel();
        let flow = Arc::new(MessageFlow::default());
        let (counted, sending) = (Arc::clone(&flow), sender.clone());
        thread::spawn(move || {
            loop {
                let incoming = match read_message(&mut input) {
                    Ok(Some(Ok(message))) => Incoming::Message(message),
                    Ok(Some(Err(malformed))) => Incoming::Malformed(malformed),
                    Ok(None) => Incoming::End,
                    Err(error) => Incoming::Broken(error),
                };
                let is_last = matches!(incoming, Incoming::End | Incoming::Broken(_));
                counted.read.count(&incoming);
                if sending.send(incoming).is_err() || is_last {
                    return;
                }
            }
        });
        Self { messages, sender, flow }
    }

    /// Searches in a thread of its own; what is found comes in like a message.
    pub(crate) fn search(&self, search: impl FnOnce() -> SearchedStates + Send + 'static) {
        let (counted, sender) = (Arc::clone(&self.flow), self.sender.clone());
        thread::spawn(move || {
            let incoming = Incoming::Found(search());
            counted.read.count(&incoming);
            // Where nobody takes messages any more, the session is over.
            let _ = sender.send(incoming);
        });
    }

    /// Returns how many messages wait; it may be asked from any thread.
    pub(crate) fn flow(&self) -> &MessageFlow {
        &self.flow
    }

    /// Returns the next message, and waits for it.
    pub(crate) fn take(&self) -> Incoming {
        let incoming = self.messages.recv().unwrap_or(Incoming::End);
        self.flow.taken.count(&incoming);
        incoming
    }

    /// Returns the next message if there is one.
    pub(crate) fn try_take(&self) -> Option<Incoming> {
        let incoming = match self.messages.try_recv() {
            Ok(incoming) => incoming,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Incoming::End,
        };
        self.flow.taken.count(&incoming);
        Some(incoming)
    }
}
