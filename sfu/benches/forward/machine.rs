//! Figures of the kernel about this process.

/// Returns the CPU time of all threads of this process with a name, in seconds.
pub(crate) fn cpu_of_thread(name: &str) -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let nanoseconds: f64 = tasks
        .filter_map(|task| {
            let task = task.unwrap().path();
            let is_named = std::fs::read_to_string(task.join("comm")).ok()?.trim() == name;
            let times =
                is_named.then(|| std::fs::read_to_string(task.join("schedstat")).ok())??;
            times.split(' ').next()?.parse::<f64>().ok()
        })
        .sum();
    nanoseconds / 1e9
}

/// Returns the memory of this process, in bytes.
pub(crate) fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0
}
