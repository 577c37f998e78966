//! The log: text lines in a terminal, JSON lines elsewhere.

use std::{
    io::{self, IsTerminal},
    panic,
};
use tracing::Subscriber;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{
    Layer, Registry,
    filter::{LevelFilter, Targets},
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Lines that may wait for standard error. A line more waits until there is room: none is dropped.
const QUEUED: usize = 4_096;

/// Starts the log on standard error. Its level is fixed: at a more verbose one, libraries log data that must
/// not be kept.
///
/// A separate thread writes the lines, so that no request waits for a slow reader. Dropping the returned value
/// writes the lines that still wait.
pub fn start() -> WorkerGuard {
    let terminal = io::stderr().is_terminal();
    let (lines, written) = queue(QUEUED, io::stderr());
    // Tests have their own log, which stays.
    subscriber(terminal, lines).try_init().ok();
    // A panic's text could hold anything. The location suffices for an operator.
    panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
    written
}

/// Returns a writer that hands each line to a thread, which writes it.
fn queue<W: io::Write + Send + 'static>(lines: usize, writer: W) -> (NonBlocking, WorkerGuard) {
    let queue = NonBlockingBuilder::default().buffered_lines_limit(lines).lossy(false);
    queue.thread_name("log").finish(writer)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Barrier, Mutex};

    /// A reader that takes nothing until it is let go.
    #[derive(Clone)]
    struct Slow {
        taken: Arc<Mutex<Vec<u8>>>,
        gate: Arc<Barrier>,
        waits: bool,
    }

    impl io::Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if std::mem::take(&mut self.waits) {
                self.gate.wait();
            }
            self.taken.lock().expect("a lock").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_falls_behind_gets_every_line_in_order() {
        const FEW: usize = 4;
        let (taken, gate) = (Arc::default(), Arc::new(Barrier::new(2)));
        let slow = Slow { taken: Arc::clone(&taken), gate: Arc::clone(&gate), waits: true };
        let (lines, written) = queue(FEW, slow);
        let log = subscriber(false, lines);
        tracing::subscriber::with_default(log, || {
            // As many as may wait delay nobody, though nothing is read.
            (0..FEW).for_each(|number| tracing::info!(number, "line"));
            gate.wait();
            (FEW..1_000).for_each(|number| tracing::info!(number, "line"));
        });
        drop(written);
        let taken = String::from_utf8(taken.lock().expect("a lock").clone()).expect("text");
        let numbers = taken.lines().map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("a whole line");
            line["number"].as_u64().expect("a number")
        });
        assert!(numbers.eq(0..1_000), "{taken}");
    }
}
