//! `metrics.*`: the listener for monitoring.

use super::{
    Error, Http, Mode,
    keys::Keys,
    read::parsed,
    reference::{Key, Section},
};
use serde::{Deserialize, Deserializer};
use std::net::SocketAddr;

pub(super) const SECTION: Section = Section {
    name: "metrics",
    about: "Metrics show figures only, and ask for no password. Keep them to the operators' network.",
    keys: &[Key::optional(
        "metrics.listen",
        "127.0.0.1:9100",
        "address and port of `/metrics`, for Prometheus. It must differ from `http.listen`",
    )],
};

/// The listener for metrics.
#[derive(Debug, Deserialize)]
pub struct Metrics {
    /// The address of a separate listener. `None` if metrics are not served.
    #[serde(default, deserialize_with = "listen")]
    pub listen: Option<SocketAddr>,
}

impl Metrics {
    /// Reads the section.
    pub(super) fn read(keys: &mut Keys, http: &Http, mode: Mode) -> Result<Self, Error> {
        let metrics: Self = keys.section(SECTION.name)?;
        let wrong = match metrics.listen {
            Some(listen) if mode == Mode::Demo && !listen.ip().is_loopback() => {
                "must be a loopback address in a demo"
            }
            // Not everybody who reaches the pages may read the metrics.
            Some(listen) if listen == http.listen => "must be another address than http.listen",
            _ => return Ok(metrics),
        };
        Err(Error::key("metrics.listen", wrong))
    }
}

fn listen<'de, D: Deserializer<'de>>(value: D) -> Result<Option<SocketAddr>, D::Error> {
    let wrong = "must be an address and a port such as 127.0.0.1:9100";
    parsed(value, |text| text.trim().parse().map(Some).map_err(|_| wrong))
}
