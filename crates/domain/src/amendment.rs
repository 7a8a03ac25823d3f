//! Versions of a programme: the one that was signed, and each amendment by a document, from a day on.
//! Must not know how a version is stored or compared; a version once recorded never changes.
//! What it changes are rows of `programme` and `task`; the file that states it is `seed`.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{document::DocumentId, id::Id, programme::ProgrammeId, validity::Validity};

pub type AmendmentId = Id<Amendment>;

/// A change of a programme by a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    pub id: AmendmentId,
    pub programme: ProgrammeId,
    /// Of the version that it makes; the programme as signed is 1.
    pub number: i32,
    pub basis: DocumentId,
    pub section: Option<String>,
    pub quote: Option<String>,
    /// The first day on which it holds.
    pub effective_on: NaiveDate,
    /// SHA-256 of the file that states the programme as amended.
    pub content_sha256: String,
    /// JSON: how it differs from the version before.
    pub changes: String,
    pub recorded_at: DateTime<Utc>,
}

/// A version of a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub number: i32,
    pub basis: DocumentId,
    /// The days on which it is in force; what was signed has a beginning only where its document tells one.
    pub validity: Validity,
    /// None for the programme as signed.
    pub amendment: Option<Amendment>,
}

/// The versions of a programme in the order of time: the signed one, then one for each amendment.
pub fn versions(decision: DocumentId, signed: Option<NaiveDate>, amendments: &[Amendment]) -> Vec<Version> {
    let begins = std::iter::once(signed).chain(amendments.iter().map(|amendment| Some(amendment.effective_on)));
    let ends = amendments.iter().map(|amendment| Some(amendment.effective_on)).chain(std::iter::once(None));
    let made = std::iter::once(None).chain(amendments.iter().cloned().map(Some));
    let each = |((from, to), amendment): ((Option<NaiveDate>, Option<NaiveDate>), Option<Amendment>)| Version {
        number: amendment.as_ref().map_or(1, |amendment| amendment.number),
        basis: amendment.as_ref().map_or(decision, |amendment| amendment.basis),
        validity: Validity { from, to },
        amendment,
    };
    begins.zip(ends).zip(made).map(each).collect()
}

/// The due day of a task-year on a day: what an amendment set last, else what was set first.
pub fn due_on(original: Option<NaiveDate>, set: &[(NaiveDate, NaiveDate)], day: NaiveDate) -> Option<NaiveDate> {
    set.iter().rfind(|(from, _)| *from <= day).map(|(_, due)| *due).or(original)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2013, 8, 20).unwrap().checked_add_days(chrono::Days::new(offset)).unwrap()
    }

    fn amendment(number: i32, effective_on: NaiveDate) -> Amendment {
        Amendment {
            id: Id::from_uuid(uuid::Uuid::from_u128(u128::from(number.unsigned_abs()))),
            programme: Id::from_uuid(uuid::Uuid::from_u128(7)),
            number,
            basis: Id::from_uuid(uuid::Uuid::from_u128(100 + u128::from(number.unsigned_abs()))),
            section: None,
            quote: None,
            effective_on,
            content_sha256: String::new(),
            changes: "[]".into(),
            recorded_at: DateTime::UNIX_EPOCH,
        }
    }

    proptest! {
        #[test]
        fn every_day_since_signing_has_one_version_whatever_comes_later(steps in prop::collection::vec(1_u64..400, 0..8), on in 0_u64..4000) {
            let decision = Id::from_uuid(uuid::Uuid::from_u128(1));
            let days = steps.iter().scan(0, |sum, step| { *sum += step; Some(*sum) });
            let all: Vec<Amendment> = days.zip(2..).map(|(offset, number)| amendment(number, day(offset))).collect();
            let on = day(on);
            let of = |amendments: &[Amendment]| -> Vec<i32> {
                let versions = versions(decision, Some(day(0)), amendments);
                versions.iter().filter(|version| version.validity.contains(on)).map(|version| version.number).collect()
            };
            let known = all.iter().take_while(|amendment| amendment.effective_on <= on).count();
            prop_assert_eq!(of(&all).len(), 1);
            for later in known..=all.len() {
                prop_assert_eq!(of(&all[..later]), of(&all));
            }
        }
    }
}
