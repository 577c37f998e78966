//! Changes of a booked meeting: a JSON Merge Patch (RFC 7396), whose result is read like a booking. So no
//! change produces what could not be booked.
//!
//! Recipients and hosts are the exception: their lists hold changes, and a person whom they leave out stays
//! invited. Otherwise a system that knows only some recipients would remove the others by sending its own
//! list back.
//!
//! Hosts come and go with a room that has some. If the organiser is the only host, another organiser is another host.

use super::{
    booking,
    bounds::{HOSTS, RECIPIENTS},
    hosts::{self, Addresses},
    object::Members,
    problem::Invalid,
};
use crate::{
    authenticators::{code::EMAIL_CODE, identity::E_ID},
    clock::Time,
    meetings::{
        create::{Booked, Organiser, Recipient},
        update::{Change, RecipientUpdate},
    },
    model::{Invitation, Meeting},
    rooms::{Link, Room},
    state::{Hosting, Offered},
};
use app::wire::{Language, Role};
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
    let (recipients, hosts) = (patch.remove("recipients"), patch.remove("hosts"));
    let whole = merged(meeting(&booked.meeting, &patch), Value::Object(patch));
    let mut members = Members::of(String::new(), whole, &mut wrong);
    let was = (booked.meeting.starts_at, booked.meeting.ends_at);
    let meeting = booking::meeting(&mut members, now, Some(was), offered);
    members.end();
    let mut guests = People::of(Role::Guest);
    if let Some(value) = recipients {
        guests.read(value, booked, offered, &mut wrong);
    }
    let mut leaders = People::of(Role::Host);
    let (hosting, room) = (offered.hosting, meeting.as_ref().map(|meeting| &meeting.room));
    match (meeting.as_ref(), hosts) {
        (Some(meeting), None) if !meeting.room.has_hosts() => leaders.remove_all(booked),
        (Some(meeting), Some(_)) if !meeting.room.has_hosts() => {
            wrong.push(Invalid::new(hosts::AT.to_owned(), hosts::NONE_HERE));
        }
        (_, Some(value)) => leaders.read(value, booked, offered, &mut wrong),
        (Some(meeting), None) => leaders.follow(booked, &meeting.organiser, hosting),
        (None, None) => {}
    }
    if room.is_some_and(Room::has_lobby)
        && guests.coming + leaders.coming > 0
        && guests.then(booked) + leaders.then(booked) > hosting.people
    {
        wrong.push(Invalid::new(guests.at().to_owned(), booking::too_many(hosting)));
    }
    match meeting {
        Some(mut meeting) if wrong.is_empty() => {
            meeting.recipients = guests.added;
            meeting.hosts = leaders.added;
            guests.corrected.extend(leaders.corrected);
            guests.removed.extend(leaders.removed);
            Ok(Change { meeting, corrected: guests.corrected, removed: guests.removed })
        }
        _ => Err(wrong),
    }
}

/// The people of a role that a change adds, corrects and removes.
struct People {
    role: Role,
    added: Vec<Recipient>,
    corrected: Vec<RecipientUpdate>,
    removed: Vec<String>,
    /// The number of those to add, also of those with an error.
    coming: usize,
}

impl People {
    const fn of(role: Role) -> Self {
        Self { role, added: Vec::new(), corrected: Vec::new(), removed: Vec::new(), coming: 0 }
    }

