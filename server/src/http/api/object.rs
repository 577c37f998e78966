//! A JSON object's members, taken one by one, with every error recorded.

use super::problem::Invalid;
use serde_json::{Map, Value};

/// An object whose members are being taken.
pub(super) struct Members<'a> {
    at: String,
    left: Map<String, Value>,
    /// `true` if there is an object. Without one, no member of it is reported as missing.
    there: bool,
    wrong: &'a mut Vec<Invalid>,
}

impl<'a> Members<'a> {
    /// Starts to take the members of the object at a JSON pointer (RFC 6901).
    pub(super) fn of(at: String, value: Value, wrong: &'a mut Vec<Invalid>) -> Self {
        let (left, there) = if let Value::Object(left) = value {
            (left, true)
        } else {
            wrong.push(Invalid::new(at.clone(), "must be an object"));
            (Map::new(), false)
        };
        Self { at, left, there, wrong }
    }

    /// Records an error at a member.
    pub(super) fn invalid(&mut self, name: &str, detail: impl Into<String>) {
        if !self.there {
            return;
        }
        let name = name.replace('~', "~0").replace('/', "~1");
        self.wrong.push(Invalid::new(format!("{}/{name}", self.at), detail));
    }

    /// `true` if the member is present, not null, and not yet taken.
    pub(super) fn has(&self, name: &str) -> bool {
        self.left.get(name).is_some_and(|value| !value.is_null())
    }

    /// Takes a member that may be absent.
    pub(super) fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Value) -> Result<T, String>,
    ) -> Option<T> {
        match self.left.remove(name) {
            None | Some(Value::Null) => None,
            Some(value) => match read(&value) {
                Ok(value) => Some(value),
                Err(detail) => {
                    self.invalid(name, detail);
                    None
                }
            },
        }
    }

    /// Takes a required member.
    pub(super) fn required<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Value) -> Result<T, String>,
    ) -> Option<T> {
        if self.left.get(name).is_none_or(Value::is_null) {
            self.left.remove(name);
            self.invalid(name, "is missing");
            return None;
        }
        self.optional(name, read)
    }

    /// Takes a required object or array, for its own reader.
    pub(super) fn inner(&mut self, name: &str) -> Option<(String, Value, &mut Vec<Invalid>)> {
        if !self.has(name) {
            self.left.remove(name);
            self.invalid(name, "is missing");
        }
        self.inner_if_any(name)
    }

    /// Takes an object or array that may be absent, for its own reader.
    pub(super) fn inner_if_any(
        &mut self,
        name: &str,
    ) -> Option<(String, Value, &mut Vec<Invalid>)> {
        let value = self.left.remove(name).filter(|value| !value.is_null())?;
        Some((format!("{}/{name}", self.at), value, self.wrong))
    }

    /// Records an error for every member that was not taken: it is unknown.
    pub(super) fn end(mut self) {
        let names: Vec<String> = self.left.keys().cloned().collect();
        for name in names {
            self.invalid(&name, "is not known");
        }
    }
}
