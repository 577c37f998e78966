//! `metrics.*`: the listener for monitoring.

use super::{Error, Http, Mode, keys::Keys, read};
use std::net::SocketAddr;

pub(super) const KEYS: [&str; 1] = ["metrics.listen"];

/// The listener for metrics.
#[derive(Debug)]
pub struct Metrics {
    /// The address of a separate listener. `None` if metrics are not served.
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
            // Not everybody who reaches the pages may read the metrics.
            if listen == http.listen {
                return Err("must be another address than http.listen".into());
            }
            Ok(listen)
        })?;
        Ok(Self { listen })
    }
}
