//! The nine targets of decision 1593, as its own file states them, on what is recorded.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    agency::AgencyId,
    deliverable::{Deliverable, DeliverableKind, Details},
    seed,
    statistics::Rate,
    training::{Attendant, Counted, Participation, People, StaffRoll, denominators, people},
};

fn id<T: ?Sized>(n: u128) -> Id<T> {
    Id::from_uuid(Uuid::from_u128(n))
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A target of the decision, with its measure.
fn target(code: &str) -> (Target, Measure) {
    let file: Value = serde_json::from_str(include_str!("../../../../data/programme-1593.json")).expect("JSON");
    let all: Vec<seed::Target> = serde_json::from_value(file["targets"].clone()).expect("targets");
    let read = all.into_iter().find(|target| target.code == code).expect("the target");
    let (min, max) = match read.target_value {
        Some(seed::TargetValue::One(value)) => (Some(value), None),
        Some(seed::TargetValue::Range(min, max)) => (Some(min), Some(max)),
        None => (None, None),
    };
    let target = Target {
        id: id(1),
        programme: id(2),
        objective: None,
        task: None,
        code: read.code,
        section: read.section,
        text: read.quote_vi,
        comparator: match read.comparator.as_str() {
            "=" => Comparator::Exactly,
            ">=" => Comparator::AtLeast,
            "range" => Comparator::Range,
            _ => Comparator::Qualitative,
        },
        unit: read.unit,
        value_min: min,
        value_max: max,
        due_year: read.due_year,
        numerator: read.numerator,
        denominator: read.denominator,
        scope: TargetScope {
            required_items: read.required_items,
            outlets: read.outlets,
            content: read.content,
            conditions: read.conditions,
            agencies: read.agencies,
        },
        note: None,
        validity: Validity::default(),
        english: None,
    };
    let measure = Measure::of(&target).expect("a measure");
    (target, measure)
}

fn judged(code: &str, actual: &Actual, is_over: bool) -> Evaluation {
    target(code).1.evaluate(actual, TargetDirection::AtLeast, is_over)
}

fn made(n: u128, kind: DeliverableKind, agency: u128, fields: &Value) -> Deliverable {
    Deliverable {
        id: id(n),
        programme: id(2),
        task: None,
        agency: id(agency),
        year: 2014,
        title: "x".into(),
        channel: None,
        audiences: BTreeSet::new(),
        documents: Vec::new(),
        evidence: Vec::new(),
        details: Details::read(kind, fields.as_object().expect("an object").clone(), "").expect("fields"),
        revision: 1,
    }
}

fn roll(agency: u128, headcount: Option<u64>, in_charge: Option<u64>, fully_qualified: Option<u64>) -> StaffRoll {
    StaffRoll {
        id: id(agency),
        agency: id(agency),
        on: day("2015-06-30"),
        headcount,
        in_charge,
        with_degree: in_charge,
        with_fitting_major: in_charge,
        with_language: in_charge,
        fully_qualified,
        posts: None,
        full_time: None,
        part_time: None,
        has_focal_point: None,
        document: None,
    }
}

fn share(evaluation: &Evaluation) -> (String, String) {
    let (low, high) = evaluation.share.expect("a share");
    percent(&low.percent().expect("a per cent"), &high.percent().expect("a per cent"))
}

fn percent(low: &str, high: &str) -> (String, String) {
    (low.into(), high.into())
}

#[test]
fn t1_all_agencies_of_the_roll_carry_it_out() {
    assert!(matches!(target("T1").1, Measure::Percentage { goal: 10_000, .. }));
    let roll: Vec<AgencyId> = (1..=4).map(id).collect();
    let accepted = [(id(1), id(11)), (id(1), id(12)), (id(2), id(13)), (id(9), id(14))];
    let (actual, records) = carrying_out(Some(&roll), &accepted);
    let half = judged("T1", &actual, true);
    assert_eq!((half.status, share(&half), records.len()), (Status::NotMet, percent("50.00", "50.00"), 3));
    assert_eq!(judged("T1", &actual, false).status, Status::InProgress);
    let all: Vec<_> = roll.iter().map(|agency| (*agency, id(20))).collect();
    assert_eq!(judged("T1", &carrying_out(Some(&roll), &all).0, true).status, Status::Met);
    assert_eq!(judged("T1", &carrying_out(None, &all).0, true).status, Status::NoData, "no roll, no share");
    assert_eq!(judged("T1", &carrying_out(Some(&roll), &[]).0, true).status, Status::NoData);
}

#[test]
fn t2_ninety_per_cent_are_people_not_attendances() {
    let (stated, measure) = target("T2");
    assert_eq!(stated.due_year, Some(2015));
    assert!(matches!(measure, Measure::Percentage { goal: 9_000, .. }));
    // Nine people in three courses each, of ten: 27 attendances, nine people.
    let part = |session: u128, who: u128| Participation {
        id: id(session * 100 + who),
        session: id(session),
        agency: id(1),
        attendant: Attendant::Person(id(who)),
        result: None,
        certificate: None,
    };
    let parts: Vec<Participation> = (1..=3).flat_map(|session| (1..=9).map(move |who| part(session, who))).collect();
    let trained_people = people(&parts);
    assert_eq!(trained_people.map(|people| people.attendances), Some(27));
    let bases = denominators(&[roll(1, Some(10), Some(12), None)], &[id(1)], day("2015-12-31"));
    let both: Vec<_> = bases.iter().map(|base| judged("T2", &trained(trained_people, base), true)).collect();
    assert_eq!((both[0].status, share(&both[0])), (Status::Met, percent("90.00", "90.00")));
    assert_eq!((both[1].status, share(&both[1])), (Status::NotMet, percent("75.00", "75.00")), "the other denominator beside it");
    let range = People { attendances: 20, persons: Counted { at_least: 8, at_most: 10 } };
    let unclear = judged("T2", &trained(Some(range), &bases[0]), true);
    assert_eq!((unclear.status, share(&unclear)), (Status::Undetermined, percent("80.00", "100.00")), "nobody can tell");
    let lacking = denominators(&[roll(1, Some(10), None, None)], &[id(1), id(2)], day("2015-12-31"));
    assert_eq!(judged("T2", &trained(trained_people, &lacking[0]), true).status, Status::NoData, "an agency has no roll");
    assert_eq!(judged("T2", &trained(None, &bases[0]), true).status, Status::NoData);
}

#[test]
fn t3_degree_major_and_language_must_all_hold() {
    assert_eq!(target("T3").0.scope.conditions.len(), 3);
    let (actual, records) = fully_qualified(&[roll(1, None, Some(4), Some(4)), roll(2, None, Some(4), Some(3))]);
    let most = judged("T3", &actual, true);
    assert_eq!((most.status, share(&most), records.len()), (Status::NotMet, percent("87.50", "87.50"), 2));
    let (untold, _) = fully_qualified(&[roll(1, None, Some(4), Some(4)), roll(2, None, Some(4), None)]);
    assert_eq!(judged("T3", &untold, true).status, Status::NoData, "each of the three does not tell all three");
    assert_eq!(judged("T3", &fully_qualified(&[]).0, true).status, Status::NoData);
}

#[test]
fn t4_three_of_four_languages_tell_which_is_missing() {
    let edition = |n, language: &str, closed: Value| {
        let fields = json!({ "outlet": "cong-ttdt", "language": language, "launchedOn": "2014-03-01", "closedOn": closed });
        made(n, DeliverableKind::ForeignEdition, 1, &fields)
    };
    let all = [
        edition(1, "en", json!(null)),
        edition(2, "zh", json!(null)),
        edition(3, "ja", json!(null)),
        edition(4, "fr", json!("2014-09-01")),
    ];
    let on = |when: &str| {
        let (actual, records) = editions_of(&all, "cong-ttdt", day(when));
        (judged("T4", &actual, true), records.len())
    };
    assert_eq!(on("2014-08-31").0.status, Status::Met);
    let (three, records) = on("2015-12-31");
    assert_eq!((three.status, records), (Status::NotMet, 3));
    assert_eq!((three.missing, share(&on("2015-12-31").0)), (vec![Missing::Item("fr".into())], percent("75.00", "75.00")));
    assert_eq!(on("2014-02-28").0.missing.len(), 4, "on record and not launched yet");
    let elsewhere = editions_of(&all, "bao-hai-phong-dien-tu", day("2015-12-31")).0;
    assert_eq!(judged("T4", &elsewhere, true).status, Status::NoData);
}

#[test]
fn t5_two_outlets_three_languages_and_two_contents_are_twelve_cells() {
    let Measure::Matrix { outlets, items, contents } = target("T5").1 else { panic!("a matrix") };
    assert_eq!((outlets.len(), items.len(), contents.len()), (2, 3, 2));
    let column = |n, outlet: &str, language: &str, contents: &[&str]| {
        let fields = json!({ "outlet": outlet, "language": language, "contents": contents, "launchedOn": "2014-03-01" });
        made(n, DeliverableKind::Column, 1, &fields)
    };
    let mut all: Vec<Deliverable> = Vec::new();
    for (n, outlet) in (0..).zip(["bao-hai-phong-dien-tu", "dai-ptth-hai-phong"]) {
        for (m, language) in (0..).zip(["en", "zh", "ja"]) {
            all.push(column(n * 10 + m, outlet, language, &["tin tức", "pháp luật"]));
        }
    }
    let judge = |all: &[Deliverable]| judged("T5", &matrix_of(all, &outlets, day("2015-12-31")).0, true);
    assert_eq!(judge(&all).status, Status::Met);
    all[5] = column(12, "dai-ptth-hai-phong", "ja", &["tin tức"]);
    let eleven = judge(&all);
    assert_eq!(eleven.missing, [Missing::Cell("dai-ptth-hai-phong".into(), "ja".into(), "pháp luật".into())]);
    assert_eq!((eleven.status, eleven.share), (Status::NotMet, Some((Rate::of(11, 12), Rate::of(11, 12)))));
    assert_eq!(judge(&[]).status, Status::NoData);
}

#[test]
fn t6_is_told_in_words_and_never_in_per_cent() {
    assert_eq!(target("T6").1, Measure::Qualitative);
    let told =
        |text: Option<&str>| Actual::Narrative { text: text.map(Into::into), figures: vec![("Lượt truy cập".into(), "1.200".into())] };
    let described = judged("T6", &told(Some("Kiều bào tiếp cận qua Cổng.")), true);
    assert_eq!((described.status, described.share, described.count), (Status::Described, None, None));
    for nothing in [told(None), told(Some(" ")), Actual::Share { at_least: Some(1), at_most: Some(1), whole: Some(2) }] {
        assert_eq!(judged("T6", &nothing, true).status, Status::NoData);
    }
}

#[test]
fn t7_each_of_four_departments_has_one() {
    let Measure::CountPerMember { members, at_least } = target("T7").1 else { panic!("a count of members") };
    assert_eq!((members.len(), at_least), (4, 1));
    let codes = ["so-khdt", "so-ngoai-vu", "so-vhttdl", "so-tttt"];
    let code_of =
        |of: &Deliverable| codes.iter().enumerate().find(|(i, _)| of.agency == id(*i as u128)).map(|(_, code)| (*code).to_owned());
    let section = |agency, language: &str| {
        let fields = json!({ "outlet": "cong-ttdt", "language": language, "launchedOn": "2014-03-01" });
        made(agency, DeliverableKind::PortalSection, agency, &fields)
    };
    let book = made(8, DeliverableKind::Publication, 1, &json!({ "languages": ["vi", "en"], "publishedOn": "2015-01-01" }));
    let mut all = vec![section(0, "en"), book, section(2, "vi")];
    let judge = |all: &[Deliverable]| {
        let (actual, records) = per_agency(all, code_of, day("2015-12-31"));
        (judged("T7", &actual, true), records.len())
    };
    let (two, records) = judge(&all);
    assert_eq!((two.status, records), (Status::NotMet, 2));
    let none = [Missing::MemberWithoutData("so-tttt".into()), Missing::Member("so-vhttdl".into(), 0)];
    assert_eq!(two.missing, none, "one has only a Vietnamese section, of one nothing is on record");
    all.extend([section(2, "zh"), section(3, "ja")]);
    assert_eq!(judge(&all).0.status, Status::Met);
    assert_eq!(judge(&[]).0.status, Status::NoData);
}

/// Status and count for so many on record.
fn ranged(code: &str, kinds: &[DeliverableKind], kind: DeliverableKind, n: u128) -> (Status, Option<u64>) {
    let field = if kind == DeliverableKind::Publication { "publishedOn" } else { "completedOn" };
    let one = |n, on: Value| made(n, kind, 1, &json!({ "languages": ["vi"], field: on }));
    // One of them is not finished: it is on record, and counts for nothing.
    let mut all = vec![one(99, json!(null))];
    all.extend((0..n).map(|n| one(n, json!("2014-05-05"))));
    let judged = judged(code, &counted(&all, kinds, 2013..=2020, day("2020-12-31")).0, true);
    (judged.status, judged.count)
}

#[test]
fn t8_one_to_three_publications_and_more_is_shown_not_an_error() {
    let kinds = kinds_named(&target("T8").0.text);
    assert_eq!(kinds, [DeliverableKind::Publication]);
    let of = |n| ranged("T8", &kinds, DeliverableKind::Publication, n);
    assert_eq!(of(0), (Status::NotMet, Some(0)), "one is on record, none finished");
    assert_eq!([of(1), of(3)].map(|(status, _)| status), [Status::Met, Status::Met]);
    assert_eq!(of(4), (Status::Exceeded, Some(4)));
    assert_eq!(judged("T8", &counted(&[], &kinds, 2013..=2020, day("2020-12-31")).0, true).status, Status::NoData);
}

#[test]
fn t9_three_to_five_films_or_major_programmes() {
    let named = kinds_named(&target("T9").0.text);
    let of = |n| ranged("T9", &named, DeliverableKind::Film, n).0;
    assert_eq!([of(2), of(3), of(5), of(6)], [Status::NotMet, Status::Met, Status::Met, Status::Exceeded]);
    assert_eq!(ranged("T9", &named, DeliverableKind::MajorProgramme, 3).0, Status::Met);
    assert_eq!(target("T9").0.due_year, None);
}

fn definition(version: u32, from: Option<&str>, measure: Measure) -> Definition {
    Definition {
        id: id(u128::from(version)),
        target: id(1),
        version,
        measure,
        direction: TargetDirection::AtLeast,
        is_cumulative: false,
        due_year: Some(2015),
        baseline: None,
        disaggregations: vec![Disaggregation::Agency],
        population: Vec::new(),
        reckoning: Reckoning::PeopleTrained,
        certainty: Certainty::Inferred,
        words: "Số người được bồi dưỡng trên tổng số cán bộ, công chức.".into(),
        basis: None,
        validity: Validity { from: from.map(day), to: None },
    }
}

#[test]
fn definitions_have_versions_and_agree_with_themselves() {
    let versions = [definition(1, None, target("T2").1), definition(2, Some("2015-01-01"), target("T2").1)];
    assert_eq!(Definition::on(&versions, day("2014-12-31")).map(|one| one.version), Some(1));
    assert_eq!(Definition::on(&versions, day("2015-01-01")).map(|one| one.version), Some(2));
    let told = |definition: &Definition| definition.faults("").into_iter().map(|fault| fault.pointer).collect::<Vec<_>>();
    assert_eq!(told(&versions[0]), [""; 0]);
    let unnamed = Measure::Percentage { numerator: "a".into(), denominator: " ".into(), goal: 10_001 };
    assert_eq!(told(&definition(1, None, unnamed)), ["/percentage/denominator", "/percentage/goal"]);
    assert_eq!(told(&definition(1, None, Measure::Range { min: 3, max: 1 })), ["/range/max"]);
    let at_most = Definition { direction: TargetDirection::AtMost, words: " ".into(), ..definition(1, None, Measure::Qualitative) };
    assert_eq!(told(&at_most), ["/direction", "/words"]);
}

#[test]
fn a_number_that_adds_up_holds_in_later_years_and_a_share_of_a_year_does_not() {
    let sum = |measure| Definition { is_cumulative: true, ..definition(1, None, measure) };
    assert!(sum(Measure::Range { min: 1, max: 3 }).carries() && sum(Measure::Count { goal: 3 }).carries());
    assert!(!definition(1, None, Measure::Count { goal: 3 }).carries());
    for measure in [target("T2").1, target("T4").1, target("T5").1, target("T7").1, Measure::Qualitative] {
        assert!(!sum(measure.clone()).carries(), "{measure:?}");
    }
}

#[test]
fn words_say_whether_people_are_taught_or_bodies_carry_out() {
    let named = |code: &str, bodies: bool| share_named(&target(code).0.text, bodies);
    assert_eq!([named("T1", true), named("T2", false)], [Reckoning::AcceptedReports, Reckoning::PeopleTrained]);
    assert_eq!(named("T1", false), Reckoning::Stated, "nobody is named who would carry it out");
}

#[test]
fn parts_add_up_to_the_whole() {
    let cell = |outlet: &str, item: &str, content: &str| (outlet.to_owned(), item.to_owned(), content.to_owned());
    let there = Actual::Cells(Some(BTreeSet::from([
        cell("bao-hai-phong-dien-tu", "en", "tin tức"),
        cell("bao-hai-phong-dien-tu", "zh", "tin tức"),
        cell("dai-ptth-hai-phong", "en", "pháp luật"),
        cell("dai-ptth-hai-phong", "fr", "pháp luật"),
    ])));
    let judged = target("T5").1.evaluate(&there, TargetDirection::AtLeast, false);
    for by in [Disaggregation::Outlet, Disaggregation::Language] {
        let parts = target("T5").1.parts(&there, by);
        let sums = parts.iter().fold((0, 0), |sum, part| (sum.0 + part.reached.unwrap_or(0), sum.1 + part.of.unwrap_or(0)));
        assert_eq!(Some(sums), target("T5").1.held_of_wanted(&judged), "{by:?}");
        assert_eq!(sums, (3, 12));
    }
    let languages = target("T4").1.parts(&Actual::Items(Some(["en".to_owned(), "ko".to_owned()].into())), Disaggregation::Language);
    assert_eq!(languages.iter().map(|part| part.reached).collect::<Vec<_>>(), [Some(1), Some(0), Some(0), Some(0)]);
    let members = Actual::PerMember(BTreeMap::from([("so-khdt".to_owned(), 2), ("so-tttt".to_owned(), 0)]));
    let parts = target("T7").1.parts(&members, Disaggregation::Agency);
    let reached: Vec<_> = parts.iter().map(|part| part.reached).collect();
    assert_eq!(reached, [Some(1), None, Some(0), None], "of two nothing is on record");
    assert!(target("T4").1.parts(&Actual::Items(None), Disaggregation::Language).is_empty(), "no data has no parts");
}

#[test]
fn the_change_since_the_baseline_is_told_where_both_are_known() {
    let began = |value: &str, measure| Definition {
        baseline: Some(Baseline { value: value.into(), on: day("2013-12-31"), document: None }),
        ..definition(1, None, measure)
    };
    let half =
        target("T2").1.evaluate(&Actual::Share { at_least: Some(1), at_most: Some(1), whole: Some(2) }, TargetDirection::AtLeast, false);
    let range =
        target("T2").1.evaluate(&Actual::Share { at_least: Some(1), at_most: Some(2), whole: Some(2) }, TargetDirection::AtLeast, false);
    let change = |value: &str| began(value, target("T2").1).change(&half);
    assert_eq!([change("12.50"), change("62.5"), change("một nửa")], [Some("37.50".into()), Some("-12.50".into()), None]);
    assert_eq!((began("12.50", target("T2").1).change(&range), definition(1, None, target("T2").1).change(&half)), (None, None));
    let count = Measure::Count { goal: 3 };
    let four = count.evaluate(&Actual::Count(Some(4)), TargetDirection::AtLeast, false);
    assert_eq!(began("1", count.clone()).change(&four), Some("3".into()));
    let nothing = count.evaluate(&Actual::Count(None), TargetDirection::AtLeast, false);
    assert_eq!(began("1", count).change(&nothing), None, "no data is no change");
}

#[test]
fn years_add_up_where_they_are_cumulative_and_nothing_is_not_nought() {
    let by_year = BTreeMap::from([(2013, 2), (2015, 1)]);
    let each = definition(1, None, Measure::Count { goal: 3 });
    let sum = Definition { is_cumulative: true, ..each.clone() };
    assert_eq!([2013, 2014, 2015].map(|year| each.value_of(year, &by_year)), [Some(2), None, Some(1)]);
    assert_eq!([2012, 2014, 2015].map(|year| sum.value_of(year, &by_year)), [None, Some(2), Some(3)]);
    let count = |n| Measure::Count { goal: 3 }.evaluate(&Actual::Count(n), TargetDirection::AtMost, true).status;
    assert_eq!([count(Some(3)), count(Some(4)), count(None)], [Status::Met, Status::NotMet, Status::NoData]);
    let few = Measure::Percentage { numerator: "a".into(), denominator: "b".into(), goal: 1_000 };
    let at_most =
        |n| few.evaluate(&Actual::Share { at_least: Some(n), at_most: Some(n), whole: Some(100) }, TargetDirection::AtMost, true).status;
    assert_eq!([at_most(10), at_most(11)], [Status::Met, Status::NotMet]);
    let nobody = Actual::Share { at_least: Some(0), at_most: Some(0), whole: Some(0) };
    assert_eq!(few.evaluate(&nobody, TargetDirection::AtMost, true).status, Status::NoData, "a share of nothing is none");
}
