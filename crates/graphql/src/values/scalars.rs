//! Which values the scalars of the schema take: said once, for what documents write and for what variables carry.
//! Must not take less than the executor reads, but for other forms of a day or an instant.
//! How days and instants are written is said in `days`.

use crate::days;

/// A value, as far as scalars look at it.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'a> {
    Text(&'a str),
    /// A number without a fraction, of 64 bits at most.
    Whole,
    Number,
    Other,
}

/// Why a value is none of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Day,
    Instant,
    /// A day or an instant outside the years that are kept.
    Year,
    Amount,
    Identifier,
    /// An object of which exactly one field is to be given.
    Choice,
}

impl Wrong {
    /// What is told of it, in Vietnamese and English; nothing for years, which have an error of their own.
    pub const fn words(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Day => (
                "Ngày phải có thật và được viết theo dạng YYYY-MM-DD, ví dụ 2013-08-20.",
                "A day is one of the calendar, written YYYY-MM-DD, like 2013-08-20.",
            ),
            Self::Instant => (
                "Thời điểm phải có thật và được viết theo RFC 3339, ví dụ 2013-08-20T08:00:00+07:00.",
                "An instant is one of the calendar, written by RFC 3339, like 2013-08-20T08:00:00+07:00.",
            ),
            Self::Year => return None,
            Self::Amount => ("Số tiền phải là một số hoặc một chuỗi có đơn vị.", "An amount is a number, or a text with its unit."),
            Self::Identifier => (
                "Mã định danh là chuỗi, hoặc là số nguyên không quá 64 bit.",
                "An identifier is a text, or a whole number of 64 bits at most.",
            ),
            Self::Choice => (
                "Đối tượng này phải có đúng một trường, và trường đó khác null.",
                "Exactly one field of this object is given, and it is not null.",
            ),
        })
    }
}

/// What is wrong with a value for a scalar. What the specification says of its own scalars is checked elsewhere, but for numbers as
/// identifiers: it takes all of them, the executor those of 64 bits.
pub fn wrong(scalar: &str, value: Seen<'_>) -> Option<Wrong> {
    match (scalar, value) {
        ("NaiveDate", Seen::Text(text)) => days::day(text),
        ("NaiveDate", _) => Some(Wrong::Day),
        ("DateTime", Seen::Text(text)) => days::instant(text),
        ("DateTime", _) => Some(Wrong::Instant),
        ("Dong", Seen::Other) => Some(Wrong::Amount),
        ("ID", Seen::Number) => Some(Wrong::Identifier),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scalar_of_the_schema_is_looked_at() {
        let mut scalars: Vec<&str> = crate::PUBLISHED.lines().filter_map(|line| line.strip_prefix("scalar ")).collect();
        scalars.sort_unstable();
        // `JSON` takes anything.
        assert_eq!(scalars, ["DateTime", "Dong", "JSON", "NaiveDate"]);
        for (scalar, is_taken) in [("DateTime", false), ("Dong", false), ("JSON", true), ("NaiveDate", false)] {
            assert_eq!(wrong(scalar, Seen::Other).is_none(), is_taken, "{scalar}");
        }
    }
}
