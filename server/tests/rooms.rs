//! The modules of the program: which of them may use which.

#![expect(clippy::expect_used, reason = "a test that can't go on fails")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The modules from the bottom to the top. A module uses only those before it.
const ROOMS: [&str; 22] = [
    "clock",
    "keys",
    "logs",
    "rules",
    "metrics",
    "http_client",
    "config",
    "rooms",
    "model",
    "conference",
    "authenticators",
    "store",
    "state",
    "messages",
    "identification",
    "meetings",
    "jobs",
    "http",
    "demo",
    "service",
    "doctor",
    "commands",
];

/// Two modules of which neither may use the other. Recipients and senders share state and store, and nothing
/// else.
const APART: (&str, &str) = ("identification", "meetings");

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Returns the modules that a source uses, outside its tests and comments.
fn used(source: &str) -> BTreeSet<&str> {
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut rooms = BTreeSet::new();
    for (at, start) in code.match_indices("crate::") {
        let line = code[..at].rsplit('\n').next().unwrap_or_default();
        if line.trim_start().starts_with("//") {
            continue;
        }
        let rest = &code[at + start.len()..];
        match rest.strip_prefix('{') {
            Some(list) => rooms.extend(first_names(list)),
            None => rooms.extend(name(rest)),
        }
    }
    rooms
}

/// Returns the first name of each path in a list of `use`, up to the brace that closes it.
fn first_names(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' | ',' if depth == 0 => {
                names.extend(name(list[start..at].trim_start()));
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

fn name(path: &str) -> Option<&str> {
    let end = path.find(|it: char| !it.is_ascii_lowercase() && it != '_').unwrap_or(path.len());
    Some(&path[..end]).filter(|name| !name.is_empty())
}

#[test]
fn a_room_uses_only_those_below_it() {
    let sources_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let place = |room: &str| ROOMS.iter().position(|it| *it == room);
    let mut seen = BTreeSet::new();
    for path in sources(&sources_in) {
        let within = path.strip_prefix(&sources_in).expect("a source");
        let room = within.components().next().expect("a room").as_os_str().to_string_lossy();
        let room = room.trim_end_matches(".rs").to_owned();
        let own = within.components().any(|it| it.as_os_str() == "tests")
            || within.ends_with("tests.rs")
            || within == Path::new("store/contract.rs")
            || ["lib", "main"].contains(&room.as_str());
        if own {
            continue;
        }
        assert!(place(&room).is_some(), "{room} has no place in the list");
        let source = fs::read_to_string(&path).expect("a source");
        for other in used(&source).into_iter().filter(|it| *it != room) {
            assert!(place(other) < place(&room), "{}: {room} uses {other}", within.display());
            let pair = (room.as_str(), other);
            assert!(pair != APART && pair != (APART.1, APART.0), "{}: {pair:?}", within.display());
            seen.insert((room.clone(), other.to_owned()));
        }
    }
    assert!(seen.len() > 50, "uses are found: {}", seen.len());
}

#[test]
fn uses_are_read_from_lists_paths_and_not_from_comments() {
    let source = "use crate::{\n    clock::Time,\n    model::{Event, Meeting},\n    state,\n};\n\
        // crate::http::never\nfn f() { crate::keys::sha256(b\"\"); }\n\
        #[cfg(test)]\nmod tests {\n    use crate::demo::never;\n}\n";
    assert_eq!(used(source).into_iter().collect::<Vec<_>>(), ["clock", "keys", "model", "state"]);
}
