//! Calls to other services: how long they took and how they ended.

use super::Metrics;
use crate::clock::Stopwatch;
use std::{fmt, sync::Arc};

/// How a call to another service ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It answered as it should.
    Answered,
    /// It refused what it was asked.
    Refused,
    /// It said that it has trouble of its own.
    Troubled,
    /// It could not be reached.
    Unreachable,
    /// It took too long.
    Silent,
    /// The connection broke, or what came over it could not be understood.
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

/// Measures the calls to one service; the default one measures nothing.
#[derive(Clone, Default)]
pub struct Meter(Option<(Arc<Metrics>, Arc<str>)>);

impl Meter {
    /// One for the calls to `provider`, whose name is configured or stands in the program.
    pub fn new(metrics: &Arc<Metrics>, provider: &str) -> Self {
        Self(Some((Arc::clone(metrics), provider.into())))
    }

    /// Measures a call, whose result `outcome` judges.
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
