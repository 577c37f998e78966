//! `metrics.*`: where those who watch over the service ask for its figures.

use super::{Error, Http, Mode, keys::Keys, read};
use std::net::SocketAddr;

pub(super) const KEYS: [&str; 1] = ["metrics.listen"];

/// Where the figures are told.
#[derive(Debug)]
pub struct Metrics {
    /// The address of a listener of their own; none where they are not told.
    pub listen: Option<SocketAddr>,
}

impl Metrics {
    pub(super) fn take(keys: &mut Keys, http: &Http, mode: Mode) -> Result<Self, Error> {
        let listen = keys.take("metrics.listen", |value| {
            let listen = read::text(value)?
                .trim()
                .parse::<SocketAddr>()
                .map_err(|_| "must be an address and a port such as 127.0.0.1:9100")?;
            if mode == Mode::Demo && !listen.ip().is_loopback() {
                return Err("must be a loopback address in a demo".into());
            }
            // The figures are not for everybody who reaches the pages.
            if listen == http.listen {
                return Err("must be another address than http.listen".into());
            }
            Ok(listen)
        })?;
        Ok(Self { listen })
    }
}
