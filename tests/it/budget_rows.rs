//! Money as the decision asks for it and officials rely on it: one test for each row, with answers that are known.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, both};

use crate::{
    audit::verdict,
    budget::{DECISION, fault, ladder, line, movement, post, read, recorded, refused, send, stage, with},
};

both!(
    m1_only_finance_arranges_money_of_the_state,
    m2_socialised_means_are_pledged_and_received,
    m3_an_agency_pays_from_what_it_planned_of_its_own,
    m4_need_and_means_of_a_year_stand_side_by_side,
    m5_settlement_has_its_document_and_what_is_unsettled_its_age,
    m6_capital_lines_say_what_they_buy,
    behaviour_23_books_take_payments_until_the_end_of_january,
    behaviour_24_payments_keep_within_what_is_assigned,
    behaviour_25_what_is_not_recorded_is_not_arranged,
    behaviour_26_amounts_are_read_as_officials_write_them,
);

fn flags(client: &Client, line: &str, as_of: &str) -> Vec<Value> {
    read(client, &format!("lines/{line}?asOf={as_of}"))["flags"].as_array().expect("flags").clone()
}

fn m1_only_finance_arranges_money_of_the_state(backend: Backend) {
    let (app, finance) = stage(backend);
    let agency = app.person(Some("so-tttt"), Role::AgencyApprover);
    let of_task = line(&agency, &json!({}));
    let assigned = movement(&of_task, "ASSIGNED", 500_000_000, "2019-12-25", &json!({"section": "Điều 1", "quote": "Giao dự toán"}));
    assert_eq!(refused(&agency, assigned.clone()), fault("/kind", "FORBIDDEN"), "the agency gives itself nothing");
    let auditor = app.person(None, Role::Auditor);
    let tried = auditor.get("/api/v1/admin/audit?operation=record_budget_movements&refused=true").json();
    assert_eq!(tried["items"][0]["code"], "FORBIDDEN", "and that it tried is in the log");
    for role in [Role::Standing, Role::Admin, Role::Inspector] {
        let reply = send(&app.person(None, role), "", std::slice::from_ref(&assigned));
        assert_eq!((reply.status, reply.code().as_str()), (403, "FORBIDDEN"), "{role}");
    }
    let mut bare = assigned.clone();
    for field in ["document", "section", "quote"] {
        bare.as_object_mut().expect("a movement").remove(field);
    }
    assert_eq!(refused(&finance, bare), fault("/document", "FIELD_REQUIRED"), "a change of the budget cites its document");
    let id = recorded(&finance, &[assigned]).remove(0);
    let told = ladder(&agency, &of_task);
    assert_eq!((&told["assigned"], &told["left"], &told["disbursed"]), (&json!(500_000_000), &json!(500_000_000), &Value::Null));
    let movements = read(&finance, &format!("lines/{of_task}/movements"))["items"].take();
    assert_eq!(
        (&movements[0]["id"], &movements[0]["section"], &movements[0]["quote"]),
        (&json!(id), &json!("Điều 1"), &json!("Giao dự toán"))
    );
    assert_eq!((&movements[0]["agency"], &movements[0]["number"]), (&json!("so-tai-chinh"), &json!(1)));
    // Everybody reads what is arranged for a task, and nobody in public by line.
    let public = read(&app.anonymous(), "ladders?by=TASK&programme=HP-1593-2013&task=I.1&year=2020");
    assert_eq!(public["items"][0]["ladders"]["state"]["assigned"], 500_000_000);
    assert_eq!(app.anonymous().get("/api/v1/budget/ladders?by=LINE").code(), "UNAUTHENTICATED");
    assert!(verdict(&app, None).is_ok());
}

