//! Connections. In: a listener and a router. Out: answers, until the server is stopped. What axum's own server lacks is here: a
//! bound on connections, and a deadline for the head of a request, so that nobody holds the server by doing nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::limits::Limits;

/// How long requests that are being answered may take when the server stops.
pub(crate) const GRACE: Duration = Duration::from_secs(2);
/// The largest head of a request in bytes. hyper answers a larger one with 431.
const HEAD: usize = 16 * 1024;
/// The pause after the system could not give a connection, mostly for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stopped` ends, and then what has begun, for as long as [`GRACE`].
pub(crate) async fn serve_connections(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<()>,
) {
    let slots = Arc::new(Semaphore::new(limits.connections.max(1)));
    let connections = GracefulShutdown::new();
    loop {
        let (connection, slot) = tokio::select! {
            accepted = accept(&listener, &slots) => accepted,
            // Nothing is ever sent: the sender is dropped to stop.
            _ = stopped.changed() => break,
        };
        let protocol = protocol(limits.head);
        let service = TowerToHyperService::new(router.clone());
        let served = connections.watch(protocol.serve_connection(TokioIo::new(connection), service));
        tokio::spawn(async move {
            // A client that breaks off has nobody to complain to.
            let _ = served.await;
            drop(slot);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
}

/// The next connection, once there is a slot for it. Until then it waits in the system's queue.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
    let slot = Arc::clone(slots)
        .acquire_owned()
        .await
        .expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((connection, _)) => {
                // An answer is one small write: nothing is gained by waiting for more.
                let _ = connection.set_nodelay(true);
                return (connection, slot);
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

fn protocol(head: Duration) -> http1::Builder {
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(HEAD);
    protocol
}
