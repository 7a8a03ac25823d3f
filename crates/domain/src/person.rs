//! People of the register: what is kept of them, and how closely each field is held.
//! Must not show a restricted value: `Secret` hides it from whatever prints a struct.
//! Requests of the people themselves are `personal_request`; sealing is `auth`, reading `app::person`.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::{Map, Value, json};

use crate::{
    account::AccountId,
    document::DocumentId,
    error::{Code, Fault},
    id::Id,
    labels::labelled_enum,
    patch::Patch,
};

pub type PersonId = Id<Person>;

/// What is shown instead of a value.
pub const MASK: &str = "***";
/// Characters of a name or a position at most.
pub const MAX_NAME: usize = 200;
/// Characters of a purpose, a reason or an address at most.
pub const MAX_WORDS: usize = 500;

labelled_enum! {
    /// How closely a field is held.
    pub enum FieldClass {
        /// Printed in a published decision.
        Public = "PUBLIC",
        /// For those who keep the register and those who audit.
        Internal = "INTERNAL",
        /// Sealed; opened for a purpose, which is written down, and shown nowhere else.
        Restricted = "RESTRICTED",
    }
}

labelled_enum! {
    /// A field of a person.
    pub enum PersonField {
        Name = "name",
        PositionTitle = "positionTitle",
        WorkEmail = "workEmail",
        WorkPhone = "workPhone",
        BirthDate = "birthDate",
        IdentityNumber = "identityNumber",
        HomeAddress = "homeAddress",
        PersonalPhone = "personalPhone",
    }
}

/// How a field is held, and whether the audit log tells its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldRule {
    pub field: PersonField,
    pub class: FieldClass,
    /// The log is kept for ever: what it tells no pseudonym takes back.
    pub is_told: bool,
}

const fn rule(field: PersonField, class: FieldClass, is_told: bool) -> FieldRule {
    FieldRule { field, class, is_told }
}

/// The one table of what is kept of a person and how closely: answers, the audit log, the guide and the tests follow it.
pub const FIELDS: &[FieldRule] = &[
    rule(PersonField::Name, FieldClass::Public, false),
    rule(PersonField::PositionTitle, FieldClass::Public, true),
    rule(PersonField::WorkEmail, FieldClass::Internal, false),
    rule(PersonField::WorkPhone, FieldClass::Internal, false),
    rule(PersonField::BirthDate, FieldClass::Restricted, false),
    rule(PersonField::IdentityNumber, FieldClass::Restricted, false),
    rule(PersonField::HomeAddress, FieldClass::Restricted, false),
    rule(PersonField::PersonalPhone, FieldClass::Restricted, false),
];

impl PersonField {
    fn rule(self) -> Option<&'static FieldRule> {
        FIELDS.iter().find(|rule| rule.field == self)
    }

    /// What stands in no table is held the most closely.
    pub fn class(self) -> FieldClass {
        self.rule().map_or(FieldClass::Restricted, |rule| rule.class)
    }

    pub fn is_restricted(self) -> bool {
        self.class() == FieldClass::Restricted
    }

    /// The fields that are sealed.
    pub fn restricted() -> impl Iterator<Item = Self> {
        FIELDS.iter().filter(|rule| rule.class == FieldClass::Restricted).map(|rule| rule.field)
    }

    fn is_told(self) -> bool {
        self.rule().is_some_and(|rule| rule.is_told)
    }

    /// Characters at most.
    pub const fn most(self) -> usize {
        match self {
            Self::Name | Self::PositionTitle => MAX_NAME,
            Self::WorkEmail => 254,
            Self::WorkPhone | Self::PersonalPhone => 32,
            Self::BirthDate => 10,
            Self::IdentityNumber => 12,
            Self::HomeAddress => MAX_WORDS,
        }
    }

    /// Where the field stands in what is sent.
    pub fn pointer(self) -> String {
        format!("/{}", self.label())
    }

    /// Whether a text can be a value of the field. Says what is wrong, never with what.
    ///
    /// # Errors
    /// `PATTERN_MISMATCH`, `OUT_OF_RANGE`.
    pub fn check(self, text: &str, today: NaiveDate) -> Result<(), Fault> {
        let is_phone = || {
            let digits = text.chars().filter(char::is_ascii_digit).count();
            (3..=20).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || " +().-".contains(c))
        };
        let is_email = || {
            let (name, host) = text.split_once('@').unwrap_or_default();
            !name.is_empty() && host.contains('.') && !host.contains('@') && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        };
        let is_fine = match self {
            Self::Name | Self::PositionTitle | Self::HomeAddress => true,
            Self::WorkEmail => is_email(),
            Self::WorkPhone | Self::PersonalPhone => is_phone(),
            // Chứng minh nhân dân has nine digits, căn cước twelve.
            Self::IdentityNumber => matches!(text.len(), 9 | 12) && text.bytes().all(|byte| byte.is_ascii_digit()),
            Self::BirthDate => match text.parse::<NaiveDate>() {
                Ok(day) if day.year() < 1900 || day > today => return Err(Fault::new(self.pointer(), Code::OutOfRange)),
                day => day.is_ok(),
            },
        };
        if is_fine { Ok(()) } else { Err(Fault::new(self.pointer(), Code::PatternMismatch)) }
    }
}

/// A value that nothing prints by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The value itself, for whoever has the right to it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Processing is restricted: kept, and opened for requests of the person alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    pub since: DateTime<Utc>,
    pub reason: String,
    pub document: Option<DocumentId>,
}

