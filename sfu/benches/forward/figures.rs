//! Figures of several rounds, printed as medians with their spread, and the machine that they belong to.

use std::collections::BTreeMap;
use std::fs;
use std::thread::available_parallelism;

/// The figures of all rounds, by name.
#[derive(Default)]
pub(crate) struct Rounds(BTreeMap<String, Vec<f64>>);

impl Rounds {
    /// Adds a figure of a round.
    pub(crate) fn add(&mut self, name: &str, figure: f64) {
        self.0.entry(name.to_owned()).or_default().push(figure);
    }

    /// Adds lines of a name and a figure.
    pub(crate) fn add_lines(&mut self, lines: &str) {
        for line in lines.lines() {
            let (name, figure) = line.split_once(' ').unwrap();
            self.add(name, figure.parse().unwrap());
        }
    }

    /// Prints the median of a figure, its least and its most, in a unit and beside the goal.
    pub(crate) fn print(&self, name: &str, means: &str, unit: &str, goal: &str) {
        let Some(figures) = self.0.get(name) else {
            return;
        };
        let mut sorted = figures.clone();
        sorted.sort_by(f64::total_cmp);
        let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
        let median = sorted[sorted.len() / 2];
        let spread = format!("{least:.2} to {most:.2}");
        println!("  {means:<58} {median:>9.2} {unit:<3} {spread:<22} {goal}");
    }
}

/// Returns the processor, its cores, the memory and the kernel of this machine.
pub(crate) fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let line = |text: String, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let processor = line(read("/proc/cpuinfo"), "model name");
    let cores = available_parallelism().map_or(0, usize::from);
    let memory = line(read("/proc/meminfo"), "MemTotal");
    let kernel = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default();
    format!("{processor}, {cores} cores, {memory}, Linux {}, load {load}", kernel.trim())
}
