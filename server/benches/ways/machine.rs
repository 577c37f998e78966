//! Processor time and memory of processes, from `/proc`.

use crate::program::Program;
use std::{fs, time::Instant};

/// Clock ticks a second in `/proc`.
const TICKS: f64 = 100.0;

/// Processor time used up to some point, in seconds.
pub(crate) struct Load {
    pub(crate) server: f64,
    pub(crate) generator: f64,
    /// The whole machine.
    pub(crate) all: f64,
}

impl Load {
    pub(crate) fn now(program: &Program) -> Self {
        Self { server: cpu(&program.id()), generator: cpu("self"), all: whole() }
    }

    /// Returns the processor time used between two points.
    pub(crate) fn until(&self, later: &Self) -> Self {
        Self {
            server: later.server - self.server,
            generator: later.generator - self.generator,
            all: later.all - self.all,
        }
    }
}

/// Returns the processor time that a process has used, in seconds.
pub(crate) fn cpu(process: &str) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("the process");
    let after = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after.split_whitespace().skip(1).flat_map(str::parse).collect();
    fields.iter().skip(10).take(2).sum::<f64>() / TICKS
}

/// Returns the processor time that the machine has used, in seconds: all but idle, and waiting for the disk.
fn whole() -> f64 {
    let stat = fs::read_to_string("/proc/stat").expect("the machine");
    let fields: Vec<f64> = stat.split_whitespace().skip(1).take(8).flat_map(str::parse).collect();
    (fields.iter().sum::<f64>() - fields[3] - fields[4]) / TICKS
}

/// Returns a line of a process's status, in MB.
pub(crate) fn memory(process: &str, line: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process");
    let value = status.lines().find_map(|text| text.strip_prefix(line)).expect("the line");
    let kilobytes = value.trim_start_matches(':').trim().split(' ').next().unwrap_or_default();
    kilobytes.parse::<f64>().expect("a number") / 1024.0
}

#[expect(clippy::disallowed_methods, reason = "a measurement takes the time by itself")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
