//! The files that the configuration was read from, and a check of their permissions.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// A file with a value, or with everything that has no separate file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The key that names it. `None` for the configuration file.
    pub key: Option<String>,
    /// The path.
    pub path: PathBuf,
    /// `true` if it holds a secret.
    pub secret: bool,
}

/// Bits of a file's mode: its group, or everybody, may write it. Everybody may read it.
const GROUP_WRITES: u32 = 0o020;
const ALL_WRITE: u32 = 0o002;
const ALL_READ: u32 = 0o004;

/// The bit of a folder that lets everybody pass through.
const ALL_ENTER: u32 = 0o001;

/// The bit of a folder in which only the owner of a file may replace it.
const STICKY: u32 = 0o1000;

impl SourceFile {
    /// Returns what others can do with the file and should not. `None` if there is nothing, or if its mode
    /// can't be read.
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

/// `true` if everybody on the machine can reach a file: they can pass through each folder of its path.
fn is_reachable(path: &Path) -> bool {
    let Ok(path) = fs::canonicalize(path) else { return true };
    let shuts_out = |folder: &Path| fs::metadata(folder).is_ok_and(|it| it.mode() & ALL_ENTER == 0);
    !path.ancestors().skip(1).any(shuts_out)
}

/// `true` if a key's value is secret.
pub(super) fn is_secret(key: &str, value: &str) -> bool {
    const SECRET: [&str; 7] = [
        "secrets.key",
        "secrets.previous",
        "sms.password",
        "bankid.client_key",
        "room.turn.secret",
        "livekit.api_secret",
        "jitsi.key",
    ];
    // These are secret if they hold a password.
    const MAY_BE: [&str; 2] = ["mail.url", "database.url"];
    SECRET.contains(&key)
        || [".client_secret", ".private_key"].iter().any(|end| key.ends_with(end))
        || (MAY_BE.contains(&key) && value.contains('@'))
}

/// Returns a path escaped for one line.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string().escape_debug().to_string()
}

/// Returns why a file can't be read. Names the path, unless it could be the secret itself, written where a
/// path should be.
pub(super) fn unread(path: &str, error: &io::Error) -> String {
    let path = Path::new(path);
    told(path, path.exists() || names_a_place(path), error)
}

/// Returns the same for a value that is a path itself. It is repeated only if it certainly is one.
pub(super) fn unread_value(path: &str, error: &io::Error) -> String {
    let path = Path::new(path);
    told(path, path.exists(), error)
}

fn told(path: &Path, named: bool, error: &io::Error) -> String {
    let why = format!("can't be read: {}", error.kind());
    if named { format!("{why} ({})", shown(path)) } else { why }
}

/// `true` if a path that doesn't exist certainly is one: it is absolute and in an existing folder, or ends
/// like a file's name. Keys in base64 and addresses with passwords are neither.
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
