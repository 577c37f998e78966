//! Points in time with an offset, and names of time zones.

use super::values::string;
use crate::clock::Time;
use jiff::{
    Timestamp,
    fmt::temporal::{Pieces, PiecesOffset, TimeZoneAnnotationKind},
    tz::{Offset, TimeZone, TimeZoneDatabase},
};
use serde_json::Value;

/// The greatest offset from UTC. In seconds.
const FARTHEST: i32 = 18 * 3600;

/// The first parts of the IANA names of zones that are places.
const AREAS: [&str; 11] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Etc",
    "Europe",
    "Indian",
    "Pacific",
];

/// A point in time as it was sent.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub(super) time: Time,
    /// The zone that was sent with the time (RFC 9557).
    zone: Option<TimeZone>,
}

impl Moment {
    /// `true` if no zone was sent, or if its clocks then show the same as those of `zone`.
    pub(super) fn fits(&self, zone: &str) -> bool {
        let at = self.time.timestamp();
        let Some(said) = &self.zone else { return true };
        TimeZone::get(zone).is_ok_and(|zone| zone.to_offset(at) == said.to_offset(at))
    }
}

/// Reads a point in time with its offset (RFC 3339), within the years that calendars can show. A zone may
/// follow (RFC 9557) and must have that offset at that time.
pub(super) fn moment(value: &Value) -> Result<Moment, String> {
    let text = string(value)?;
    let bad = || "must be a time such as 2026-12-01T09:00:00+01:00".to_owned();
    let pieces = Pieces::parse(text).map_err(|_| bad())?;
    let time = text.parse::<Timestamp>().map_err(|_| bad())?;
    let said = pieces.offset().ok_or_else(bad)?;
    if said.to_numeric_offset().seconds().abs() > FARTHEST {
        return Err("must have an offset of 18 hours at most".to_owned());
    }
    // A critical annotation must be understood (RFC 9557), and only a zone is.
    if text.contains("[!") && pieces.time_zone_annotation().is_none_or(|it| !it.is_critical()) {
        return Err("must say nothing behind it but a time zone".to_owned());
    }
    let zone = zone_behind(&pieces)?;
    if let Some(zone) = &zone
        && !is_unknown(said)
        && zone.to_offset(time) != said.to_numeric_offset()
    {
        return Err("names a time zone that has another offset then".to_owned());
    }
    if (2000..2100).contains(&time.to_zoned_datetime(TimeZone::UTC).year()) {
        Ok(Moment { time: time.into(), zone })
    } else {
        Err("must be a time in this century".to_owned())
    }
}

/// `true` if the offset says that the local one is not known: `Z` and `-00:00` (RFC 9557, 2).
fn is_unknown(offset: PiecesOffset) -> bool {
    match offset {
        PiecesOffset::Numeric(said) => said.is_negative() && said.offset() == Offset::UTC,
        _ => true,
    }
}

/// Returns the zone that follows a time. `None` if there is none.
fn zone_behind(pieces: &Pieces<'_>) -> Result<Option<TimeZone>, String> {
    let Some(behind) = pieces.time_zone_annotation() else { return Ok(None) };
    let zone = match behind.kind() {
        TimeZoneAnnotationKind::Named(name) => {
            known(name.as_str()).and_then(|name| TimeZone::get(&name).ok())
        }
        TimeZoneAnnotationKind::Offset(offset) => Some(TimeZone::fixed(*offset)),
        _ => None,
    };
    zone.map(Some).ok_or_else(|| "names a time zone that is not known".to_owned())
}

/// Reads the IANA name of a zone.
pub(super) fn zone(value: &Value) -> Result<String, String> {
    let bad = || "must be an IANA time zone such as Europe/Stockholm".to_owned();
    known(string(value)?).ok_or_else(bad)
}

