//! Results of a measurement, and how they are printed.

use crate::{machine::Load, person::Way};
use std::{collections::BTreeMap, time::Duration};

/// Cores that others may use during a round that counts as undisturbed.
const UNDISTURBED: f64 = 0.25;

/// Duration of each step of one flow.
pub(crate) type Walk = Vec<Duration>;

/// The sizes of the program's answers, by request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sizes(BTreeMap<String, usize>);

impl Sizes {
    pub(crate) fn keep(&mut self, request: &str, size: usize) {
        self.0.insert(request.to_owned(), size);
    }

    /// Returns both, those of `self` first.
    pub(crate) fn and(mut self, other: Self) -> Self {
        for (request, size) in other.0 {
            self.0.entry(request).or_insert(size);
        }
        self
    }

    pub(crate) fn of(&self, request: &str) -> usize {
        self.0.get(request).copied().expect("a size")
    }

    pub(crate) fn parse(text: &str) -> Self {
        let sizes = text.split(',').filter_map(|one| one.split_once('='));
        Self(sizes.map(|(name, size)| (name.to_owned(), size.parse().expect("a size"))).collect())
    }
}

impl std::fmt::Display for Sizes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|(name, size)| write!(f, "{name}={size},"))
    }
}

/// The results of flows that ran concurrently.
pub(crate) struct Walked {
    /// Number of flows.
    pub(crate) walks: usize,
    took: Duration,
    steps: Vec<Vec<Duration>>,
    /// Processor time a flow, in milliseconds.
    pub(crate) server: f64,
    pub(crate) database: f64,
    generator: f64,
    /// Cores that other processes used.
    others: f64,
    pub(crate) written: f64,
    pub(crate) statements: f64,
    pub(crate) commits: f64,
}

impl Walked {
    pub(crate) fn new(way: Way, walks: &[Walk], took: Duration, load: &Load) -> Self {
        let ways = count(walks.len());
        let steps = (0..way.steps().len()).map(|step| {
            let mut times: Vec<_> =
                walks.iter().filter_map(|walk| walk.get(step)).copied().collect();
            times.sort_unstable();
            times
        });
        let known = load.server + load.database + load.generator;
        Self {
            walks: walks.len(),
            took,
            steps: steps.collect(),
            server: load.server * 1000.0 / ways,
            database: load.database * 1000.0 / ways,
            generator: load.generator * 1000.0 / ways,
            others: ((load.all - known) / took.as_secs_f64()).max(0.0),
            written: load.written / ways,
            statements: load.statements / ways,
            commits: load.commits / ways,
        }
    }

    /// Returns the flows a second.
    pub(crate) fn rate(&self) -> f64 {
        count(self.walks) / self.took.as_secs_f64()
    }

    /// Returns a step's percentile, in milliseconds.
    pub(crate) fn at(&self, step: usize, percent: usize) -> f64 {
        let sorted = &self.steps[step];
        let place = sorted.len().saturating_sub(1) * percent / 100;
        sorted.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }

    /// Prints one round in a line.
    pub(crate) fn print_round(&self, name: &str) {
        let disturbed = if self.others > UNDISTURBED { "  DISTURBED" } else { "" };
        println!(
            "    {name:<22} {:>7.0}/s  CPU {:>5.2} + {:>4.2} (database) + {:>4.2} (who walks) ms  \
             others {:>4.2} cores{disturbed}",
            self.rate(),
            self.server,
            self.database,
            self.generator,
            self.others,
        );
    }
}

/// Returns the median of a figure over rounds.
pub(crate) fn median<T>(rounds: &[T], figure: impl Fn(&T) -> f64) -> f64 {
    let mut figures: Vec<_> = rounds.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Converts a count for calculations.
#[expect(clippy::cast_precision_loss, reason = "counts here are far smaller")]
pub(crate) fn count(number: usize) -> f64 {
    number as f64
}
