//! Outlines of the narrative: which sections a report has, how long they may be, and whether what is written fits.
//! Must not judge what is said; figures are `data_form`.
//! A regime names its outline (`regime`); whoever takes in sections calls `check`.

use std::collections::BTreeMap;

use crate::{
    error::{Code, Fault},
    regime::Section,
    text,
};

/// Everything that keeps `{"sectionCode": text}` from fitting an outline; places are `/sections/<code>`.
pub fn check(outline: &[Section], sections: &BTreeMap<String, String>) -> Vec<Fault> {
    let mut faults = check_given(outline, sections);
    faults.extend(outline.iter().filter_map(|section| {
        let is_written = sections.get(&section.code).is_some_and(|words| !text::shows_nothing(words));
        let title = &section.title;
        (section.required && !is_written).then(|| {
            Fault::worded(pointer(&section.code), Code::FieldRequired, format!("Thiếu mục “{title}”."), format!("{title:?} is missing."))
        })
    }));
    // An optional section may be left out; one that is there says something.
    let is_empty = |section: &&Section| !section.required && sections.get(&section.code).is_some_and(|words| text::shows_nothing(words));
    faults.extend(outline.iter().filter(is_empty).map(|section| {
        let words = ("Mục này để trống; hãy viết nội dung hoặc bỏ mục.", "The section is empty; fill it in or leave it out.");
        Fault::worded(pointer(&section.code), Code::LengthOutOfRange, words.0, words.1)
    }));
    faults
}

/// What keeps the sections that are given from fitting an outline; none has to be given.
pub fn check_given(outline: &[Section], sections: &BTreeMap<String, String>) -> Vec<Fault> {
    let unknown = sections.keys().filter(|code| !outline.iter().any(|section| section.code == **code));
    let mut faults: Vec<Fault> = unknown.map(|code| Fault::new(pointer(code), Code::FieldUnknown)).collect();
    faults.extend(outline.iter().filter_map(|section| {
        let most = section.max_length?;
        (sections.get(&section.code)?.chars().count() > most).then(|| {
            let (vi, en) = (format!("Nhiều nhất {most} ký tự."), format!("At most {most} characters are allowed."));
            Fault::worded(pointer(&section.code), Code::LengthOutOfRange, vi, en)
        })
    }));
    faults
}

/// The place of a section (RFC 6901).
fn pointer(code: &str) -> String {
    format!("/sections/{}", code.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(faults: &[Fault]) -> Vec<String> {
        faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect()
    }

    #[test]
    fn sections_fit_their_outline_or_are_told_one_by_one() {
        let section = |code: &str, required, max_length| Section { code: code.into(), title: code.to_uppercase(), required, max_length };
        let outline = [section("a", true, Some(3)), section("b", false, None), section("c", true, None)];
        let given = |pairs: &[(&str, &str)]| pairs.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
        let fits: BTreeMap<String, String> = given(&[("a", "đủ."), ("c", "x")]);
        assert_eq!(told(&check(&outline, &fits)), [""; 0]);
        let odd: BTreeMap<String, String> = given(&[("a", "dài quá"), ("b", " "), ("c", " "), ("x/y", "x")]);
        let wanted = [
            "/sections/x~1y FIELD_UNKNOWN",
            "/sections/a LENGTH_OUT_OF_RANGE",
            "/sections/c FIELD_REQUIRED",
            "/sections/b LENGTH_OUT_OF_RANGE",
        ];
        assert_eq!(told(&check(&outline, &odd)), wanted);
        assert_eq!(told(&check_given(&outline, &odd)), wanted[..2]);
        assert_eq!(told(&check(&outline, &BTreeMap::new())), ["/sections/a FIELD_REQUIRED", "/sections/c FIELD_REQUIRED"]);
    }
}
