//! The doctor's look at the built-in rooms: their address, and those that browsers get.

use super::Finding;
use crate::{
    clock::Clock, conference::livekit::LiveKit, config::Config, metrics::Meter, rooms::LIVEKIT,
    rules::loopback::is_loopback, state::AppState,
};
use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr, TcpListener, UdpSocket},
    time::Duration,
};
use url::Url;

/// The name of this part.
const PART: &str = "room";

/// Time for which two servers of one name count as seen. Both register every 3 seconds.
const LATELY: Duration = Duration::from_mins(1);

/// Checks that the media can listen, and that browsers elsewhere get an address that they reach.
pub(super) fn room(config: &Config) -> Finding {
    let Some(room) = &config.room.media else { return Finding::off(PART) };
    let public = Url::parse(config.http.public_url.as_str()).is_ok_and(|url| !is_loopback(&url));
    let told = if room.advertise.is_empty() { vec![room.listen] } else { room.advertise.clone() };
    let reachable = told.iter().any(|address| !is_own(address.ip()));
    let found = listens(room.listen).and_then(|listens| {
        if public && !reachable {
            return Err(
                "browsers get an address of this machine only: set room.advertise".to_owned()
            );
        }
        let told: Vec<_> = told.iter().map(SocketAddr::to_string).collect();
        Ok(format!("{listens}; browsers get {}", told.join(", ")))
    });
    Finding::new(PART, found)
}

/// Checks that LiveKit answers and takes the key. `None` if it is not configured.
pub(super) async fn livekit(config: &Config) -> Option<Finding> {
    let livekit = config.livekit.as_ref()?;
    let found = match LiveKit::new(livekit.clone(), Meter::default()) {
        Ok(livekit) => {
            livekit.check(Clock::system().now()).await.map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    Some(Finding::new(LIVEKIT, found.map(|()| "the server takes our key".to_owned())))
}

/// Returns a finding if two servers were lately seen to have this server's name. `None` if all is well.
pub(super) async fn shared_name(state: &AppState, config: &Config) -> Option<Finding> {
    config.room.media.as_ref()?;
    let now = state.clock.now();
    let found = match state.server_shared_at(&config.room.server).await {
        Ok(shared_at) if shared_at.is_some_and(|at| now.since(at) < LATELY) => {
            "room.server: two servers have this name: give each another one".to_owned()
        }
        Ok(_) => return None,
        Err(fault) => fault.to_string(),
    };
    Some(Finding::new(PART, Err(found)))
}

/// Tries to listen. The service itself has the address while it runs.
fn listens(at: SocketAddr) -> Result<&'static str, String> {
    let tried = UdpSocket::bind(at).and_then(|_| TcpListener::bind(at));
    match tried.map_err(|error| error.kind()) {
        Ok(_) => Ok("its address is free"),
        Err(ErrorKind::AddrInUse) => Ok("its address is in use, by the service if it runs"),
        Err(ErrorKind::AddrNotAvailable) => {
            Err("room.listen is no address of this machine".to_owned())
        }
        Err(ErrorKind::PermissionDenied) => {
            Err("room.listen has a port that this user may not use".to_owned())
        }
        Err(_) => Err("room.listen can't be used".to_owned()),
    }
}

/// `true` if no other machine reaches this address.
const fn is_own(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unicast_link_local(),
    }
}
