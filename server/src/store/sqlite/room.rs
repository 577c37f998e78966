//! How much room the disk has. What is written may find some in the journal for long after the disk is full,
//! so a small thing that could be written says little.

use std::path::Path;

/// Bytes that must be free: a little more than what one thing that people do writes.
const LEAST: u64 = 256 * 1024;

/// Whether the disk that holds a file has room for more. Where it does not say how large it is, there is.
pub(super) fn is_there(path: &Path) -> bool {
    match rustix::fs::statvfs(path) {
        Ok(disk) if disk.f_blocks > 0 => disk.f_bavail.saturating_mul(disk.f_frsize) >= LEAST,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_can_not_be_asked_has_room() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(is_there(folder.path()));
        assert!(is_there(&folder.path().join("nothing")));
        // It has no blocks at all.
        assert!(is_there(Path::new("/proc")));
    }
}
