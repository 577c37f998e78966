//! Metrics for operators, in the text form of Prometheus.
//!
//! All labels have closed sets of values: names from the program or the configuration, never input. So no
//! address, link, code or name can get into them. Counting is a few atomic additions and can't fail. The
//! database is asked at the scrape only.

mod meter;
mod refusal;
mod rooms;
mod task;

pub use meter::{Meter, Outcome};
pub use refusal::Refusal;
pub use rooms::Rooms;
pub use task::Task;

use crate::rules::room::KnockState;
use app::steps::Step;
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};
use std::{borrow::Cow, fmt, sync::atomic::AtomicU64, time::Duration};

/// The labels of a series, each with its key.
type Labels<const N: usize> = [(&'static str, Cow<'static, str>); N];
type Counters<const N: usize> = Family<Labels<N>, Counter>;
type Times<const N: usize> = Family<Labels<N>, Histogram, fn() -> Histogram>;
type Levels<const N: usize> = Family<Labels<N>, Gauge>;
type Seconds<const N: usize> = Family<Labels<N>, Gauge<f64, AtomicU64>>;

pub(crate) const fn label(
    key: &'static str,
    name: &'static str,
) -> (&'static str, Cow<'static, str>) {
    (key, Cow::Borrowed(name))
}

fn configured(key: &'static str, name: &str) -> (&'static str, Cow<'static, str>) {
    (key, Cow::Owned(name.to_owned()))
}

/// An event of a code's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeEvent {
    /// A code was delivered to the mail server or gateway.
    Sent,
    /// The code opened the invitation.
    Used,
    /// Another code was typed.
    Wrong,
}

impl CodeEvent {
    const ALL: [Self; 3] = [Self::Sent, Self::Used, Self::Wrong];

    const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Used => "used",
            Self::Wrong => "wrong",
        }
    }
}

/// The result of an identification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The visitor was the recipient.
    Matched,
    /// The person was not the recipient, or another address was typed.
    NotInvited,
    /// It failed or was cancelled.
    Failed,
}

impl Ending {
    const fn name(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::NotInvited => "not-invited",
            Self::Failed => "failed",
        }
    }
}

/// The result of a delivery to the mail server or gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Accepted.
    Sent,
    /// Rejected permanently.
    Refused,
    /// Not accepted for now. A retry follows.
    PutOff,
}

impl Delivery {
    const ALL: [Self; 3] = [Self::Sent, Self::Refused, Self::PutOff];

    const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::PutOff => "put-off",
        }
    }
}

/// All metrics.
pub struct Metrics {
    pub(crate) registry: Registry,
    pub(crate) requests: Counters<3>,
    pub(crate) request_times: Times<1>,
    pub(crate) steps: Counters<1>,
    pub(crate) refusals: Counters<1>,
    pub(crate) codes: Counters<1>,
    pub(crate) identifications: Counters<2>,
    pub(crate) knocks: Counters<1>,
    pub(crate) knock_waits: Histogram,
    pub(crate) deliveries: Counters<2>,
    pub(crate) calls: Counters<2>,
    pub(crate) call_times: Times<1>,
    pub(crate) restarts: Counters<1>,
    pub(crate) idle: Seconds<1>,
    pub(crate) outbox_waiting: Levels<1>,
    pub(crate) outbox_oldest: Seconds<1>,
    pub(crate) orders: Levels<1>,
    /// Metrics of built-in rooms.
    pub rooms: Rooms,
    pub(crate) database_up: Gauge,
    pub(crate) database_troubles: Counters<1>,
    pub(crate) database_statements: Counter,
    pub(crate) database_commits: Counter,
    pub(crate) database_recompiled: Counter,
}

/// Buckets from a hundredth of what people notice to where they give up, in seconds.
fn request_buckets() -> Histogram {
    Histogram::new([0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0])
}

/// Buckets for calls to other services, in seconds. Ours end after half a minute at most.
fn call_buckets() -> Histogram {
    Histogram::new([0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0])
}