/// Returns a name that is in the IANA's tables. Files of this machine alone, such as `localtime`,
/// `posixrules` or `right/Europe/Stockholm`, don't count. The bundled table decides. A place that was added
/// since is accepted if this machine knows it.
fn known(name: &str) -> Option<String> {
    let zone = TimeZone::get(name).ok()?;
    // Both tables ignore case, and the machine's table returns the name as it was asked for.
    let carried = TimeZoneDatabase::bundled().get(name).ok();
    let listed = carried.as_ref().and_then(TimeZone::iana_name);
    let is_place = || {
        let (area, place) = name.split_once('/').unwrap_or_default();
        AREAS.contains(&area) && !place.is_empty()
    };
    let stated = listed == Some(name) || (listed.is_none() && is_place());
    // These names are no place.
    let nowhere = matches!(name, "Factory" | "Etc/Unknown") || zone.is_unknown();
    (stated && !nowhere).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_zone_is_one_of_the_iana_s_names() {
        for name in [
            "Europe/Stockholm",
            "Europe/Kyiv",
            "Europe/Kiev",
            "America/Argentina/Buenos_Aires",
            "UTC",
            "Etc/UTC",
            "Etc/GMT+3",
            "GMT",
            "CET",
            "EST5EDT",
            "US/Eastern",
            "Sweden",
        ] {
            let known = zone(&json!(name));
            assert_eq!(known.is_ok(), name != "Sweden", "{name}");
        }
        for name in [
            "",
            "localtime",
            "posixrules",
            "Factory",
            "Etc/Unknown",
            "posix/Europe/Stockholm",
            "right/Europe/Stockholm",
            "posix",
            "leapseconds",
            "tzdata.zi",
            "zone.tab",
            "europe/stockholm",
            "EUROPE/STOCKHOLM",
            "Europe/",
            "Europe/../UTC",
            "/usr/share/zoneinfo/Europe/Stockholm",
            "../../etc/localtime",
            "Europe/Stockholm ",
            "Europe/Stockholm\0",
            "+01:00",
            "CET-1CEST",
            "Europa/Stockholm",
        ] {
            assert!(zone(&json!(name)).is_err(), "{name}");
        }
    }

    #[test]
    fn a_time_has_an_offset_that_some_clock_has_and_that_its_zone_has_too() {
        for text in [
            "2026-12-01T09:00:00+01:00",
            "2026-12-01t09:00:00.123456789z",
            "2026-12-01 09:00:00-00:00",
            "2026-12-01T09:00:00+18:00",
            "2026-12-01T09:00:00-18:00",
            "2026-12-01T09:00:00+01:00[Europe/Stockholm]",
            "2026-12-01T09:00:00+01:00[!Europe/Stockholm]",
            "2026-07-01T09:00:00+02:00[Europe/Stockholm]",
            "2026-12-01T09:00:00+01:00[+01:00]",
            "2026-12-01T08:00:00Z[Europe/Stockholm]",
            "2026-12-01T08:00:00-00:00[Europe/Stockholm]",
            "2026-12-01T09:00:00+01:00[Europe/Stockholm][u-ca=gregory]",
        ] {
            assert!(moment(&json!(text)).is_ok(), "{text}");
        }
        for text in [
            "2026-12-01T09:00:00",
            "2026-12-01T09:00:00[Europe/Stockholm]",
            "2026-12-01",
            "2026-12-01T09:00:00+18:01",
            "2026-12-01T09:00:00-18:00:01",
            "2026-12-01T09:00:00+23:59",
            "2026-12-01T09:00:00-25:00",
            "2026-12-01T09:00:00+99:00",
            "2026-12-01T09:00:00+02:00[Europe/Stockholm]",
            "2026-07-01T09:00:00+01:00[Europe/Stockholm]",
            "2026-12-01T08:00:00+00:00[Europe/Stockholm]",
            "2026-12-01T09:00:00+01:00[America/New_York]",
            "2026-12-01T09:00:00+01:00[+02:00]",
            "2026-12-01T09:00:00+01:00[Europa/Stockholm]",
            "2026-12-01T09:00:00+01:00[localtime]",
            "2026-12-01T09:00:00+01:00[europe/stockholm]",
            "2026-12-01T09:00:00+01:00[]",
            "2026-12-01T09:00:00+01:00[Europe/Stockholm][!u-ca=hebrew]",
            "2026-12-01T09:00:00+01:00[!u-ca=hebrew]",
            "2026-12-01T24:00:00+01:00",
            "2026-12-01T09:00:61+01:00",
            "1999-12-31T23:59:59Z",
            "2100-01-01T00:00:00Z",
            "\u{feff}2026-12-01T09:00:00+01:00",
        ] {
            assert!(moment(&json!(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn a_zone_behind_a_time_fits_the_meeting_s_where_their_clocks_agree() {
        let said = |text: &str| moment(&json!(text)).expect("a time");
        assert!(said("2026-12-01T09:00:00+01:00").fits("America/New_York"));
        let in_oslo = said("2026-12-01T09:00:00+01:00[Europe/Oslo]");
        assert!(in_oslo.fits("Europe/Oslo") && in_oslo.fits("Europe/Stockholm"));
        assert!(!in_oslo.fits("Europe/London"));
    }
}
