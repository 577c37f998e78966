//! The commands of the command line.

use crate::{
    clock::{Clock, Time},
    config::{self, Config},
    doctor,
    http::{self, api},
    meetings::MeetingError,
    rules::text,
    service::{self, BuildError, Service},
    state::InternalError,
    store::{self, Migrated},
};
use std::{
    fmt, fs,
    io::{self, Write},
    net::SocketAddr,
    path::Path,
    time::Duration,
};
use tokio::{net::TcpListener, sync::watch};

/// The time that signalling connections have for their last message when the process stops.
const GOODBYE: Duration = Duration::from_secs(2);

/// Serves until the process is stopped.
pub async fn serve(config: Config) -> Result<(), Failure> {
    let service = service::build(&config, Clock::system()).await?;
    if let Err(fault) = service.state.take_up_time().await {
        // The first action handles it instead.
        fault.log();
    }
    if service.state.conferences.is_some() {
        // Those of a process that was killed.
        service.state.give_up_rooms().await?;
    }
    // Only for the log, which names each key.
    service.state.look_for_lost_keys().await?;
    let (tell, told) = watch::channel(false);
    let told_too = told.clone();
    let watchers = match config.metrics.listen {
        Some(listen) => Some(TcpListener::bind(listen).await.map_err(|error| {
            Failure(format!("metrics.listen: can't listen there: {}", error.kind()))
        })?),
        None => None,
    };
    let mut work = service.work(&told);
    if let Some(listener) = watchers {
        let end = async move {
            let mut told = told_too;
            told.wait_for(|stop| *stop).await.ok();
        };
        work.push(tokio::spawn(http::serve::serve(listener, service.metrics.clone(), end)));
    }
    let greeting = greeting(&config, &service).await?;
    let greet = |_: SocketAddr| {
        // A failed write means that nobody reads it.
        io::stdout().write_all(greeting.as_bytes()).ok();
    };
    let state = service.state.clone();
    let stop = http::serve::stop().map_err(|error| Failure::listen(&error))?;
    let (leave, mut leaves) = watch::channel(false);
    let left = tokio::spawn(async move {
        leaves.wait_for(|leaves| *leaves).await.ok();
        if let Err(fault) = state.leave_rooms().await {
            // The leases expire.
            fault.log();
        }
        if let Some(conferences) = &state.conferences {
            conferences.sockets.ended(GOODBYE).await;
        }
    });
    // Rooms move to other servers at once, while requests are finished.
    let stop = async {
        stop.await;
        leave.send_replace(true);
    };
    let served = http::serve::run(config.http.listen, service.router, greet, stop).await;
    leave.send_replace(true);
    tell.send(true).ok();
    for part in work {
        part.await.ok();
    }
    left.await.ok();
    served.map_err(|error| Failure::listen(&error))
}

/// Returns the text at the start of a demo: where to go and what to try.
#[cfg(feature = "demo")]
async fn greeting(config: &Config, service: &Service) -> Result<String, Failure> {
    match config.mode {
        config::Mode::Demo => Ok(crate::demo::greeting(&service.state, &service.seeds).await?),
        config::Mode::Product => Ok(String::new()),
    }
}

#[cfg(not(feature = "demo"))]
#[expect(clippy::unused_async, reason = "with the demo there is something to wait for")]
async fn greeting(_: &Config, _: &Service) -> Result<String, Failure> {
    Ok(String::new())
}

/// Books the meeting described in a file and prints it.
pub async fn create_meeting(config: Config, file: &Path) -> Result<(), Failure> {
    let body =
        fs::read(file).map_err(|error| Failure(format!("{}: {}", file.display(), error.kind())))?;
    let state = service::state(&config, Clock::system()).await?;
    let offered = state.settings.offered;
    let booking = api::read_booking(&body, state.clock.now(), offered).map_err(|problem| {
        Failure(serde_json::to_string(&problem).unwrap_or_else(|_| "can't be read".to_owned()))
    })?;
    let booked = state.book(&booking, None).await?;
    let meeting = serde_json::to_string_pretty(&api::responses::Meeting::from(&booked));
    print(&meeting.map_err(|error| Failure(format!("output: {error}")))?)
}

/// Creates an API token and prints it.
pub async fn create_token(config: Config, name: &str) -> Result<(), Failure> {
    let state = service::state(&config, Clock::system()).await?;
    let token = state.create_token(name).await.map_err(|error| Failure(error.to_string()))?;
    print(&token)
}

/// Prints the API tokens, one a line, never their secrets.
pub async fn list_tokens(config: Config) -> Result<(), Failure> {
    let state = service::state(&config, Clock::system()).await?;
    let row = |id: &str, made: &str, used: &str, revoked: &str, name: &str| {
        format!("{id:<36}  {made:<20}  {used:<20}  {revoked:<20}  {name}")
    };
    let mut lines = vec![row("ID", "MADE", "LAST USED", "TAKEN BACK", "NAME")];
    for token in state.tokens().await? {
        let [made, used, revoked] =
            [Some(token.created_at), token.used_at, token.revoked_at].map(moment);
        // Names from before they were validated may hold anything.
        lines.push(row(&token.id, &made, &used, &revoked, &text::shown(&token.name)));
    }
    print(&lines.join("\n"))
}

/// Returns a time to the second, or a dash if there is none.
fn moment(time: Option<Time>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| Time(time.0 / 1000 * 1000).timestamp().to_string())
}

/// Revokes an API token.
pub async fn revoke_token(config: Config, id: &str) -> Result<(), Failure> {
    let state = service::state(&config, Clock::system()).await?;
    if state.revoke_token(id).await? {
        print("taken back")
    } else {
        Err(Failure("no token with that id is in use".to_owned()))
    }
}

/// Brings the database up to date and prints what changed.
pub async fn migrate(config: Config) -> Result<(), Failure> {
    let Migrated { by, version } =
        store::migrate(&config.database).await.map_err(BuildError::from)?;
    print(&match by {
        0 => format!("The database is up to date: version {version}. Nothing was changed."),
        1 => format!("The database was brought on by one version, to version {version}."),
        by => format!("The database was brought on by {by} versions, to version {version}."),
    })
}

/// Checks everything that the configuration names and prints the findings. `true` if nothing failed.
pub async fn doctor(config: Result<Config, config::Error>) -> Result<bool, Failure> {
    let findings = match &config {
        Ok(config) => Box::pin(doctor::examine(config)).await,
        Err(error) => vec![doctor::configuration(error)],
    };
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    print(&lines.join("\n"))?;
    Ok(findings.iter().all(|finding| !finding.failed()))
}

fn print(text: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{text}").map_err(|error| Failure(format!("output: {}", error.kind())))
}

/// Reason why a command failed, in one line for the operator.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    fn listen(error: &io::Error) -> Self {
        Self(format!("http.listen: can't listen there: {}", error.kind()))
    }
}

impl From<BuildError> for Failure {
    fn from(unbuildable: BuildError) -> Self {
        Self(unbuildable.to_string())
    }
}

impl From<MeetingError> for Failure {
    fn from(error: MeetingError) -> Self {
        Self(error.to_string())
    }
}

impl From<InternalError> for Failure {
    fn from(fault: InternalError) -> Self {
        Self(fault.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
