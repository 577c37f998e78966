//! Free disk space. A small write may fit into the journal long after the disk is full, so its success says
//! little.

use std::path::Path;

/// Minimum of free bytes: a little more than one action of a visitor writes.
const LEAST: u64 = 256 * 1024;

/// `true` if the disk that holds a file has room, or if it doesn't report its size.
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
