//! The service, assembled from its parts: for a process, and for tests.

#[cfg(feature = "demo")]
use crate::demo::Seeds;
use crate::{
    authenticators::{
        bankid::RelyingParty,
        identity::BANKID,
        oidc::{InvalidProvider, Provider},
    },
    clock::{self, Clock},
    conference::{Conferences, Engines, livekit::LiveKit},
    config::{Config, Media, Mode, OidcProvider},
    http::{self, api, assets, brand, health, pages::Pages, request_log::Requests, webhooks},
    http_client::TlsConfigError,
    jobs::{
        BankIdPoller, LobbyWatcher,
        outbox::OutboxWorker,
        purge::{PURGE_EVERY, purge_with_lease},
        reminders::{REMIND_EVERY, remind},
        rooms::RoomKeeper,
        supervisor::supervise,
    },
    keys::{self, Keys},
    messages::{
        Gateway, Mailer,
        content::SenderDetails,
        sms,
        smtp::{self, SmtpMailer},
    },
    metrics::{Meter, Metrics, Task},
    rooms::{Engine, LIVEKIT},
    state::{AppState, ErrorLog, IdentityProviders, InternalError},
    store::{Store, StoreError},
};
use ::sfu::{self, Sfu};
use axum::Router;
use std::{
    io::ErrorKind,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, task::JoinHandle};

/// A service that is ready to run.
pub struct Service {
    /// Handler of requests.
    pub router: Router,
    /// Handler of monitoring, on a separate listener.
    pub metrics: Router,
    /// The shared state.
    pub state: AppState,
    /// The worker that delivers its messages.
    pub outbox_worker: OutboxWorker,
    /// The invitations of the demo's start page.
    #[cfg(feature = "demo")]
    pub seeds: Seeds,
}

