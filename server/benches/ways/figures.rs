//! Results of a measurement, and how they are printed.

use crate::machine::Load;
use std::time::Duration;

/// The steps of a flow that are timed, in order.
pub(crate) const STEPS: [&str; 7] =
    ["page", "begin", "address", "(mail arrives)", "code", "enter", "join"];

/// Duration of each step of one flow.
pub(crate) type Walk = [Duration; STEPS.len()];

/// The results of flows that ran concurrently.
pub(crate) struct Walked {
    ways: f64,
    took: Duration,
    steps: Vec<Vec<Duration>>,
    /// Processor time a flow, in milliseconds.
    pub(crate) server: f64,
    generator: f64,
    /// Cores that other processes used.
    others: f64,
}

impl Walked {
    pub(crate) fn new(walks: &[Walk], took: Duration, load: &Load) -> Self {
        let ways = count(walks.len());
        let steps = (0..STEPS.len()).map(|step| {
            let mut times: Vec<_> = walks.iter().map(|walk| walk[step]).collect();
            times.sort_unstable();
            times
        });
        Self {
            ways,
            took,
            steps: steps.collect(),
            server: load.server * 1000.0 / ways,
            generator: load.generator * 1000.0 / ways,
            others: (load.all - load.server - load.generator) / took.as_secs_f64(),
        }
    }

    /// Returns the flows a second.
    pub(crate) fn rate(&self) -> f64 {
        self.ways / self.took.as_secs_f64()
    }

    pub(crate) fn print(&self) {
        println!("  walks a second                   {:>8.0}", self.rate());
        println!("  step, ms                   p50        p99   (aim: p99 below 50)");
        for (name, times) in STEPS.iter().zip(&self.steps) {
            println!("    {name:<16} {:>10.1} {:>10.1}", at(times, 50), at(times, 99));
        }
        println!("  CPU a walk, the program          {:>8.2} ms", self.server);
        println!("  CPU a walk, who walks            {:>8.2} ms", self.generator);
        println!("  cores busy with others           {:>8.2}", self.others);
    }
}

/// Returns a percentile, in milliseconds.
fn at(sorted: &[Duration], percent: usize) -> f64 {
    sorted.get(sorted.len().saturating_sub(1) * percent / 100).map_or(f64::NAN, milliseconds)
}

fn milliseconds(time: &Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Converts a count for calculations.
#[expect(clippy::cast_precision_loss, reason = "counts here are far smaller")]
pub(crate) fn count(number: usize) -> f64 {
    number as f64
}
