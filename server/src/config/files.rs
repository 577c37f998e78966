//! The files that the configuration was read from, for who looks whether others can get at them.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// A file that a value, or everything that is in none of its own, was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The key that names it; none for the configuration's own file.
    pub key: Option<String>,
    /// Where it is.
    pub path: PathBuf,
    /// Whether a secret is in it.
    pub secret: bool,
}

/// Bits of a file's mode: its group, or everybody, may write it; everybody may read it.
const GROUP_WRITES: u32 = 0o020;
const ALL_WRITE: u32 = 0o002;
const ALL_READ: u32 = 0o004;

/// The bit of a folder that lets everybody through.
const ALL_ENTER: u32 = 0o001;

/// The bit of a folder in which nobody may touch what is another's.
const STICKY: u32 = 0o1000;

impl SourceFile {
    /// What others can do with it that they should not; none where it can't be told.
    pub fn laid_open(&self) -> Option<String> {
        let mode = fs::metadata(&self.path).ok()?.mode();
        let path = shown(&self.path);
        let writers = if self.secret { GROUP_WRITES | ALL_WRITE } else { ALL_WRITE };
        if mode & writers != 0 {
            return Some(format!("others can write {path}: chmod go-w"));
        }
        if self.secret && mode & ALL_READ != 0 && is_reachable(&self.path) {
            return Some(format!("everybody on the machine can read {path}: chmod o-r"));
        }
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mode = fs::metadata(folder).ok()?.mode();
        (mode & ALL_WRITE != 0 && mode & STICKY == 0)
            .then(|| format!("others can put another in the place of {path}: chmod o-w its folder"))
    }
}

/// Whether everybody on the machine comes to a file: through each folder on its way.
fn is_reachable(path: &Path) -> bool {
    let Ok(path) = fs::canonicalize(path) else { return true };
    let shuts_out = |folder: &Path| fs::metadata(folder).is_ok_and(|it| it.mode() & ALL_ENTER == 0);
    !path.ancestors().skip(1).any(shuts_out)
}

/// Whether a key's value is to be known to nobody else.
pub(super) fn is_secret(key: &str, value: &str) -> bool {
    const SECRET: [&str; 4] =
        ["secrets.key", "secrets.previous", "sms.password", "bankid.client_key"];
    // These are where they hold a password.
    const MAY_BE: [&str; 2] = ["mail.url", "database.url"];
    SECRET.contains(&key)
        || [".client_secret", ".private_key"].iter().any(|end| key.ends_with(end))
        || (MAY_BE.contains(&key) && value.contains('@'))
}

/// A path as it can stand in a line.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string().escape_debug().to_string()
}

/// Says why a file can't be read, and which: unless what stands where its path should be could be the secret
/// itself.
pub(super) fn unread(path: &str, error: &io::Error) -> String {
    let path = Path::new(path);
    told(path, path.exists() || names_a_place(path), error)
}

/// The same for a value that is a path itself and is never repeated unless it surely is one.
pub(super) fn unread_value(path: &str, error: &io::Error) -> String {
    let path = Path::new(path);
    told(path, path.exists(), error)
}

fn told(path: &Path, named: bool, error: &io::Error) -> String {
    let why = format!("can't be read: {}", error.kind());
    if named { format!("{why} ({})", shown(path)) } else { why }
}

/// Whether this is surely a path, though nothing is there: an absolute one in a folder that is, or one that
/// ends like a file's name. Keys in base64 and addresses with passwords are neither.
fn names_a_place(path: &Path) -> bool {
    let text = path.to_string_lossy();
    if text.contains(['=', '@', '+']) || text.contains("://") {
        return false;
    }
    let known_folder =
        path.ancestors().skip(1).any(|it| it.components().count() > 1 && it.is_dir());
    let short = path.components().all(|part| part.as_os_str().len() <= 40);
    short
        && ((path.is_absolute() && (known_folder || text.len() <= 40))
            || path.extension().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    #[test]
    fn what_others_can_do_with_a_file_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        fs::write(&path, "x").expect("a file");
        let shut = Permissions::from_mode(0o750);
        fs::set_permissions(folder.path(), shut).expect("set");
        fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("set");
        let open = SourceFile { key: None, path: path.clone(), secret: true };
        assert_eq!(open.laid_open(), None, "nobody else comes to it");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("set");
        let at = |mode, secret| {
            fs::set_permissions(&path, Permissions::from_mode(mode)).expect("set");
            SourceFile { key: None, path: path.clone(), secret }.laid_open()
        };
        for (mode, secret, told) in [
            (0o600, true, None),
            (0o640, true, None),
            (0o440, true, None),
            (0o660, true, Some("others can write ")),
            (0o620, true, Some("others can write ")),
            (0o602, true, Some("others can write ")),
            (0o666, true, Some("others can write ")),
            (0o644, true, Some("everybody on the machine can read ")),
            (0o604, true, Some("everybody on the machine can read ")),
            (0o644, false, None),
            (0o664, false, None),
            (0o646, false, Some("others can write ")),
        ] {
            let found = at(mode, secret);
            assert_eq!(found.is_some(), told.is_some(), "{mode:o} {found:?}");
            if let (Some(found), Some(told)) = (found, told) {
                assert!(found.starts_with(told) && found.contains("/key"), "{mode:o} {found}");
            }
        }
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).expect("set");
        assert!(at(0o600, true).is_some_and(|it| it.starts_with("others can put another")));
        fs::set_permissions(folder.path(), Permissions::from_mode(0o1777)).expect("set");
        assert_eq!(at(0o600, true), None);
    }

    #[test]
    fn a_file_that_can_not_be_read_is_named_and_a_secret_in_its_place_is_not() {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        let folder = tempfile::tempdir().expect("a folder");
        let there = folder.path().join("key").display().to_string();
        for path in
            [there.as_str(), "/etc/anslut/key", "/run/credentials/anslut.service/key", "anslut.key"]
        {
            assert!(unread(path, &missing()).ends_with(&format!("({path})")), "{path}");
        }
        for secret in [
            "hemligt-losenord",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "/AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "/AEC/wQFBgcICQoLDA0ODx/REhMUFRYXGBkaGxwdHh8=",
            "smtps://user:hemligt@mail.kommun.example",
            "postgres://anslut:hemligt@db.kommun.example/anslut",
            "-----BEGIN PRIVATE KEY-----\nhemligt",
        ] {
            assert_eq!(unread(secret, &missing()), "can't be read: entity not found");
        }
    }
}
