//! A server in BankID's place. It records calls and answers as the test says, rightly or wrongly.

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    serve::Listener,
};
use futures_util::{StreamExt, stream};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use serde_json::Value;
use std::{
    convert::Infallible,
    future::pending,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        server::WebPkiClientVerifier,
    },
    server::TlsStream,
};

/// Response to every call.
pub enum Answer {
    /// This status and body.
    Say(StatusCode, String),
    /// A redirect to itself.
    Redirect,
    /// A body without an end.
    Endless,
    /// No response. The clock is paused, so that waiting takes no time.
    Silence,
    /// A body that stops in the middle. The clock is paused too.
    Stall,
}

/// A call that the server has received.
#[derive(Clone)]
pub struct Heard {
    /// The HTTP method.
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    body: Bytes,
}

impl Heard {
    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// A running server. It closes with the test.
pub struct Bank {
    /// Its address.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    answer: Answer,
    heard: Mutex<Vec<Heard>>,
}

impl Bank {
    /// Starts a server without TLS.
    pub async fn open(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        Self::at(address, listener, answer)
    }

    /// Starts a server with a certificate of the authority. It accepts only clients with one of its
    /// certificates.
    pub async fn open_with_tls(answer: Answer, authority: &Authority) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        Self::at(address, TlsListener { listener, acceptor: authority.acceptor() }, answer)
    }

    fn at<L: Listener<Addr = SocketAddr>>(
        address: SocketAddr,
        listener: L,
        answer: Answer,
    ) -> Self {
        let shared = Arc::new(Shared { answer, heard: Mutex::default() });
        let router = Router::new().fallback(hear).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shared }
    }

    /// Returns the calls received, in order.
    pub fn heard(&self) -> Vec<Heard> {
        self.shared.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the only call received.
    pub fn only(&self) -> Heard {
        let mut heard = self.heard();
        assert_eq!(heard.len(), 1, "calls heard");
        heard.remove(0)
    }
}

async fn hear(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let heard = Heard {
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        headers: parts.headers,
        body: to_bytes(body, usize::MAX).await.expect("a body"),
    };
    let path = heard.path.clone();
    shared.heard.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
    match &shared.answer {
        Answer::Say(status, body) => {
            (*status, [(header::CONTENT_TYPE, "application/json")], body.clone()).into_response()
        }
        Answer::Redirect => Redirect::temporary(&path).into_response(),
        Answer::Endless => {
            let spaces = || Ok::<_, Infallible>(Bytes::from_static(&[b' '; 8192]));
            Body::from_stream(stream::repeat_with(spaces)).into_response()
        }
        Answer::Silence => {
            tokio::time::pause();
            pending().await
        }
        Answer::Stall => {
            tokio::time::pause();
            let start = stream::once(async { Ok::<_, Infallible>(Bytes::from_static(b"{")) });
            Body::from_stream(start.chain(stream::pending())).into_response()
        }
    }
}

struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (socket, from) = Listener::accept(&mut self.listener).await;
            // Some tests connect without a valid certificate.
            if let Ok(stream) = self.acceptor.accept(socket).await {
                return (stream, from);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// An authority that issues certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// Creates an authority of this name.
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = named(name, Vec::new());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Returns its own certificate, in PEM.
    pub fn pem(&self) -> String {
        self.pem.clone()
    }

    /// Issues a certificate and its key, both in PEM.
    pub fn issue(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let params = named(name, vec![name.to_owned()]);
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }

    fn acceptor(&self) -> TlsAcceptor {
        let der =
            |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate");
        let (certificate, key) = self.issue("127.0.0.1");
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("a key");
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(der(&self.pem)).expect("a root");
        let known =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .expect("a verifier");
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_client_cert_verifier(known)
            .with_single_cert(vec![der(&certificate)], key)
            .expect("a configuration");
        TlsAcceptor::from(Arc::new(config))
    }
}

fn named(name: &str, alternatives: Vec<String>) -> CertificateParams {
    let mut params = CertificateParams::new(alternatives).expect("names");
    params.distinguished_name.push(DnType::CommonName, name);
    params
}
