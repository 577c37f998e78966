//! The shape that every browser's offer has: its own three sections up, then the others' sections down.

use std::collections::HashSet;

use crate::names::Mid;

/// Longest offer, in bytes.
const LONGEST: usize = 64 * 1024;

/// Longest name of a section, in characters.
const LONGEST_MID: usize = 16;

/// Sections in which a browser sends: sound, camera, screen.
const UP: usize = 3;

/// Offer whose sections have the right order, kinds and directions.
#[derive(Debug)]
pub(crate) struct Offer {
    /// The sections in which the browser sends.
    pub(crate) up: Up,
    /// The sections of others: sound and camera of each other seat, and one screen at the end.
    pub(crate) down: Vec<Mid>,
    /// The text without addresses of the browser, which a server needs none of.
    pub(crate) text: String,
}

/// Sections in which a browser sends.
#[derive(Debug)]
pub(crate) struct Up {
    pub(crate) audio: Mid,
    pub(crate) camera: Mid,
    pub(crate) screen: Mid,
    /// `true` if the camera comes in the layers `l` and `h`.
    pub(crate) simulcast: bool,
}

#[derive(Default)]
struct Section<'a> {
    kind: &'a str,
    refused: bool,
    bundle_only: bool,
    mid: Option<&'a str>,
    direction: Option<&'a str>,
    simulcast: Option<&'a str>,
    rids: Vec<&'a str>,
}

impl Offer {
    /// Checks an offer for a room of `seats` people.
    ///
    /// # Errors
    ///
    /// Names the first fault.
    pub(crate) fn read(offer: &str, seats: usize) -> Result<Self, &'static str> {
        if offer.len() > LONGEST {
            return Err("too long");
        }
        let expected = UP + 2 * seats.saturating_sub(1) + 1;
        let mut sections: Vec<Section<'_>> = Vec::with_capacity(expected);
        let mut text = String::with_capacity(offer.len());
        let (mut ufrag, mut password, mut fingerprint, mut bundle) = (None, None, None, None);
        for line in offer.lines() {
            if line.starts_with("a=candidate:") || line == "a=end-of-candidates" {
                continue;
            }
            text.push_str(line);
            text.push_str("\r\n");
            if let Some(media) = line.strip_prefix("m=") {
                if sections.len() == expected {
                    return Err("too many sections");
                }
                sections.push(Section::of(media));
            } else if let Some(value) = line.strip_prefix("a=ice-ufrag:") {
                same(&mut ufrag, value)?;
            } else if let Some(value) = line.strip_prefix("a=ice-pwd:") {
                same(&mut password, value)?;
            } else if let Some(value) = line.strip_prefix("a=fingerprint:") {
                same(&mut fingerprint, value)?;
            } else if let Some(value) = line.strip_prefix("a=group:BUNDLE ") {
                same(&mut bundle, value)?;
            } else if let Some(section) = sections.last_mut() {
                section.attribute(line)?;
            }
        }
        if sections.len() != expected {
            return Err("too few sections");
        }
        if ufrag.is_none() || password.is_none() {
            return Err("no ICE credentials");
        }
        if fingerprint.is_none() {
            return Err("no fingerprint");
        }
        let (mids, simulcast) = check(&sections)?;
        let bundled: Vec<&str> = bundle.unwrap_or_default().split(' ').collect();
        if !mids.iter().map(|mid| mid.0.as_str()).eq(bundled) {
            return Err("the sections are not bundled");
        }
        let mut mids = mids.into_iter();
        let (Some(audio), Some(camera), Some(screen)) = (mids.next(), mids.next(), mids.next())
        else {
            return Err("too few sections");
        };
        Ok(Self { up: Up { audio, camera, screen, simulcast }, down: mids.collect(), text })
    }
}

impl<'a> Section<'a> {
    fn of(media: &'a str) -> Self {
        let mut words = media.split(' ');
        let kind = words.next().unwrap_or_default();
        Self { kind, refused: words.next() == Some("0"), ..Self::default() }
    }

    fn attribute(&mut self, line: &'a str) -> Result<(), &'static str> {
        let Some(attribute) = line.strip_prefix("a=") else {
            return Ok(());
        };
        match attribute.split_once(':').unwrap_or((attribute, "")) {
            ("sendonly" | "recvonly" | "sendrecv" | "inactive", "") => {
                same(&mut self.direction, attribute)
            }
            ("mid", mid) => same(&mut self.mid, mid),
            ("simulcast", layers) => same(&mut self.simulcast, layers),
            ("rid", rid) => {
                self.rids.push(rid.split(' ').next().unwrap_or_default());
                Ok(())
            }
            ("bundle-only", _) => {
                self.bundle_only = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// Takes over a value that may be repeated but not differ.
fn same<'a>(known: &mut Option<&'a str>, value: &'a str) -> Result<(), &'static str> {
    match known.replace(value) {
        Some(before) if before != value => Err("an attribute has two values"),
        _ => Ok(()),
    }
}

/// Returns the names of the sections, and `true` if the camera has layers.
fn check(sections: &[Section<'_>]) -> Result<(Vec<Mid>, bool), &'static str> {
    let last = sections.len() - 1;
    let mut mids = Vec::with_capacity(sections.len());
    let mut names = HashSet::with_capacity(sections.len());
    let mut simulcast = false;
    for (index, section) in sections.iter().enumerate() {
        let (kind, direction) = match index {
            0 => ("audio", "sendonly"),
            1 | 2 => ("video", "sendonly"),
            _ if index < last && index % 2 == 1 => ("audio", "recvonly"),
            _ => ("video", "recvonly"),
        };
        if section.kind != kind {
            return Err("a section is of the wrong kind");
        }
        if section.direction != Some(direction) {
            return Err("a section has the wrong direction");
        }
        if section.refused && !section.bundle_only {
            return Err("a section is switched off");
        }
        let mid = section.mid.ok_or("a section has no name")?;
        let short = (1..=LONGEST_MID).contains(&mid.len());
        if !short || !mid.bytes().all(|byte| byte.is_ascii_alphanumeric()) || !names.insert(mid) {
            return Err("a section has a wrong name");
        }
        mids.push(Mid::from(mid));
        match section.simulcast {
            None if section.rids.is_empty() => {}
            Some("send l;h" | "send h;l") if index == 1 && is_pair(&section.rids) => {
                simulcast = true;
            }
            _ => return Err("a section has the wrong layers"),
        }
    }
    Ok((mids, simulcast))
}

fn is_pair(rids: &[&str]) -> bool {
    matches!(rids, ["l", "h"] | ["h", "l"])
}

#[cfg(test)]
mod tests;
