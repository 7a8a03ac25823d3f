//! Reading a search text: which words it asks for, and in which forms they are kept.
//! Must not know how a database is asked; a term is a word that must be there, or one of several.
//! Words are `words`; each kept form is `Fit`.

use std::collections::HashSet;

use super::{
    Fit,
    words::{Word, words},
};
use crate::{
    error::{Code, Fault, Refusal},
    text::MAX_SEARCH,
};

/// A word shorter than this is looked for as a whole only: too much begins with one letter.
const MIN_BEGINNING: usize = 2;

/// A word that must be there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    /// Any of these, as it is kept; never empty.
    pub any_of: Vec<String>,
    /// Words that begin so are meant as well.
    pub is_beginning: bool,
}

/// A search text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    words: Vec<Word>,
    /// The last word may go on: nothing was typed behind it.
    is_open: bool,
}

impl Query {
    /// Reads a search text. Signs are no words: whatever a database takes for an operator parts words, and means nothing.
    ///
    /// # Errors
    /// `QUERY_INVALID` at `at`, where the text is longer than 200 characters or has neither a letter nor a digit.
    pub fn read(text: &str, at: &str) -> Result<Self, Refusal> {
        let fault = |fault| Err(Refusal::with_faults(Code::QueryInvalid, vec![fault]));
        if text.chars().count() > MAX_SEARCH {
            return fault(Fault::worded(
                at,
                Code::LengthOutOfRange,
                format!("Chuỗi tìm kiếm dài nhất {MAX_SEARCH} ký tự."),
                format!("A search text has at most {MAX_SEARCH} characters."),
            ));
        }
        let words = words(text);
        let Some(last) = words.last() else {
            return fault(Fault::worded(
                at,
                Code::FieldRequired,
                "Hãy nhập ít nhất một chữ cái hoặc chữ số để tìm.",
                "Give at least one letter or digit to search for.",
            ));
        };
        let is_open = last.range.end == text.len() && !last.is_han && last.plain.chars().count() >= MIN_BEGINNING;
        Ok(Self { words, is_open })
    }

    /// What must be kept of a thing that fits so: each of these.
    pub fn terms(&self, fit: Fit) -> Vec<Term> {
        let (mut terms, mut seen) = (Vec::new(), HashSet::new());
        for i in 0..self.words.len() {
            let is_beginning = self.is_open && i + 1 == self.words.len();
            let Some(forms) = self.forms(i, fit) else { continue };
            let term = Term { any_of: forms.iter().map(|form| fit.kept(form)).collect(), is_beginning };
            if seen.insert(term.clone()) {
                terms.push(term);
            }
        }
        terms
    }

    /// Two characters side by side are one word of two; the first of them asks for nothing by itself.
    fn forms(&self, i: usize, fit: Fit) -> Option<Vec<String>> {
        let word = &self.words[i];
        let follows = |a: &Word, b: &Word| a.is_han && b.is_han && a.range.end == b.range.start;
        let form = |word: &Word| if fit.is_exact() { word.exact.clone() } else { word.folded.clone() };
        if let Some(next) = self.words.get(i + 1).filter(|next| follows(word, next)) {
            return Some(vec![form(word) + &form(next)]);
        }
        if i > 0 && follows(&self.words[i - 1], word) {
            return None;
        }
        let mut forms = vec![form(word)];
        let may_go_on = self.is_open && i + 1 == self.words.len();
        if may_go_on && !fit.is_exact() && word.plain != word.folded {
            // "ky" is kept as "ki", but "kyo" may follow.
            forms.push(word.plain.clone());
        }
        Some(forms)
    }

    /// Whether a word of a text is one of those that are asked for.
    pub(super) fn asks_for(&self, word: &Word) -> bool {
        self.words.iter().enumerate().any(|(i, asked)| {
            let is_open = self.is_open && i + 1 == self.words.len();
            word.folded == asked.folded || (is_open && (word.folded.starts_with(&asked.folded) || word.plain.starts_with(&asked.plain)))
        })
    }
}

impl Fit {
    pub(super) const fn is_exact(self) -> bool {
        matches!(self, Self::ExactTitle | Self::ExactText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<(Vec<String>, bool)> {
        let query = Query::read(text, "/q").expect("a search text");
        query.terms(Fit::FoldedText).into_iter().map(|term| (term.any_of, term.is_beginning)).collect()
    }

    fn term(any_of: &[&str], is_beginning: bool) -> (Vec<String>, bool) {
        (any_of.iter().map(ToString::to_string).collect(), is_beginning)
    }

    #[test]
    fn the_last_word_may_go_on_unless_something_follows() {
        assert_eq!(terms("Bạch Long v"), [term(&["bach"], false), term(&["long"], false), term(&["v"], false)]);
        assert_eq!(terms("hải pho"), [term(&["hai"], false), term(&["pho"], true)]);
        assert_eq!(terms("hải pho "), [term(&["hai"], false), term(&["pho"], false)]);
        assert_eq!(terms("sở, sở ky"), [term(&["so"], false), term(&["ki", "ky"], true)]);
        assert_eq!(terms("外事厅"), [term(&["外事"], false), term(&["事厅"], false)]);
        assert_eq!(terms("外"), [term(&["外"], false)]);
    }

    #[test]
    fn operators_are_no_words() {
        assert_eq!(
            terms("\"a* OR b\" NEAR(c) -d ^e:f & !g | 'h'"),
            [
                term(&["a"], false),
                term(&["or"], false),
                term(&["b"], false),
                term(&["near"], false),
                term(&["c"], false),
                term(&["d"], false),
                term(&["e"], false),
                term(&["f"], false),
                term(&["g"], false),
                term(&["h"], false),
            ]
        );
        for bad in ["", "   ", "%", "_", "'", "\"", "\\", "*", "\0", "…", "( ) & | !"] {
            let refusal = Query::read(bad, "/q").expect_err("no word");
            assert_eq!((refusal.code, refusal.faults[0].pointer.as_str()), (Code::QueryInvalid, "/q"), "{bad}");
        }
        assert!(Query::read(&"a".repeat(MAX_SEARCH), "/q").is_ok());
        assert!(Query::read(&"a".repeat(MAX_SEARCH + 1), "/q").is_err());
    }
}