fn m2_socialised_means_are_pledged_and_received(backend: Backend) {
    let (app, finance) = stage(backend);
    let agency = app.person(Some("so-tttt"), Role::AgencyApprover);
    let usual = json!({"programme": "HP-1593-2013", "task": "I.1", "year": 2020, "agency": "so-tttt", "source": "SOCIALISED"});
    let told = |contribution: Value| {
        let mut body = usual.clone();
        if !contribution.is_null() {
            body["contribution"] = contribution;
        }
        post(&agency, "lines", &body).faults()
    };
    let one = |at: &str, code: &str| vec![(at.to_owned(), code.to_owned())];
    assert_eq!(told(Value::Null), one("/contribution", "FIELD_REQUIRED"), "somebody gives it");
    assert_eq!(told(json!({"form": "CASH"})), one("/contribution/agency", "RULE_BROKEN"));
    assert_eq!(told(json!({"form": "IN_KIND", "name": "Ông A"})), one("/contribution/valuation", "FIELD_REQUIRED"));
    // The company that coordinates the task gives as well, which everybody who follows it is told.
    let company = json!({"source": "SOCIALISED", "contribution": {"agency": "cty-cp-kcn-dinh-vu", "form": "CASH", "agreement": DECISION, "purpose": "In ấn phẩm"}});
    let of_company = line(&agency, &company);
    let in_kind = json!({"source": "SOCIALISED", "contribution": {"name": "Ông A", "form": "IN_KIND", "valuation": "Giá thị trường"}});
    let of_somebody = line(&agency, &in_kind);
    recorded(&agency, &[movement(&of_company, "PLEDGED", 300_000_000, "2014-03-01", &json!({}))]);
    let pledged = ladder(&agency, &of_company);
    assert_eq!((&pledged["pledged"], &pledged["received"], &pledged["available"]), (&json!(300_000_000), &Value::Null, &Value::Null));
    let paid = movement(&of_company, "PAID", 100_000_000, "2020-05-01", &json!({}));
    assert_eq!(refused(&agency, paid.clone()), fault("/amount", "DISBURSED_OVER_ASSIGNED"), "a promise pays nothing");
    recorded(&agency, &[movement(&of_company, "RECEIVED", 200_000_000, "2020-04-01", &json!({})), paid]);
    let after = ladder(&agency, &of_company);
    assert_eq!((&after["received"], &after["left"], &after["pledged"]), (&json!(200_000_000), &json!(100_000_000), &json!(300_000_000)));
    assert_eq!(refused(&finance, movement(&of_company, "ASSIGNED", 1, "2020-04-01", &json!({}))), fault("/kind", "NOT_ONE_OF"));
    assert_eq!(
        flags(&agency, &of_company, "2014-06-01"),
        [json!({"kind": "CONTRIBUTOR_IS_ASSIGNEE", "movement": null, "amount": null, "dueOn": null, "year": null})]
    );
    assert!(flags(&agency, &of_somebody, "2014-06-01").is_empty());
    // Who gives may be a person: public answers and the log do not name them.
    let ladders = app.anonymous().get("/api/v1/budget/ladders?by=SOURCE").body;
    assert!(!ladders.contains("Ông A"));
    let log = app.person(None, Role::Auditor).get("/api/v1/admin/audit?operation=create_budget_line").body;
    assert!(log.contains("IN_KIND") && !log.contains("Ông A"), "{log}");
}

fn m3_an_agency_pays_from_what_it_planned_of_its_own(backend: Backend) {
    let (app, _) = stage(backend);
    let system = app.system_of("so-tttt");
    let own = line(&system, &json!({"source": "SERVICE_REVENUE"}));
    let paid = |amount: i64| movement(&own, "PAID", amount, "2020-05-01", &json!({}));
    assert_eq!(refused(&system, paid(1)), fault("/amount", "DISBURSED_OVER_ASSIGNED"), "nothing is planned yet");
    recorded(&system, &[movement(&own, "NEED", 80_000_000, "2020-01-10", &json!({})), paid(80_000_000)]);
    assert_eq!(refused(&system, paid(1)), fault("/amount", "DISBURSED_OVER_ASSIGNED"));
    let told = ladder(&system, &own);
    assert_eq!(
        (&told["available"], &told["left"], &told["variance"]),
        (&json!(80_000_000), &json!(0), &json!(0)),
        "nought where it is nought"
    );
    assert_eq!((&told["assigned"], &told["settled"]), (&Value::Null, &Value::Null), "and null where nothing is recorded");
    let total = read(&app.anonymous(), "ladders?by=SOURCE&year=2020")["total"].take();
    assert_eq!((&total["state"]["disbursed"], &total["sources"][0]["source"]), (&Value::Null, &json!("SERVICE_REVENUE")));
}

