//! The command line: parses arguments and configuration, and calls the service.

use clap::{Args, Parser, Subcommand};
use mimalloc::MiMalloc;
use server::{
    commands,
    config::{Config, Mode},
    keys, logs,
};
use std::{
    env,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

/// A request makes thousands of small allocations on several threads, which the system's allocator takes a
/// quarter of a visitor's processor time for.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// From an invitation in the mail to a secure video meeting.
#[derive(Debug, Parser)]
#[command(name = "anslut", version)]
struct Cli {
    /// The configuration file [default: anslut.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    call: Call,
}

#[derive(Debug, Subcommand)]
enum Call {
    /// Serve the pages and the REST interface
    Serve(Serve),
    /// Book meetings
    #[command(subcommand)]
    Meeting(Meeting),
    /// Let systems book meetings over the REST interface
    #[command(subcommand)]
    Token(Token),
    /// Bring the database up to date
    Migrate,
    /// Check everything that the configuration names
    Doctor,
}

#[derive(Debug, Args)]
struct Serve {
    /// Run the demo on this machine: test meetings, and an outbox to read
    #[cfg(feature = "demo")]
    #[arg(long)]
    demo: bool,
}

#[derive(Debug, Subcommand)]
enum Meeting {
    /// Book a meeting and print it as JSON
    Create {
        /// The meeting as JSON, as the REST interface takes it
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum Token {
    /// Create a token and print it, this once
    Create {
        /// The name of the system that uses it
        #[arg(long)]
        name: String,
    },
    /// Print all tokens, and when each was last used
    List,
    /// Revoke a token: it is rejected from now on
    Revoke {
        /// Its id, from the list
        id: String,
    },
}

impl Call {
    fn mode(&self) -> Mode {
        match self {
            #[cfg(feature = "demo")]
            Self::Serve(Serve { demo: true }) => Mode::Demo,
            _ => Mode::Product,
        }
    }
}

/// Exit status for wrong arguments or configuration. clap uses the same.
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let log = logs::start();
    let done = run(cli);
    // The log's last lines come before what the command says itself.
    drop(log);
    match done {
        Ok(code) => code,
        Err((failure, status)) => fail(&failure, status),
    }
}

/// Runs a command.
///
/// # Errors
/// Returns what the command says of its failure, and its exit status.
fn run(cli: Cli) -> Result<ExitCode, (String, u8)> {
    let failed = |failure: commands::Failure| (failure.to_string(), 1);
    let mode = cli.call.mode();
    let config = Config::load(cli.config.as_deref(), env::vars_os(), mode, fresh_key);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| (error.to_string(), 1))?;
    if let Call::Doctor = cli.call {
        let well = runtime.block_on(commands::doctor(config)).map_err(failed)?;
        return Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let config = config.map_err(|error| (error.to_string(), MISUSED))?;
    let done = runtime.block_on(async {
        match cli.call {
            Call::Serve(_) => commands::serve(config).await,
            Call::Meeting(Meeting::Create { file }) => {
                commands::create_meeting(config, &file).await
            }
            Call::Token(Token::Create { name }) => commands::create_token(config, &name).await,
            Call::Token(Token::List) => commands::list_tokens(config).await,
            Call::Token(Token::Revoke { id }) => commands::revoke_token(config, &id).await,
            // The doctor runs earlier, because it works without a valid configuration.
            Call::Migrate | Call::Doctor => commands::migrate(config).await,
        }
    });
    done.map(|()| ExitCode::SUCCESS).map_err(failed)
}

fn fresh_key() -> Option<[u8; 32]> {
    keys::random().ok()
}

fn fail(wrong: &str, status: u8) -> ExitCode {
    // If even this fails, the exit status still reports the error.
    writeln!(io::stderr(), "anslut: {wrong}").ok();
    ExitCode::from(status)
}
