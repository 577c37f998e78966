//! Listening, and stopping without breaking off what is under way.

use super::{conversation::converse, crowd::Crowd};
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

/// How long what is under way may take when the process is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Listens on an address until the process gets SIGTERM or SIGINT; says when it can be reached.
pub async fn run(
    listen: SocketAddr,
    service: Router,
    reachable: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let stop = stop()?;
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    info!(%address, "listening");
    reachable(address);
    serve(listener, service, stop).await;
    Ok(())
}

/// Serves what a listener takes in until `stop` is done, then finishes what is under way.
///
/// This does by hand what `axum::serve` does because that one gives clients all the time they
/// want for a request's head and for reading the answer, any size, and as many connections as they like.
pub async fn serve(listener: TcpListener, service: Router, stop: impl Future<Output = ()>) {
    serve_a_crowd(listener, service, stop, Crowd::of_a_listener()).await;
}

/// The same for a crowd of a certain size.
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

/// Told when the process stops: an answer that has no end of its own ends then. It is in the
/// extensions of every request.
#[derive(Clone)]
pub struct Stopping(pub watch::Receiver<()>);

/// A client that is gone already is nothing; where the process has run out of files, trying at
/// once again would only burn the processor.
async fn rest_after(error: &io::Error, crowd: &Crowd) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        warn!(reason = %error.kind(), "can't take in a connection");
        crowd.make_room();
        time::sleep(Duration::from_secs(1)).await;
    }
}

fn stop() -> io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
