//! The listener, and a shutdown that lets current requests finish.

use super::{connections::Crowd, conversation::converse};
use axum::Router;
use std::{future::Future, io, net::SocketAddr, pin::pin, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
    time,
};
use tracing::{info, warn};

/// The time that current requests get when the process stops.
const GRACE: Duration = Duration::from_secs(10);

/// Serves on an address until `stop` is done. Calls `reachable` with the address once it listens.
pub async fn run(
    listen: SocketAddr,
    service: Router,
    reachable: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    info!(%address, "listening");
    reachable(address);
    serve(listener, service, stop).await;
    Ok(())
}

/// Serves a listener's connections until `stop` is done, then finishes current requests.
///
/// `axum::serve` is not enough. It lets clients take any time for a request's head and for reading the
/// response, send a head of any size, and open any number of connections.
pub async fn serve(listener: TcpListener, service: Router, stop: impl Future<Output = ()>) {
    serve_a_crowd(listener, service, stop, Crowd::of_a_listener()).await;
}

/// Serves a listener with given limits on its connections.
pub(super) async fn serve_a_crowd(
    listener: TcpListener,
    service: Router,
    stop: impl Future<Output = ()>,
    crowd: Crowd,
) {
    let (tell, told) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let member = tokio::select! {
                        () = &mut stop => break,
                        member = crowd.enter() => member,
                    };
                    let conversation =
                        converse(stream, peer, member, service.clone(), told.clone());
                    connections.spawn(conversation);
                }
                Err(error) => rest_after(&error, &crowd).await,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
    drop((listener, tell));
    info!(connections = connections.len(), "stopping");
    let all = async { while connections.join_next().await.is_some() {} };
    if time::timeout(GRACE, all).await.is_err() {
        warn!("some requests were broken off");
    }
}

/// The signal that the process stops, in the extensions of every request. A response without an end ends
/// then.
#[derive(Clone)]
pub struct Stopping(pub watch::Receiver<()>);

/// Waits until the process stops. Without the signal it waits for ever.
pub(super) async fn stopped(stopping: &mut Option<Stopping>) {
    match stopping {
        // The value changes, or nobody is left to change it.
        Some(Stopping(told)) => drop(told.changed().await),
        None => std::future::pending().await,
    }
}

/// Waits after a failed accept. A client that has left is no failure. If the process has run out of files, an
/// immediate retry would only burn the processor.
async fn rest_after(error: &io::Error, crowd: &Crowd) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        warn!(reason = %error.kind(), "can't take in a connection");
        crowd.make_room();
        time::sleep(Duration::from_secs(1)).await;
    }
}

/// Waits for SIGTERM or SIGINT.
pub fn stop() -> io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
