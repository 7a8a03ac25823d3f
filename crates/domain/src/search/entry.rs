//! What is kept of each thing, to find it by: one entry for every name or text under which it may be found.
//! Must not keep for everybody what only those see who see a thing by role; such an entry says so.
//! Forms of words are `words` and `Fit`; storing is `persistence::search`.

use std::collections::BTreeSet;

use serde_json::Value;
use uuid::Uuid;

use super::{
    Fit, SearchKind,
    words::{Word, initials, words},
};
use crate::{
    collation,
    deliverable::{DeliverableKind, Record},
    document::Document,
    lang::Lang,
    report::{ReportContent, ReportVersion},
    task::Task,
    validity::Validity,
};

/// Bytes of words at most that are kept of one entry; an inverted index of PostgreSQL takes a megabyte. What a text has beyond is not
/// found.
const MAX_WORDS: usize = 700_000;

/// What a thing is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub kind: SearchKind,
    pub subject: Uuid,
    /// Tells the entries of one thing apart; of several that fit alike the lowest is shown. Of reports it is the version.
    pub ordinal: i32,
    /// For those alone who see the thing by role.
    pub is_inside: bool,
    /// To which a task belongs.
    pub programme: Option<Uuid>,
    pub lang: Lang,
    /// Empty where there is none.
    pub title: String,
    pub body: String,
    /// The days on which it is called so.
    pub validity: Validity,
    /// By which hits of one rank are sorted, compared byte by byte.
    pub sort_key: String,
    /// Under which the name is known besides.
    known_as: Vec<String>,
}

impl Entry {
    fn new(kind: SearchKind, subject: Uuid, title: &str) -> Self {
        Self {
            kind,
            subject,
            ordinal: 0,
            is_inside: false,
            programme: None,
            lang: Lang::Vi,
            title: title.to_owned(),
            body: String::new(),
            validity: Validity::default(),
            sort_key: format!("{}{}", kind as usize, collation::key(title)),
            known_as: Vec::new(),
        }
    }

    /// Every form of its words that is kept, each once, parted by spaces.
    pub fn words(&self) -> String {
        let mut kept = BTreeSet::new();
        let mut room = MAX_WORDS;
        let mut keep = |fit: Fit, word: &str| {
            let form = fit.kept(word);
            if let Some(left) = room.checked_sub(form.len() + 1)
                && kept.insert(form)
            {
                room = left;
            }
        };
        let (title, body) = (words(&self.title), words(&self.body));
        for name in &self.known_as {
            for fit in Fit::ALL {
                keep(*fit, name);
            }
        }
        each_form(&title, |folded, exact| {
            keep(Fit::FoldedText, folded);
            keep(Fit::FoldedTitle, folded);
            keep(Fit::ExactText, exact);
            keep(Fit::ExactTitle, exact);
        });
        each_form(&body, |folded, exact| {
            keep(Fit::FoldedText, folded);
            keep(Fit::ExactText, exact);
        });
        kept.into_iter().collect::<Vec<_>>().join(" ")
    }
}

/// Each word folded and exact; of scripts without spaces each character, and each two side by side.
fn each_form(words: &[Word], mut keep: impl FnMut(&str, &str)) {
    for (i, word) in words.iter().enumerate() {
        keep(&word.folded, &word.exact);
        let next = words.get(i + 1).filter(|next| word.is_han && next.is_han && next.range.start == word.range.end);
        if let Some(next) = next {
            keep(&format!("{}{}", word.folded, next.folded), &format!("{}{}", word.exact, next.exact));
        }
    }
}

/// The names of an agency.
#[derive(Clone, Debug, Default)]
pub struct AgencyNames {
    pub id: Uuid,
    /// In the order of time.
    pub versions: Vec<NameOnce>,
    pub aliases: Vec<String>,
}

/// What an agency is or was called for a time.
#[derive(Clone, Debug, Default)]
pub struct NameOnce {
    pub name: String,
    pub short_name: Option<String>,
    pub validity: Validity,
    pub translations: Words,
}

/// Texts in other languages.
pub type Words = Vec<(Lang, String)>;

