//! What a file is, by looking at its bytes, and whether it says of itself that it is secret.
//! Must not trust a name or a declared type, and reads no more than it needs: blocking, bounded.
//! What is taken is `domain::evidence`, marks are `domain::evidence::secrecy`.
//!
//! Looked through for marks: text and CSV as a whole; the text of office documents with headers and footers, as far as the limits
//! below let; what a PDF says of itself (`pdf`). Not looked into: the pages of a PDF, pictures, sound and film; there the name,
//! the title and the declared number speak.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

use domain::evidence::{MediaType, secrecy::Finder};
use zip::ZipArchive;

use super::pdf;

/// So much tells every type.
const HEAD: u64 = 8 * 1024;
/// Files in an office document at most; their list is kept in memory.
const MAX_ENTRIES: usize = 20_000;
/// Text looked through of one file in an office document, and of all.
const MAX_PART: u64 = 8 * 1024 * 1024;
const MAX_TEXT: u64 = 32 * 1024 * 1024;
/// The directory of a zip ends with at most this.
const ZIP_TAIL: u64 = 22 + 65_535;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Nothing where the bytes are of no type that is taken.
    pub media_type: Option<MediaType>,
    /// Whether the text carries a mark of secrecy.
    pub is_marked: bool,
}

impl Found {
    const NOTHING: Self = Self { media_type: None, is_marked: false };

    fn of(media_type: MediaType) -> Self {
        Self { media_type: Some(media_type), is_marked: false }
    }
}

/// Looks at a file. Text says nothing of its own kind: `name` tells CSV from the rest.
pub fn examine(file: &mut File, name: &str) -> io::Result<Found> {
    let mut head = Vec::new();
    file.rewind()?;
    Read::by_ref(file).take(HEAD).read_to_end(&mut head)?;
    if head.starts_with(b"PK\x03\x04") {
        return office(file);
    }
    // A PDF may be all letters, and some types are told by two letters that a text may begin with.
    if !head.starts_with(b"%PDF-")
        && let Some(is_marked) = text(file)?
    {
        let media_type = if MediaType::Csv.fits_name(name) { MediaType::Csv } else { MediaType::Text };
        return Ok(Found { media_type: Some(media_type), is_marked });
    }
    let media_type = infer::get(&head).and_then(|kind| match kind.mime_type() {
        "application/pdf" => Some(MediaType::Pdf),
        "image/png" => Some(MediaType::Png),
        "image/jpeg" => Some(MediaType::Jpeg),
        "image/webp" => Some(MediaType::Webp),
        "video/mp4" => Some(MediaType::Mp4),
        "audio/mpeg" => Some(MediaType::Mp3),
        _ => None,
    });
    if media_type == Some(MediaType::Pdf) {
        file.rewind()?;
        return Ok(Found { media_type, is_marked: pdf::is_marked(file)? });
    }
    Ok(media_type.map_or(Found::NOTHING, Found::of))
}

/// Whether a text in UTF-8 is marked; nothing where it is no such text.
fn text(file: &mut File) -> io::Result<Option<bool>> {
    const fn is_odd(c: char) -> bool {
        matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{e}'..='\u{1f}' | '\u{7f}')
    }
    let mut reader = Utf8::new(file)?;
    let mut finder = Finder::default();
    while let Some(piece) = reader.next()? {
        match piece {
            Ok(piece) if !piece.chars().any(is_odd) => finder.read(piece),
            _ => return Ok(None),
        }
    }
    Ok(Some(finder.is_marked()))
}

/// Reads text in pieces that do not cut a letter.
struct Utf8<R> {
    reader: R,
    bytes: Vec<u8>,
    /// So many bytes at the front were given out.
    given: usize,
}

/// Bytes that are no UTF-8.
struct NoText;

impl<'a> Utf8<&'a mut File> {
    fn new(file: &'a mut File) -> io::Result<Self> {
        file.rewind()?;
        Ok(Self::over(file))
    }
}

impl<R: Read> Utf8<R> {
    fn over(reader: R) -> Self {
        Self { reader, bytes: Vec::new(), given: 0 }
    }

