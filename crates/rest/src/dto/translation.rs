//! Translations as REST takes them, one by one and as a table.
//! Must not let a cell be taken for a formula, nor read one that was kept from being so otherwise than it was.
//! The use case is `app::translation`.

use std::str::FromStr;

use app::translation::{MAX_ROWS, NewTranslation, Written};
use csv::Writer;
use domain::{
    chart::{harmless, meant},
    error::{Code, Fault, Refusal},
    lang::{Translatable, Translated, TranslationState},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::batch::{Cell, Records, cut_short, named, surplus};

/// The columns of the table, in this order; of them subject, source, text and state are read back.
const COLUMNS: [&str; 10] = ["kind", "code", "subject", "source", "text", "state", "stale", "standing", "editor", "editedAt"];
/// Those of which none may be missing.
const NEEDED: [&str; 3] = ["subject", "text", "state"];
const BOM: &str = "\u{FEFF}";

/// Which texts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct TranslationParams {
    /// Kinds of things, parted by commas; every kind where none is said.
    #[param(
        max_length = 60,
        pattern = "^(AGENCY|PROGRAMME|GROUP|TASK|TARGET|DELIVERABLE|DOCUMENT)(,(AGENCY|PROGRAMME|GROUP|TASK|TARGET|DELIVERABLE|DOCUMENT)){0,6}$"
    )]
    pub kinds: Option<String>,
    /// Begin with a mark that tells spreadsheets that the text is UTF-8.
    pub bom: Option<bool>,
}

impl TranslationParams {
    /// The kinds that are asked for.
    pub fn kinds(&self) -> Vec<Translatable> {
        // The pattern lets known labels through alone.
        self.kinds.iter().flat_map(|kinds| kinds.split(',')).filter_map(|kind| kind.parse().ok()).collect()
    }
}

/// How a table is taken.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ImportParams {
    /// Do everything, then undo it.
    pub dry_run: Option<bool>,
}

/// A translation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TranslationBody {
    /// In the language that the address names.
    #[schema(
        min_length = 1,
        max_length = 4000,
        pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$",
        example = "Department of Foreign Affairs"
    )]
    pub text: String,
    /// `MACHINE`: without a person's review; `REVIEWED`: read and approved by a person.
    #[schema(value_type = String, max_length = 16, pattern = "^(MACHINE|REVIEWED)$", example = "REVIEWED")]
    pub state: TranslationState,
    /// The Vietnamese text that it was made of; the one that stands where nothing is said. Where that is another, it is told as stale.
    #[schema(min_length = 1, max_length = 4000, pattern = r"^[^\x00]*$")]
    pub source: Option<String>,
}

/// What became of translations that were sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TranslationsWritten {
    /// Texts that had no translation into this language.
    pub added: usize,
    /// Translations that took the place of another.
    pub changed: usize,
    /// Translations that are there already as they were sent.
    pub unchanged: usize,
    /// Of all, those that were made of another Vietnamese text than the one that stands.
    pub stale: usize,
    /// Whether it was only rehearsed.
    pub dry_run: bool,
}

impl TranslationsWritten {
    pub fn of(written: Written, dry_run: bool) -> Self {
        let Written { added, changed, unchanged, stale } = written;
        Self { added, changed, unchanged, stale, dry_run }
    }
}

/// The table of texts with their translations, as CSV in UTF-8.
///
/// # Errors
/// When it cannot be written.
pub fn table(texts: &[Translated], bom: bool) -> Result<Vec<u8>, csv::Error> {
    let mut table = Writer::from_writer(if bom { BOM.as_bytes().to_vec() } else { Vec::new() });
    table.write_record(COLUMNS)?;
    for text in texts {
        let (words, state) = text.rendering.as_ref().map_or(("", ""), |rendering| (&*rendering.text, rendering.state.label()));
        // What a translation was made of goes out with it, so that it comes back so.
        let source = text.rendering.as_ref().map_or(text.source.as_str(), |rendering| &*rendering.source);
        // Beside what it was made of stands what is to be translated now.
        let (stale, standing) = if text.is_stale() { ("STALE", text.source.as_str()) } else { ("", "") };
        let (editor, edited_at) = (text.editor.map(|account| account.to_string()), text.edited_at.map(|at| at.to_rfc3339()));
        let (editor, edited_at) = (editor.unwrap_or_default(), edited_at.unwrap_or_default());
        let cells = [text.kind.label(), &text.code, &text.subject.to_string(), source, words, state, stale, standing, &editor, &edited_at];
        table.write_record(cells.map(harmless))?;
    }
    table.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// The translations of a table; rows without a text are left out, as long as their subject is one. Faults are told by line and column, e.g.
/// `/12/state`, those of a whole row by its line, and those of the head as on line 1.
///
/// # Errors
/// `BODY_UNREADABLE` for what is no CSV, `BODY_INVALID` with every fault, `BODY_TOO_LARGE` for too many rows.
pub fn rows(bytes: &[u8]) -> Result<Vec<NewTranslation>, Refusal> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(Refusal::new(Code::BodyUnreadable));
    }
    let mut records = Records::of(bytes)?;
    let head = records.row()?.map(|(_, cells)| cells).unwrap_or_default();
    let places = Places::of(&head)?;
    let (mut rows, mut faults, mut broken) = (Vec::new(), Vec::new(), 0);
    while let Some((line, cells)) = records.row()? {
        match places.row(line, &cells) {
            Ok(row) => rows.extend(row),
            Err(more) => {
                broken += 1;
                faults.extend(more);
            }
        }
        if rows.len() + broken > MAX_ROWS {
            return Err(Refusal::new(Code::BodyTooLarge));
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(Refusal::with_faults(Code::BodyInvalid, faults)) }
}

