//! The form of a calendar (RFC 5545).
//! Must not know what it shows, nor read a clock: the same entries are the same text.
//! What is shown is `shown`.

use chrono::{DateTime, Days, NaiveDate, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};

use crate::Error;

/// Octets of a line at most, without its end (RFC 5545, section 3.1).
const LINE: usize = 75;

/// When something is.
pub(super) enum When {
    /// From an instant, and until another where that is known.
    At(DateTime<Utc>, Option<DateTime<Utc>>),
    /// The whole day.
    On(NaiveDate),
}

/// An entry of a calendar.
pub(super) struct Entry {
    /// The same for as long as it is the same thing.
    pub uid: String,
    pub when: When,
    pub summary: String,
    pub place: Option<String>,
    pub description: String,
    pub is_cancelled: bool,
    /// Raised by every change, from 0.
    pub sequence: i64,
    /// When it changed last.
    pub stamp: DateTime<Utc>,
}

/// Entries under the name of a calendar.
pub(super) fn written(name: &str, entries: &[Entry]) -> Result<String, Error> {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//Hai Dang//Calendar//VI"));
    calendar.append_property(("CALSCALE", "GREGORIAN"));
    calendar.append_property(("METHOD", "PUBLISH"));
    for key in ["NAME", "X-WR-CALNAME"] {
        // Said to be a text, so that the library escapes it as one.
        calendar.append_property(Property::new(key, plain(name)).add_parameter("VALUE", "TEXT").done());
    }
    for entry in entries {
        calendar.push(event(entry));
    }
    let text = TryInto::<String>::try_into(&calendar).map_err(|_| Error::Internal("a calendar cannot be written"))?;
    Ok(folded(&text))
}

fn event(entry: &Entry) -> Event {
    let mut event = Event::with_uid(&format!("{}@haidang", entry.uid));
    event
        .timestamp(entry.stamp)
        .last_modified(entry.stamp)
        .sequence(u32::try_from(entry.sequence).unwrap_or_default())
        .summary(&plain(&entry.summary))
        .description(&plain(&entry.description))
        .status(if entry.is_cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed });
    if let Some(place) = &entry.place {
        event.location(&plain(place));
    }
    match entry.when {
        When::At(starts, ends) => {
            event.starts(starts);
            if let Some(ends) = ends {
                event.ends(ends);
            }
        }
        When::On(day) => {
            // A due day keeps nobody busy.
            event.starts(day).ends(day.checked_add_days(Days::new(1)).unwrap_or(day)).add_property("TRANSP", "TRANSPARENT");
        }
    }
    event.done()
}

/// Without what cannot stand in a text there, not even escaped.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// Folds lines anew: those that the library ends with may be an octet too long.
fn folded(text: &str) -> String {
    let mut lines = String::with_capacity(text.len() + text.len() / LINE);
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        let mut length = 0;
        for c in line.chars() {
            if length + c.len_utf8() > LINE {
                lines.push_str("\r\n ");
                length = 1;
            }
            lines.push(c);
            length += c.len_utf8();
        }
        lines.push_str("\r\n");
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(summary: &str) -> Entry {
        let stamp = "2014-03-11T18:00:00Z".parse().expect("an instant");
        Entry {
            uid: "meeting-1".into(),
            when: When::At(stamp, None),
            summary: summary.into(),
            place: None,
            description: String::new(),
            is_cancelled: false,
            sequence: 2,
            stamp,
        }
    }

    #[test]
    fn the_same_entries_are_the_same_text() {
        let of = || written("Hải Đăng", &[entry("Họp")]).expect("a calendar");
        assert_eq!(of(), of());
        assert!(of().contains("DTSTAMP:20140311T180000Z\r\n") && of().contains("SEQUENCE:2\r\n"), "{}", of());
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_none_loses_anything(summary in "([a-zàáảãạđ,;\\\\ \n]|ề|字){0,200}") {
            let text = written("Lịch", &[entry(&summary)]).expect("a calendar");
            prop_assert!(text.split_terminator("\r\n").all(|line| line.len() <= LINE && !line.contains(['\r', '\n'])));
            let whole = text.replace("\r\n ", "");
            let line = whole.split("\r\n").find_map(|line| line.strip_prefix("SUMMARY:")).expect("a summary");
            let escaped = summary.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;").replace('\n', "\\n");
            prop_assert_eq!(line, escaped);
        }
    }
}