    fn next(&mut self) -> io::Result<Option<Result<&str, NoText>>> {
        self.bytes.drain(..self.given);
        self.given = 0;
        let read = Read::by_ref(&mut self.reader).take(64 * 1024).read_to_end(&mut self.bytes)?;
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let whole = match std::str::from_utf8(&self.bytes) {
            Ok(_) => self.bytes.len(),
            // A letter that goes on in the next piece.
            Err(error) if error.error_len().is_none() && read > 0 => error.valid_up_to(),
            Err(_) => return Ok(Some(Err(NoText))),
        };
        self.given = whole;
        Ok(Some(std::str::from_utf8(&self.bytes[..whole]).map_err(|_| NoText)))
    }
}

/// A document that is a zip of XML. Any other zip is nothing that is taken, and so is one that carries programs.
fn office(file: &mut File) -> io::Result<Found> {
    if !has_small_directory(file)? {
        return Ok(Found::NOTHING);
    }
    file.rewind()?;
    let Ok(mut archive) = ZipArchive::new(file) else { return Ok(Found::NOTHING) };
    let Some(media_type) = kind_of(&mut archive) else { return Ok(Found::NOTHING) };
    let mut left = MAX_TEXT;
    for i in 0..archive.len() {
        let Ok(entry) = archive.by_index(i) else { return Ok(Found::NOTHING) };
        if left == 0 || !entry.name().is_ok_and(|name| has_words(&name)) {
            continue;
        }
        let mut finder = Finder::default();
        let mut words = Words::default();
        let mut reader = Utf8::over(entry.take(MAX_PART.min(left)));
        // What cannot be unpacked is no document; a part that is cut off at the limit may end in the middle of a letter.
        loop {
            match reader.next() {
                Ok(Some(Ok(piece))) => {
                    left = left.saturating_sub(piece.len() as u64);
                    words.read(piece, &mut finder);
                }
                Ok(Some(Err(NoText)) | None) => break,
                Err(_) => return Ok(Found::NOTHING),
            }
        }
        if finder.is_marked() {
            return Ok(Found { media_type: Some(media_type), is_marked: true });
        }
    }
    Ok(Found::of(media_type))
}

/// Whether the list of a zip's files is of bearable size, before anybody reads it.
fn has_small_directory(file: &mut File) -> io::Result<bool> {
    let size = file.seek(SeekFrom::End(0))?;
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(size.saturating_sub(ZIP_TAIL)))?;
    Read::by_ref(file).take(ZIP_TAIL).read_to_end(&mut tail)?;
    // The end of the directory tells how many there are; one with the 64-bit form is larger than any document.
    let is_large = tail.windows(4).any(|window| window == b"PK\x06\x07");
    let ends = tail.windows(12).filter(|window| window.starts_with(b"PK\x05\x06"));
    let most = ends.map(|end| usize::from(u16::from_le_bytes([end[10], end[11]]))).max();
    Ok(!is_large && most.is_some_and(|most| most <= MAX_ENTRIES))
}

fn kind_of<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Option<MediaType> {
    let is_program = |name: &str| name.to_ascii_lowercase().ends_with("vbaproject.bin") || name.starts_with("Basic/");
    if archive.file_names().any(|name| name.is_err() || name.is_ok_and(|name| is_program(&name))) {
        return None;
    }
    if let Ok(entry) = archive.by_name("mimetype") {
        let mut told = String::new();
        entry.take(200).read_to_string(&mut told).ok()?;
        return [MediaType::Odt, MediaType::Ods].into_iter().find(|kind| kind.label() == told.trim());
    }
    archive.index_for_name("[Content_Types].xml")?;
    let kinds = [("word/document.xml", MediaType::Docx), ("xl/workbook.xml", MediaType::Xlsx), ("ppt/presentation.xml", MediaType::Pptx)];
    kinds.into_iter().find(|(name, _)| archive.index_for_name(name).is_some()).map(|(_, kind)| kind)
}

/// Whether a file in an office document holds what is read on its pages.
fn has_words(name: &str) -> bool {
    let Some((stem, "xml")) = name.rsplit_once('.') else { return false };
    let numbered = |prefix: &str| stem.strip_prefix(prefix).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    matches!(stem, "content" | "styles" | "meta" | "docProps/core" | "word/document" | "xl/sharedStrings")
        || matches!(stem, "word/footnotes" | "word/endnotes" | "word/comments")
        || ["word/header", "word/footer", "xl/worksheets/sheet", "xl/comments", "ppt/slides/slide", "ppt/notesSlides/notesSlide"]
            .iter()
            .any(|prefix| numbered(prefix))
}

