//! Listening, and stopping without breaking off what is under way.

use axum::{Router, extract::ConnectInfo, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{future::Future, io, net::SocketAddr, pin::pin, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
    time,
};
use tower::ServiceExt;
use tracing::{info, warn};

/// How long a client may take over a request's head; also ends connections that do nothing.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// The most that a request's head may weigh: more is answered 431.
const LARGEST_HEAD: usize = 32 * 1024;

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
/// want for a request's head, and any size.
pub async fn serve(listener: TcpListener, service: Router, stop: impl Future<Output = ()>) {
    let (tell, told) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(converse(stream, peer, service.clone(), told.clone()));
                }
                Err(error) => rest_after(&error).await,
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

async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    service: Router,
    mut told: watch::Receiver<()>,
) {
    // Answers are small: waiting for more to send along only delays them.
    stream.set_nodelay(true).ok();
    let stopping = Stopping(told.clone());
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(stopping.clone());
        service.clone().oneshot(request)
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(stream), answer)
            .with_upgrades()
    );
    // How a connection ends is the client's business: nothing can be done or need be said.
    tokio::select! {
        _ = &mut connection => return,
        _ = told.changed() => connection.as_mut().graceful_shutdown(),
    }
    connection.await.ok();
}

/// A client that is gone already is nothing; where the process has run out of files, trying at
/// once again would only burn the processor.
async fn rest_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        warn!(reason = %error.kind(), "can't take in a connection");
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
