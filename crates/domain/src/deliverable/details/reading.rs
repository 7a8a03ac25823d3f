//! The fields of a kind, as they are read: every fault at its own place, each with its code and words in two languages.
//! Must not know a rule between fields; that is `check`.
//! What fields there are is `details`.

use std::str::FromStr;

use chrono::NaiveDate;
use serde_json::Value;

use super::{
    AgreementForm, CommendationForm, Counterparty, Direction, EventForm, InstrumentForm, InstrumentState, LegalForm, Reach, RecipientKind,
};
use crate::{
    error::{Code, Fault},
    money::Dong,
};

/// What a field may hold.
pub(super) trait Reading {
    /// Whether its field may be left out.
    const MAY_MISS: bool = false;

    /// Tells everything for which a value is none of these.
    fn judge(value: &Value, at: &str, faults: &mut Vec<Fault>);
}

/// A field of an object.
pub(super) struct Member {
    name: String,
    may_miss: bool,
    judge: fn(&Value, &str, &mut Vec<Fault>),
}

impl Member {
    /// A field by its name in the program; one with a default may be left out whatever it holds.
    pub(super) fn of<T: Reading>(field: &str, has_default: bool) -> Self {
        Self { name: in_camel_case(field), may_miss: has_default || T::MAY_MISS, judge: T::judge }
    }
}

/// Judges an object that has these fields and no other.
pub(super) fn judge_members(value: &Value, at: &str, members: &[Member], faults: &mut Vec<Fault>) {
    let Value::Object(given) = value else { return faults.push(no(at, "đối tượng", "object")) };
    for member in members {
        let (name, at) = (&member.name, child(at, &member.name));
        match given.get(name) {
            Some(value) => (member.judge)(value, &at, faults),
            None if member.may_miss => {}
            None => {
                faults.push(Fault::worded(at, Code::FieldRequired, format!("Thiếu trường “{name}”."), format!("{name:?} is missing.")));
            }
        }
    }
    for name in given.keys().filter(|name| members.iter().all(|member| member.name != **name)) {
        let (vi, en) = (format!("Không có trường “{name}”."), format!("There is no field {name:?}."));
        faults.push(Fault::worded(child(at, name), Code::FieldUnknown, vi, en));
    }
}

/// What is of another type.
fn no(at: &str, vi: &str, en: &str) -> Fault {
    Fault::worded(at, Code::TypeMismatch, format!("Giá trị phải là {vi}."), format!("The value must be of type: {en}."))
}

fn child(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn in_camel_case(field: &str) -> String {
    let mut name = String::with_capacity(field.len());
    let mut is_next = false;
    for letter in field.chars() {
        if letter == '_' {
            is_next = true;
        } else {
            name.push(if is_next { letter.to_ascii_uppercase() } else { letter });
            is_next = false;
        }
    }
    name
}

/// A whole number that is not negative, and the largest that it may be.
fn judge_count(value: &Value, at: &str, most: u64, faults: &mut Vec<Fault>) {
    let code = match value {
        Value::Number(number) if number.as_u64().is_some_and(|number| number <= most) => return,
        Value::Number(number) if number.is_u64() || number.is_i64() => Code::OutOfRange,
        _ => Code::TypeMismatch,
    };
    let (vi, en) = (format!("Giá trị phải là số nguyên từ 0 đến {most}."), format!("The value must be a whole number from 0 to {most}."));
    faults.push(Fault::worded(at, code, vi, en));
}

/// A label of a list.
fn judge_label<T: FromStr>(value: &Value, at: &str, labels: &[&str], faults: &mut Vec<Fault>) {
    let Value::String(given) = value else { return faults.push(no(at, "chuỗi ký tự", "string")) };
    if given.parse::<T>().is_err() {
        let labels = labels.join(", ");
        let (vi, en) = (format!("Giá trị phải là một trong: {labels}."), format!("The value must be one of: {labels}."));
        faults.push(Fault::worded(at, Code::NotOneOf, vi, en));
    }
}

macro_rules! labels {
    ($($name:ident,)+) => {
        $(impl Reading for $name {
            fn judge(value: &Value, at: &str, faults: &mut Vec<Fault>) {
                let labels: Vec<&str> = Self::ALL.iter().map(|one| one.label()).collect();
                judge_label::<Self>(value, at, &labels, faults);
            }
        })+
    };
}

labels! {
    AgreementForm,
    CommendationForm,
    Counterparty,
    Direction,
    EventForm,
    InstrumentForm,
    InstrumentState,
    LegalForm,
    Reach,
    RecipientKind,
}

impl Reading for String {
    fn judge(value: &Value, at: &str, faults: &mut Vec<Fault>) {
        if !value.is_string() {
            faults.push(no(at, "chuỗi ký tự", "string"));
        }
    }
}

impl Reading for bool {
    fn judge(value: &Value, at: &str, faults: &mut Vec<Fault>) {
        if !value.is_boolean() {
            faults.push(no(at, "giá trị đúng/sai", "boolean"));
        }
    }
}

impl Reading for u64 {
    fn judge(value: &Value, at: &str, faults: &mut Vec<Fault>) {
        judge_count(value, at, Self::MAX, faults);
    }
}

impl Reading for u32 {
    fn judge(value: &Value, at: &str, faults: &mut Vec<Fault>) {
        judge_count(value, at, Self::MAX.into(), faults);
    }
}

impl Reading for Dong {
    fn judge(value: &Value, at: &str, faults: &mut Vec<Fault>) {
        match value {
            Value::Number(number) if number.is_i64() => {}
            Value::Number(number) if number.is_u64() => faults.push(Fault::new(at, Code::AmountOverflow)),
            _ => faults.push(no(at, "số nguyên", "integer")),
        }
    }
}

impl Reading for NaiveDate {
    fn judge(value: &Value, at: &str, faults: &mut Vec<Fault>) {
        match value {
            Value::String(day) if day.parse::<Self>().is_ok() => {}
            Value::String(_) => faults.push(Fault::worded(
                at,
                Code::PatternMismatch,
                "Giá trị phải là một ngày có thật, viết dạng YYYY-MM-DD.",
                "The value must be a day of the calendar, written YYYY-MM-DD.",
            )),
            _ => faults.push(no(at, "chuỗi ký tự", "string")),
        }
    }
}

impl<T: Reading> Reading for Option<T> {
    const MAY_MISS: bool = true;

    fn judge(value: &Value, at: &str, faults: &mut Vec<Fault>) {
        if !value.is_null() {
            T::judge(value, at, faults);
        }
    }
}

impl<T: Reading> Reading for Vec<T> {
    fn judge(value: &Value, at: &str, faults: &mut Vec<Fault>) {
        let Value::Array(values) = value else { return faults.push(no(at, "danh sách", "array")) };
        for (i, value) in values.iter().enumerate() {
            T::judge(value, &format!("{at}/{i}"), faults);
        }
    }
}
