//! When a message is tried again: exponentially later, spread by chance, never before the receiver asks for it.
//! Must not draw the chance itself, so that the law can be tested.
//! Used by `app::webhook`.

use chrono::{DateTime, TimeDelta, Utc};

/// Tries of a message, the first included.
pub const MAX_TRIES: i32 = 10;
/// Seconds to the second try.
const FIRST: i64 = 5;
/// Each wait is so many times the one before.
const FACTOR: i64 = 5;
/// Seconds between two tries at most, before chance.
const LONGEST: i64 = 12 * 3_600;
/// Seconds that a receiver may ask for at most.
const ASKED: i64 = 24 * 3_600;
/// Chance moves a wait by this many hundredths either way.
const SPREAD: i64 = 20;

/// How long to wait after `failed` tries; none where that was the last. `chance` is drawn evenly from all of its values, and `asked`
/// is what the receiver said in `Retry-After` (RFC 9110, section 10.2.3).
pub fn wait(failed: i32, chance: u16, asked: Option<TimeDelta>) -> Option<TimeDelta> {
    if failed >= MAX_TRIES {
        return None;
    }
    let exponent = u32::try_from(failed.saturating_sub(1)).unwrap_or_default();
    let plain = FACTOR.saturating_pow(exponent).saturating_mul(FIRST).min(LONGEST);
    // From 80 to 120 hundredths, in milliseconds.
    let hundredths = 100 - SPREAD + i64::from(chance) * 2 * SPREAD / i64::from(u16::MAX);
    let spread = TimeDelta::milliseconds(plain * 10 * hundredths);
    Some(asked.map_or(spread, |asked| spread.max(asked.min(TimeDelta::seconds(ASKED)))))
}

/// What a `Retry-After` asks for: seconds, or an instant. Nothing where it is neither, or over.
pub fn asked(text: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = text.trim();
    let wanted = match text.parse::<u32>() {
        Ok(seconds) => TimeDelta::seconds(seconds.into()),
        Err(_) => DateTime::parse_from_rfc2822(text).ok()?.with_timezone(&Utc) - now,
    };
    (wanted > TimeDelta::zero()).then_some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDDLE: u16 = u16::MAX / 2 + 1;

    #[test]
    fn waits_grow_to_half_a_day_and_end() {
        let waits: Vec<i64> = (1..=MAX_TRIES).map_while(|failed| wait(failed, MIDDLE, None)).map(|wait| wait.num_seconds()).collect();
        assert_eq!(waits, [5, 25, 125, 625, 3_125, 15_625, 43_200, 43_200, 43_200]);
        assert_eq!(wait(MAX_TRIES, MIDDLE, None), None);
        assert_eq!(wait(i32::MAX, MIDDLE, Some(TimeDelta::seconds(1))), None, "nothing that is asked for adds a try");
    }

    #[test]
    fn chance_moves_a_wait_by_a_fifth_either_way() {
        let seconds = |chance| wait(4, chance, None).expect("a wait").num_seconds();
        assert_eq!((seconds(0), seconds(u16::MAX)), (500, 750));
        let all: Vec<i64> = (0..=u16::MAX).step_by(997).map(seconds).collect();
        assert!(all.is_sorted() && all.iter().all(|wait| (500..=750).contains(wait)));
        assert!(all.windows(2).filter(|pair| pair[0] != pair[1]).count() > 20, "not a few steps alone");
    }

    #[test]
    fn a_receiver_is_not_tried_before_it_asks_and_cannot_ask_for_ever() {
        let of = |asked| wait(1, MIDDLE, Some(TimeDelta::seconds(asked))).expect("a wait").num_seconds();
        assert_eq!((of(1), of(60), of(9_999_999)), (5, 60, 86_400));
    }

    #[test]
    fn retry_after_is_seconds_or_an_instant() {
        let now: DateTime<Utc> = "1994-11-06T08:49:00Z".parse().expect("an instant");
        let read = |text| asked(text, now).map(|wait| wait.num_seconds());
        assert_eq!((read("120"), read(" 1 "), read("Sun, 06 Nov 1994 08:49:37 GMT")), (Some(120), Some(1), Some(37)));
        for none in ["", "0", "-1", "soon", "1.5", "Sun, 06 Nov 1994 08:48:37 GMT", "99999999999999"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
