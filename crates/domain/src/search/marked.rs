//! What a hit shows: its words in the text as written, parted where they are what was asked for, and initials that nobody wrote.
//! Must not make markup of it: fragments are plain text, and whoever shows them decides how.
//! What is asked for is `query`.

use std::collections::HashMap;

use super::{
    SearchKind,
    query::Query,
    words::{Word, initials, words},
};

/// Words that an excerpt shows before the first hit, and in all.
const BEFORE: usize = 8;
const SHOWN: usize = 40;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// Plain text, as written.
    pub text: String,
    /// Whether it is what was asked for.
    pub is_match: bool,
}

impl Fragment {
    fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), is_match: false }
    }
}

/// A text as a whole; the texts of its fragments joined are the text.
pub fn marked(text: &str, query: &Query) -> Vec<Fragment> {
    parted(text, &words(text), query)
}

/// What stands beside the title of a hit: the excerpt of its text, and of an agency the initials by which it was found, where something
/// that was asked for stands neither in its title nor in its text.
pub fn beside_title(kind: SearchKind, title: &str, text: &str, query: &Query) -> Vec<Fragment> {
    let mut shown = excerpt(text, query);
    let names = if kind == SearchKind::Agency { known_as(title, text, query) } else { Vec::new() };
    if !names.is_empty() && !shown.iter().any(|fragment| fragment.is_match) {
        shown.clear();
    }
    for name in names {
        if !shown.is_empty() {
            shown.push(Fragment::plain(", "));
        }
        shown.push(Fragment { text: name, is_match: true });
    }
    shown
}

/// The initials of a title, in capitals, that are what was asked for and stands in neither text: for each such word the shortest, each
/// once.
fn known_as(title: &str, text: &str, query: &Query) -> Vec<String> {
    let missing = query.missing([&words(title), &words(text)]);
    if missing.is_empty() {
        return Vec::new();
    }
    let capitals = initials(title).into_iter().map(|name| name.to_uppercase());
    let known: Vec<(Vec<Word>, String)> = capitals.map(|name| (words(&name), name)).collect();
    let mut found: Vec<String> = Vec::new();
    for j in missing {
        let fitting = known.iter().filter(|(words, _)| query.stands_in(j, words)).map(|(_, name)| name);
        if let Some(name) = fitting.min_by_key(|name| name.len()).filter(|name| !found.contains(*name)) {
            found.push(name.clone());
        }
    }
    found
}

/// The part of a longer text that has the most of what was asked for close together, "…" where it goes on; its beginning where nothing
/// of it is there, and nothing of no text.
fn excerpt(text: &str, query: &Query) -> Vec<Fragment> {
    let words = words(text);
    if words.len() <= SHOWN {
        return parted(text, &words, query);
    }
    let hits: Vec<usize> = (0..words.len()).filter(|i| query.asks_for(&words, *i)).collect();
    let first = richest(&words, &hits).saturating_sub(BEFORE).min(words.len() - SHOWN);
    let last = first + SHOWN - 1;
    let from = if first == 0 { 0 } else { words[first].range.start };
    let to = if last + 1 == words.len() { text.len() } else { words[last].range.end };
    let shown: Vec<Word> =
        words[first..=last].iter().map(|word| Word { range: word.range.start - from..word.range.end - from, ..word.clone() }).collect();
    let mut fragments = parted(&text[from..to], &shown, query);
    if from > 0 {
        fragments.insert(0, Fragment::plain("… "));
    }
    if to < text.len() {
        fragments.push(Fragment::plain(" …"));
    }
    fragments
}

/// The hit with the most different words within what is shown behind it, the first of several; each hit is looked at twice.
fn richest(words: &[Word], hits: &[usize]) -> usize {
    let (mut best, mut most, mut end) = (0, 0, 0);
    let mut within: HashMap<&str, usize> = HashMap::new();
    for first in hits {
        while let Some(hit) = hits.get(end).filter(|hit| **hit < first + SHOWN - BEFORE) {
            *within.entry(&words[*hit].folded).or_default() += 1;
            end += 1;
        }
        if within.len() > most {
            (best, most) = (*first, within.len());
        }
        let word = words[*first].folded.as_str();
        match within.get_mut(word) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(within.remove(word)),
        }
    }
    best
}