/// What is kept of an agency: every name that it has or had, with its short name and initials, and its aliases, which have no days.
pub fn agency(names: &AgencyNames) -> Vec<Entry> {
    let named = |name: &str| Entry { known_as: initials(name), ..Entry::new(SearchKind::Agency, names.id, name) };
    let versions = names.versions.iter().rev().map(|once| {
        let mut entry = Entry { validity: once.validity, ..named(&once.name) };
        if let Some(short) = &once.short_name {
            // As text, so that what is kept tells of it, and under its words as a name.
            entry.known_as.extend(words(short).into_iter().map(|word| word.folded));
            entry.body.clone_from(short);
        }
        entry
    });
    // An alias that was a name has that name's days.
    let is_name = |alias: &&String| names.versions.iter().any(|once| once.name == **alias);
    let aliases = names.aliases.iter().filter(|alias| !is_name(alias)).map(|alias| named(alias));
    let others = names.versions.iter().rev().flat_map(|once| {
        let each = once.translations.iter();
        each.map(|(lang, text)| Entry { lang: *lang, validity: once.validity, ..Entry::new(SearchKind::Agency, names.id, text) })
    });
    numbered(versions.chain(aliases).chain(others))
}

fn numbered(entries: impl Iterator<Item = Entry>) -> Vec<Entry> {
    entries.zip(0..).map(|(entry, ordinal)| Entry { ordinal, ..entry }).collect()
}

/// What is kept of a task: every wording, the one that holds now first, with its code and for whom it is, as written; and what the one
/// that holds now is in other languages.
pub fn task(wordings: &[Task], translations: &Words) -> Vec<Entry> {
    let mut ordered: Vec<&Task> = wordings.iter().collect();
    ordered.sort_by_key(|task| (task.validity.to.is_some(), std::cmp::Reverse(task.validity.from)));
    let now = ordered.first().copied().filter(|task| task.validity.to.is_none());
    let others = now.into_iter().flat_map(|task| {
        translations.iter().map(|(lang, text)| Entry {
            lang: *lang,
            programme: Some(task.programme.uuid()),
            validity: task.validity,
            ..Entry::new(SearchKind::Task, task.id.uuid(), text)
        })
    });
    let entries = ordered.iter().map(|task| Entry {
        programme: Some(task.programme.uuid()),
        body: joined([Some(&*task.code), Some(&*task.lead_as_written), Some(&*task.coordinating_as_written)]),
        validity: task.validity,
        ..Entry::new(SearchKind::Task, task.id.uuid(), &task.title)
    });
    numbered(entries.chain(others))
}

/// What is kept of a document, from the day of its issue on.
pub fn document(document: &Document) -> Entry {
    let title = joined([document.number.as_deref(), document.title.as_deref()]);
    Entry {
        body: document.summary.clone().unwrap_or_default(),
        validity: Validity { from: document.issued_on, to: None },
        ..Entry::new(SearchKind::Document, document.id.uuid(), &title)
    }
}

/// What is kept of a version of a report, from the day on which it was received; the newest come first.
pub fn report(version: &ReportVersion) -> Entry {
    let ReportContent { narrative, produced, sections, .. } = &version.content;
    let produced = produced.iter().map(|product| Some(product.description.as_str()));
    let sections = sections.values().map(|section| Some(section.as_str()));
    let age = i64::MAX - version.submission.submitted_at.timestamp_micros();
    Entry {
        ordinal: version.number,
        body: joined([Some(narrative.as_str())].into_iter().chain(sections).chain(produced)),
        validity: Validity { from: Some(version.submission.received_on), to: None },
        sort_key: format!("{}{}", SearchKind::Report as usize, collation::hexadecimal(&age.to_be_bytes())),
        ..Entry::new(SearchKind::Report, version.report.uuid(), "")
    }
}

