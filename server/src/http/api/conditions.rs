//! Conditional requests (RFC 9110, 13) and the entity tags of meetings (RFC 9110, 8.8.3).
//!
//! A tag has two parts. The first is the version: it changes with whatever senders change. The second is a
//! digest of the whole answer, whose statuses change without a sender. A read returns 304 if both parts are
//! equal. A change is refused if the first part differs. That a recipient has opened a mail is no reason to
//! refuse it.

use super::{problem::ApiProblem, responses::Meeting};
use crate::{
    keys::sha256,
    meetings::{MeetingError, create::Booked, update::Expected},
};
use axum::{
    Json,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The entity tag of a meeting.
pub(super) struct Tag {
    version: String,
    whole: String,
}

impl Tag {
    pub(super) fn of(booked: &Booked) -> Self {
        let version = booked.meeting.version.to_string();
        let answer = serde_json::to_vec(&Meeting::from(booked)).unwrap_or_default();
        let digest = URL_SAFE_NO_PAD.encode(sha256(answer).get(..9).unwrap_or_default());
        Self { whole: format!("{version}-{digest}"), version }
    }

    /// Returns the tag as an `ETag` header.
    pub(super) fn header(&self) -> [(HeaderName, String); 1] {
        [(header::ETAG, format!("\"{}\"", self.whole))]
    }

    fn has_version(&self, listed: &Listed) -> bool {
        let version = listed.tag.split_once('-').map(|(version, _)| version);
        !listed.weak && version == Some(self.version.as_str())
    }
}

/// An entity tag that a request lists.
struct Listed {
    weak: bool,
    tag: String,
}

/// The value of `If-Match` or `If-None-Match`.
enum Wanted {
    /// The star: any meeting.
    Any,
    /// A meeting with any of these tags.
    Tags(Vec<Listed>),
}

/// The conditions of a request.
pub(super) struct Conditions {
    matches: Option<Wanted>,
    matches_none: Option<Wanted>,
}

impl Conditions {
    /// Reads the conditions of a request. A malformed tag matches no meeting.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        Self {
            matches: wanted(headers, &header::IF_MATCH),
            matches_none: wanted(headers, &header::IF_NONE_MATCH),
        }
    }

    /// `true` if the conditions permit a change of this meeting.
    pub(super) fn allow(&self, booked: &Booked) -> bool {
        let tag = Tag::of(booked);
        let matches = self.matches.as_ref().is_none_or(|wanted| match wanted {
            Wanted::Any => true,
            Wanted::Tags(tags) => tags.iter().any(|listed| tag.has_version(listed)),
        });
        matches && !self.knows(&tag)
    }

    /// Returns the check of [`Self::allow`].
    pub(super) fn expected(self) -> Expected {
        Box::new(move |booked| self.allow(booked))
    }

    /// Returns the meeting, 304 if the caller has it, or the error of a failed condition.
    pub(super) fn answer(&self, booked: &Booked) -> Result<Response, ApiProblem> {
        let tag = Tag::of(booked);
        if self.knows(&tag) {
            return Ok((StatusCode::NOT_MODIFIED, tag.header()).into_response());
        }
        if !self.allow(booked) {
            return Err(MeetingError::Changed.into());
        }
        Ok(answer(booked))
    }

    fn knows(&self, tag: &Tag) -> bool {
        self.matches_none.as_ref().is_some_and(|wanted| match wanted {
            Wanted::Any => true,
            Wanted::Tags(tags) => tags.iter().any(|listed| listed.tag == tag.whole),
        })
    }
}

/// Returns a meeting with its tag.
pub(super) fn answer(booked: &Booked) -> Response {
    (Tag::of(booked).header(), Json(Meeting::from(booked))).into_response()
}

/// Parses a header: a star, or tags with commas between. `None` if there is no such header.
fn wanted(headers: &HeaderMap, name: &HeaderName) -> Option<Wanted> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    let mut tags = Vec::new();
    for value in values {
        let mut rest = value.to_str().unwrap_or_default().trim();
        if rest == "*" {
            return Some(Wanted::Any);
        }
        while let Some((listed, after)) = first(rest) {
            tags.push(listed);
            rest = after;
        }
    }
    Some(Wanted::Tags(tags))
}

/// Returns the first tag of a list and the rest. `None` if there is no tag.
fn first(list: &str) -> Option<(Listed, &str)> {
    let list = list.trim_start_matches([' ', '\t', ',']);
    let (weak, quoted) = list.strip_prefix("W/").map_or((false, list), |quoted| (true, quoted));
    let (tag, after) = quoted.strip_prefix('"')?.split_once('"')?;
    Some((Listed { weak, tag: tag.to_owned() }, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    /// Returns the condition as the tags that it lists. `*` is one of them.
    fn listed(values: &[&str]) -> Option<Vec<(bool, String)>> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::IF_MATCH, HeaderValue::from_str(value).expect("a value"));
        }
        wanted(&headers, &header::IF_MATCH).map(|wanted| match wanted {
            Wanted::Any => vec![(false, "*".to_owned())],
            Wanted::Tags(tags) => {
                tags.into_iter().map(|listed| (listed.weak, listed.tag)).collect()
            }
        })
    }

    #[test]
    fn a_condition_lists_tags_or_says_any() {
        let tags = |tags: &[(bool, &str)]| {
            Some(tags.iter().map(|(weak, tag)| (*weak, (*tag).to_owned())).collect())
        };
        assert_eq!(listed(&[]), None);
        assert_eq!(listed(&["*"]), tags(&[(false, "*")]));
        assert_eq!(listed(&[" * "]), tags(&[(false, "*")]));
        assert_eq!(listed(&["\"1-a\""]), tags(&[(false, "1-a")]));
        assert_eq!(
            listed(&["\"a,b\" , W/\"c\",,\"\"", "\"d\""]),
            tags(&[(false, "a,b"), (true, "c"), (false, ""), (false, "d")])
        );
        for none in ["", "1-a", "\"1-a", "w/\"a\"", "'a'", "**"] {
            assert_eq!(listed(&[none]), tags(&[]), "{none}");
        }
    }

    #[test]
    fn a_change_needs_the_version_and_nothing_weak() {
        let tag = Tag { version: "7".to_owned(), whole: "7-0011223344556677".to_owned() };
        let has = |weak, text: &str| tag.has_version(&Listed { weak, tag: text.to_owned() });
        assert!(has(false, "7-0011223344556677") && has(false, "7-8899aabbccddeeff"));
        for (weak, text) in [
            (true, "7-0011223344556677"),
            (false, "7"),
            (false, "8-00"),
            (false, "77-0"),
            (false, ""),
        ] {
            assert!(!has(weak, text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_list_breaks_anything(value in "[\\x20-\\x7e]*") {
            let _ = listed(&[&value]);
        }
    }
}
