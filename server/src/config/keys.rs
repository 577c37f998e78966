//! The configuration's keys with their unread values: the environment above the file, above the defaults. The
//! values of `…_file` keys are fetched.

use super::{
    Error, Mode, SECTIONS,
    files::{SourceFile, is_secret, unread},
    oidc,
    reference::Key,
    value::{Place, Value, Values},
};
use serde::Deserialize;
use std::{ffi::OsString, path::Path};
use toml::{Table, Value as Toml};

/// Suffix of a key whose value is the path of the file with the actual value.
const IN_FILE: &str = "_file";

/// Prefix of our environment variables.
const PREFIX: &str = "ANSLUT_";

/// The name of a demo's organisation, unless another is set.
pub(super) const DEMO_NAME: &str = "Exempelkommunen";

/// The values that a demo has for keys that it need not set.
const DEMO: [(&str, &str); 7] = [
    ("organisation.name", DEMO_NAME),
    ("organisation.phone", "+46300834000"),
    ("database.url", "sqlite://anslut-demo.db"),
    // Checked like an operator's, and not used.
    ("mail.url", "smtp://localhost"),
    ("mail.from", "no-reply@kommun.example"),
    ("room.listen", "127.0.0.1:7882"),
    ("statement.accessibility_email", "tillganglighet@kommun.example"),
];

/// The keys that are set or have a default.
#[derive(Default)]
pub(super) struct Keys {
    values: Values,
    /// Number of the tables of the only section that may occur several times.
    pub(super) providers: usize,
    /// The files that values were read from.
    pub(super) files: Vec<SourceFile>,
}

impl Keys {
    /// Puts the environment above the file and both above the defaults, and rejects every unknown key.
    pub(super) fn gather(
        file: Option<(&Path, &str)>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        mode: Mode,
    ) -> Result<Self, Error> {
        let (mut keys, mut values, mut providers) = (Self::default(), Values::new(), Vec::new());
        if let Some((path, text)) = file {
            let mut table = text.parse::<Table>().map_err(|error| not_toml(path, text, &error))?;
            providers = tables(&mut table)?;
            flatten("", table, &mut values);
            // It may or may not hold secrets. Operators decide who may read it.
            keys.files.push(SourceFile { key: None, path: path.to_owned(), secret: false });
        }
        for (name, value) in environment {
            let Some(key) = key_of_variable(&name) else { continue };
            let value = value.into_string().map_err(|_| Error::key(&key, "is not UTF-8 text"))?;
            values.insert(key, Value::Text(value));
        }
        let sections = SECTIONS.iter().flat_map(|section| section.keys).collect();
        let mut tables: Vec<(String, Vec<&Key>, Values)> = vec![(String::new(), sections, values)];
        keys.providers = providers.len();
        for (index, values) in providers.into_iter().enumerate() {
            let known = oidc::SECTION.keys.iter().collect();
            tables.push((format!("{}.", oidc::place(index)), known, values));
        }
        for (prefix, known, values) in &mut tables {
            refuse_unknown(prefix, known, values)?;
        }
        for (prefix, known, mut values) in tables {
            for key in known {
                keys.add(format!("{prefix}{}", key.name), key, &mut values, mode)?;
            }
        }
        Ok(keys)
    }

    /// Reads a section.
    pub(super) fn section<'de, T: Deserialize<'de>>(&mut self, name: &str) -> Result<T, Error> {
        let place = Place { values: &mut self.values, name: name.to_owned() };
        T::deserialize(place).map_err(|error| error.below(name))
    }

    /// Adds a key's value: the one that is set, or the default.
    fn add(&mut self, name: String, key: &Key, set: &mut Values, mode: Mode) -> Result<(), Error> {
        let demo = DEMO.iter().find(|(key, _)| mode == Mode::Demo && *key == name);
        let value = match (set.remove(&name), set.remove(&format!("{name}{IN_FILE}"))) {
            (Some(value), _) => Some(value),
            (None, Some(path)) => Some(self.fetch(&name, path)?),
            (None, None) => demo
                .map(|(_, value)| Value::Text((*value).to_owned()))
                .or_else(|| key.default().map(Value::Toml)),
        };
        self.values.extend(value.map(|value| (name, value)));
        Ok(())
    }

    /// Returns the content of the file that a `…_file` key names, without the line end that editors add.
    fn fetch(&mut self, key: &str, path: Value) -> Result<Value, Error> {
        let name = format!("{key}{IN_FILE}");
        let (Value::Text(path) | Value::Toml(Toml::String(path))) = path else {
            return Err(Error::key(&name, "must be text in quotes"));
        };
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Error::key(&name, unread(&path, &error)))?;
        let secret = is_secret(key, &text);
        self.files.push(SourceFile { key: Some(name), path: path.into(), secret });
        Ok(Value::Text(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// Returns the names of keys that no section has read.
    #[cfg(test)]
    pub(super) fn left(&self) -> Vec<&String> {
        self.values.keys().collect()
    }
}

/// Returns the key that a variable sets. `None` for a variable that is no configuration.
fn key_of_variable(name: &OsString) -> Option<String> {
    let name = name.to_string_lossy();
    let rest = name.strip_prefix(PREFIX).filter(|rest| rest.contains("__"))?;
    // Lower case in a variable would let two variables set one key.
    let exact = !rest.contains(|c: char| c.is_ascii_lowercase());
    Some(if exact { rest.replace("__", ".").to_ascii_lowercase() } else { name.into_owned() })
}

fn flatten(prefix: &str, table: Table, into: &mut Values) {
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
fn tables(file: &mut Table) -> Result<Vec<Values>, Error> {
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
            let mut values = Values::new();
            // The names in this table are the provider's values, not keys of ours.
            if let Some((key, value)) = item.remove_entry(oidc::AS_IT_STANDS) {
                values.insert(format!("{place}.{key}"), Value::Toml(value));
            }
            flatten(&place, item, &mut values);
            Ok(values)
        })
        .collect()
}

/// Removes empty sections, and rejects every key except the `known` ones.
fn refuse_unknown(prefix: &str, known: &[&Key], values: &mut Values) -> Result<(), Error> {
    let known: Vec<_> = known.iter().map(|key| format!("{prefix}{}", key.name)).collect();
    values.retain(|key, value| !is_empty_section(key, value, &known));
    for key in values.keys() {
        let plain = key.strip_suffix(IN_FILE).unwrap_or(key);
        if !known.iter().any(|known| known == plain) {
            return Err(Error::key(key, "is no key of this program"));
        }
        if plain != key && values.contains_key(plain) {
            return Err(Error::key(plain, format!("is set together with {key}; set one")));
        }
    }
    Ok(())
}

/// `true` if this is a table of ours without any key.
fn is_empty_section(key: &str, value: &Value, known: &[String]) -> bool {
    let begins = |known: &String| known.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
    matches!(value, Value::Toml(Toml::Table(_))) && known.iter().any(begins)
}

/// Returns an error with the line of the fault. The parser's text shows the content of the line, which may
/// hold a secret.
fn not_toml(path: &Path, text: &str, error: &toml::de::Error) -> Error {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Error::file(path, format!("line {line} is not valid TOML"))
}
