//! What made-up reports say: narratives, products, figures.
//! Must not be the same twice in a row, so that texts are as different as those of people.
//! The words are `words`, who says it when is `flow`.

use domain::report::{Product, ReportContent};
use serde_json::json;

use super::{
    chance::Chance,
    words::{ADDITIONS, ENDINGS, OPENINGS, PRODUCTS, RESULTS},
};

/// What a report is about.
pub(super) struct Subject<'a> {
    pub agency: &'a str,
    pub task: &'a str,
    pub year: i32,
    /// From 1.
    pub quarter: i32,
    pub percent: i32,
    /// It fills in the form of a regime.
    pub has_form: bool,
}

/// What a first version says.
pub(super) fn content(subject: &Subject<'_>, chance: &mut Chance) -> ReportContent {
    let quarter = ["I", "II", "III", "IV"][usize::try_from(subject.quarter - 1).unwrap_or(0) % 4];
    let opening = chance
        .one_of(&OPENINGS)
        .replace("{ky}", &format!("quý {quarter} năm {}", subject.year))
        .replace("{ai}", subject.agency)
        .replace("{viec}", subject.task);
    let count = 2 + chance.index(2);
    let mut sentences = vec![opening];
    for result in chance.some(&RESULTS, count) {
        let (few, many, percent) = (chance.between(2, 48), chance.between(60, 4_800), chance.between(35, 99));
        let numbers = [("{n}", few), ("{m}", many), ("{k}", chance.between(1, few / 2)), ("{p}", percent)];
        sentences.push(numbers.iter().fold(result.to_owned(), |words, (mark, number)| words.replace(mark, &number.to_string())));
    }
    sentences.push((*chance.one_of(&ENDINGS)).to_owned());
    let products = chance.index(3);
    let produced = chance.some(&PRODUCTS, products).into_iter().map(|(what, unit)| Product {
        description: what.to_owned(),
        quantity: Some(chance.between(1, 60)),
        unit: Some(unit.to_owned()),
    });
    let produced: Vec<Product> = produced.collect();
    let mut values = serde_json::Map::new();
    if subject.has_form {
        values.insert("hoi_nghi".into(), json!(chance.between(0, 20)));
        values.insert("luot_nguoi".into(), json!(chance.between(0, 2_000)));
    }
    ReportContent { percent: Some(subject.percent), narrative: sentences.join(" "), produced, values, ..ReportContent::default() }
}

/// What the next version says, once the one before was given back.
pub(super) fn mended(before: &ReportContent, chance: &mut Chance) -> ReportContent {
    let addition = chance.one_of(&ADDITIONS);
    let less = i32::try_from(chance.below(6)).unwrap_or(0);
    ReportContent {
        percent: before.percent.map(|percent| (percent - less).max(0)),
        narrative: format!("{} {addition}", before.narrative),
        ..before.clone()
    }
}