/// How many columns a table has, and where those are that are read back.
struct Places {
    columns: usize,
    subject: usize,
    text: usize,
    state: usize,
    source: Option<usize>,
}

impl Places {
    /// Those of a head.
    fn of(head: &[Cell]) -> Result<Self, Refusal> {
        let (columns, mut faults) = named(head, "/1", |name| COLUMNS.iter().copied().find(|column| *column == name));
        let is_missing = |name: &&str| !head.iter().any(|cell| cell.as_text().trim() == *name);
        let missing = NEEDED.into_iter().filter(is_missing);
        faults.extend(missing.map(|name| Fault::new(format!("/1/{name}"), Code::FieldRequired)));
        let place = |name: &str| columns.iter().position(|(_, column)| *column == name);
        match (place("subject"), place("text"), place("state")) {
            (Some(subject), Some(text), Some(state)) if faults.is_empty() => {
                Ok(Self { columns: columns.len(), subject, text, state, source: place("source") })
            }
            _ => Err(Refusal::with_faults(Code::BodyInvalid, faults)),
        }
    }

    /// The last of those that are read back.
    fn last(&self) -> usize {
        self.subject.max(self.text).max(self.state).max(self.source.unwrap_or_default())
    }

    /// The translation in a row, where it has a text; else what is wrong with it. What is left out has to be a row of the table: the rest
    /// of one that a line end cuts in two would be no loss that anybody sees.
    fn row(&self, line: Option<u32>, cells: &[Cell]) -> Result<Option<NewTranslation>, Vec<Fault>> {
        if cells.iter().all(Cell::is_empty) {
            return Ok(None);
        }
        let (at, mut faults) = (format!("/{}", line.unwrap_or_default()), Vec::new());
        let cell = |place: usize| meant(cells.get(place).map_or("", Cell::as_text)).trim();
        if cells.iter().skip(self.columns).any(|cell| !cell.is_empty()) {
            faults.push(surplus(&at));
        }
        let (text, subject) = (cell(self.text), Uuid::parse_str(cell(self.subject)));
        // Spreadsheets leave out empty cells at the end of rows, so that a row without a text may end before it; where there is one, none
        // of the cells that are read back may be missing.
        if cells.len() <= self.last() && (!text.is_empty() || subject.is_err()) {
            faults.push(cut_short(&at));
        }
        if subject.is_err() {
            faults.push(Fault::new(format!("{at}/subject"), Code::ReferenceUnknown));
        }
        let state = TranslationState::from_str(cell(self.state));
        if state.is_err() && !text.is_empty() {
            faults.push(Fault::new(format!("{at}/state"), Code::NotOneOf));
        }
        match (subject, state) {
            _ if !faults.is_empty() => Err(faults),
            (Ok(subject), Ok(state)) if !text.is_empty() => {
                let source = self.source.map(|place| cell(place).to_owned()).filter(|source| !source.is_empty());
                Ok(Some(NewTranslation { at, subject, text: text.to_owned(), state, source }))
            }
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_back_as_it_went_out() {
        let subject = Uuid::from_u128(7);
        let rendering = domain::lang::Rendering {
            lang: domain::lang::Lang::En,
            text: "'=SUM(1)".into(),
            state: TranslationState::Reviewed,
            source: "-Tên, \"cũ\"".into(),
        };
        let text = Translated {
            kind: Translatable::Task,
            subject,
            code: "HP I.1".into(),
            source: "Tên".into(),
            rendering: Some(rendering),
            editor: None,
            edited_at: None,
        };
        for bom in [false, true] {
            let bytes = table(std::slice::from_ref(&text), bom).expect("a table");
            assert!(std::str::from_utf8(&bytes).expect("text").contains("''=SUM(1)"));
            let read = rows(&bytes).expect("rows");
            assert_eq!((read[0].subject, read[0].text.as_str(), read[0].state), (subject, "'=SUM(1)", TranslationState::Reviewed));
            assert_eq!((read[0].source.as_deref(), read[0].at.as_str()), (Some("-Tên, \"cũ\""), "/2"));
        }
    }

    /// What is told of a table that is not taken.
    fn told(text: &str) -> Vec<String> {
        let faults = rows(text.as_bytes()).expect_err("faults").faults;
        faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect()
    }

    const ID: &str = "00000000-0000-0000-0000-000000000007";

    #[test]
    fn faults_of_a_table_are_told_by_line_and_column() {
        let head = ["/1/subject FIELD_REQUIRED", "/1/text FIELD_REQUIRED", "/1/state FIELD_REQUIRED"];
        assert_eq!(told("kind,code\n1,2\n"), head);
        assert_eq!(told(""), head);
        let rows = format!("subject;text;state\nx;A;MACHINE\n;;\n{ID};B;DONE\n");
        assert_eq!(told(&rows), ["/2/subject REFERENCE_UNKNOWN", "/4/state NOT_ONE_OF"]);
        assert_eq!(told(&rows.replace('\n', "\r")), told(&rows));
        assert_eq!(told(&rows.replace('\n', "\r\n")), told(&rows));
    }

    #[test]
    fn cells_and_names_without_a_place_are_told() {
        assert_eq!(
            told(&format!("subject,state,text\n{ID},REVIEWED,Culture, sport\n{ID},REVIEWED,,x\n")),
            ["/2 FIELD_UNKNOWN", "/3 FIELD_UNKNOWN"]
        );
        assert_eq!(
            told(&format!("subject,state,text,,text,note,state\n{ID},REVIEWED,A,,B,,\n")),
            ["/1/ FIELD_UNKNOWN", "/1/text DUPLICATE", "/1/note FIELD_UNKNOWN", "/1/state DUPLICATE"]
        );
        // What a line end without quotes cuts in two.
        assert_eq!(
            told(&format!("subject,state,text,stale\n{ID},REVIEWED,Culture\nsport,\n")),
            ["/3 COUNT_MISMATCH", "/3/subject REFERENCE_UNKNOWN"]
        );
        assert_eq!(told(&format!("subject,text,state\n{ID},Culture\n")), ["/2 COUNT_MISMATCH", "/2/state NOT_ONE_OF"]);
        assert_eq!(told("kind,text,state,subject\nTASK,,,\n"), ["/2/subject REFERENCE_UNKNOWN"]);
    }

    #[test]
    fn what_a_spreadsheet_adds_and_leaves_out_is_nothing() {
        let text = format!("subject,state,text,stale,editor,, \n{ID},REVIEWED,Culture,,,,,,\n{ID},,\n{ID},REVIEWED,Sport\n,,,,\n");
        let read: Vec<_> = rows(text.as_bytes()).expect("rows").into_iter().map(|row| (row.at, row.text)).collect();
        assert_eq!(read, [("/2", "Culture"), ("/4", "Sport")].map(|(at, text)| (at.to_owned(), text.to_owned())));
        // What goes out without a text ends at its source, or before it.
        let head = COLUMNS.join(",");
        let text = format!("{head}\nTASK,V.2,{ID},Tên\nTASK,V.3,{ID}\nTASK,V.4,{ID},Tên,Name,MACHINE\n");
        let read: Vec<_> = rows(text.as_bytes()).expect("rows").into_iter().map(|row| (row.at, row.text)).collect();
        assert_eq!(read, [("/4".to_owned(), "Name".to_owned())]);
        assert_eq!(
            told(&format!("{head}\nTASK,V.2,{ID},Tên,Name\nTASK,V.3,x,Tên\n")),
            ["/2 COUNT_MISMATCH", "/2/state NOT_ONE_OF", "/3 COUNT_MISMATCH", "/3/subject REFERENCE_UNKNOWN"]
        );
    }

    #[test]
    fn a_quote_that_is_not_closed_takes_nothing_in() {
        for open in ["\"A\nS,REVIEWED,B\n", "A\nS,REVIEWED,\"B\"C\n", "\"A"] {
            let refused = rows(format!("subject,state,text\n{ID},REVIEWED,{open}").as_bytes()).expect_err("a quote");
            assert_eq!(refused.code, Code::BodyUnreadable, "{open}");
        }
        assert_eq!(rows(b"subject,state,\"text\n").expect_err("a quote").code, Code::BodyUnreadable);
    }
}
