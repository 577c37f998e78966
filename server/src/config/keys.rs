//! The configuration's keys with their unread values: from the file and the environment, with the values of
//! `…_file` keys fetched.
//!
//! No error text ever repeats a value. So this module need not know which ones are secret.

use super::{
    Error,
    files::{SourceFile, is_secret, unread},
    oidc,
};
use std::{cell::RefCell, collections::BTreeMap, ffi::OsString, mem, path::Path, rc::Rc};
use toml::{Table, Value as Toml};

/// Suffix of a key whose value is the path of the file with the actual value.
const IN_FILE: &str = "_file";

/// Prefix of our environment variables.
const PREFIX: &str = "ANSLUT_";

/// A key's value before it is read.
#[derive(Clone, PartialEq)]
pub(super) enum Value {
    /// From the environment or a separate file, where everything is text.
    Text(String),
    /// From the TOML file.
    Toml(Toml),
}

/// The keys that were set, by dotted name.
pub(super) struct Keys {
    values: BTreeMap<String, Value>,
    /// The tables of the only section that may occur several times, in the file's order.
    providers: Vec<Self>,
    /// The files that values were read from, including those of providers.
    files: Files,
}

type Files = Rc<RefCell<Vec<SourceFile>>>;

impl Keys {
    /// Puts the environment above the file, and rejects every key except the `known` ones.
    pub(super) fn gather(
        file: Option<(&Path, &str)>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        known: &[&'static str],
    ) -> Result<Self, Error> {
        let (mut values, mut providers) = (BTreeMap::new(), Vec::new());
        let files = Files::default();
        if let Some((path, text)) = file {
            let mut table = text.parse::<Table>().map_err(|error| not_toml(path, text, &error))?;
            providers = tables(&mut table, &files)?;
            flatten("", table, &mut values);
            // It may or may not hold secrets. Operators decide who may read it.
            let secret = false;
            files.borrow_mut().push(SourceFile { key: None, path: path.to_owned(), secret });
        }
        for (name, value) in environment {
            let Some(key) = key_of_variable(&name) else { continue };
            let value = value.into_string().map_err(|_| Error::key(&key, "is not UTF-8 text"))?;
            values.insert(key, Value::Text(value));
        }
        Ok(Self { values: accepted(values, known)?, providers, files })
    }

    /// Takes the providers' tables, each with its keys.
    pub(super) fn take_providers(&mut self) -> Vec<Self> {
        mem::take(&mut self.providers)
    }

    /// Takes a key's value, if it was set, and converts it.
    pub(super) fn take<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(Value) -> Result<T, String>,
    ) -> Result<Option<T>, Error> {
        let value = match self.values.remove(key) {
            Some(value) => value,
            None => match self.values.remove(&format!("{key}{IN_FILE}")) {
                Some(path) => fetch(key, path, &self.files)?,
                None => return Ok(None),
            },
        };
        read(value).map(Some).map_err(|wrong| Error::key(key, wrong))
    }

    /// Takes a key's value, or the default if it was not set.
    pub(super) fn take_or<T>(
        &mut self,
        key: &str,
        default: T,
        read: impl FnOnce(Value) -> Result<T, String>,
    ) -> Result<T, Error> {
        Ok(self.take(key, read)?.unwrap_or(default))
    }

    /// Takes the value of a required key, or the default that a demo has for it.
    pub(super) fn take_required<T>(
        &mut self,
        key: &str,
        default: Option<T>,
        read: impl FnOnce(Value) -> Result<T, String>,
    ) -> Result<T, Error> {
        self.take(key, read)?.or(default).ok_or_else(|| Error::key(key, "must be set"))
    }

    /// Returns the files that values were read from.
    pub(super) fn files(&self) -> Vec<SourceFile> {
        self.files.borrow().clone()
    }

    /// Returns the names of keys that no section has taken.
    #[cfg(test)]
    pub(super) fn left(&self) -> Vec<&String> {
        self.values.keys().collect()
    }
}