/// Only a pseudonym is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pseudonymised {
    pub at: DateTime<Utc>,
    pub reason: String,
    pub document: DocumentId,
}

/// A person of the register, without what is sealed.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: PersonId,
    /// Public and internal fields that have a value; a name always.
    pub open: BTreeMap<PersonField, String>,
    /// Restricted fields that have a value.
    pub sealed: Vec<PersonField>,
    pub account: Option<AccountId>,
    pub restriction: Option<Restriction>,
    pub pseudonymised: Option<Pseudonymised>,
    pub revision: i32,
    pub recorded_at: DateTime<Utc>,
}

impl Person {
    pub fn name(&self) -> &str {
        self.open.get(&PersonField::Name).map_or("", String::as_str)
    }

    /// The value of an open field as it is shown: while processing is restricted, what is public alone.
    pub fn shown(&self, field: PersonField) -> Option<&str> {
        let is_shown = field.class() == FieldClass::Public || (field.class() == FieldClass::Internal && self.restriction.is_none());
        self.open.get(&field).filter(|_| is_shown).map(String::as_str)
    }
}

/// Values to set, and fields to clear.
pub type PersonValues = BTreeMap<PersonField, Option<Secret>>;

/// What changes say of fields, without those that they leave alone.
pub fn changed(given: impl IntoIterator<Item = (PersonField, Patch<String>)>) -> PersonValues {
    let value = |(field, patch)| match patch {
        Patch::Absent => None,
        Patch::Null => Some((field, None)),
        Patch::Value(value) => Some((field, Some(Secret::new(value)))),
    };
    given.into_iter().filter_map(value).collect()
}

/// The name of somebody whose name is gone, which tells nothing of it.
pub fn pseudonym(id: PersonId) -> String {
    let tail: String = id.to_string().chars().rev().filter(char::is_ascii_hexdigit).take(8).collect();
    format!("Người đã ẩn danh {}", tail.to_uppercase())
}

/// What a sealed value is bound to: it opens in its own place only.
pub fn seal_purpose(id: PersonId, field: PersonField) -> String {
    format!("person_restricted_fields/{id}/{field}")
}

/// What the audit log tells of a change: values of the fields that it may tell, of the others that they changed.
pub fn told(before: &BTreeMap<PersonField, String>, values: &PersonValues) -> Value {
    let line = |(field, value): (&PersonField, &Option<Secret>)| {
        let told = if field.is_told() {
            json!([before.get(field), value.as_ref().map(Secret::reveal)])
        } else if value.is_some() {
            json!(MASK)
        } else {
            Value::Null
        };
        (field.label().to_owned(), told)
    };
    Value::Object(values.iter().map(line).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        "2026-01-15".parse().expect("a day")
    }

    #[test]
    fn every_field_has_its_class() {
        assert_eq!(FIELDS.iter().map(|rule| rule.field).collect::<Vec<_>>(), PersonField::ALL);
        assert!(FIELDS.iter().all(|rule| rule.class == FieldClass::Public || !rule.is_told), "the log tells what is public at most");
        let sealed: Vec<&str> = PersonField::restricted().map(PersonField::label).collect();
        assert_eq!(sealed, ["birthDate", "identityNumber", "homeAddress", "personalPhone"]);
    }

    #[test]
    fn a_value_is_not_printed_and_not_told() {
        let values = PersonValues::from([
            (PersonField::BirthDate, Some(Secret::new("1970-01-02"))),
            (PersonField::Name, Some(Secret::new("Nguyễn Văn A"))),
            (PersonField::PositionTitle, Some(Secret::new("Giám đốc"))),
            (PersonField::HomeAddress, None),
        ]);
        let said = told(&BTreeMap::new(), &values).to_string() + &format!("{values:?}");
        assert!(!said.contains("1970") && !said.contains("Nguyễn"), "{said}");
        assert!(said.contains("[null,\"Giám đốc\"]") && said.contains("\"homeAddress\":null"), "{said}");
    }

    #[test]
    fn values_have_their_form() {
        let fine = [
            (PersonField::BirthDate, "1970-02-28"),
            (PersonField::IdentityNumber, "031234567"),
            (PersonField::IdentityNumber, "031070001234"),
            (PersonField::PersonalPhone, "+84 (225) 3.842-123"),
            (PersonField::WorkEmail, "a@haiphong.gov.vn"),
        ];
        for (field, text) in fine {
            assert_eq!(field.check(text, today()), Ok(()), "{text}");
        }
        let not = [
            (PersonField::BirthDate, "1970-02-30"),
            (PersonField::BirthDate, "2026-01-16"),
            (PersonField::BirthDate, "1899-12-31"),
            (PersonField::IdentityNumber, "0312345678"),
            (PersonField::IdentityNumber, "03123456x"),
            (PersonField::PersonalPhone, "call me"),
            (PersonField::WorkEmail, "a@b@c.d"),
            (PersonField::WorkEmail, "a b@c.d"),
        ];
        for (field, text) in not {
            let fault = field.check(text, today()).expect_err(text);
            assert!(!format!("{fault:?}").contains(text), "{fault:?}");
        }
    }

    #[test]
    fn a_pseudonym_tells_nothing_but_the_identifier() {
        let id: PersonId = "0199b2a0-0000-7000-8000-0000000abcde".parse().expect("an id");
        assert_eq!(pseudonym(id), "Người đã ẩn danh EDCBA000");
    }
}