fn m4_need_and_means_of_a_year_stand_side_by_side(backend: Backend) {
    let (app, finance) = stage(backend);
    let of_task = line(&finance, &json!({}));
    let of_programme = line(&finance, &json!({"source": "STATE_CENTRAL"}));
    recorded(
        &finance,
        &[
            movement(&of_task, "NEED", 900_000_000, "2019-08-01", &json!({})),
            movement(&of_task, "ASSIGNED", 600_000_000, "2019-12-25", &json!({})),
            // What is cancelled was assigned all the same, as the ladder says.
            movement(&of_task, "CANCELLED", 50_000_000, "2020-11-20", &json!({})),
            movement(&of_programme, "NEED", 100_000_000, "2019-08-01", &json!({})),
        ],
    );
    let means = |amount: Value, on: &str| json!({"programme": "HP-1593-2013", "year": 2020, "source": "STATE_PROVINCIAL", "amount": amount, "on": on, "document": DECISION, "section": "Mục 4"});
    let agency = app.person(Some("so-tttt"), Role::AgencyApprover);
    assert_eq!(post(&agency, "means", &means(json!(1), "2019-11-01")).code(), "FORBIDDEN");
    assert_eq!(post(&finance, "means", &means(json!("650 triệu đồng"), "2019-11-01")).status, 200);
    assert_eq!(post(&finance, "means", &means(json!("0,7 tỷ đồng"), "2019-12-01")).status, 200, "what was told last counts");
    assert_eq!(post(&finance, "means", &means(json!(-1), "2019-12-01")).faults(), [("/amount".to_owned(), "OUT_OF_RANGE".to_owned())]);
    let told = read(&app.anonymous(), "means?programme=HP-1593-2013&year=2020")["items"].take();
    let city = json!({"needed": 900_000_000, "able": 700_000_000, "assigned": 600_000_000, "shortOfNeed": 300_000_000, "notYetAssigned": 100_000_000, "tooLarge": null});
    let central =
        json!({"needed": 100_000_000, "able": null, "assigned": null, "shortOfNeed": null, "notYetAssigned": null, "tooLarge": null});
    let sources = told[0]["sources"].as_array().expect("sources");
    assert_eq!((&sources[0]["means"], &sources[0]["document"]), (&central, &Value::Null), "what nobody told is not nought");
    assert_eq!((&sources[1]["means"], &sources[1]["section"]), (&city, &json!("Mục 4")));
    assert_eq!(
        told[0]["state"],
        json!({"needed": 1_000_000_000, "able": 700_000_000, "assigned": 600_000_000, "shortOfNeed": 400_000_000, "notYetAssigned": 100_000_000, "tooLarge": null})
    );
    let before = read(&app.anonymous(), "means?year=2020&asOf=2019-11-30")["items"][0]["sources"][1]["means"].take();
    assert_eq!((&before["able"], &before["assigned"]), (&json!(650_000_000), &Value::Null));
}

fn m5_settlement_has_its_document_and_what_is_unsettled_its_age(backend: Backend) {
    let (app, finance) = stage(backend);
    let agency = app.person(Some("so-tttt"), Role::AgencyApprover);
    let of_task = line(&finance, &json!({}));
    recorded(&finance, &[movement(&of_task, "ASSIGNED", 1_000, "2019-12-25", &json!({}))]);
    recorded(
        &agency,
        &[
            movement(&of_task, "ADVANCED", 300, "2020-01-10", &json!({})),
            movement(&of_task, "PAID", 200, "2020-05-01", &json!({})),
            movement(&of_task, "PAID", 100, "2020-06-20", &json!({})),
        ],
    );
    let settled = |amount: i64| movement(&of_task, "SETTLED", amount, "2020-06-25", &json!({"externalRef": format!("KBNN-{amount}")}));
    assert_eq!(refused(&agency, settled(1)), fault("/kind", "FORBIDDEN"), "finance settles with the treasury");
    assert_eq!(refused(&finance, settled(601)), fault("/amount", "SETTLED_OVER_DISBURSED"));
    recorded(&finance, &[settled(350)]);
    let ages = |as_of: &str| {
        let told = read(&agency, &format!("unsettled?agency=so-tttt&year=2020&asOf={as_of}"));
        assert_eq!(told["total"], told["items"][0]["ages"], "of one line");
        let total = told["total"].as_array().expect("ages").iter().map(|age| age["amount"].clone()).collect::<Vec<_>>();
        (told["items"][0]["unsettled"].clone(), total)
    };
    // The oldest is settled first: 50 of the payment of May are, and none of June's.
    assert_eq!(ages("2020-06-30"), (json!(250), vec![json!(100), json!(150), Value::Null, Value::Null, Value::Null]));
    assert_eq!(ages("2020-12-31"), (json!(250), vec![Value::Null, Value::Null, Value::Null, json!(250), Value::Null]));
    assert_eq!(ages("2020-02-09"), (json!(300), vec![json!(300), Value::Null, Value::Null, Value::Null, Value::Null]), "30 days");
    assert_eq!(read(&app.system_of("bao-hai-phong"), "unsettled")["items"], json!([]), "another agency's is not its own");
    assert_eq!(ladder(&finance, &of_task)["unsettled"], 250);
}

