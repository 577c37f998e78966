//! What the command line can call.

use crate::{config::Config, http};
use std::{fmt, io, path::Path};

/// Serves until the process is told to stop.
pub async fn serve(config: Config) -> Result<(), Failure> {
    let listen = config.http.listen;
    http::serve::run(listen, crate::build(&config), |_| ())
        .await
        .map_err(|error| Failure::listen(&error))
}

/// Books the meeting that is described in a file and prints it.
#[expect(clippy::unused_async, reason = "the seam: the desk is not there yet")]
pub async fn create_meeting(_config: Config, _file: &Path) -> Result<(), Failure> {
    Err(Failure("meetings can't be booked yet".into()))
}

/// Makes a token for the REST interface and prints it.
#[expect(clippy::unused_async, reason = "the seam: the desk is not there yet")]
pub async fn create_token(_config: Config, _name: &str) -> Result<(), Failure> {
    Err(Failure("tokens can't be made yet".into()))
}

/// Why a call could not be carried out, in one line for the operator.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    fn listen(error: &io::Error) -> Self {
        Self(format!("http.listen: can't listen there: {}", error.kind()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
