//! Evidence: the files that prove what a report says, and which files are taken.
//! Must not read a file: what one holds is found by `app::evidence` and judged here.
//! Marks of secrecy are `secrecy`.

pub mod secrecy;

use chrono::{DateTime, Utc};

use crate::{
    account::AccountId,
    error::{Code, Fault},
    id::Id,
    labels::labelled_enum,
    report::{Report, ReportId},
    text,
};

pub type FileId = Id<ReportFile>;

/// Files at most on one report.
pub const MAX_FILES: usize = 100;
/// Characters at most of a file's name.
pub const MAX_NAME: usize = 200;
/// Characters at most of a title or a reason.
pub const MAX_WORDS: usize = 500;

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
    pub media_type: MediaType,
    pub uploaded_by: AccountId,
    pub uploaded_at: DateTime<Utc>,
}

impl ReportFile {
    /// Where its bytes are read.
    pub fn path(&self) -> String {
        format!("/api/v1/reports/{}/files/{}", self.report, self.id)
    }
}

/// Whether files may be put on a report and taken off: until one of its versions is accepted, as they are public from then on.
pub const fn is_open(report: &Report) -> bool {
    report.public_status.is_none()
}

/// Whether everybody may read the files of a report.
pub const fn is_public(report: &Report) -> bool {
    report.public_status.is_some()
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

    fn codes(name: &str, declared: Option<&str>, found: Option<MediaType>) -> Vec<Code> {
        check(FileFacts { name, declared, is_empty: false, found }).iter().map(|fault| fault.code).collect()
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
