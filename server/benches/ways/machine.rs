//! Processor time and memory of processes, from `/proc`.

use crate::program::Program;
use std::{fs, time::Instant};

/// Clock ticks a second in `/proc`.
const TICKS: f64 = 100.0;

/// Resources used up to some point.
#[derive(Default)]
pub(crate) struct Load {
    /// Processor time, in seconds: of the program, of the database's processes, and of this one.
    pub(crate) server: f64,
    pub(crate) database: f64,
    pub(crate) generator: f64,
    /// That of the whole machine.
    pub(crate) all: f64,
    /// Bytes that the program has had written to the disk, in kB.
    pub(crate) written: f64,
    /// Statements and commits of its transactions.
    pub(crate) statements: f64,
    pub(crate) commits: f64,
}

impl Load {
    pub(crate) async fn now(program: &Program) -> Self {
        let (statements, commits) = program.counts().await;
        Self {
            server: cpu(&program.id()),
            database: postgres(),
            generator: cpu("self"),
            all: whole(),
            written: written(&program.id()),
            statements,
            commits,
        }
    }

    /// Returns the processor time used between two points.
    pub(crate) fn until(&self, later: &Self) -> Self {
        Self {
            server: later.server - self.server,
            database: later.database - self.database,
            written: later.written - self.written,
            statements: later.statements - self.statements,
            commits: later.commits - self.commits,
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

/// Returns the processor time that PostgreSQL's processes have used, those that have ended included.
fn postgres() -> f64 {
    let processes = fs::read_dir("/proc").expect("processes").flatten();
    let names = processes.filter_map(|process| process.file_name().into_string().ok());
    let stats = names
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .filter_map(|name| fs::read_to_string(format!("/proc/{name}/stat")).ok())
        .filter(|stat| stat.contains("(postgres)"));
    let ticks = stats.map(|stat| {
        let after = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<f64> = after.split_whitespace().skip(1).flat_map(str::parse).collect();
        fields.iter().skip(10).take(4).sum::<f64>()
    });
    ticks.sum::<f64>() / TICKS
}

/// Returns what a process has had written to the disk, in kB.
fn written(process: &str) -> f64 {
    let io = fs::read_to_string(format!("/proc/{process}/io")).expect("the process");
    let bytes = io.lines().find_map(|line| line.strip_prefix("write_bytes: ")).expect("the line");
    bytes.parse::<f64>().expect("a number") / 1024.0
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