/// Returns the content of the file that a `…_file` key names, without the line end that editors add.
fn fetch(key: &str, path: Value, files: &Files) -> Result<Value, Error> {
    let name = format!("{key}{IN_FILE}");
    let path = super::read::text(path).map_err(|wrong| Error::key(&name, wrong))?;
    let text =
        std::fs::read_to_string(&path).map_err(|error| Error::key(&name, unread(&path, &error)))?;
    let secret = is_secret(key, &text);
    files.borrow_mut().push(SourceFile { key: Some(name), path: path.into(), secret });
    Ok(Value::Text(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Returns the key that a variable sets. `None` for a variable that is no configuration.
fn key_of_variable(name: &OsString) -> Option<String> {
    let name = name.to_string_lossy();
    let rest = name.strip_prefix(PREFIX).filter(|rest| rest.contains("__"))?;
    // Lower case in a variable would let two variables set one key.
    let exact = !rest.contains(|c: char| c.is_ascii_lowercase());
    Some(if exact { rest.replace("__", ".").to_ascii_lowercase() } else { name.into_owned() })
}

fn flatten(prefix: &str, table: Table, into: &mut BTreeMap<String, Value>) {
    for (name, value) in table {
        // A quoted name can hold dots, and would pass for a key of a table.
        let name = if name.contains('.') { format!("\"{name}\"") } else { name };
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            Toml::Table(inner) if !inner.is_empty() => flatten(&key, inner, into),
            value => {
                into.insert(key, Value::Toml(value));
            }
        }
    }
}

/// Takes the providers' tables from the file.
fn tables(file: &mut Table, files: &Files) -> Result<Vec<Keys>, Error> {
    let wrong = || Error::key(oidc::NAME, "must be tables, each below a line [[oidc]]");
    let items = match file.remove(oidc::NAME) {
        None => return Ok(Vec::new()),
        Some(Toml::Array(items)) => items,
        Some(_) => return Err(wrong()),
    };
    let items = items.into_iter().enumerate();
    items
        .map(|(index, item)| {
            let Toml::Table(mut item) = item else { return Err(wrong()) };
            let place = oidc::place(index);
            let mut values = BTreeMap::new();
            // The names in this table are the provider's values, not keys of ours.
            if let Some((key, value)) = item.remove_entry(oidc::AS_IT_STANDS) {
                values.insert(format!("{place}.{key}"), Value::Toml(value));
            }
            flatten(&place, item, &mut values);
            let known = oidc::KEYS.map(|key| format!("{place}.{key}"));
            let files = Rc::clone(files);
            Ok(Keys { values: accepted(values, &known)?, providers: Vec::new(), files })
        })
        .collect()
}

/// Removes empty sections, and rejects every key except the `known` ones.
fn accepted<K: AsRef<str>>(
    mut values: BTreeMap<String, Value>,
    known: &[K],
) -> Result<BTreeMap<String, Value>, Error> {
    values.retain(|key, value| !is_empty_section(key, value, known));
    for key in values.keys() {
        let plain = key.strip_suffix(IN_FILE).unwrap_or(key);
        if !known.iter().any(|known| known.as_ref() == plain) {
            return Err(Error::key(key, "is no key of this program"));
        }
        if plain != key && values.contains_key(plain) {
            return Err(Error::key(plain, format!("is set together with {key}; set one")));
        }
    }
    Ok(values)
}

/// `true` if this is a table of ours without any key.
fn is_empty_section<K: AsRef<str>>(key: &str, value: &Value, known: &[K]) -> bool {
    let begins =
        |known: &K| known.as_ref().strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
    matches!(value, Value::Toml(Toml::Table(_))) && known.iter().any(begins)
}

/// Returns an error with the line of the fault. The parser's text shows the content of the line, which may
/// hold a secret.
fn not_toml(path: &Path, text: &str, error: &toml::de::Error) -> Error {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Error::file(path, format!("line {line} is not valid TOML"))
}