fn m6_capital_lines_say_what_they_buy(backend: Backend) {
    let (app, finance) = stage(backend);
    let refused = post(
        &finance,
        "lines",
        &json!({"programme": "HP-1593-2013", "year": 2020, "agency": "so-tttt", "source": "STATE_PROVINCIAL", "assetNote": "Máy quay"}),
    );
    assert_eq!(refused.faults(), [("/assetNote".to_owned(), "RULE_BROKEN".to_owned())]);
    let plain = line(&finance, &json!({}));
    let capital = line(&finance, &json!({"isCapital": true}));
    let put = |tag: &str, body: &Value| {
        let headers = [("content-type", "application/json"), ("if-match", tag)];
        finance.send("PUT", &format!("/api/v1/budget/lines/{capital}"), &headers, body.to_string().as_bytes())
    };
    let change = json!({"isCapital": true, "assetNote": "02 máy quay, nhập kho ngày 01/6/2020", "title": "Thiết bị"});
    assert_eq!(put("\"7\"", &change).code(), "PRECONDITION_FAILED");
    let changed = put("\"1\"", &change);
    assert_eq!((changed.status, &changed.json()["assetNote"], &changed.json()["revision"]), (200, &change["assetNote"], &json!(2)));
    recorded(
        &finance,
        &[movement(&plain, "ASSIGNED", 10, "2019-12-25", &json!({})), movement(&capital, "ASSIGNED", 90, "2019-12-25", &json!({}))],
    );
    let assigned = |query: &str| {
        read(&app.anonymous(), &format!("ladders?by=TASK&programme=HP-1593-2013&task=I.1{query}"))["total"]["state"]["assigned"].take()
    };
    assert_eq!((assigned("&capital=true"), assigned("&capital=false"), assigned("")), (json!(90), json!(10), json!(100)));
    assert_eq!(
        post(
            &finance,
            "lines",
            &json!({"programme": "HP-1593-2013", "task": "I.1", "year": 2020, "agency": "so-tttt", "source": "STATE_PROVINCIAL"})
        )
        .code(),
        "ALREADY_EXISTS"
    );
}

fn behaviour_23_books_take_payments_until_the_end_of_january(backend: Backend) {
    let (app, finance) = stage(backend);
    let agency = app.person(Some("so-tttt"), Role::AgencyApprover);
    let of_task = line(&finance, &json!({}));
    recorded(&finance, &[movement(&of_task, "ASSIGNED", 1_000, "2019-12-25", &json!({}))]);
    let paid = |amount: i64, on: &str, fields: Value| movement(&of_task, "PAID", amount, on, &fields);
    assert_eq!(refused(&agency, paid(400, "2021-01-20", json!({}))), fault("/workDoneOn", "FIELD_REQUIRED"));
    recorded(&agency, &[paid(400, "2021-01-31", json!({"workDoneOn": "2020-12-31"}))]);
    assert_eq!(refused(&agency, paid(1, "2021-01-20", json!({"workDoneOn": "2021-01-05"}))), fault("/workDoneOn", "BOOKS_CLOSED"));
    assert_eq!(refused(&agency, paid(1, "2021-02-01", json!({"workDoneOn": "2020-12-31"}))), fault("/on", "BOOKS_CLOSED"));
    let later = paid(300, "2021-02-01", json!({"bookingYear": 2021}));
    assert!(refused(&agency, later.clone()).contains(&("/0/bookingYear".to_owned(), "BOOKS_CLOSED".to_owned())));
    let carried = movement(&of_task, "CARRIED_OVER", 350, "2021-01-28", &json!({}));
    assert_eq!(refused(&agency, carried.clone()), fault("/kind", "FORBIDDEN"));
    recorded(&finance, &[carried]);
    recorded(&agency, &[later]);
    assert_eq!(
        refused(&agency, paid(51, "2021-02-02", json!({"bookingYear": 2021}))),
        fault("/amount", "BOOKS_CLOSED"),
        "not more than was carried over"
    );
    // The payment of January is the year's of the work, that of February the next one's; both are of the line's.
    let booked = read(&app.anonymous(), "ladders?by=BOOKING_YEAR");
    let of = |place: usize| (booked["items"][place]["year"].clone(), booked["items"][place]["ladders"]["state"]["disbursed"].clone());
    assert_eq!((of(0), of(1)), ((json!(2020), json!(400)), (json!(2021), json!(300))));
    let told = ladder(&agency, &of_task);
    assert_eq!((&told["disbursed"], &told["disbursedLate"], &told["carriedOver"]), (&json!(700), &json!(300), &json!(350)));
    assert_eq!(
        flags(&agency, &of_task, "2021-03-01")[0],
        json!({"kind": "UNSPENT_AFTER_CLOSING", "movement": null, "amount": 250, "dueOn": null, "year": null})
    );
}

