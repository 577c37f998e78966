//! One client's connection, from its first request to its end.

use super::{
    connections::{Busy, Member},
    host,
    serve::Stopping,
    stream::Stream,
    unread::Rest,
};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, Request},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use hyper::{
    body::{Body as _, Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{net::TcpStream, sync::watch, time::timeout};
use tower::ServiceExt;

/// The time limit of a request's head. It also ends idle connections, so a proxy must close its own earlier.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// The maximum size of a request's head. In bytes. A larger head gets 431.
const LARGEST_HEAD: usize = 32 * 1024;

/// Answers requests on a connection until it ends or the process stops.
pub(super) async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    member: Member,
    service: Router,
    mut told: watch::Receiver<()>,
) {
    // Responses are small, and waiting for more data only delays them.
    stream.set_nodelay(true).ok();
    let stopping = Stopping(told.clone());
    let answers = service_fn(|request: hyper::Request<Incoming>| {
        let busy = Arc::new(member.busy());
        answer(request, peer, busy, service.clone(), stopping.clone())
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(Stream::new(stream)), answers)
            // A web socket leaves this connection, and has its own limits.
            .with_upgrades()
    );
    // An error at the end of a connection is the client's. Nothing can be done about it.
    tokio::select! {
        _ = &mut connection => return,
        () = member.gone() => return,
        _ = told.changed() => connection.as_mut().graceful_shutdown(),
    }
    // No client waits for a response on an idle connection, so it is closed at once.
    let patience = if member.is_idle() { Duration::ZERO } else { Duration::MAX };
    timeout(patience, connection).await.ok();
}

async fn answer(
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    busy: Arc<Busy>,
    service: Router,
    stopping: Stopping,
) -> Result<hyper::Response<Answer>, Infallible> {
    let response = if host::is_named(&request) {
        answered(request, peer, &busy, service, stopping).await?
    } else {
        nobodys()
    };
    Ok(response.map(|body| Answer { body, _busy: busy }))
}

async fn answered(
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    busy: &Arc<Busy>,
    service: Router,
    stopping: Stopping,
) -> Result<Response, Infallible> {
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(ConnectInfo(peer));
    parts.extensions.insert(stopping);
    if body.is_end_stream() {
        return service.oneshot(Request::from_parts(parts, Body::empty())).await;
    }
    let rest = Rest::new(body, &parts.headers, Arc::clone(busy));
    let body = Body::new(rest.clone());
    let mut response = service.oneshot(Request::from_parts(parts, body)).await?;
    rest.settle(response.headers_mut()).await;
    Ok(response)
}

/// Returns the response to an ambiguous request. It closes the connection, so nothing more is read.
fn nobodys() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A response's body, which keeps its request busy until it is dropped.
struct Answer {
    body: Body,
    _busy: Arc<Busy>,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
