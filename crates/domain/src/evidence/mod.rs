//! Evidence: the files that prove what a report says, and which files are taken.
//! Must not read a file: what one holds is found by `app::evidence` and judged here.
//! Marks of secrecy are `secrecy`.

pub mod secrecy;

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    account::AccountId,
    error::{Code, Fault},
    id::Id,
    labels::labelled_enum,
    report::{
        Report, ReportId,
        state::{self, Act},
    },
    text,
};

pub type FileId = Id<ReportFile>;

/// Files at most on one report.
pub const MAX_FILES: usize = 100;
/// Characters at most of a file's name.
pub const MAX_NAME: usize = 200;
/// Characters at most of a title or a reason.
pub const MAX_WORDS: usize = 500;
/// Characters at most of a document's number.
pub const MAX_NUMBER: usize = 100;

labelled_enum! {
    /// What a file is. Labels are media types.
    pub enum MediaType {
        Pdf = "application/pdf",
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Pptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Odt = "application/vnd.oasis.opendocument.text",
        Ods = "application/vnd.oasis.opendocument.spreadsheet",
        Png = "image/png",
        Jpeg = "image/jpeg",
        Webp = "image/webp",
        Mp4 = "video/mp4",
        Mp3 = "audio/mpeg",
        Text = "text/plain",
        Csv = "text/csv",
    }
}

impl MediaType {
    /// As what such a file is sent: a text is none but in UTF-8.
    pub const fn sent_as(self) -> &'static str {
        match self {
            Self::Text => "text/plain; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            _ => self.label(),
        }
    }

    /// How names of such files end.
    const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Pptx => &["pptx"],
            Self::Odt => &["odt"],
            Self::Ods => &["ods"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Webp => &["webp"],
            Self::Mp4 => &["mp4"],
            Self::Mp3 => &["mp3"],
            Self::Text => &["txt"],
            Self::Csv => &["csv"],
        }
    }

    /// What else senders call it; spreadsheet programs register CSV as their own.
    const fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["image/jpg", "image/pjpeg"],
            Self::Mp3 => &["audio/mp3"],
            Self::Csv => &["text/plain", "application/csv", "application/vnd.ms-excel"],
            _ => &[],
        }
    }

    /// Whether a file with such bytes may have this name. Text says nothing of its own; its name tells CSV from the rest.
    pub fn fits_name(self, name: &str) -> bool {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        extension.is_some_and(|extension| self.extensions().contains(&extension.as_str()))
    }

    /// Whether a sender may call it this; nothing and "some bytes" contradict nothing.
    fn fits_declared(self, declared: Option<&str>) -> bool {
        let Some(declared) = declared.map(|text| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()) else {
            return true;
        };
        declared == "application/octet-stream" || declared == self.label() || self.aliases().contains(&declared.as_str())
    }
}

/// A file on a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    pub id: FileId,
    pub report: ReportId,
    /// In hexadecimal; names the bytes in the store.
    pub sha256: String,
    pub size: i64,
    pub name: String,
    pub title: Option<String>,
    /// Number and symbol of the document, as its sender declares them.
    pub document_number: Option<String>,
    pub media_type: MediaType,
    /// The first version of the report that has it; one that is not submitted yet while the report is being written.
    pub since_version: i32,
    /// Once it is taken off, the last version that has it; below the first where none ever had it.
    pub until_version: Option<i32>,
    pub uploaded_by: AccountId,
    pub uploaded_at: DateTime<Utc>,
}

impl ReportFile {
    /// Where its bytes are read.
    pub fn path(&self) -> String {
        format!("/api/v1/reports/{}/files/{}", self.report, self.id)
    }
}

/// Which state of a report somebody looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// What is being written, or was submitted last.
    Latest,
    Version(i32),
}

impl ReportFile {
    /// Whether the file is on the report in this state.
    pub fn is_in(&self, shown: Shown) -> bool {
        match shown {
            Shown::Latest => self.until_version.is_none(),
            Shown::Version(number) => self.since_version <= number && self.until_version.is_none_or(|until| number <= until),
        }
    }

