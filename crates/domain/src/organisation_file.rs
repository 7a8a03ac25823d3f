//! The file of an organisation: bodies, codes, rolls and what happened to them, each row with its source and how sure it is.
//! Must not know what is stored; what a code refers to may be there already.
//! The form is `data/organisation.schema.json`; importing is `app::import::organisation`.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    agency::{AgencyKind, Attestation, Confidence, MembershipRule},
    document::{DocumentKind, identity, natural_key},
    draft::{Codes, Malformed, Part, broken},
    ecode,
    error::{Code, Fault},
    succession::AgencyEventKind,
};

/// How well a row is attested.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attested {
    pub source: String,
    pub confidence: Confidence,
    #[serde(default)]
    pub to_confirm: bool,
}

impl Attested {
    pub fn attestation(&self) -> Attestation {
        Attestation { source: self.source.as_str().into(), confidence: self.confidence, to_confirm: self.to_confirm }
    }
}

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationFile {
    pub schema: String,
    #[serde(default)]
    pub functions: Vec<Function>,
    #[serde(default)]
    pub documents: Vec<Document>,
    #[serde(default)]
    pub agencies: Vec<Agency>,
    #[serde(default)]
    pub codes: Vec<ECode>,
    #[serde(default)]
    pub rolls: Vec<Roll>,
    #[serde(default)]
    pub events: Vec<Event>,
}

/// A kind of work, and which duties are of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Function {
    pub code: String,
    pub name: String,
    #[serde(default)]
    pub programmes: Vec<String>,
    #[serde(default)]
    pub tasks: Vec<TaskOf>,
    #[serde(flatten)]
    pub attested: Attested,
}

#[derive(Clone, Debug, Deserialize)]
pub struct TaskOf {
    pub programme: String,
    pub task: String,
}

/// A document that something rests on.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// What the file calls it.
    pub code: String,
    pub kind: DocumentKind,
    pub number: Option<String>,
    pub title: String,
    /// Code of an agency.
    pub issuer: Option<String>,
    pub issuer_as_written: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub effective_on: Option<NaiveDate>,
    #[serde(flatten)]
    pub attested: Attested,
}

impl Document {
    pub fn key(&self) -> String {
        let issuer = self.issuer.as_deref().or(self.issuer_as_written.as_deref());
        natural_key(self.number.as_deref(), issuer, self.issued_on, Some(&self.title))
    }

    /// What makes it that document among all: number, issuer and year, where they are told.
    pub fn identity(&self) -> Option<String> {
        let issuer = self.issuer.as_deref().or(self.issuer_as_written.as_deref());
        identity(self.number.as_deref(), issuer, self.issued_on)
    }
}

/// What an agency is called and where it stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Names {
    pub name: String,
    pub short_name: Option<String>,
    pub kind: Option<AgencyKind>,
    pub subkind: Option<String>,
    pub parent: Option<String>,
}

/// An agency as it was first, or at least from when on it is known.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Agency {
    pub code: String,
    #[serde(flatten)]
    pub names: Names,
    /// The first day, where it is known.
    pub from: Option<NaiveDate>,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(flatten)]
    pub attested: Attested,
}

/// An electronic code of an agency.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ECode {
    pub agency: String,
    pub code: String,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
    #[serde(flatten)]
    pub attested: Attested,
}

/// The roll of a collective from a day on.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Roll {
    pub collective: String,
    pub from: NaiveDate,
    pub rule: MembershipRule,
    pub complete: bool,
    /// What the file calls the document.
    pub basis: Option<String>,
    /// Where in it.
    pub section: Option<String>,
    /// Verbatim.
    pub quote: Option<String>,
    pub members: Vec<String>,
    #[serde(flatten)]
    pub attested: Attested,
}

/// A successor: an agency that is there, or one that the event makes.
#[derive(Clone, Debug, Deserialize)]
pub struct Successor {
    pub code: String,
    pub new: Option<Names>,
}

/// Which duties a successor takes.
#[derive(Clone, Debug, Deserialize)]
pub struct Duty {
    pub successor: String,
    pub programme: Option<String>,
    pub task: Option<String>,
    pub function: Option<String>,
}

/// Something that happened to agencies.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub code: String,
    pub kind: AgencyEventKind,
    pub effective_on: NaiveDate,
    /// What the file calls the document.
    pub basis: String,
    /// Where in it.
    pub section: Option<String>,
    /// Verbatim.
    pub quote: Option<String>,
    pub predecessors: Vec<String>,
    #[serde(default)]
    pub successors: Vec<Successor>,
    #[serde(default)]
    pub duties: Vec<Duty>,
    pub becomes: Option<Names>,
    pub note: Option<String>,
    #[serde(flatten)]
    pub attested: Attested,
}

/// All faults of a file but those of its form, which are given, and of what it refers to outside of it.
pub fn check(document: &Value, form: &[Fault]) -> Vec<Fault> {
    let (malformed, mut faults) = (Malformed::of(form), Vec::new());
    let file = Part::root(document, &malformed);
    Codes::of(&file.field("functions"), &mut faults);
    Codes::of(&file.field("agencies"), &mut faults);
    Codes::of(&file.field("events"), &mut faults);
    let documents = Codes::of(&file.field("documents"), &mut faults);
    for list in ["rolls", "events"] {
        for entry in file.field(list).items() {
            documents.known(&entry.field("basis"), &mut faults);
        }
    }
    for code in file.field("codes").items().iter().map(|entry| entry.field("code")) {
        if code.text().is_some_and(|text| ecode::scheme_of(text).is_none()) {
            faults.push(Fault::new(code.at, Code::PatternMismatch));
        }
    }
    for list in ["functions", "documents", "agencies", "codes", "rolls", "events"] {
        for entry in file.field(list).items() {
            let unsure = entry.field("confidence").text().is_some_and(|sure| sure != Confidence::High.label());
            if unsure && entry.field("toConfirm").flag() != Some(true) {
                let words = ("Điều chưa chắc chắn phải được đánh dấu chờ xác nhận.", "What is not sure must be marked to be confirmed.");
                faults.push(broken(&format!("{}/toConfirm", entry.at), words.0, words.1));
            }
        }
    }
    let mut last: Option<NaiveDate> = None;
    for entry in file.field("events").items() {
        let day: Option<NaiveDate> = entry.field("effectiveOn").read();
        if day.zip(last).is_some_and(|(day, last)| day < last) {
            let words = ("Sự kiện phải theo thứ tự thời gian.", "Events stand in the order of time.");
            faults.push(broken(&format!("{}/effectiveOn", entry.at), words.0, words.1));
        }
        last = day.or(last);
    }
    faults
}