fn behaviour_24_payments_keep_within_what_is_assigned(backend: Backend) {
    let (app, finance) = stage(backend);
    let agency = app.person(Some("so-tttt"), Role::AgencyApprover);
    let of_task = line(&finance, &json!({}));
    let paid = |amount: i64| movement(&of_task, "PAID", amount, "2020-12-20", &json!({}));
    let ids = recorded(
        &finance,
        &[
            movement(&of_task, "ASSIGNED", 1_000, "2019-12-25", &json!({})),
            movement(&of_task, "SUPPLEMENTED", 500, "2020-09-01", &json!({"externalRef": "BS-01"})),
            movement(&of_task, "ADJUSTED", -200, "2020-11-15", &json!({})),
            movement(&of_task, "ADJUSTED", -100, "2020-11-16", &json!({})),
        ],
    );
    assert_eq!(refused(&agency, paid(1_201)), fault("/amount", "DISBURSED_OVER_ASSIGNED"));
    recorded(&agency, &[paid(1_200)]);
    let over = with(paid(5), &json!({"exception": "Chênh lệch tỷ giá, theo chỉ đạo của UBND"}));
    let excepted = recorded(&agency, &[over]).remove(0);
    // 2 September is a holiday: ten working days after 1 September end on the 16th.
    let open = |as_of: &str| read(&finance, &format!("unallocated?asOf={as_of}"))["items"].take();
    assert_eq!((&open("2020-09-16")[0]["dueOn"], &open("2020-09-16")[0]["isOverdue"]), (&json!("2020-09-16"), &json!(false)));
    assert_eq!((&open("2020-09-17")[0]["open"], &open("2020-09-17")[0]["isOverdue"]), (&json!(500), &json!(true)));
    let kinds = |as_of: &str| {
        flags(&agency, &of_task, as_of).iter().map(|flag| flag["kind"].as_str().expect("a kind").to_owned()).collect::<Vec<_>>()
    };
    assert!(
        !kinds("2020-09-16").contains(&"SUPPLEMENT_UNALLOCATED".to_owned())
            && kinds("2020-09-17").contains(&"SUPPLEMENT_UNALLOCATED".to_owned())
    );
    let told = flags(&agency, &of_task, "2020-12-31");
    assert_eq!((&told[0]["kind"], &told[0]["movement"]), (&json!("LATE_ADJUSTMENT"), &json!(ids[3])), "the 15th is in time");
    assert!(told.iter().any(|flag| flag["kind"] == "EXCEPTED" && flag["movement"] == excepted.as_str()));
    // An allocation that names the supplement by its reference closes it, in part and then whole.
    let allocated = |amount: i64| movement(&of_task, "ALLOCATED", amount, "2020-09-10", &json!({"refersTo": ids[1]}));
    recorded(&agency, &[allocated(200)]);
    assert_eq!(open("2020-09-30")[0]["open"], 300);
    recorded(&finance, &[with(allocated(300), &json!({"refersTo": "BS-01"}))]);
    assert_eq!(open("2020-09-30"), json!([]));
    assert_eq!(open("2020-09-05")[0]["open"], 500, "as it stood then");
}