/// Buckets for people who wait for people, in seconds.
fn wait_buckets() -> Histogram {
    Histogram::new([5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 3600.0])
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("anslut");
        let metrics = Self {
            requests: Family::default(),
            request_times: Family::new_with_constructor(request_buckets),
            steps: Family::default(),
            refusals: Family::default(),
            codes: Family::default(),
            identifications: Family::default(),
            knocks: Family::default(),
            knock_waits: wait_buckets(),
            deliveries: Family::default(),
            calls: Family::default(),
            call_times: Family::new_with_constructor(call_buckets),
            restarts: Family::default(),
            idle: Family::default(),
            outbox_waiting: Family::default(),
            outbox_oldest: Family::default(),
            orders: Family::default(),
            rooms: Rooms::default(),
            database_up: Gauge::default(),
            database_troubles: Family::default(),
            database_statements: Counter::default(),
            database_commits: Counter::default(),
            database_recompiled: Counter::default(),
            registry: Registry::default(),
        };
        metrics.register(&mut registry);
        metrics.begin_at_nothing();
        Self { registry, ..metrics }
    }
}

impl Metrics {
    fn register(&self, to: &mut Registry) {
        let version = vec![("version", env!("CARGO_PKG_VERSION"))];
        to.register("build", "The program that runs", Info::new(version));
        to.register("requests", "Requests answered", self.requests.clone());
        to.register_with_unit(
            "request_duration",
            "Time from a request's head to its answer's",
            Unit::Seconds,
            self.request_times.clone(),
        );
        to.register("steps", "Steps that visitors came to", self.steps.clone());
        to.register("refusals", "What visitors and systems were refused", self.refusals.clone());
        to.register("codes", "One-time codes", self.codes.clone());
        to.register("identifications", "How identifications ended", self.identifications.clone());
        to.register("knocks", "Knocks at built-in rooms", self.knocks.clone());
        to.register_with_unit(
            "knock_wait",
            "Time from a knock until the guest was admitted",
            Unit::Seconds,
            self.knock_waits.clone(),
        );
        to.register(
            "deliveries",
            "Messages handed to a mail server or gateway",
            self.deliveries.clone(),
        );
        to.register("provider_calls", "Calls to other services", self.calls.clone());
        to.register_with_unit(
            "provider_call_duration",
            "Time that calls to other services took",
            Unit::Seconds,
            self.call_times.clone(),
        );
        to.register("tasks_restarted", "Background tasks that broke", self.restarts.clone());
        to.register_with_unit(
            "task_idle",
            "Time since a background task last went round",
            Unit::Seconds,
            self.idle.clone(),
        );
        to.register("outbox_waiting", "Messages to be delivered", self.outbox_waiting.clone());
        to.register_with_unit(
            "outbox_oldest",
            "Age of the oldest message to be delivered",
            Unit::Seconds,
            self.outbox_oldest.clone(),
        );
        to.register("orders", "Identifications with BankID that are followed", self.orders.clone());
        self.rooms.register(to);
        to.register("database_up", "Whether the database answered", self.database_up.clone());
        to.register("database_troubles", "Database faults", self.database_troubles.clone());
        for (name, help, counter) in [
            ("database_statements", "Statements of transactions", &self.database_statements),
            ("database_commits", "Commits of writing transactions", &self.database_commits),
            (
                "database_recompiled",
                "Statements that SQLite compiled again",
                &self.database_recompiled,
            ),
        ] {
            to.register(name, help, counter.clone());
        }
    }

    /// Starts every series at 0, so that its first event shows as an increase.
    fn begin_at_nothing(&self) {
        self.rooms.begin_at_nothing();
        for step in Step::ALL {
            drop(self.steps.get_or_create(&[label("step", step.slug())]));
        }
        for refusal in Refusal::all() {
            drop(self.refusals.get_or_create(&[label("reason", refusal.name())]));
        }
        for event in CodeEvent::ALL {
            drop(self.codes.get_or_create(&[label("event", event.name())]));
        }
        for state in KnockState::ALL {
            drop(self.knocks.get_or_create(&[label("state", state.name())]));
        }
        for channel in ["email", "sms"] {
            for outcome in Delivery::ALL {
                let labels = [label("channel", channel), label("outcome", outcome.name())];
                drop(self.deliveries.get_or_create(&labels));
            }
        }
        for task in Task::ALL {
            drop(self.restarts.get_or_create(&[label("task", task.name())]));
        }
    }

