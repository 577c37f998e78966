//! Changes of a booked meeting: a JSON Merge Patch (RFC 7396), whose result is read like a booking. So no
//! change produces what could not be booked.
//!
//! The recipients are the exception: their list holds changes, and a recipient that it leaves out stays
//! invited. Otherwise a system that knows only some recipients would remove the others by sending its own
//! list back.

use super::{booking, bounds::RECIPIENTS, object::Members, problem::Invalid};
use crate::{
    clock::Time,
    meetings::{
        create::{Booked, Recipient},
        update::{Change, RecipientUpdate},
    },
    model::{Invitation, Meeting},
    state::Offered,
};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// Reads a change of a booked meeting, or returns every error in it.
pub(super) fn change(
    patch: Value,
    booked: &Booked,
    now: Time,
    offered: Offered,
) -> Result<Change, Vec<Invalid>> {
    let Value::Object(mut patch) = patch else {
        return Err(vec![Invalid::new(String::new(), "must be an object")]);
    };
    let mut wrong = Vec::new();
    let recipients = patch.remove("recipients");
    let whole = merged(meeting(&booked.meeting), Value::Object(patch));
    let mut members = Members::of(String::new(), whole, &mut wrong);
    let was = (booked.meeting.starts_at, booked.meeting.ends_at);
    let meeting = booking::meeting(&mut members, now, Some(was), offered.rooms);
    members.end();
    let mut people = People::default();
    if let Some(value) = recipients {
        people.read(value, booked, offered, &mut wrong);
    }
    match meeting {
        Some(mut meeting) if wrong.is_empty() => {
            meeting.recipients = people.added;
            Ok(Change { meeting, corrected: people.corrected, removed: people.removed })
        }
        _ => Err(wrong),
    }
}

/// The recipients that a change adds, corrects and removes.
#[derive(Default)]
struct People {
    added: Vec<Recipient>,
    corrected: Vec<RecipientUpdate>,
    removed: Vec<String>,
}

impl People {
    fn read(&mut self, value: Value, booked: &Booked, offered: Offered, wrong: &mut Vec<Invalid>) {
        let at = "/recipients";
        let Some(items) = booking::items(at, value, wrong) else { return };
        let mut named = HashSet::new();
        let mut coming = 0;
        for (n, item) in items.into_iter().enumerate() {
            let at = format!("{at}/{n}");
            match Said::read(&at, item) {
                Err(invalid) => wrong.push(invalid),
                Ok(Said { id: None, members, .. }) => {
                    coming += 1;
                    let new = Value::Object(members);
                    self.added.extend(booking::recipient(at, new, offered, false, wrong));
                }
                Ok(Said { id: Some(id), remove, members }) => {
                    let of = booked.invitations.iter().find(|it| it.id == id);
                    let mut no = |detail| wrong.push(Invalid::new(format!("{at}/id"), detail));
                    match of {
                        None => no("is no recipient of this meeting"),
                        Some(_) if !named.insert(id) => no("is named twice"),
                        // Already removed: a repeat is no error.
                        Some(it) if remove && it.withdrawn_at.is_some() => {}
                        Some(it) if remove => self.removed.push(it.id.clone()),
                        Some(it) if it.withdrawn_at.is_some() => {
                            no("was removed from this meeting");
                        }
                        Some(it) => self.correct(at, it, members, offered, wrong),
                    }
                }
            }
        }
        let staying = booked.invitations.iter().filter(|it| it.withdrawn_at.is_none()).count();
        let then = staying + coming - self.removed.len();
        if then == 0 {
            let detail = "can't all be removed: cancel the meeting instead";
            wrong.push(Invalid::new(at.to_owned(), detail));
        } else if then > RECIPIENTS {
            let detail = format!("must not come to more than {RECIPIENTS}");
            wrong.push(Invalid::new(at.to_owned(), detail));
        }
    }

    fn correct(
        &mut self,
        at: String,
        before: &Invitation,
        members: Map<String, Value>,
        offered: Offered,
        wrong: &mut Vec<Invalid>,
    ) {
        let keeps_number = !members.contains_key("personal_number");
        let numbered = keeps_number && before.personal_number_hash.is_some();
        let whole = merged(recipient(before), Value::Object(members));
        if let Some(recipient) = booking::recipient(at, whole, offered, numbered, wrong) {
            self.corrected.push(RecipientUpdate { id: before.id.clone(), recipient, keeps_number });
        }
    }
}

/// One recipient's entry in a change.
struct Said {
    id: Option<String>,
    remove: bool,
    members: Map<String, Value>,
}

impl Said {
    fn read(at: &str, value: Value) -> Result<Self, Invalid> {
        let Value::Object(mut members) = value else {
            return Err(Invalid::new(at.to_owned(), "must be an object"));
        };
        let no = |name: &str, detail| Err(Invalid::new(format!("{at}/{name}"), detail));
        let remove = match members.remove("remove") {
            None => false,
            Some(Value::Bool(remove)) => remove,
            Some(_) => return no("remove", "must be true or false"),
        };
        let id = match members.remove("id") {
            None => None,
            Some(Value::String(id)) => Some(id),
            Some(_) => return no("id", "must be a string"),
        };
        if remove && id.is_none() {
            return no("id", "is missing: it says whom to take off");
        }
        if remove && !members.is_empty() {
            return no("remove", "must stand alone with the id");
        }
        Ok(Self { id, remove, members })
    }
}

/// Returns the meeting as its booking's JSON, without the recipients.
fn meeting(meeting: &Meeting) -> Value {
    json!({
        "title": meeting.title,
        "description": meeting.description,
        "starts_at": meeting.starts_at.timestamp().to_string(),
        "ends_at": meeting.ends_at.timestamp().to_string(),
        "time_zone": meeting.time_zone,
        "organiser": {
            "name": meeting.organiser_name,
            "email": meeting.organiser_email,
            "phone": meeting.organiser_phone,
        },
        "room": meeting.room,
    })
}

/// Returns the recipient as its booking's JSON, without the personal number, which is not known.
fn recipient(invitation: &Invitation) -> Value {
    json!({
        "name": invitation.name,
        "email": invitation.email,
        "phone": invitation.phone,
        "assurance": invitation.assurance,
        "method": invitation.method,
        "language": invitation.language,
        "allow_e_id": invitation.allow_e_id,
    })
}

/// Applies a merge patch (RFC 7396, 2), but keeps null. The readers take null for an absent member, and still
/// report a member that they don't know.
fn merged(target: Value, patch: Value) -> Value {
    let Value::Object(patch) = patch else { return patch };
    let mut whole = if let Value::Object(target) = target { target } else { Map::new() };
    for (name, value) in patch {
        let before = whole.remove(&name).unwrap_or_default();
        whole.insert(name, merged(before, value));
    }
    Value::Object(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_applied_as_the_examples_of_its_rfc_say() {
        for (target, patch, result) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"a":null,"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (
                json!({"a":{"b":"c"}}),
                json!({"a":{"b":"d","c":null}}),
                json!({"a":{"b":"d","c":null}}),
            ),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!({"a":"foo"}), json!({"b":{"c":{"d":1}}}), json!({"a":"foo","b":{"c":{"d":1}}})),
            (json!({"a":"foo"}), json!({"a":{"b":"c"}}), json!({"a":{"b":"c"}})),
            (json!([1, 2]), json!({"a":"b"}), json!({"a":"b"})),
        ] {
            assert_eq!(merged(target, patch), result);
        }
    }
}
