//! Takes the members out of a JSON object, one by one, and gathers what is wrong with them.

use super::problem::Invalid;
use serde_json::{Map, Value};

/// An object whose members are being taken.
pub(super) struct Members<'a> {
    at: String,
    left: Map<String, Value>,
    /// Whether there is an object: where there is none, no member of it is missing.
    there: bool,
    wrong: &'a mut Vec<Invalid>,
}

impl<'a> Members<'a> {
    /// Begins to take the members of the object at that JSON pointer (RFC 6901).
    pub(super) fn of(at: String, value: Value, wrong: &'a mut Vec<Invalid>) -> Self {
        let (left, there) = if let Value::Object(left) = value {
            (left, true)
        } else {
            wrong.push(Invalid::new(at.clone(), "must be an object"));
            (Map::new(), false)
        };
        Self { at, left, there, wrong }
    }

    /// Says what is wrong with a member.
    pub(super) fn wrong(&mut self, name: &str, detail: impl Into<String>) {
        if !self.there {
            return;
        }
        let name = name.replace('~', "~0").replace('/', "~1");
        self.wrong.push(Invalid::new(format!("{}/{name}", self.at), detail));
    }

    /// Whether a member has been given that has not been taken yet.
    pub(super) fn has(&self, name: &str) -> bool {
        self.left.get(name).is_some_and(|value| !value.is_null())
    }

    /// Takes a member that may be left out.
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
                    self.wrong(name, detail);
                    None
                }
            },
        }
    }

    /// Takes a member that must be there.
    pub(super) fn required<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Value) -> Result<T, String>,
    ) -> Option<T> {
        if self.left.get(name).is_none_or(Value::is_null) {
            self.left.remove(name);
            self.wrong(name, "is missing");
            return None;
        }
        self.optional(name, read)
    }

    /// Takes an object or array that must be there, to be read further.
    pub(super) fn inner(&mut self, name: &str) -> Option<(String, Value, &mut Vec<Invalid>)> {
        match self.left.remove(name) {
            None | Some(Value::Null) => {
                self.wrong(name, "is missing");
                None
            }
            Some(value) => Some((format!("{}/{name}", self.at), value, self.wrong)),
        }
    }

    /// Ends: what has not been taken is unknown.
    pub(super) fn end(mut self) {
        let names: Vec<String> = self.left.keys().cloned().collect();
        for name in names {
            self.wrong(&name, "is not known");
        }
    }
}
