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
    /// Any of these; never empty.
    pub any_of: Vec<Form>,
}

/// A word as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Form {
    pub text: String,
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
            let Some(forms) = self.forms(i, fit) else { continue };
            let any_of = forms.into_iter().map(|form| Form { text: fit.kept(&form.text), ..form }).collect();
            let term = Term { any_of };
            if seen.insert(term.clone()) {
                terms.push(term);
            }
        }
        terms
    }

    /// Two characters side by side are one word of two; the first of them asks for nothing by itself.
    fn forms(&self, i: usize, fit: Fit) -> Option<Vec<Form>> {
        let word = &self.words[i];
        let whole = |text: String| Form { text, is_beginning: false };
        let form = |word: &Word| if fit.is_exact() { word.exact.clone() } else { word.folded.clone() };
        if let Some(next) = self.words.get(i + 1).filter(|next| follows(word, next)) {
            return Some(vec![whole(form(word) + &form(next))]);
        }
        if i > 0 && follows(&self.words[i - 1], word) {
            return None;
        }
        let may_go_on = self.is_open && i + 1 == self.words.len();
        if may_go_on && !fit.is_exact() && word.plain != word.folded {
            // "ky" is kept as "ki", and may go on as "kyo", but not as "kinh".
            return Some(vec![whole(form(word)), Form { text: word.plain.clone(), is_beginning: true }]);
        }
        Some(vec![Form { text: form(word), is_beginning: may_go_on }])
    }

    /// Whether a word of a text is one of those that are asked for.
    pub(super) fn asks_for(&self, text: &[Word], i: usize) -> bool {
        (0..self.words.len()).any(|j| self.is_word(j, text, i))
    }

    /// The places of those that are asked for and stand in none of these texts.
    pub(super) fn missing(&self, texts: [&[Word]; 2]) -> Vec<usize> {
        (0..self.words.len()).filter(|j| !texts.iter().any(|text| self.stands_in(*j, text))).collect()
    }

    /// Whether the word that is asked for at a place stands in a text.
    pub(super) fn stands_in(&self, j: usize, text: &[Word]) -> bool {
        (0..text.len()).any(|i| self.is_word(j, text, i))
    }

    /// Whether a word of a text is the one that is asked for at a place; a character that is asked for beside another only beside that.
    fn is_word(&self, j: usize, text: &[Word], i: usize) -> bool {
        let (word, asked) = (&text[i], &self.words[j]);
        if word.folded == asked.folded {
            return beside(&self.words, j).next().is_none()
                || beside(&self.words, j).any(|(way, next)| beside(text, i).any(|(at, found)| at == way && found.folded == next.folded));
        }
        self.is_open && j + 1 == self.words.len() && word.plain.starts_with(&asked.plain)
    }
}

/// Whether the second character stands right behind the first.
fn follows(first: &Word, second: &Word) -> bool {
    first.is_han && second.is_han && first.range.end == second.range.start
}

/// The characters right before and right behind one, with the side on which they are.
fn beside(words: &[Word], i: usize) -> impl Iterator<Item = (bool, &Word)> {
    let before = i.checked_sub(1).map(|before| &words[before]).filter(|before| follows(before, &words[i]));
    let behind = words.get(i + 1).filter(|behind| follows(&words[i], behind));
    before.map(|word| (false, word)).into_iter().chain(behind.map(|word| (true, word)))
}

impl Fit {
    pub(super) const fn is_exact(self) -> bool {
        matches!(self, Self::ExactTitle | Self::ExactText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<Vec<String>> {
        let query = Query::read(text, "/q").expect("a search text");
        let star = |form: Form| if form.is_beginning { form.text + "*" } else { form.text };
        query.terms(Fit::FoldedText).into_iter().map(|term| term.any_of.into_iter().map(star).collect()).collect()
    }

    #[test]
    fn the_last_word_may_go_on_unless_something_follows() {
        assert_eq!(terms("Bạch Long v"), [["bach"], ["long"], ["v"]]);
        assert_eq!(terms("hải pho"), [["hai"], ["pho*"]]);
        assert_eq!(terms("hải pho "), [["hai"], ["pho"]]);
        assert_eq!(terms("sở, sở ky"), [vec!["so"], vec!["ki", "ky*"]]);
        assert_eq!(terms("外事厅"), [["外事"], ["事厅"]]);
        assert_eq!(terms("外"), [["外"]]);
    }

    #[test]
    fn operators_are_no_words() {
        assert_eq!(
            terms("\"a* OR b\" NEAR(c) -d ^e:f & !g | 'h'"),
            [["a"], ["or"], ["b"], ["near"], ["c"], ["d"], ["e"], ["f"], ["g"], ["h"]]
        );
        for bad in ["", "   ", "%", "_", "'", "\"", "\\", "*", "\0", "…", "( ) & | !"] {
            let refusal = Query::read(bad, "/q").expect_err("no word");
            assert_eq!((refusal.code, refusal.faults[0].pointer.as_str()), (Code::QueryInvalid, "/q"), "{bad}");
        }
        assert!(Query::read(&"a".repeat(MAX_SEARCH), "/q").is_ok());
        assert!(Query::read(&"a".repeat(MAX_SEARCH + 1), "/q").is_err());
    }
}