fn behaviour_25_what_is_not_recorded_is_not_arranged(backend: Backend) {
    let (app, finance) = stage(backend);
    let (of_state, given) =
        (line(&finance, &json!({})), json!({"source": "SOCIALISED", "contribution": {"name": "Hội A", "form": "CASH"}}));
    let of_somebody = line(&finance, &given);
    let total = |query: &str| read(&app.anonymous(), &format!("ladders?by=TASK&programme=HP-1593-2013{query}"));
    // No task has anything: each is told so, with or without a line.
    let nothing = total("&limit=200");
    let items = nothing["items"].as_array().expect("tasks");
    assert_eq!(items.len(), 19, "with those that have no line");
    for item in items.iter().map(|item| &item["ladders"]).chain([&nothing["total"]]) {
        assert_eq!((&item["arrangement"], &item["label"]["vi"]), (&json!("NOT_ARRANGED"), &json!("chưa bố trí")));
        assert!(item["state"].as_object().expect("a ladder").values().all(Value::is_null), "{item}");
        assert_eq!((&item["stateDisbursementPercent"], &item["sources"]), (&Value::Null, &json!([])));
    }
    recorded(
        &finance,
        &[
            movement(&of_state, "ASSIGNED", 1_000, "2019-12-25", &json!({})),
            movement(&of_somebody, "RECEIVED", 9_000, "2020-02-01", &json!({})),
            movement(&of_somebody, "PAID", 9_000, "2020-03-01", &json!({})),
        ],
    );
    let of_task = |query: &str| total(&format!("&task=I.1&year=2020{query}"))["items"][0]["ladders"].take();
    assert_eq!(of_task("")["stateDisbursementPercent"], Value::Null, "nothing of the state's is paid on record, which is not 0 %");
    recorded(&finance, &[movement(&of_state, "PAID", 400, "2020-05-01", &json!({}))]);
    let told = of_task("");
    assert_eq!(
        (&told["stateDisbursementPercent"], &told["state"]["disbursed"]),
        (&json!("40.00"), &json!(400)),
        "without what is socialised"
    );
    assert_eq!((&told["arrangement"], &told["sources"][1]["ladder"]["disbursed"]), (&json!("ARRANGED"), &json!(9_000)));
    assert_eq!(of_task("&asOf=2019-12-24")["arrangement"], "NOT_ARRANGED", "on the day before");
    let undone = recorded(&finance, &[movement(&of_state, "CANCELLED", 600, "2020-12-31", &json!({}))]);
    assert_eq!(of_task("")["state"]["available"], 400);
    let mut reversal = json!({"line": of_state, "kind": "REVERSED", "on": "2021-01-05", "refersTo": undone[0]});
    recorded(&finance, std::slice::from_ref(&reversal));
    assert_eq!((&of_task("")["state"]["available"], &of_task("")["state"]["cancelled"]), (&json!(1_000), &Value::Null));
    assert_eq!(of_task("&asOf=2021-01-04")["state"]["cancelled"], 600, "what was undone later stood still");
    reversal["on"] = json!("2021-01-06");
    assert_eq!(refused(&finance, reversal), fault("/refersTo", "ALREADY_REVERSED"));
}

fn behaviour_26_amounts_are_read_as_officials_write_them(backend: Backend) {
    let (_app, finance) = stage(backend);
    let of_task = line(&finance, &json!({}));
    let need = |amount: Value| movement(&of_task, "NEED", amount, "2019-08-01", &json!({}));
    for (written, dong) in
        [("105.645,46 tỷ đồng", 105_645_460_000_000_i64), ("1.234,5 triệu đồng", 1_234_500_000), ("500 nghìn đồng", 500_000)]
    {
        let before = ladder(&finance, &of_task)["needed"].as_i64().unwrap_or(0);
        recorded(&finance, &[need(json!(written))]);
        assert_eq!(ladder(&finance, &of_task)["needed"].as_i64(), Some(before + dong), "{written}");
    }
    for (written, code) in [
        (json!("1,234.5"), "NUMBER_AMBIGUOUS"),
        (json!("1,234.5 triệu đồng"), "NUMBER_AMBIGUOUS"),
        (json!("1.234 triệu đồng"), "NUMBER_AMBIGUOUS"),
        (json!(1_234.5), "TYPE_MISMATCH"),
        (json!(null), "TYPE_MISMATCH"),
        (json!(0), "OUT_OF_RANGE"),
        (json!(-1), "OUT_OF_RANGE"),
        (json!("9.999.999.999 tỷ đồng"), "AMOUNT_OVERFLOW"),
        (json!(i64::MAX), "AMOUNT_OVERFLOW"),
        (json!(u64::MAX), "AMOUNT_OVERFLOW"),
    ] {
        assert_eq!(refused(&finance, need(written.clone())), fault("/amount", code), "{written}");
    }
}