    /// Counts a response. `route` is the route's template, and `method` a known one.
    pub fn answered(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        let status = match status {
            100..=199 => "1xx",
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        let route = [configured("route", route)];
        self.request_times.get_or_create(&route).observe(took.as_secs_f64());
        let [route] = route;
        let labels = [route, label("method", method), label("status", status)];
        self.requests.get_or_create(&labels).inc();
    }

    /// Counts a visitor at a step.
    pub fn came_to(&self, step: Step) {
        self.steps.get_or_create(&[label("step", step.slug())]).inc();
    }

    /// Counts a refusal.
    pub fn refused(&self, refusal: Refusal) {
        self.refusals.get_or_create(&[label("reason", refusal.name())]).inc();
    }

    /// Counts an event of a code.
    pub fn code(&self, event: CodeEvent) {
        self.codes.get_or_create(&[label("event", event.name())]).inc();
    }

    /// Counts an identification. `way` is the method, such as `email-code` or a provider's id.
    pub fn identification(&self, way: &str, ending: Ending) {
        let labels = [configured("way", way), label("outcome", ending.name())];
        self.identifications.get_or_create(&labels).inc();
    }

    /// Counts a knock that has come to a state.
    pub fn knock(&self, state: KnockState) {
        self.knocks.get_or_create(&[label("state", state.name())]).inc();
    }

    /// Records how long a guest has waited until a host admitted them.
    pub fn waited(&self, time: Duration) {
        self.knock_waits.observe(time.as_secs_f64());
    }

    /// Counts a delivery.
    pub fn delivery(&self, by_sms: bool, outcome: Delivery) {
        let channel = if by_sms { "sms" } else { "email" };
        let labels = [label("channel", channel), label("outcome", outcome.name())];
        self.deliveries.get_or_create(&labels).inc();
    }

    /// Counts a restart of a background task.
    pub fn restarted(&self, task: Task) {
        self.restarts.get_or_create(&[label("task", task.name())]).inc();
    }

    /// Returns how often a background task was restarted.
    #[cfg(test)]
    pub(crate) fn restarts(&self, task: Task) -> u64 {
        self.restarts.get_or_create(&[label("task", task.name())]).get()
    }

    fn called(&self, provider: &str, outcome: Outcome, took: Duration) {
        let provider = [configured("provider", provider)];
        self.call_times.get_or_create(&provider).observe(took.as_secs_f64());
        let [provider] = provider;
        self.calls.get_or_create(&[provider, label("outcome", outcome.name())]).inc();
    }

    /// Returns all metrics in the text form of Prometheus.
    pub(crate) fn encoded(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_written_and_what_never_happened_is_nought() {
        let metrics = Metrics::default();
        metrics.answered("/m/{token}", "GET", 200, Duration::from_millis(7));
        metrics.answered("/m/{token}", "GET", 503, Duration::from_millis(7));
        metrics.code(CodeEvent::Wrong);
        metrics.restarted(Task::Outbox);
        let text = metrics.encoded().expect("a text");
        for line in [
            "anslut_requests_total{route=\"/m/{token}\",method=\"GET\",status=\"2xx\"} 1",
            "anslut_requests_total{route=\"/m/{token}\",method=\"GET\",status=\"5xx\"} 1",
            "anslut_request_duration_seconds_bucket{le=\"0.01\",route=\"/m/{token}\"} 2",
            "anslut_request_duration_seconds_bucket{le=\"0.005\",route=\"/m/{token}\"} 0",
            "anslut_codes_total{event=\"wrong\"} 1",
            "anslut_codes_total{event=\"used\"} 0",
            "anslut_steps_total{step=\"room\"} 0",
            "anslut_refusals_total{reason=\"code-wrong\"} 0",
            "anslut_tasks_restarted_total{task=\"outbox\"} 1",
            "anslut_tasks_restarted_total{task=\"purge\"} 0",
        ] {
            assert!(text.lines().any(|it| it == line), "{line}: {text}");
        }
        assert!(text.contains("anslut_build_info{version=") && text.ends_with("# EOF\n"));
    }
}