    /// Whether a version that was submitted has it, or had it.
    pub fn was_submitted(&self, last: i32) -> bool {
        self.since_version <= last && self.until_version.is_none_or(|until| self.since_version <= until)
    }

    /// Whether somebody who sees the report so may read the file's bytes. `writes` where the caller sees what is being written.
    pub fn is_readable(&self, report: &Report, writes: bool) -> bool {
        if report.is_inside {
            self.was_submitted(report.version) || (writes && self.is_in(Shown::Latest))
        } else {
            self.is_in(Shown::Version(report.version))
        }
    }
}

/// Which files of a report somebody sees who sees the report so: what is being written is for its agency, everybody else sees
/// the files of the version that they see.
pub const fn shown(report: &Report, writes: bool) -> Shown {
    if writes { Shown::Latest } else { Shown::Version(report.version) }
}

/// Whether files may be put on a report and taken off: where its content may be written, and nowhere else, so that a version that
/// was submitted keeps its files.
///
/// # Errors
/// `EVIDENCE_CLOSED`, or `REOPENING_OVER` once the day of a reopening has passed.
pub fn changeable(standing: state::Standing, today: NaiveDate) -> Result<(), Code> {
    match state::after(standing, Act::Save, today) {
        Ok(_) => Ok(()),
        Err(Code::ReopeningOver) => Err(Code::ReopeningOver),
        Err(_) => Err(Code::EvidenceClosed),
    }
}

/// A file's name as it is kept: composed letters, no folders before it, nothing that is not seen.
pub fn kept_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    text::normalise(&last.chars().filter(|c| !is_unseen(*c)).collect::<String>()).trim().to_owned()
}

/// Control characters, and those that turn the order of what follows or take no room: a name could pass for another.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// What is known of a file when it has been read to its end.
#[derive(Clone, Copy, Debug)]
pub struct FileFacts<'a> {
    /// As it is kept.
    pub name: &'a str,
    /// What its sender says it is.
    pub declared: Option<&'a str>,
    pub is_empty: bool,
    /// What its bytes are; nothing where they are of no type that is taken.
    pub found: Option<MediaType>,
}

