//! A small HTTP server in place of an SMS gateway. It answers as one does, or misbehaves as the test says.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use url::form_urlencoded;

/// Response to a request.
#[derive(Clone)]
pub enum Answer {
    /// This status, media type and body.
    Says(u16, &'static str, String),
    /// No response, until the client gives up.
    Silence,
    /// A response that stops in the middle.
    Stalls,
    /// A closed connection.
    HangUp,
    /// These bytes, which are not HTTP.
    Babbles(&'static [u8]),
}

impl Answer {
    /// Returns a response with a JSON body.
    pub fn json(status: u16, body: &str) -> Self {
        Self::Says(status, "application/json", body.to_owned())
    }

    /// Returns a response with a text.
    pub fn text(status: u16, body: &str) -> Self {
        Self::Says(status, "text/plain; charset=utf-8", body.to_owned())
    }
}

/// A request that was received.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Method, path and version.
    pub line: String,
    /// Names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The form's fields.
    pub fields: Vec<(String, String)>,
}

impl Asked {
    /// Returns the first value of a header, or an empty text if it is missing.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(it, _)| it == name);
        found.map_or("", |(_, value)| value)
    }

    /// Returns the form's fields.
    pub fn fields(&self) -> Vec<(&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

/// A running server. It ends with the test.
pub struct GatewayServer {
    /// Its address.
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl GatewayServer {
    /// Starts a server that gives this answer to every request.
    pub async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::default());
        let kept = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                // In some tests the client disconnects in the middle.
                tokio::spawn(serve(socket, answer.clone(), Arc::clone(&kept)));
            }
        });
        Self { address, asked }
    }

    /// Returns its address for the configuration.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the requests received, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the only request received.
    pub fn only(&self) -> Asked {
        let mut asked = self.asked();
        assert_eq!(asked.len(), 1, "requests");
        asked.remove(0)
    }
}

async fn serve(
    socket: TcpStream,
    answer: Answer,
    asked: Arc<Mutex<Vec<Asked>>>,
) -> std::io::Result<()> {
    let mut wire = BufReader::new(socket);
    let mut line = String::new();
    wire.read_line(&mut line).await?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        wire.read_line(&mut header).await?;
        match header.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_lowercase(), value.trim().to_owned())),
            None => break,
        }
    }
    let request = Asked { line: line.trim_end().to_owned(), headers, fields: Vec::new() };
    let mut body = vec![0; request.header("content-length").parse().unwrap_or(0)];
    wire.read_exact(&mut body).await?;
    let fields = form_urlencoded::parse(&body).into_owned().collect();
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(Asked { fields, ..request });
    match answer {
        Answer::Says(status, media, body) => {
            let head = format!(
                "HTTP/1.1 {status} Whatever\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\
                 Location: http://127.0.0.1:1/elsewhere\r\nConnection: close\r\n\r\n",
                body.len()
            );
            wire.write_all(head.as_bytes()).await?;
            wire.write_all(body.as_bytes()).await?;
            wire.flush().await
        }
        Answer::Silence => wire.read_to_end(&mut Vec::new()).await.map(drop),
        Answer::Stalls => {
            wire.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":").await?;
            wire.flush().await?;
            wire.read_to_end(&mut Vec::new()).await.map(drop)
        }
        Answer::HangUp => Ok(()),
        Answer::Babbles(bytes) => {
            wire.write_all(bytes).await?;
            wire.flush().await
        }
    }
}