/// What is kept of a deliverable: what everybody may read of it, in every language, and everything for those who see it by role. Nothing of
/// one that was withdrawn.
pub fn deliverable(record: &Record, translations: &Words) -> Vec<Entry> {
    if record.withdrawn_at.is_some() {
        return Vec::new();
    }
    let validity = Validity { from: record.content.details.counts_on(), to: None };
    let entry = |title: &str, body: String| Entry { body, validity, ..Entry::new(SearchKind::Deliverable, record.id.uuid(), title) };
    let mut entries = Vec::new();
    if record.public_kind().is_some_and(DeliverableKind::has_public_title) {
        let public = record.deliverable().public();
        entries.push(entry(public.title.as_deref().unwrap_or_default(), texts(public.fields.values())));
        let others = translations.iter().zip(2..);
        entries.extend(others.map(|((lang, text), ordinal)| Entry { lang: *lang, ordinal, ..entry(text, String::new()) }));
    }
    let all = texts(record.content.details.fields().values());
    entries.push(Entry { ordinal: 1, is_inside: true, ..entry(&record.content.title, all) });
    entries
}

fn joined<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> String {
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Whether a text is a code, a tag of a language or an address: no word of anybody, and next to nobody would mean it.
fn is_code(text: &str) -> bool {
    text.contains("://")
        || text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_'))
}

/// The texts among values, without days, labels and codes.
fn texts<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    fn gather<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::String(text) if text.chars().any(char::is_lowercase) && !is_code(text) => found.push(text),
            Value::Array(items) => items.iter().for_each(|item| gather(item, found)),
            Value::Object(fields) => fields.values().for_each(|field| gather(field, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    values.into_iter().for_each(|value| gather(value, &mut found));
    found.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(entry: &Entry) -> Vec<String> {
        entry.words().split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn an_agency_is_kept_under_every_name_with_its_initials() {
        let names = AgencyNames {
            id: Uuid::nil(),
            versions: vec![
                NameOnce {
                    name: "Sở Văn hóa và Thông tin".into(),
                    validity: Validity { from: None, to: "2008-04-01".parse().ok() },
                    ..NameOnce::default()
                },
                NameOnce {
                    name: "Sở Thông tin và Truyền thông".into(),
                    short_name: Some("Sở TT&TT".into()),
                    validity: Validity { from: "2008-04-01".parse().ok(), to: None },
                    translations: vec![(Lang::Zh, "新闻传播厅".into())],
                },
            ],
            aliases: vec!["Sở TTTT Hải Phòng".into()],
        };
        let entries = agency(&names);
        assert_eq!(
            entries.iter().map(|entry| entry.title.as_str()).collect::<Vec<_>>(),
            ["Sở Thông tin và Truyền thông", "Sở Văn hóa và Thông tin", "Sở TTTT Hải Phòng", "新闻传播厅"]
        );
        assert_eq!((entries[3].lang, entries[3].validity), (Lang::Zh, names.versions[1].validity));
        let words = kept(&entries[0]);
        for word in ["thong", "stttt", "tttt", "\u{e003}stttt"] {
            assert!(words.iter().any(|kept| kept == word), "{word} in {words:?}");
        }
        assert!(kept(&entries[1]).contains(&"svhtt".to_owned()));
    }

    #[test]
    fn codes_are_no_words_of_a_deliverable() {
        let fields = serde_json::json!({"outlet": "bao-hai-phong-dien-tu", "languages": ["vi", "en"], "url": "https://baohaiphong.vn/Tin", "kind": "ONLINE",
            "partner": "Đài Tiếng nói Việt Nam", "lines": [{"place": "Nhà hát thành phố"}]});
        let found = texts(fields.as_object().expect("fields").values());
        assert_eq!(found, "Nhà hát thành phố\nĐài Tiếng nói Việt Nam");
    }

    #[test]
    fn words_beyond_the_limit_are_left_out() {
        let body: String = (0..200_000).map(|i| format!("chữ{i} ")).collect::<Vec<_>>().concat();
        let entry = Entry { body, ..Entry::new(SearchKind::Document, Uuid::nil(), "Đầu đề") };
        let words = entry.words();
        assert!(words.len() <= MAX_WORDS && words.len() > MAX_WORDS / 2 && words.contains("\u{e001}de"), "{}", words.len());
    }
}