/// Reasons why a service could not be assembled.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The database can't be opened.
    #[error("database.url: {0}")]
    Database(#[from] StoreError),
    /// Mail can't be sent as configured.
    #[error(transparent)]
    Mail(#[from] smtp::Misconfigured),
    /// BankID can't be reached as configured.
    #[error("bankid.client_cert: {0}")]
    BankId(#[from] TlsConfigError),
    /// A provider can't be used as configured.
    #[error("oidc {0}: {1}")]
    Provider(String, InvalidProvider),
    /// Text messages can't be sent as configured.
    #[error(transparent)]
    Sms(#[from] sms::Misconfigured),
    /// The operating system has no randomness.
    #[error("no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    /// The media of built-in rooms can't be received there.
    #[error("room.listen: can't listen there: {0}")]
    Room(ErrorKind),
    /// LiveKit can't be reached as configured.
    #[error("livekit.url: {0}")]
    LiveKit(TlsConfigError),
}

/// Opens the store and creates the state on it, for a process that serves nobody.
pub async fn state(config: &Config, clock: Clock) -> Result<AppState, BuildError> {
    state_with(config, clock, None, Arc::default()).await
}

/// Opens the store, starts the built-in rooms and creates the state on both, for a process that serves.
pub async fn serving_state(config: &Config, clock: Clock) -> Result<AppState, BuildError> {
    let metrics = Arc::default();
    state_with(config, clock, conferences(config, &metrics)?, metrics).await
}

async fn state_with(
    config: &Config,
    clock: Clock,
    conferences: Option<Arc<Conferences>>,
    metrics: Arc<Metrics>,
) -> Result<AppState, BuildError> {
    let store = Store::open(&config.database).await?;
    let identity_providers = identity_providers(config, &clock, &metrics)?;
    let keys = Keys::from(&config.secrets);
    Ok(AppState::new(store, keys, clock, config.into(), identity_providers, conferences, metrics))
}

/// Starts the rooms with our pages. `None` if none are offered.
fn conferences(
    config: &Config,
    metrics: &Arc<Metrics>,
) -> Result<Option<Arc<Conferences>>, BuildError> {
    let room = &config.room;
    let sfu = room.media.as_ref().map(|media| sfu(config, media)).transpose()?;
    let livekit = config.livekit.clone().map(|livekit| {
        LiveKit::new(livekit, Meter::new(metrics, LIVEKIT)).map_err(BuildError::LiveKit)
    });
    let engines = Engines { sfu, livekit: livekit.transpose()? };
    if !engines.runs(Engine::Sfu) && !engines.runs(Engine::LiveKit) {
        return Ok(None);
    }
    let process = keys::hex(&keys::random::<8>()?);
    Ok(Some(Arc::new(Conferences::new(engines, room.server.clone(), process, room.people))))
}

/// Starts the media of built-in rooms. A demo takes a free port if its own is in use.
fn sfu(config: &Config, media: &Media) -> Result<Sfu, BuildError> {
    let start = |listen| {
        let advertise = media.advertise.clone();
        let seats = usize::from(config.room.people);
        Sfu::start(sfu::Options { listen, advertise, seats })
    };
    let free = || start(SocketAddr::new(media.listen.ip(), 0));
    let sfu = match start(media.listen) {
        Err(error) if config.mode == Mode::Demo && error.kind() == ErrorKind::AddrInUse => free(),
        started => started,
    };
    sfu.map_err(|error| BuildError::Room(error.kind()))
}

/// Returns the configured e-ID methods.
pub(crate) fn identity_providers(
    config: &Config,
    clock: &Clock,
    metrics: &Arc<Metrics>,
) -> Result<IdentityProviders, BuildError> {
    let bankid = config.bankid.as_ref().map(RelyingParty::from_config).transpose()?;
    let bankid = bankid.map(|bankid| bankid.measured(Meter::new(metrics, BANKID)));
    let provider = |provider: &OidcProvider| {
        Provider::from_config(provider, &config.http.public_url, clock, metrics)
            .map_err(|wrong| BuildError::Provider(provider.id.clone(), wrong))
    };
    let providers = config.oidc.iter().map(provider).collect::<Result<_, _>>()?;
    Ok(IdentityProviders { bankid, providers })
}

/// Assembles a service.
pub async fn build(config: &Config, clock: Clock) -> Result<Service, BuildError> {
    for provider in &config.oidc {
        warn_of(provider);
    }
    let state = serving_state(config, clock).await?;
    let (mailer, gateway) = (mailer(config, &state)?, gateway(config, &state)?);
    Ok(assemble(config, state, mailer, gateway))
}

/// Warns of what the configuration lets a provider leave out.
fn warn_of(provider: &OidcProvider) {
    let provider_id = provider.id.as_str();
    if let Some(level) = provider.without_acr {
        tracing::warn!(provider = provider_id, %level, "a login without acr counts, as configured");
    }
    if provider.without_auth_time {
        tracing::warn!(provider = provider_id, "a login without auth_time counts, as configured");
    }
}

/// Assembles a service that delivers by this mailer and this gateway.
pub async fn build_with(
    config: &Config,
    clock: Clock,
    mailer: Arc<dyn Mailer>,
    gateway: Arc<dyn Gateway>,
) -> Result<Service, BuildError> {
    let state = serving_state(config, clock).await?;
    Ok(assemble(config, state, mailer, Some(gateway)))
}

/// Assembles a service around its state.
pub fn assemble(
    config: &Config,
    state: AppState,
    mailer: Arc<dyn Mailer>,
    gateway: Option<Arc<dyn Gateway>>,
) -> Service {
    let outbox_worker = OutboxWorker::new(
        state.clone(),
        mailer,
        gateway,
        SenderDetails::from(config),
        config.mail.connections,
    );
    let asked = (state.clone(), Arc::new(Mutex::new(ErrorLog::default())));
    let ready = move || {
        let (state, errors) = asked.clone();
        async move {
            match state.heartbeats.stalled() {
                Some(task) => Err(task.name()),
                // Nobody gets into a room of this process any more.
                None if state.has_lost_media() => Err(Task::Rooms.name()),
                None => is_ready(&state, &errors).await,
            }
        }
    };
    let pages = Pages::new(state.clone(), assets::head);
    let routes = http::pages::routes(&pages)
        .merge(api::routes(&state))
        .merge(assets::routes())
        .merge(brand::routes(&config.organisation))
        .merge(health::routes(ready));
    let routes = match &config.sms {
        Some(sms) if config.mode == Mode::Product => {
            routes.merge(webhooks::routes(&state, &config.http.public_url, sms))
        }
        _ => routes,
    };
    #[cfg(feature = "demo")]
    let seeds = Seeds::default();
    #[cfg(feature = "demo")]
    let routes = if config.mode == Mode::Demo {
        routes.merge(crate::demo::routes(&state, &outbox_worker, &seeds))
    } else {
        routes
    };
    let requests = Requests::new(&config.http.trusted_proxies, Arc::clone(&state.metrics));
    let guarded =
        http::with_middleware(routes, config, requests, || keys::random().ok(), Some(pages));
    Service {
        router: guarded,
        metrics: http::metrics::routes(&state),
        state,
        outbox_worker,
        #[cfg(feature = "demo")]
        seeds,
    }
}

/// Checks that the store can be used. The error is a word that says why not. The log reports it while it
/// lasts.
async fn is_ready(state: &AppState, errors: &Mutex<ErrorLog>) -> Result<(), &'static str> {
    let tried = state.try_store().await;
    let mut errors = errors.lock().unwrap_or_else(PoisonError::into_inner);
    match tried {
        Ok(()) => {
            errors.over("readiness");
            Ok(())
        }
        Err(fault) => {
            errors.fault("readiness", &fault);
            Err(fault.word())
        }
    }
}

impl Service {
    /// Starts the background tasks, which run until stopped.
    pub fn work(&self, stop: &watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
        let mut work = vec![
            self.kept(Task::Outbox, stop, {
                let outbox_worker = self.outbox_worker.clone();
                move |stop| outbox_worker.clone().run(stop)
            }),
            self.periodic(Task::Purge, PURGE_EVERY, stop, |state| async move {
                purge_with_lease(&state).await
            }),
            self.periodic(Task::Reminders, REMIND_EVERY, stop, |state| async move {
                state.write_time().await?;
                state.end_overdue().await?;
                remind(&state).await
            }),
        ];
        if self.state.conferences.is_some() || self.state.store.has_other_servers() {
            let state = self.state.clone();
            work.push(self.kept(Task::Lobbies, stop, move |stop| {
                LobbyWatcher::new(state.clone()).work(stop)
            }));
            let state = self.state.clone();
            work.push(
                self.kept(Task::Rooms, stop, move |stop| RoomKeeper::new(state.clone()).work(stop)),
            );
        }
        if let Some(bankid) = self.state.identity_providers.bankid.clone() {
            let state = self.state.clone();
            work.push(self.kept(Task::BankId, stop, move |stop| {
                BankIdPoller::new(state.clone(), bankid.clone()).work(stop)
            }));
        }
        work
    }

    /// Starts a task that works at intervals.
    fn periodic<W>(
        &self,
        task: Task,
        every: Duration,
        stop: &watch::Receiver<bool>,
        work: impl Fn(AppState) -> W + Copy + Send + Sync + 'static,
    ) -> JoinHandle<()>
    where
        W: Future<Output = Result<(), InternalError>> + Send,
    {
        let state = self.state.clone();
        self.kept(task, stop, move |mut stop| {
            let state = state.clone();
            async move {
                let mut turns = clock::every(every);
                while !*stop.borrow() {
                    tokio::select! {
                        _ = turns.tick() => {
                            state.heartbeats.beat(task);
                            if let Err(fault) = work(state.clone()).await {
                                fault.log();
                            }
                        }
                        _ = stop.changed() => return,
                    }
                }
            }
        })
    }

    /// Starts a task, and restarts it whenever it fails.
    fn kept<T>(
        &self,
        task: Task,
        stop: &watch::Receiver<bool>,
        begin: impl Fn(watch::Receiver<bool>) -> T + Send + Sync + 'static,
    ) -> JoinHandle<()>
    where
        T: Future<Output = ()> + Send,
    {
        let (metrics, stop) = (Arc::clone(&self.state.metrics), stop.clone());
        tokio::spawn(async move {
            supervise(task, &metrics, stop.clone(), || begin(stop.clone())).await;
        })
    }
}

#[cfg(feature = "demo")]
fn mailer(config: &Config, state: &AppState) -> Result<Arc<dyn Mailer>, BuildError> {
    match config.mode {
        Mode::Demo => Ok(Arc::<crate::demo::Letterbox>::default()),
        Mode::Product => smtp_mailer(config, state),
    }
}

#[cfg(not(feature = "demo"))]
fn mailer(config: &Config, state: &AppState) -> Result<Arc<dyn Mailer>, BuildError> {
    smtp_mailer(config, state)
}

fn smtp_mailer(config: &Config, state: &AppState) -> Result<Arc<dyn Mailer>, BuildError> {
    Ok(Arc::new(SmtpMailer::from_config(&config.mail)?.telling(state.mail.clone())))
}

/// Returns the gateway for codes by SMS. `None` if they are not offered.
#[cfg(feature = "demo")]
pub fn gateway(config: &Config, state: &AppState) -> Result<Option<Arc<dyn Gateway>>, BuildError> {
    match config.mode {
        Mode::Demo => Ok(Some(Arc::<crate::demo::Letterbox>::default())),
        Mode::Product => sms_gateway(config, state),
    }
}

/// Returns the gateway for codes by SMS. `None` if they are not offered.
#[cfg(not(feature = "demo"))]
pub fn gateway(config: &Config, state: &AppState) -> Result<Option<Arc<dyn Gateway>>, BuildError> {
    sms_gateway(config, state)
}

fn sms_gateway(config: &Config, state: &AppState) -> Result<Option<Arc<dyn Gateway>>, BuildError> {
    let Some(sms) = &config.sms else { return Ok(None) };
    let reports = webhooks::address(&config.http.public_url, state, sms.provider);
    Ok(Some(sms::gateway(sms, reports)?))
}
