//! Starts and stops the server. In: a [`Config`]. Out: a running [`Server`] with threads of its own, so that programs with
//! and without tokio use it alike. Reads no signals and prints nothing.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use axum::Router;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::access::Access;
use crate::app::App;
use crate::arn::Arns;
use crate::config::Config;
use crate::connections::{self, GRACE};
use crate::dispatch;
use crate::guard::AllowedHosts;
use crate::judge::JudgeThread;
use crate::limits::Limits;
use crate::log::{Request, RequestLog};
use crate::service::Service;
use crate::sigv4::Keys;
use crate::start_error::StartError;
use crate::store::Store;
use crate::worker::{self, WorkerWaker};

/// Threads that wait for the bus that PutEvents is passed on to. The database has its own.
const BLOCKING_THREADS: usize = 8;

/// A running server. Dropping it stops it, as [`Server::shutdown`] does.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    log: Arc<RequestLog>,
    /// Dropped to stop.
    stop: Option<watch::Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

/// Starts a server and returns as soon as it can be called.
pub fn start(config: Config) -> Result<Server, StartError> {
    if !config.address.is_loopback() && config.keys.is_none() {
        let address = config.address;
        return Err(StartError::Exposed { address });
    }
    let store = Arc::new(Store::open(&config.data)?);
    let (listener, address) = listen(SocketAddr::new(config.address, config.port))?;
    let languages = config.languages.clone();
    let (wake, mut threads) =
        worker::start_workers(&store, languages, config.bus.clone()).map_err(StartError::Threads)?;
    let log = Arc::new(RequestLog::default());
    let limits = config.limits;
    let court = JudgeThread::start(config.judge.clone()).map_err(StartError::Threads)?;
    let router = dispatch::api_router(app(config, store, wake, court, &log));
    let (stop, stopped) = watch::channel(());
    let runtime = runtime().map_err(StartError::Threads)?;
    let thread = thread::Builder::new().name("schemactl-server".to_owned());
    let thread = thread.spawn(move || run(runtime, listener, router, limits, stopped));
    threads.insert(0, thread.map_err(StartError::Threads)?);
    Ok(Server {
        address,
        log,
        stop: Some(stop),
        threads,
    })
}

impl Server {
    /// Returns the address of the server: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns the last 10,000 requests that were answered, oldest first.
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
        for thread in self.threads.drain(..) {
            // A thread that panicked has stopped too.
            let _ = thread.join();
        }
    }
}

fn app(config: Config, store: Arc<Store>, wake: WorkerWaker, court: JudgeThread, log: &Arc<RequestLog>) -> App {
    let hosts = if config.keys.is_some() {
        AllowedHosts::Any
    } else {
        AllowedHosts::Local
    };
    let region = config.region.clone();
    let keys = config.keys.map(|(access_key, secret)| Keys {
        access_key,
        secret,
        region,
    });
    App {
        store,
        service: Arc::new(Service {
            arns: Arns::new(&config.region, &config.account),
            quotas: config.quotas,
            languages: config.languages,
            publishes: config.bus.is_some(),
            notices: config.notices.clone(),
        }),
        access: Arc::new(Access::new(&config.region, keys)),
        hosts,
        body_timeout: config.limits.body,
        wake,
        bus: config.bus,
        court,
        facts: config.facts,
        log: Arc::clone(log),
    }
}

fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let bind = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    bind().map_err(|error| StartError::Listen { address, error })
}

fn runtime() -> std::io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    // One: two workers wake each other for each request, which takes longer than an answer. What takes long has threads of its own.
    builder.worker_threads(1).max_blocking_threads(BLOCKING_THREADS);
    builder.thread_name("schemactl-server").enable_all().build()
}

/// The thread of the server. The runtime lives and dies here: inside another runtime it could do neither.
fn run(runtime: Runtime, listener: TcpListener, router: Router, limits: Limits, stopped: watch::Receiver<()>) {
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).expect("a runtime with I/O takes any socket");
        connections::serve_connections(listener, router, limits, stopped).await;
    });
    runtime.shutdown_timeout(GRACE);
}
