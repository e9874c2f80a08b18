//! Starts and stops the server. In: a [`Config`]. Out: a running [`Server`] with threads of its own, so that programs with
//! and without tokio use it alike. Reads no signals and prints nothing.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::arn::Arns;
use crate::dispatch::{self, App};
use crate::log::RequestLog;
use crate::store::Store;
use crate::{Config, Request, StartError};

/// How long requests that are being answered may take when the server stops.
const GRACE: Duration = Duration::from_secs(5);
/// Threads that wait for the disk. More would only wait for each other: there is one writer.
const BLOCKING_THREADS: usize = 8;

/// A running server. Dropping it stops it, as [`Server::shutdown`] does.
#[derive(Debug)]
pub struct Server {
    port: u16,
    log: Arc<RequestLog>,
    /// Dropped to stop.
    stop: Option<watch::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts a server and returns as soon as it can be called.
pub fn start(config: Config) -> Result<Server, StartError> {
    let Config {
        data,
        port,
        region,
        account,
    } = config;
    let store = Arc::new(Store::open(&data)?);
    let (listener, port) = listen(port)?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(BLOCKING_THREADS)
        .thread_name("schemactl-server")
        .enable_all()
        .build()
        .map_err(StartError::Threads)?;
    let log = Arc::new(RequestLog::default());
    let app = App {
        store,
        arns: Arns::new(&region, &account),
        log: Arc::clone(&log),
    };
    let router = dispatch::router(&app);
    let (stop, stopped) = watch::channel(());
    let thread = thread::Builder::new().name("schemactl-server".to_owned());
    let thread = thread.spawn(move || run(runtime, listener, router, stopped));
    Ok(Server {
        port,
        log,
        stop: Some(stop),
        thread: Some(thread.map_err(StartError::Threads)?),
    })
}

impl Server {
    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The last 10,000 requests that were answered, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.log.snapshot()
    }

    /// Stops listening, lets running requests end for some seconds, closes the database, and returns then.
    pub fn shutdown(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has stopped too.
            let _ = thread.join();
        }
    }
}

fn listen(port: u16) -> Result<(TcpListener, u16), StartError> {
    let bind = || {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        Ok((listener, port))
    };
    bind().map_err(|error| StartError::Listen { port, error })
}

/// The thread of the server. The runtime lives and dies here: inside another runtime it could do neither.
fn run(runtime: Runtime, listener: TcpListener, router: Router, stopped: watch::Receiver<()>) {
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).expect("a runtime with I/O takes any socket");
        // An answer is one small write: nothing is gained by waiting for more.
        let listener = listener.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        let serving = axum::serve(listener, router).with_graceful_shutdown(until(stopped.clone()));
        tokio::select! {
            _ = serving => {}
            () = overdue(stopped) => {}
        }
    });
    runtime.shutdown_timeout(GRACE);
}

/// Ends when the sender is dropped; nothing is ever sent.
async fn until(mut stopped: watch::Receiver<()>) {
    while stopped.changed().await.is_ok() {}
}

async fn overdue(stopped: watch::Receiver<()>) {
    until(stopped).await;
    tokio::time::sleep(GRACE).await;
}