/// Takes the words out of XML: the pieces of a word stand in elements of their own, paragraphs and cells keep words apart.
#[derive(Default)]
pub(super) struct Words {
    /// The name of the tag that is being read, as far as it matters.
    tag: Option<String>,
}

impl Words {
    pub fn read(&mut self, piece: &str, finder: &mut Finder) {
        let mut rest = piece;
        while !rest.is_empty() {
            if let Some(tag) = &mut self.tag {
                let (inside, after) = rest.split_once('>').map_or((rest, None), |(inside, after)| (inside, Some(after)));
                tag.extend(inside.chars().take(24_usize.saturating_sub(tag.len())));
                let Some(after) = after else { return };
                if parts_words(tag) {
                    finder.read("\n");
                }
                self.tag = None;
                rest = after;
            } else {
                let (words, after) = rest.split_once('<').map_or((rest, None), |(words, after)| (words, Some(after)));
                finder.read(words);
                let Some(after) = after else { return };
                self.tag = Some(String::new());
                rest = after;
            }
        }
    }
}

/// Whether the words before and after a tag are apart. Names are without their prefix, which is the writer's choice.
fn parts_words(tag: &str) -> bool {
    let name = tag.trim_start_matches('/').split([' ', '/', '\t', '\n', '\r']).next().unwrap_or_default();
    let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
    !matches!(
        name,
        "t" | "r"
            | "rPr"
            | "span"
            | "b"
            | "bCs"
            | "i"
            | "iCs"
            | "u"
            | "sz"
            | "szCs"
            | "color"
            | "lang"
            | "rFonts"
            | "proofErr"
            | "latin"
            | "ea"
            | "cs"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn marked(xml: &str) -> bool {
        let cuts = (0..xml.len()).filter(|at| xml.is_char_boundary(*at));
        let found: Vec<bool> = cuts
            .map(|cut| {
                let (mut words, mut finder) = (Words::default(), Finder::default());
                words.read(&xml[..cut], &mut finder);
                words.read(&xml[cut..], &mut finder);
                finder.is_marked()
            })
            .collect();
        assert!(found.iter().all(|one| *one == found[0]), "{xml}");
        found[0]
    }

    #[test]
    fn words_are_read_across_runs_and_not_across_paragraphs() {
        assert!(marked("<w:p><w:r><w:t>M</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>ẬT</w:t></w:r></w:p>"));
        assert!(marked("<w:p><w:r><w:t>BÍ</w:t></w:r></w:p><w:p><w:r><w:t>MẬT</w:t></w:r></w:p>"));
        assert!(!marked("<w:p><w:r><w:t>BÍ </w:t></w:r><w:r><w:t>MẬT</w:t></w:r></w:p>"));
        assert!(!marked("<w:p><w:r><w:t a=\"MẬT\">ong</w:t></w:r></w:p>"));
    }

    fn found(bytes: &[u8], name: &str) -> Found {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("room");
        examine(&mut file, name).expect("a look")
    }

    #[test]
    fn texts_are_told_from_what_only_begins_like_one() {
        assert_eq!(found("BM 01: báo cáo".as_bytes(), "x.txt"), Found::of(MediaType::Text));
        assert_eq!(found(b"\xef\xbb\xbfa;b\r\n1;2\r\n", "x.csv"), Found::of(MediaType::Csv));
        assert_eq!(found(b"%PDF-1.7\nall letters", "x.pdf"), Found::of(MediaType::Pdf));
        for none in [&b"\x00text"[..], b"caf\xe9", b"x\xc3", b"MZ\x90\x00", b"PK\x03\x04", b"\x1b[31m"] {
            assert_eq!(found(none, "x.txt"), Found::NOTHING, "{none:?}");
        }
        // A letter on the border of two pieces.
        let long = format!("{}ậ MẬT", "x".repeat(64 * 1024 - 1));
        assert!(found(long.as_bytes(), "x.txt").is_marked);
    }
}
