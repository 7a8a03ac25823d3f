//! Translations as REST takes them, one by one and as a table.
//! Must not let a cell be taken for a formula, nor read one that was kept from being so otherwise than it was.
//! The use case is `app::translation`.

use std::str::FromStr;

use app::translation::{MAX_ROWS, NewTranslation, Written};
use csv::{ReaderBuilder, Writer};
use domain::{
    chart::{harmless, meant},
    error::{Code, Fault, Refusal},
    lang::{Translatable, Translated, TranslationState},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// The columns of the table, in this order; of them subject, source, text and state are read back.
const COLUMNS: [&str; 10] = ["kind", "code", "subject", "source", "text", "state", "stale", "standing", "editor", "editedAt"];
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
    #[schema(min_length = 1, max_length = 4000, pattern = r"^[^\x00]*$", example = "Department of Foreign Affairs")]
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
    pub added: usize,
    pub changed: usize,
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

/// The translations of a table; rows without a text are left out. Faults are told by line and column, e.g. `/12/state`.
///
/// # Errors
/// `BODY_UNREADABLE` for what is no CSV, `BODY_INVALID` with every fault, `BODY_TOO_LARGE` for too many rows.
pub fn rows(bytes: &[u8]) -> Result<Vec<NewTranslation>, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::new(Code::BodyUnreadable))?;
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let head = text.lines().next().unwrap_or_default();
    let delimiter = if head.matches(';').count() > head.matches(',').count() { b';' } else { b',' };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let unreadable = |_| Refusal::new(Code::BodyUnreadable);
    let heads = reader.headers().map_err(unreadable)?.clone();
    let place = |name: &str| heads.iter().position(|head| head.trim() == name);
    let missing = |name: &str| Fault::new(format!("/1/{name}"), Code::FieldRequired);
    let (subject, words, state) = (place("subject"), place("text"), place("state"));
    let (Some(subject), Some(words), Some(state)) = (subject, words, state) else {
        let absent = [("subject", subject), ("text", words), ("state", state)].into_iter().filter(|(_, place)| place.is_none());
        return Err(Refusal::with_faults(Code::BodyInvalid, absent.map(|(name, _)| missing(name)).collect()));
    };
    let source = place("source");
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let cell = |place: usize| meant(record.get(place).unwrap_or_default()).trim();
        if cell(words).is_empty() {
            continue;
        }
        let at = format!("/{}", record.position().map_or(0, csv::Position::line));
        let id = Uuid::parse_str(cell(subject)).map_err(|_| faults.push(Fault::new(format!("{at}/subject"), Code::ReferenceUnknown)));
        let state = TranslationState::from_str(cell(state)).map_err(|_| faults.push(Fault::new(format!("{at}/state"), Code::NotOneOf)));
        if let (Ok(subject), Ok(state)) = (id, state) {
            let source = source.map(|place| cell(place).to_owned()).filter(|source| !source.is_empty());
            rows.push(NewTranslation { at, subject, text: cell(words).to_owned(), state, source });
        }
        if rows.len() > MAX_ROWS {
            return Err(Refusal::new(Code::BodyTooLarge));
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(Refusal::with_faults(Code::BodyInvalid, faults)) }
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

    #[test]
    fn faults_of_a_table_are_told_by_line_and_column() {
        let told =
            |text: &str| rows(text.as_bytes()).expect_err("faults").faults.into_iter().map(|fault| fault.pointer).collect::<Vec<_>>();
        assert_eq!(told("a,b\n1,2\n"), ["/1/subject", "/1/text", "/1/state"]);
        assert_eq!(told("subject;text;state\nx;A;MACHINE\n;;\n00000000-0000-0000-0000-000000000007;B;DONE\n"), ["/2/subject", "/4/state"]);
    }
}
