//! Metrics of calls to other services: duration and outcome.

use super::Metrics;
use crate::clock::Stopwatch;
use std::{fmt, sync::Arc};

/// The outcome of a call to another service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeded.
    Answered,
    /// The service rejected the request.
    Refused,
    /// The service reported an internal fault.
    Troubled,
    /// The service could not be reached.
    Unreachable,
    /// The call exceeded its time limit.
    Silent,
    /// The connection broke, or the response could not be parsed.
    Broken,
}

impl Outcome {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Troubled => "troubled",
            Self::Unreachable => "unreachable",
            Self::Silent => "silent",
            Self::Broken => "broken",
        }
    }
}

/// Measurement of the calls to one service. The default measures nothing.
#[derive(Clone, Default)]
pub struct Meter(Option<(Arc<Metrics>, Arc<str>)>);

impl Meter {
    /// Creates a meter. `provider` is a name from the configuration or the program.
    pub fn new(metrics: &Arc<Metrics>, provider: &str) -> Self {
        Self(Some((Arc::clone(metrics), provider.into())))
    }

    /// Measures a call. `outcome` classifies its result.
    pub async fn measure<T>(
        &self,
        call: impl Future<Output = T>,
        outcome: impl FnOnce(&T) -> Outcome,
    ) -> T {
        let began = Stopwatch::start();
        let result = call.await;
        if let Self(Some((metrics, provider))) = self {
            metrics.called(provider, outcome(&result), began.elapsed());
        }
        result
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Meter").field(&self.0.as_ref().map(|(_, provider)| provider)).finish()
    }
}
