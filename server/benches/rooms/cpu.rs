//! Exact processor time, from `/proc`.

use std::fs;

/// Returns the processor time that the threads of a process have used which have not ended, in seconds. It is exact to
/// the microsecond.
pub(crate) fn exact(process: &str) -> f64 {
    let threads = fs::read_dir(format!("/proc/{process}/task")).expect("the process").flatten();
    let times =
        threads.filter_map(|thread| fs::read_to_string(thread.path().join("schedstat")).ok());
    let nanoseconds = times.filter_map(|times| times.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.sum::<f64>() / 1e9
}