/// Everything that keeps a file from being taken.
pub fn check(facts: FileFacts<'_>) -> Vec<Fault> {
    const FILE: &str = "/file";
    let mut faults = Vec::new();
    if facts.name.is_empty() || facts.name.starts_with('.') {
        faults.push(Fault::new(FILE, Code::FileNameInvalid));
    } else if facts.name.chars().count() > MAX_NAME {
        faults.push(Fault::worded(
            FILE,
            Code::FileNameInvalid,
            format!("Tên tệp dài nhất {MAX_NAME} ký tự."),
            format!("A file name has {MAX_NAME} characters at most."),
        ));
    }
    match facts.found {
        _ if facts.is_empty => faults.push(Fault::new(FILE, Code::FileEmpty)),
        None => faults.push(Fault::new(FILE, Code::FileTypeNotAllowed)),
        Some(found) if !found.fits_name(facts.name) || !found.fits_declared(facts.declared) => {
            faults.push(Fault::new(FILE, Code::FileTypeContradicts));
        }
        Some(_) => {}
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{ReportStatus, state::Standing};

    fn codes(name: &str, declared: Option<&str>, found: Option<MediaType>) -> Vec<Code> {
        check(FileFacts { name, declared, is_empty: false, found }).iter().map(|fault| fault.code).collect()
    }

    fn standing(status: ReportStatus) -> Standing {
        let until = (status == ReportStatus::Reopened).then(|| day("2014-12-10"));
        Standing { status, version: 1, accepted_version: None, reopened_until: until, estimate_until: None }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn files_come_and_go_only_while_the_content_may_be_written() {
        for status in ReportStatus::ALL {
            let wanted = match status {
                ReportStatus::Draft | ReportStatus::Returned | ReportStatus::Reopened => Ok(()),
                _ => Err(Code::EvidenceClosed),
            };
            assert_eq!(changeable(standing(*status), day("2014-12-10")), wanted, "{status:?}");
        }
        assert_eq!(changeable(standing(ReportStatus::Reopened), day("2014-12-11")), Err(Code::ReopeningOver));
    }

    #[test]
    fn a_version_keeps_the_files_that_it_was_submitted_with() {
        let file = |since_version, until_version| ReportFile {
            id: Id::from_uuid(uuid::Uuid::nil()),
            report: Id::from_uuid(uuid::Uuid::nil()),
            sha256: String::new(),
            size: 1,
            name: String::new(),
            title: None,
            document_number: None,
            media_type: MediaType::Pdf,
            since_version,
            until_version,
            uploaded_by: Id::from_uuid(uuid::Uuid::nil()),
            uploaded_at: DateTime::UNIX_EPOCH,
        };
        let seen =
            |file: &ReportFile| [Shown::Version(1), Shown::Version(2), Shown::Version(3), Shown::Latest].map(|shown| file.is_in(shown));
        assert_eq!(seen(&file(1, None)), [true, true, true, true]);
        assert_eq!(seen(&file(2, None)), [false, true, true, true]);
        assert_eq!(seen(&file(1, Some(2))), [true, true, false, false]);
        assert_eq!(seen(&file(2, Some(1))), [false; 4], "put on and taken off between two versions");
        assert!(file(1, Some(2)).was_submitted(2) && !file(2, Some(1)).was_submitted(2) && !file(3, None).was_submitted(2));
    }

    #[test]
    fn names_lose_their_folders_and_what_is_not_seen() {
        for (given, kept) in [
            ("báo cáo.pdf", "báo cáo.pdf"),
            ("ba\u{301}o ca\u{301}o.pdf", "báo cáo.pdf"),
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\an\x.txt", "x.txt"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
            ("fdp\u{202e}exe.pdf", "fdpexe.pdf"),
            ("  \u{200b} ", ""),
            ("x/", ""),
        ] {
            assert_eq!(kept_name(given), kept, "{given:?}");
        }
    }

    #[test]
    fn texts_are_sent_with_their_encoding() {
        for kind in MediaType::ALL {
            let encoding = kind.sent_as().strip_prefix(kind.label());
            let wanted = if kind.label().starts_with("text/") { "; charset=utf-8" } else { "" };
            assert_eq!(encoding, Some(wanted), "{kind}");
        }
    }

    #[test]
    fn name_and_declared_type_agree_with_the_bytes() {
        assert_eq!(codes("x.pdf", Some("application/pdf"), Some(MediaType::Pdf)), []);
        assert_eq!(codes("X.PDF", Some("application/octet-stream"), Some(MediaType::Pdf)), []);
        assert_eq!(codes("x.jpeg", Some("image/jpg"), Some(MediaType::Jpeg)), []);
        assert_eq!(codes("x.csv", Some("application/vnd.ms-excel"), Some(MediaType::Csv)), []);
        assert_eq!(codes("x.txt", Some("text/plain; charset=utf-8"), Some(MediaType::Text)), []);
        assert_eq!(codes("x.png", None, Some(MediaType::Pdf)), [Code::FileTypeContradicts]);
        assert_eq!(codes("x.pdf", Some("image/png"), Some(MediaType::Pdf)), [Code::FileTypeContradicts]);
        assert_eq!(codes("pdf", None, Some(MediaType::Pdf)), [Code::FileTypeContradicts]);
        assert_eq!(codes("x.exe", None, None), [Code::FileTypeNotAllowed]);
        assert_eq!(codes("", None, None), [Code::FileNameInvalid, Code::FileTypeNotAllowed]);
        assert_eq!(codes(&format!("{}.pdf", "ậ".repeat(197)), None, Some(MediaType::Pdf)), [Code::FileNameInvalid]);
        assert_eq!(codes(&format!("{}.pdf", "ậ".repeat(196)), None, Some(MediaType::Pdf)), []);
        let empty = FileFacts { name: "x.txt", declared: None, is_empty: true, found: None };
        assert_eq!(check(empty).iter().map(|fault| fault.code).collect::<Vec<_>>(), [Code::FileEmpty]);
    }
}
