//! The log: text lines in a terminal, JSON lines elsewhere.

use std::{
    io::{self, IsTerminal},
    panic,
};
use tracing::Subscriber;
use tracing_subscriber::{
    Layer, Registry,
    filter::{LevelFilter, Targets},
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Starts the log on standard error. Its level is fixed: at a more verbose one, libraries log data that must
/// not be kept.
pub fn start() {
    let terminal = io::stderr().is_terminal();
    // Tests have their own log, which stays.
    subscriber(terminal, io::stderr).try_init().ok();
    // A panic's text could hold anything. The location suffices for an operator.
    panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

/// Returns the log for any writer.
pub fn subscriber<W>(terminal: bool, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let ours = Targets::new()
        .with_target("server", LevelFilter::INFO)
        .with_target("app", LevelFilter::INFO)
        .with_target("anslut", LevelFilter::INFO)
        .with_target(::sfu::LOG_TARGET, LevelFilter::INFO)
        .with_default(LevelFilter::OFF);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = if terminal {
        Box::new(fmt::layer().with_target(false).with_writer(writer))
    } else {
        Box::new(
            fmt::layer()
                .json()
                .flatten_event(true)
                .with_current_span(true)
                .with_span_list(false)
                .with_writer(writer),
        )
    };
    tracing_subscriber::registry().with(lines.with_filter(ours))
}
