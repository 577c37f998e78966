//! The servers that hold built-in rooms, as this process has last seen them.

use super::{AppState, InternalError, settings::web_socket};
use crate::{
    clock::Time,
    conference::{Conferences, livekit::LiveKit},
    config::Origin,
    model::RoomServer,
    rooms::Engine,
    rules::room,
    store::Tx,
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

/// The origins of the signalling of other servers, for the policy of a room's page.
#[derive(Default)]
pub(crate) struct KnownServers {
    origins: RwLock<Arc<[String]>>,
    /// `true` once this process has registered.
    registered: AtomicBool,
    /// Held while this process registers or takes leave, so that no registration outlives it.
    registering: tokio::sync::Mutex<()>,
}

impl AppState {
    /// Returns the origins of the signalling of this server and of all that are known, and of LiveKit, with spaces
    /// between.
    pub(crate) fn signal_origins(&self) -> String {
        let others = self.known_servers.origins.read().unwrap_or_else(PoisonError::into_inner);
        let own = self.settings.signal_origin();
        let others = others.iter().map(String::as_str).filter(|other| *other != own);
        let livekit = self.conferences.as_ref().and_then(|it| it.engines.livekit.as_ref());
        let livekit = livekit.map(LiveKit::origins);
        let all = [own.as_str()].into_iter().chain(others).chain(livekit.as_deref());
        all.collect::<Vec<_>>().join(" ")
    }

    /// Registers this server, if it takes rooms, and learns of the others. Without other servers there is nothing to do.
    /// Returns `false` if another process has this server's name.
    ///
    /// # Errors
    /// The database's.
    pub async fn register_server(&self) -> Result<bool, InternalError> {
        if !self.store.has_other_servers() {
            return Ok(true);
        }
        let known = &self.known_servers;
        let _one = known.registering.lock().await;
        let now = self.clock.now();
        let (own, again) = (self.own_server(), known.registered.load(Ordering::SeqCst));
        let registered = own.is_some();
        let job = async move |tx: &mut Tx| {
            let alone = match &own {
                Some(own) => tx.register_server(own, again, now).await?,
                None => true,
            };
            Ok::<_, InternalError>((
                alone,
                tx.room_servers(room::server_seen_since(now), false).await?,
            ))
        };
        let (alone, servers) = self.store.write(job).await?;
        known.registered.fetch_or(registered, Ordering::SeqCst);
        let origins: BTreeSet<_> = servers.iter().filter_map(signalling).collect();
        let origins = origins.into_iter().collect();
        *known.origins.write().unwrap_or_else(PoisonError::into_inner) = origins;
        Ok(alone)
    }

    /// Returns this server as it registers. `None` if it takes no rooms.
    fn own_server(&self) -> Option<RoomServer> {
        let takes =
            |it: &&Arc<Conferences>| it.takes_rooms(Engine::Sfu) || it.takes_rooms(Engine::LiveKit);
        let conferences = self.conferences.as_ref().filter(takes)?;
        Some(RoomServer {
            name: conferences.server.clone(),
            process: conferences.process.clone(),
            signal_url: self.settings.room.signal_url.as_str().to_owned(),
            media: conferences.takes_rooms(Engine::Sfu),
            people: i64::try_from(conferences.people()).unwrap_or(i64::MAX),
        })
    }

    /// Ends the rooms of this process and gives them back, so that other servers can take them at once.
    ///
    /// # Errors
    /// The database's. The leases then expire.
    pub async fn leave_rooms(&self) -> Result<(), InternalError> {
        let Some(conferences) = &self.conferences else { return Ok(()) };
        // Before they are given back, so that none is in two places.
        conferences.stop();
        let _one = self.known_servers.registering.lock().await;
        let (server, process) = (conferences.server.clone(), conferences.process.clone());
        let job = async move |tx: &mut Tx| {
            tx.release_rooms(&server).await?;
            tx.forget_server(&process).await
        };
        Ok(self.store.write(job).await?)
    }

    /// Returns the time at which two processes were last seen to have a server's name. `None` if they never were.
    ///
    /// # Errors
    /// The database's.
    pub async fn server_shared_at(&self, name: &str) -> Result<Option<Time>, InternalError> {
        Ok(self.store.read_once().await?.server_shared_at(name).await?)
    }

    /// Returns the server to which a room goes: this one if it takes rooms, or the least busy one.
    pub(crate) async fn server_for_room(
        &self,
        tx: &mut Tx,
        engine: Engine,
        now: Time,
    ) -> Result<Option<String>, InternalError> {
        if self.conferences.as_ref().is_some_and(|it| it.takes_rooms(engine)) {
            return Ok(Some(self.server.clone()));
        }
        let since = room::server_seen_since(now);
        let servers = tx.room_servers(since, engine == Engine::Sfu).await?;
        Ok(servers.into_iter().map(|it| it.name).find(|name| *name != self.server))
    }

    /// Returns the address of a server's signalling.
    pub(crate) async fn signal_address(
        &self,
        tx: &mut Tx,
        server: &str,
    ) -> Result<String, InternalError> {
        let other = if server == self.server { None } else { tx.room_server(server).await? };
        let origin = other.as_ref().and_then(signalling);
        let origin = origin.unwrap_or_else(|| self.settings.signal_origin());
        Ok(format!("{origin}/room/{server}/signal"))
    }
}

/// Returns the origin of a server's signalling. `None` if the row has none that could be configured.
fn signalling(server: &RoomServer) -> Option<String> {
    Origin::parse(&server.signal_url).ok().map(|origin| web_socket(origin.as_str()))
}