fn parted(text: &str, words: &[Word], query: &Query) -> Vec<Fragment> {
    let (mut fragments, mut from): (Vec<Fragment>, usize) = (Vec::new(), 0);
    for (_, word) in words.iter().enumerate().filter(|(i, _)| query.asks_for(words, *i)) {
        if word.range.start > from {
            fragments.push(Fragment::plain(&text[from..word.range.start]));
        }
        fragments.push(Fragment { text: text[word.range.clone()].to_owned(), is_match: true });
        from = word.range.end;
    }
    if from < text.len() {
        fragments.push(Fragment::plain(&text[from..]));
    }
    fragments
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(fragments: &[Fragment]) -> String {
        fragments.iter().map(|one| if one.is_match { format!("[{}]", one.text) } else { one.text.clone() }).collect()
    }

    fn query(text: &str) -> Query {
        Query::read(text, "/q").expect("a search text")
    }

    #[test]
    fn what_was_asked_for_is_marked_as_written() {
        assert_eq!(told(&marked("Huyện Bạch Long Vỹ", &query("bach long vi"))), "Huyện [Bạch] [Long] [Vỹ]");
        assert_eq!(told(&marked("<b>Hải</b> Phòng & Đồ Sơn", &query("hai b"))), "<[b]>[Hải]</[b]> Phòng & Đồ Sơn");
        assert_eq!(told(&marked("Sở Ngoại vụ", &query("ngo"))), "Sở [Ngoại] vụ");
        assert_eq!(told(&marked("Kỹ thuật, kiểm tra, Kyoto", &query("kỹ"))), "[Kỹ] thuật, kiểm tra, [Kyoto]");
        assert_eq!(told(&marked("外事厅, 外, 事外", &query("外事"))), "[外][事]厅, 外, 事外");
    }

    #[test]
    fn initials_are_shown_where_they_are_what_was_found() {
        let shown =
            |kind: SearchKind, text: &str, asked: &str| told(&beside_title(kind, "Sở Thông tin và Truyền thông", text, &query(asked)));
        for (text, asked, expected) in [
            ("", "stttt", "[STTTT]"),
            ("Sở TT&TT", "stttt", "[STTTT]"),
            ("Sở TT&TT", "tttt", "Sở [TT&TT]"),
            ("Sở TT&TT", "so ttvtt", "[Sở] TT&TT, [TTVTT]"),
            ("", "so tttt TTTT", "[TTTT]"),
            ("", "stt ttt", "[STT], [TTT]"),
            ("", "thông tin", ""),
            ("", "không có", ""),
        ] {
            assert_eq!(shown(SearchKind::Agency, text, asked), expected, "{asked} in {text:?}");
        }
        assert_eq!(shown(SearchKind::Document, "", "stttt"), "");
    }

    #[test]
    fn an_excerpt_is_where_most_is_close_together() {
        let far: String = (0..100).map(|i| format!("từ{i} ")).collect::<Vec<_>>().concat();
        let text = format!("xuất {far}ấn phẩm xuất bản {far}");
        let shown = told(&excerpt(&text, &query("xuất bản ấn phẩm")));
        assert!(shown.contains("[ấn] [phẩm] [xuất] [bản]") && shown.starts_with("… từ92") && shown.ends_with(" …"), "{shown}");
        assert_eq!(told(&excerpt("", &query("a"))), "");
        assert!(told(&excerpt(&text, &query("không có"))).starts_with("xuất từ0"));
    }

    #[test]
    fn a_long_text_of_one_word_is_looked_through_once() {
        // Quadratic, this would take minutes.
        let text = "ab ".repeat(400_000);
        assert!(told(&excerpt(&text, &query("ab"))).starts_with("[ab] [ab]"));
    }

    proptest! {
        #[test]
        fn the_richest_place_is_that_of_a_plain_count(text in "([a-e] ){41,120}", asked in "[a-c]( [a-c]){0,2}") {
            let (words, query) = (words(&text), query(&asked));
            let hits: Vec<usize> = (0..words.len()).filter(|i| query.asks_for(&words, *i)).collect();
            let plain = |first: usize| {
                let near = hits.iter().filter(|hit| (first..first + SHOWN - BEFORE).contains(*hit));
                near.map(|hit| &words[*hit].folded).collect::<std::collections::HashSet<_>>().len()
            };
            // Of two that have as much the first: `max_by_key` gives the last.
            prop_assert_eq!(richest(&words, &hits), hits.iter().rev().copied().max_by_key(|first| plain(*first)).unwrap_or(0));
        }

        #[test]
        fn fragments_joined_are_the_text(text in "\\PC{0,80}", asked in "[a-zăâđ]{1,6}( [a-z]{1,4}){0,2}") {
            let joined: String = marked(&text, &query(&asked)).into_iter().map(|fragment| fragment.text).collect();
            prop_assert_eq!(joined, text);
        }

        #[test]
        fn excerpts_never_fail(text in "(\\PC{0,12}[ a-d]{0,6}){0,40}", asked in "[a-d]{1,2}") {
            let shown = excerpt(&text, &query(&asked));
            prop_assert!(shown.iter().all(|fragment| !fragment.text.is_empty()));
        }
    }
}