    /// Returns the pointer of their list.
    const fn at(&self) -> &'static str {
        match self.role {
            Role::Guest => "/recipients",
            Role::Host => hosts::AT,
        }
    }

    /// Returns the most that a meeting may have.
    const fn most(&self) -> usize {
        match self.role {
            Role::Guest => RECIPIENTS,
            Role::Host => HOSTS,
        }
    }

    /// Returns how many there are after the change.
    fn then(&self, booked: &Booked) -> usize {
        (booked.staying(self.role).count() + self.coming).saturating_sub(self.removed.len())
    }

    fn read(&mut self, value: Value, booked: &Booked, offered: Offered, wrong: &mut Vec<Invalid>) {
        let at = self.at();
        let Some(items) = booking::items(at, value, wrong) else { return };
        let mut named = HashSet::new();
        // The addresses that the change gives, with their pointers.
        let mut addresses = Vec::new();
        for (n, item) in items.into_iter().enumerate() {
            let at = format!("{at}/{n}");
            match Said::read(&at, item) {
                Err(invalid) => wrong.push(invalid),
                Ok(Said { id: None, members, .. }) => {
                    self.coming += 1;
                    let new = Value::Object(members);
                    if let Some(new) = self.person(at.clone(), new, offered, false, wrong) {
                        addresses.push((at, new.email.clone()));
                        self.added.push(new);
                    }
                }
                Ok(Said { id: Some(id), remove, members }) => {
                    let of = booked.of_role(self.role).find(|it| it.id == id);
                    let mut no = |detail| wrong.push(Invalid::new(format!("{at}/id"), detail));
                    match of {
                        None => no(match self.role {
                            Role::Guest => "is no recipient of this meeting",
                            Role::Host => "is no host of this meeting",
                        }),
                        Some(_) if !named.insert(id) => no("is named twice"),
                        // Already removed: a repeat is no error.
                        Some(it) if remove && it.withdrawn_at.is_some() => {}
                        Some(it) if remove => self.removed.push(it.id.clone()),
                        Some(it) if it.withdrawn_at.is_some() => {
                            no("was removed from this meeting");
                        }
                        Some(it) => {
                            if let Some(email) =
                                self.correct(at.clone(), it, members, offered, wrong)
                            {
                                addresses.push((at, email));
                            }
                        }
                    }
                }
            }
        }
        if self.role == Role::Host {
            let untouched = booked.staying(Role::Host).filter(|it| !named.contains(&it.id));
            let mut taken = Addresses::default();
            for host in untouched {
                taken.add(at, &host.email, wrong);
            }
            for (at, email) in &addresses {
                taken.add(at, email, wrong);
            }
        }
        let then = self.then(booked);
        if then == 0 {
            let detail = match self.role {
                Role::Guest => "can't all be removed: cancel the meeting instead",
                Role::Host => "can't all be removed: name another host first",
            };
            wrong.push(Invalid::new(at.to_owned(), detail));
        } else if then > self.most() {
            let detail = format!("must not come to more than {}", self.most());
            wrong.push(Invalid::new(at.to_owned(), detail));
        }
    }

    /// Reads one of them. `numbered` is `true` if a personal number is already stored and not sent again.
    fn person(
        &self,
        at: String,
        value: Value,
        offered: Offered,
        numbered: bool,
        wrong: &mut Vec<Invalid>,
    ) -> Option<Recipient> {
        match self.role {
            Role::Guest => booking::recipient(at, value, offered, numbered, wrong),
            Role::Host => hosts::host(at, value, offered.hosting, wrong),
        }
    }

    /// Removes everybody.
    fn remove_all(&mut self, booked: &Booked) {
        self.removed.extend(booked.staying(self.role).map(|it| it.id.clone()));
    }

    /// Lets the host be the organiser, if nobody else was named. `self` is of hosts.
    fn follow(&mut self, booked: &Booked, organiser: &Organiser, hosting: Hosting) {
        let mut staying = booked.staying(Role::Host);
        match (staying.next(), staying.next()) {
            (None, _) => {}
            (Some(host), None) if hosts::is_same(&host.email, &booked.meeting.organiser_email) => {
                if hosts::is_same(&host.email, &organiser.email) {
                    if host.name.as_ref() != Some(&organiser.name) {
                        let same =
                            hosts::host_of(organiser.name.clone(), host.email.clone(), hosting);
                        self.corrected.push(host_after(host, same));
                    }
                    return;
                }
                self.removed.push(host.id.clone());
            }
            (Some(_), _) => return,
        }
        self.coming += 1;
        self.added.push(hosts::host_of(organiser.name.clone(), organiser.email.clone(), hosting));
    }

    /// Reads a correction. Returns the address after it.
    fn correct(
        &mut self,
        at: String,
        before: &Invitation,
        members: Map<String, Value>,
        offered: Offered,
        wrong: &mut Vec<Invalid>,
    ) -> Option<String> {
        let keeps_number = !members.contains_key("personal_number");
        let numbered = keeps_number && before.personal_number_hash.is_some();
        let whole = merged(person(before), Value::Object(members));
        let after = self.person(at, whole, offered, numbered, wrong)?;
        let email = after.email.clone();
        self.corrected.push(match self.role {
            Role::Guest => {
                RecipientUpdate { id: before.id.clone(), recipient: after, keeps_number }
            }
            Role::Host => host_after(before, after),
        });
        Some(email)
    }
}

/// Returns the correction of a host. Another name alone must not change the method of a host who was invited before
/// the configuration changed: that would be another link.
fn host_after(before: &Invitation, after: Recipient) -> RecipientUpdate {
    let by_e_id = before.method == E_ID;
    let method = match hosts::is_same(&before.email, &after.email) {
        true if by_e_id => E_ID,
        true => EMAIL_CODE,
        false => after.method,
    };
    let language = Language::from_tag(&before.language).unwrap_or_default();
    let recipient = Recipient { method, language, ..after };
    RecipientUpdate { id: before.id.clone(), recipient, keeps_number: true }
}

/// One person's entry in a change.
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

/// Returns the meeting as its booking's JSON, without recipients and hosts. A room of another kind shares nothing
/// with the one before.
fn meeting(meeting: &Meeting, patch: &Map<String, Value>) -> Value {
    let kind = patch.get("room").and_then(|room| room.get("kind"));
    let another = kind.is_some_and(|kind| kind != meeting.room.kind());
    let room = match &meeting.room {
        _ if another => json!({}),
        Room::Link(link) => json!({ "kind": Link::KIND, "url": link.url }),
        room => json!({ "kind": room.kind() }),
    };
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
        "room": room,
    })
}

/// Returns the recipient or host as its booking's JSON, without the personal number, which is not known.
fn person(invitation: &Invitation) -> Value {
    match invitation.role {
        Role::Guest => recipient(invitation),
        Role::Host => json!({ "name": invitation.name, "email": invitation.email }),
    }
}

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
