//! Texts that people give: in the form in which they are stored, or what is wrong with them.
//! Must not know what a text is about; whoever asks says how long it may be.
//! The form and what every database holds is `domain::text`.

use domain::{
    error::{Code, Fault, Refusal},
    text,
};

/// A text of so many characters at most, and of one at least that can be seen.
pub(crate) fn read(at: &str, given: &str, most: usize) -> Result<String, Fault> {
    let words = text::normalise(given.trim());
    match words.chars().count() {
        _ if !text::storable(&words) => Err(Fault::new(at, Code::PatternMismatch)),
        0 => Err(Fault::new(at, Code::FieldRequired)),
        length if length > most => Err(Fault::new(at, Code::LengthOutOfRange)),
        _ if text::shows_nothing(&words) => Err(Fault::new(at, Code::PatternMismatch)),
        _ => Ok(words),
    }
}

/// As [`read`], of one line: without control characters.
pub(crate) fn line(at: &str, given: &str, most: usize) -> Result<String, Fault> {
    let words = read(at, given, most)?;
    if words.chars().any(char::is_control) { Err(Fault::new(at, Code::PatternMismatch)) } else { Ok(words) }
}

/// As [`read`], where nothing else can be wrong.
pub(crate) fn words(at: &str, given: &str, most: usize) -> Result<String, Refusal> {
    read(at, given, most).map_err(|fault| Refusal::with_faults(Code::BodyInvalid, vec![fault]))
}

/// As [`read`], where the fault is told with others; a text with one is empty.
pub(crate) fn read_among(at: &str, given: &str, most: usize, faults: &mut Vec<Fault>) -> String {
    read(at, given, most).unwrap_or_else(|fault| {
        faults.push(fault);
        String::new()
    })
}
