//! Each kind of the decision, its rules, and what everybody sees of it.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{error::Code, money::Dong};

fn id<T: ?Sized>(n: u128) -> Id<T> {
    Id::from_uuid(Uuid::from_u128(n))
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A deliverable of 2014 with these fields.
fn of(kind: DeliverableKind, fields: &serde_json::Value) -> Deliverable {
    let fields = fields.as_object().expect("an object").clone();
    Deliverable {
        id: id(1),
        programme: id(2),
        task: Some(id(3)),
        agency: id(4),
        year: 2014,
        title: "Hải Phòng – thành phố Cảng".into(),
        channel: Some(AffairsChannel::State),
        audiences: [Audience::OverseasVietnamese].into(),
        documents: vec![id(5)],
        evidence: vec![id(6)],
        details: Details::read(kind, fields, "").expect("fields"),
        revision: 1,
    }
}

fn told(deliverable: &Deliverable) -> Vec<(String, Code)> {
    deliverable.faults(day("2015-06-30"), "").into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

/// It is right with these fields and wrong, at one place, with each of the others.
fn holds(kind: DeliverableKind, right: &serde_json::Value, wrong: &[(&str, serde_json::Value, &str, Code)]) {
    assert_eq!(told(&of(kind, right)), [], "{kind}");
    let details = of(kind, right).details;
    assert_eq!(Details::read(kind, details.fields(), ""), Ok(details), "{kind} as it is stored");
    for (field, value, at, code) in wrong {
        let mut fields = right.clone();
        fields[*field] = value.clone();
        assert_eq!(told(&of(kind, &fields)), [((*at).to_owned(), *code)], "{kind} with {field} {value}");
    }
}

#[test]
fn c1_publications_have_languages_print_run_and_day() {
    let right = json!({ "languages": ["vi", "en"], "publishedOn": "2014-05-01", "printRun": 2000, "url": "https://haiphong.gov.vn/a" });
    let wrong = [
        ("languages", json!(["Tiếng Anh"]), "/languages", Code::PatternMismatch),
        ("url", json!("javascript:alert(1)"), "/url", Code::PatternMismatch),
        ("publishedOn", json!("2013-05-01"), "/year", Code::PeriodInconsistent),
    ];
    holds(DeliverableKind::Publication, &right, &wrong);
}

#[test]
fn c2_films_have_minutes_languages_and_broadcasts() {
    let right =
        json!({ "languages": ["vi"], "minutes": 30, "completedOn": "2014-08-01", "broadcasts": [{ "outlet": "thp", "on": "2014-09-02" }] });
    holds(DeliverableKind::Film, &right, &[("languages", json!(["x"]), "/languages", Code::PatternMismatch)]);
    holds(DeliverableKind::MajorProgramme, &right, &[]);
}

#[test]
fn c3_c4_editions_and_sections_are_launched_checked_and_closed() {
    let right =
        json!({ "outlet": "cong-ttdt", "language": "en", "url": "http://x.vn", "launchedOn": "2014-01-10", "lastCheckedOn": "2015-01-10" });
    let wrong = [
        ("language", json!("EN"), "/language", Code::PatternMismatch),
        ("lastCheckedOn", json!("2014-01-09"), "/lastCheckedOn", Code::PeriodInconsistent),
        ("closedOn", json!("2015-07-01"), "/closedOn", Code::DayInFuture),
        ("launchedOn", json!(null), "/launchedOn", Code::FieldRequired),
    ];
    for kind in [DeliverableKind::ForeignEdition, DeliverableKind::PortalSection, DeliverableKind::Column] {
        holds(kind, &right, &wrong);
    }
    let closed = of(
        DeliverableKind::ForeignEdition,
        &json!({ "outlet": "x", "language": "en", "launchedOn": "2014-01-10", "closedOn": "2015-01-10" }),
    );
    let Details::ForeignEdition(edition) = closed.details else { panic!("an edition") };
    let states = ["2014-01-09", "2014-01-10", "2014-12-01", "2015-01-10"].map(|on| edition.state(day(on), 180));
    assert_eq!(states, [EditionState::Prepared, EditionState::Live, EditionState::Unchecked, EditionState::Closed]);
    assert!(edition.is_there(day("2015-01-09")) && !edition.is_there(day("2015-01-10")));
}

#[test]
fn c5_c12_c13_events_have_form_place_and_attendance() {
    let right = json!({ "form": "INVESTMENT_PROMOTION", "from": "2014-05-01", "to": "2014-05-03", "country": "JP", "attendance": 300 });
    let wrong =
        [("to", json!("2014-04-30"), "/to", Code::PeriodInconsistent), ("country", json!("Nhật"), "/country", Code::PatternMismatch)];
    holds(DeliverableKind::Event, &right, &wrong);
    assert!(of(DeliverableKind::Event, &right).audiences.contains(&Audience::OverseasVietnamese));
}

#[test]
fn c6_delegations_go_in_or_out_to_countries() {
    let right =
        json!({ "direction": "INWARD", "reach": "MULTILATERAL", "countries": ["LA", "KR"], "from": "2014-05-01", "to": "2014-05-03" });
    holds(DeliverableKind::DelegationExchange, &right, &[("countries", json!([]), "/countries", Code::FieldRequired)]);
}

#[test]
fn c7_campaigns_have_places() {
    let right = json!({ "from": "2014-05-01", "to": "2014-06-01", "locations": ["ubnd-huyen-bach-long-vi", "ubnd-huyen-cat-hai"] });
    holds(DeliverableKind::Campaign, &right, &[("to", json!("2014-04-01"), "/to", Code::PeriodInconsistent)]);
}

#[test]
fn c8_of_rebuttals_everybody_sees_counts_and_dates_only() {
    let right = json!({ "noticedOn": "2014-05-02", "respondedOn": "2014-05-05", "claim": "Tin sai", "response": "Tin đúng" });
    holds(DeliverableKind::Rebuttal, &right, &[("respondedOn", json!("2014-05-01"), "/respondedOn", Code::PeriodInconsistent)]);
    let rebuttal = of(DeliverableKind::Rebuttal, &right);
    let Details::Rebuttal(details) = &rebuttal.details else { panic!("a rebuttal") };
    assert_eq!(details.response_days(), Some(3));
    let public = rebuttal.public();
    assert_eq!(json!(public.fields), json!({ "noticedOn": "2014-05-02", "respondedOn": "2014-05-05" }));
    assert_eq!((public.title, public.agency, public.channel, public.documents.len()), (None, None, None, 0));
    let open = of(DeliverableKind::Rebuttal, &json!({ "noticedOn": "2014-06-02" }));
    let figures = rebuttal_figures([&rebuttal, &open]);
    assert_eq!(figures[&2014], RebuttalFigures { count: 2, answered: 1, answered_on: vec![day("2014-05-05")] });
    assert!(rebuttal_figures([]).is_empty(), "no year is nought");
}

#[test]
fn c9_media_output_goes_in_or_out() {
    let right = json!({ "outlet": "bao-hai-phong-dien-tu", "direction": "INWARD", "from": "2014-01-01", "to": "2014-12-31", "items": 120 });
    holds(DeliverableKind::MediaOutput, &right, &[("language", json!("Anh"), "/language", Code::PatternMismatch)]);
}

#[test]
fn c10_c15_agreements_alert_before_they_end() {
    let right = json!({
        "form": "CONTRACT", "counterparty": "VTV4", "counterpartyKind": "CENTRAL_CHANNEL", "from": "2014-01-01", "to": "2014-12-31",
        "value": 1_234_500_000_i64, "alertDays": 30,
    });
    let wrong = [("value", json!(-1), "/value", Code::OutOfRange), ("country", json!("vn"), "/country", Code::PatternMismatch)];
    holds(DeliverableKind::Agreement, &right, &wrong);
    let signed = of(DeliverableKind::Agreement, &right);
    let Details::Agreement(agreement) = &signed.details else { panic!("an agreement") };
    assert_eq!(agreement.value, Some(Dong::new(1_234_500_000)));
    let states = ["2013-12-31", "2014-11-30", "2014-12-01", "2014-12-31", "2015-01-01"].map(|on| agreement.renewal(day(on)));
    assert_eq!(states, [Renewal::NotYetInForce, Renewal::InForce, Renewal::RenewNow, Renewal::RenewNow, Renewal::Expired]);
    assert_eq!(signed.public().fields.get("value"), None, "what is paid is internal");
}

#[test]
fn c11_press_visits_have_what_came_of_them() {
    let right = json!({ "outlet": "NHK", "country": "JP", "from": "2014-05-01", "to": "2014-05-03", "reporters": 4, "pieces": 2 });
    holds(DeliverableKind::PressVisit, &right, &[("to", json!("2014-04-30"), "/to", Code::PeriodInconsistent)]);
    assert_eq!(of(DeliverableKind::PressVisit, &right).public().fields.get("reporters"), None);
}

#[test]
fn c14_a_channel_is_of_party_state_or_people() {
    assert_eq!(AffairsChannel::ALL.iter().map(|channel| channel.label()).collect::<Vec<_>>(), ["PARTY", "STATE", "PEOPLE"]);
}

#[test]
fn c16_applications_tell_when_they_were_updated() {
    let right = json!({ "url": "https://x.vn", "launchedOn": "2014-02-01", "lastUpdatedOn": "2015-06-30", "uptime": 9950 });
    let wrong = [
        ("uptime", json!(10_001), "/uptime", Code::OutOfRange),
        ("lastUpdatedOn", json!("2015-07-01"), "/lastUpdatedOn", Code::DayInFuture),
    ];
    holds(DeliverableKind::ItApplication, &right, &wrong);
}

#[test]
fn c17_what_has_no_figure_is_told_in_words() {
    let right = json!({ "criterion": "Phối hợp đối nội với đối ngoại", "assessedOn": "2014-12-01", "narrative": "Nhuần nhuyễn." });
    holds(
        DeliverableKind::Assessment,
        &right,
        &[
            ("narrative", json!(" "), "/narrative", Code::FieldRequired),
            ("narrative", json!("\u{200b}"), "/narrative", Code::PatternMismatch),
        ],
    );
}

#[test]
fn m6_equipment_is_counted() {
    holds(DeliverableKind::Equipment, &json!({ "acquiredOn": "2014-03-01", "quantity": 5 }), &[]);
}

#[test]
fn m7_instruments_are_drafted_issued_and_applied() {
    let right =
        json!({ "form": "TRAINING_POLICY", "state": "APPLIED", "issuedOn": "2014-03-01", "appliedOn": "2014-04-01", "beneficiaries": 3 });
    let wrong = [
        ("state", json!("ISSUED"), "/appliedOn", Code::RuleBroken),
        ("appliedOn", json!("2014-02-01"), "/appliedOn", Code::PeriodInconsistent),
        ("issuedOn", json!(null), "/issuedOn", Code::FieldRequired),
    ];
    holds(DeliverableKind::IncentiveInstrument, &right, &wrong);
    assert_eq!(of(DeliverableKind::IncentiveInstrument, &right).public().fields.get("beneficiaries"), None, "few are known");
}

#[test]
fn m8_commendations_tell_no_name_in_public() {
    let right = json!({ "form": "CHAIR_CERTIFICATE", "recipientKind": "INDIVIDUAL", "isForeign": true, "decidedOn": "2014-09-02", "recipient": "Ông A" });
    holds(DeliverableKind::Commendation, &right, &[]);
    assert_eq!(of(DeliverableKind::Commendation, &right).public().fields.get("recipient"), None);
}

#[test]
fn legal_documents_that_are_issued_are_in_the_register() {
    let right = json!({ "form": "DIRECTIVE", "issuedOn": "2014-01-15" });
    holds(DeliverableKind::LegalDocument, &right, &[]);
    let without = Deliverable { documents: Vec::new(), ..of(DeliverableKind::LegalDocument, &right) };
    assert_eq!(told(&without), [("/documents".into(), Code::FieldRequired)]);
}

#[test]
fn every_field_that_does_not_fit_is_told_at_its_place() {
    for (kind, wrong, wanted) in [
        (DeliverableKind::Rebuttal, json!({ "noticedOn": "2014-05-02", "minutes": 5 }), &["/details/minutes FIELD_UNKNOWN"][..]),
        (DeliverableKind::Rebuttal, json!({}), &["/details/noticedOn FIELD_REQUIRED"]),
        (DeliverableKind::Rebuttal, json!({ "noticedOn": "02/05/2014" }), &["/details/noticedOn PATTERN_MISMATCH"]),
        (DeliverableKind::Rebuttal, json!({ "noticedOn": null }), &["/details/noticedOn TYPE_MISMATCH"]),
        (
            DeliverableKind::ForeignEdition,
            json!({ "outlet": 5, "url": 7, "a/b": 1, "kind": "COLUMN", "contents": ["tin", 2] }),
            &[
                "/details/outlet TYPE_MISMATCH",
                "/details/language FIELD_REQUIRED",
                "/details/contents/1 TYPE_MISMATCH",
                "/details/url TYPE_MISMATCH",
                "/details/a~1b FIELD_UNKNOWN",
                "/details/kind FIELD_UNKNOWN",
            ],
        ),
        (
            DeliverableKind::Event,
            json!({ "form": "PARTY", "from": "2014-02-30", "to": 1, "attendance": -1 }),
            &[
                "/details/form NOT_ONE_OF",
                "/details/from PATTERN_MISMATCH",
                "/details/to TYPE_MISMATCH",
                "/details/attendance OUT_OF_RANGE",
            ],
        ),
        (
            DeliverableKind::Film,
            json!({ "languages": "vi", "minutes": 4_294_967_296_u64, "broadcasts": [{ "outlet": "vtv4", "at": 1 }, 2] }),
            &[
                "/details/languages TYPE_MISMATCH",
                "/details/minutes OUT_OF_RANGE",
                "/details/broadcasts/0/on FIELD_REQUIRED",
                "/details/broadcasts/0/at FIELD_UNKNOWN",
                "/details/broadcasts/1 TYPE_MISMATCH",
            ],
        ),
        (
            DeliverableKind::Agreement,
            json!({ "form": "CONTRACT", "counterparty": "VTV4", "counterpartyKind": {}, "from": "2014-01-01", "value": u64::MAX, "alertDays": 1.5 }),
            &["/details/counterpartyKind TYPE_MISMATCH", "/details/value AMOUNT_OVERFLOW", "/details/alertDays TYPE_MISMATCH"],
        ),
    ] {
        let faults = Details::read(kind, wrong.as_object().expect("an object").clone(), "/details").expect_err("does not fit");
        let told: Vec<_> = faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect();
        assert_eq!(told, wanted, "{kind} {wrong}");
        assert!(faults.iter().all(|fault| !fault.message.vi.contains("expected") && fault.message.vi != fault.message.en), "{faults:?}");
    }
}

#[test]
fn every_public_field_is_a_field_and_none_is_a_name_or_a_sum() {
    let internal = ["claim", "response", "value", "recipient", "reporters", "beneficiaries"];
    for kind in DeliverableKind::ALL {
        assert!(kind.public_fields().iter().all(|field| !internal.contains(field)), "{kind}");
    }
}

#[test]
fn of_a_year_rebuttals_tell_no_audience_and_commendations_no_name() {
    let rebuttal = of(DeliverableKind::Rebuttal, &json!({ "noticedOn": "2014-05-02", "respondedOn": "2014-05-05", "claim": "Tin sai" }));
    let commendation =
        json!({ "form": "MEDAL", "recipientKind": "INDIVIDUAL", "isForeign": false, "decidedOn": "2014-09-02", "recipient": "A" });
    let commendation = of(DeliverableKind::Commendation, &commendation);
    let found = figures([&rebuttal, &commendation, &rebuttal].into_iter());
    let year = &found[&2014];
    assert_eq!(year.kinds, [(DeliverableKind::Rebuttal, 2), (DeliverableKind::Commendation, 1)].into());
    assert_eq!((&year.channels, &year.audiences), (&[(AffairsChannel::State, 1)].into(), &[(Audience::OverseasVietnamese, 1)].into()));
    assert_eq!(year.rebuttals.as_ref().map(|of| (of.count, of.answered)), Some((2, 2)));
    let sort = CommendationSort { form: CommendationForm::Medal, recipient_kind: RecipientKind::Individual, is_foreign: false };
    assert_eq!(year.commendations, [(sort, 1)].into());
    assert!(figures([].into_iter()).is_empty(), "no year is nought");
}

#[test]
fn what_is_kept_reads_back_and_only_some_kinds_are_listed_in_public() {
    let right = json!({ "outlet": "cong-ttdt", "language": "en", "launchedOn": "2014-01-10" });
    let details = of(DeliverableKind::ForeignEdition, &right).details;
    let content = Content {
        task: None,
        year: 2014,
        title: "Chuyên trang tiếng Anh".into(),
        channel: None,
        visibility: Visibility::Public,
        audiences: [Audience::Foreigners].into(),
        sources: vec![Source { document: id(5), section: Some("Mục 2".into()), quote: None }],
        evidence: vec![id(6)],
        details,
    };
    let stored = serde_json::to_string(&content).expect("JSON");
    assert_eq!(serde_json::from_str::<Content>(&stored).expect("content"), content);
    assert_eq!((content.outlet(), content.languages(), content.renewal()), (Some("cong-ttdt"), ["en"].into(), None));
    let agreement = |to: Option<&str>| {
        let fields =
            json!({ "form": "CONTRACT", "counterparty": "VTV4", "counterpartyKind": "CENTRAL_CHANNEL", "from": "2014-01-01", "to": to });
        Content { details: of(DeliverableKind::Agreement, &fields).details, ..content.clone() }.renewal()
    };
    assert_eq!(agreement(Some("2014-12-31")), Some((day("2014-11-01"), day("2014-12-31"))));
    assert_eq!(agreement(Some("2014-01-31")), Some((day("2014-01-01"), day("2014-01-31"))), "not before it begins");
    assert_eq!(agreement(None), None);
    let hidden: Vec<_> = DeliverableKind::ALL.iter().filter(|kind| !kind.is_listed_in_public()).collect();
    assert_eq!(hidden, [&DeliverableKind::Rebuttal, &DeliverableKind::Commendation]);
}
