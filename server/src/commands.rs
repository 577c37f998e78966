//! What the command line can call.

use crate::{
    clock::Clock,
    config::Config,
    desk::Fault,
    http::{self, api},
    service::{self, Service, Unbuildable},
};
use std::{
    fmt, fs,
    io::{self, Write},
    net::SocketAddr,
    path::Path,
};
use tokio::sync::watch;

/// Serves until the process is told to stop.
pub async fn serve(config: Config) -> Result<(), Failure> {
    let service = service::build(&config, Clock::system()).await?;
    let (tell, told) = watch::channel(false);
    let work = service.work(&told);
    let greeting = greeting(&config, &service).await?;
    let greet = |_: SocketAddr| {
        // Where there is nobody to read it, it need not be said.
        io::stdout().write_all(greeting.as_bytes()).ok();
    };
    let served = http::serve::run(config.http.listen, service.router, greet).await;
    tell.send(true).ok();
    for part in work {
        part.await.ok();
    }
    served.map_err(|error| Failure::listen(&error))
}

/// What is said at the start of a demo: where to go and what to try.
#[cfg(feature = "demo")]
async fn greeting(config: &Config, service: &Service) -> Result<String, Failure> {
    match config.mode {
        crate::config::Mode::Demo => Ok(crate::demo::greeting(&service.desk).await?),
        crate::config::Mode::Product => Ok(String::new()),
    }
}

#[cfg(not(feature = "demo"))]
#[expect(clippy::unused_async, reason = "with the demo there is something to wait for")]
async fn greeting(_: &Config, _: &Service) -> Result<String, Failure> {
    Ok(String::new())
}

/// Books the meeting that is described in a file and prints it.
pub async fn create_meeting(config: Config, file: &Path) -> Result<(), Failure> {
    let body =
        fs::read(file).map_err(|error| Failure(format!("{}: {}", file.display(), error.kind())))?;
    let desk = service::desk(&config, Clock::system()).await?;
    let offered = desk.settings.offered;
    let booking = api::read_booking(&body, desk.clock.now(), offered).map_err(|problem| {
        Failure(serde_json::to_string(&problem).unwrap_or_else(|_| "can't be read".to_owned()))
    })?;
    let booked = desk.book(&booking, None).await?.map_err(|_| Failure("key taken".to_owned()))?;
    let meeting = serde_json::to_string_pretty(&api::answers::Meeting::from(&booked));
    print(&meeting.map_err(|error| Failure(format!("output: {error}")))?)
}

/// Makes a token for the REST interface and prints it.
pub async fn create_token(config: Config, name: &str) -> Result<(), Failure> {
    let desk = service::desk(&config, Clock::system()).await?;
    print(&desk.create_token(name).await?)
}

fn print(text: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{text}").map_err(|error| Failure(format!("output: {}", error.kind())))
}

/// Why a call could not be carried out, in one line for the operator.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    fn listen(error: &io::Error) -> Self {
        Self(format!("http.listen: can't listen there: {}", error.kind()))
    }
}

impl From<Unbuildable> for Failure {
    fn from(unbuildable: Unbuildable) -> Self {
        Self(unbuildable.to_string())
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self(fault.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
