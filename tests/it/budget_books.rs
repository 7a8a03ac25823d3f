//! Money by the day and by the books of years: what was carried over, what was dated back, and what is too large.

use domain::{account::Role, budget::MAX_AMOUNT};
use serde_json::{Value, json};
use testkit::{Backend, both, database::execute};

use crate::budget::{fault, ladder, line, movement, read, recorded, refused, stage, with};

both!(
    what_is_available_of_lines_is_the_sum_of_what_is_of_each,
    carried_money_is_paid_settled_and_given_back_in_the_later_books,
    carried_money_lapses_with_the_next_books,
    a_payment_rests_on_what_was_there_on_its_day,
    a_sum_that_is_too_large_keeps_no_other_from_being_read,
);

fn what_is_available_of_lines_is_the_sum_of_what_is_of_each(backend: Backend) {
    let (app, finance) = stage(backend);
    let own = |title: &str| line(&finance, &json!({"source": "SERVICE_REVENUE", "title": title}));
    let (planned, given) = (own("Theo kế hoạch"), own("Được giao"));
    let need = |of: &str, amount: i64| movement(of, "NEED", amount, "2020-01-10", &json!({}));
    recorded(&finance, &[need(&planned, 80), need(&given, 50)]);
    recorded(
        &finance,
        &[movement(&given, "ASSIGNED", 30, "2020-03-01", &json!({})), movement(&planned, "PAID", 10, "2020-04-01", &json!({}))],
    );
    let by = |by: &str, as_of: &str| {
        let told = read(&app.anonymous(), &format!("ladders?by={by}&year=2020&asOf={as_of}"));
        let ladder = told["items"][0]["ladders"]["sources"][0]["ladder"].clone();
        assert_eq!(told["total"]["sources"][0]["ladder"], ladder, "{by}");
        [&ladder["available"], &ladder["left"], &ladder["variance"]].map(Clone::clone)
    };
    for dimension in ["TASK", "AGENCY", "SOURCE", "YEAR", "BOOKING_YEAR"] {
        assert_eq!(by(dimension, "2020-02-01"), [json!(130), json!(130), Value::Null], "what both plan, by {dimension}");
        assert_eq!(by(dimension, "2020-05-01"), [json!(110), json!(100), json!(-70)], "80 planned alone and 30 assigned, by {dimension}");
    }
    let of = |line: &str| ladder(&finance, line)["available"].take();
    assert_eq!((of(&planned), of(&given)), (json!(80), json!(30)));
}

fn carried_money_is_paid_settled_and_given_back_in_the_later_books(backend: Backend) {
    let (app, finance) = stage(backend);
    let of_task = line(&finance, &json!({}));
    let of_2020 = |kind: &str, amount: i64, on: &str| movement(&of_task, kind, amount, on, &json!({}));
    let of_2021 = |kind: &str, amount: i64, on: &str| movement(&of_task, kind, amount, on, &json!({"bookingYear": 2021}));
    recorded(
        &finance,
        &[
            of_2020("ASSIGNED", 1_000, "2019-12-25"),
            of_2020("PAID", 400, "2020-06-01"),
            of_2020("CARRIED_OVER", 350, "2021-01-28"),
            of_2021("PAID", 300, "2021-03-01"),
        ],
    );
    assert_eq!(
        refused(&finance, of_2020("SETTLED", 401, "2021-12-01")),
        fault("/amount", "SETTLED_OVER_DISBURSED"),
        "of the books of 2020"
    );
    assert_eq!(refused(&finance, of_2021("SETTLED", 301, "2021-12-01")), fault("/amount", "SETTLED_OVER_DISBURSED"));
    assert_eq!(
        refused(&finance, of_2021("SETTLED", 1, "2020-12-31")),
        [fault("/bookingYear", "PERIOD_INCONSISTENT"), fault("/amount", "SETTLED_OVER_DISBURSED")].concat()
    );
    assert_eq!(refused(&finance, of_2021("NEED", 1, "2021-01-31")), fault("/bookingYear", "PERIOD_INCONSISTENT"));
    recorded(
        &finance,
        &[of_2020("SETTLED", 400, "2021-06-30"), of_2021("SETTLED", 250, "2021-12-01"), of_2021("REFUNDED", 50, "2021-12-03")],
    );
    let told = read(&app.anonymous(), "ladders?by=BOOKING_YEAR");
    let of = |ladders: &Value| {
        let state = &ladders["state"];
        let figures = ["available", "disbursed", "settled", "left", "carriedOver", "carriedIn"].map(|figure| state[figure].clone());
        (json!(figures), ladders["stateDisbursementPercent"].clone())
    };
    let years: Vec<_> = told["items"].as_array().expect("years").iter().map(|item| (item["year"].clone(), of(&item["ladders"]))).collect();
    assert_eq!(
        years,
        [
            (json!(2020), (json!([650, 400, 400, 250, 350, null]), json!("61.54"))),
            (json!(2021), (json!([350, 250, 250, 100, null, 350]), json!("71.43"))),
        ]
    );
    assert_eq!(of(&told["total"]), (json!([1_000, 650, 650, 350, 350, 350]), json!("65.00")), "together they are the whole");
    // By task, the books of a year alone are told as well.
    let of_task_in = |query: &str| read(&app.anonymous(), &format!("ladders?by=TASK{query}"))["items"][0]["ladders"].take();
    assert_eq!(of(&of_task_in("&bookingYear=2021")), years[1].1);
    assert_eq!(of(&of_task_in("&bookingYear=2020")), years[0].1);
    assert_eq!(of_task_in("&bookingYear=2022")["sources"], json!([]), "nothing stands in those books");
    // Before the year was closed nothing was carried over.
    let before = read(&app.anonymous(), "ladders?by=BOOKING_YEAR&asOf=2021-01-27");
    assert_eq!((before["items"].as_array().map(Vec::len), &before["items"][0]["ladders"]["state"]["available"]), (Some(1), &json!(1_000)));
}

fn carried_money_lapses_with_the_next_books(backend: Backend) {
    let (app, finance) = stage(backend);
    let of_task = line(&finance, &json!({}));
    let booked = |year: i32, kind: &str, amount: i64, on: &str| movement(&of_task, kind, amount, on, &json!({"bookingYear": year}));
    recorded(&finance, &[booked(2020, "ASSIGNED", 1_000, "2019-12-25"), booked(2020, "CARRIED_OVER", 300, "2021-03-10")]);
    assert!(
        refused(&finance, booked(2021, "PAID", 1, "2021-03-09")).contains(&("/0/bookingYear".into(), "BOOKS_CLOSED".into())),
        "the day before"
    );
    recorded(&finance, &[booked(2021, "PAID", 100, "2021-03-10")]);
    // More is carried over in May: a payment of April does not rest on that.
    recorded(&finance, &[booked(2020, "CARRIED_OVER", 50, "2021-05-05")]);
    assert_eq!(refused(&finance, booked(2021, "PAID", 201, "2021-04-01")), fault("/amount", "BOOKS_CLOSED"));
    let excepted = with(booked(2021, "PAID", 201, "2021-04-01"), &json!({"exception": "Theo chỉ đạo"}));
    assert_eq!(refused(&finance, excepted), fault("/amount", "BOOKS_CLOSED"), "no exception opens closed books");
    let january = with(booked(2021, "PAID", 20, "2022-01-31"), &json!({"workDoneOn": "2021-12-31"}));
    assert_eq!(refused(&finance, with(january.clone(), &json!({"on": "2022-02-01"}))), fault("/on", "BOOKS_CLOSED"));
    recorded(&finance, &[january]);
    let of_2022 = booked(2022, "PAID", 200, "2022-03-01");
    assert!(refused(&finance, of_2022.clone()).contains(&("/0/bookingYear".into(), "BOOKS_CLOSED".into())), "it has lapsed");
    let kinds = |as_of: &str| {
        let flags = read(&finance, &format!("lines/{of_task}?asOf={as_of}"))["flags"].take();
        flags.as_array().expect("flags").iter().map(|flag| (flag["kind"].clone(), flag["amount"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(kinds("2022-02-01"), [(json!("UNSPENT_AFTER_CLOSING"), json!(650 + 230))]);
    assert_eq!(refused(&finance, booked(2021, "CARRIED_OVER", 231, "2022-02-15")), fault("/amount", "OUT_OF_RANGE"));
    recorded(&finance, &[booked(2021, "CARRIED_OVER", 230, "2022-02-15"), of_2022]);
    let told = read(&app.anonymous(), "ladders?by=BOOKING_YEAR")["items"].take();
    let left = |place: usize| (told[place]["year"].clone(), told[place]["ladders"]["state"]["left"].clone());
    assert_eq!([left(0), left(1), left(2)], [(json!(2020), json!(650)), (json!(2021), json!(0)), (json!(2022), json!(30))]);
}

fn a_payment_rests_on_what_was_there_on_its_day(backend: Backend) {
    let (app, finance) = stage(backend);
    let agency = app.person(Some("so-tttt"), Role::AgencyApprover);
    let of_task = line(&finance, &json!({}));
    let one = |kind: &str, amount: i64, on: &str| movement(&of_task, kind, amount, on, &json!({}));
    let first = recorded(&finance, &[one("ASSIGNED", 100, "2020-03-01")]).remove(0);
    let over = || fault("/amount", "DISBURSED_OVER_ASSIGNED");
    assert_eq!(refused(&agency, one("ADVANCED", 40, "2020-02-29")), over(), "nothing was there yet");
    recorded(&agency, &[one("ADVANCED", 40, "2020-03-01"), one("PAID", 40, "2020-06-01")]);
    recorded(&finance, &[one("SUPPLEMENTED", 100, "2020-09-01")]);
    // 120 are left today, but 20 only until September.
    assert_eq!(refused(&agency, one("PAID", 21, "2020-04-01")), over(), "in June 101 of 100 would be paid");
    assert_eq!(refused(&finance, one("ADJUSTED", -21, "2020-04-01")), over());
    recorded(&agency, &[one("PAID", 20, "2020-04-01"), one("PAID", 100, "2020-09-01")]);
    assert_eq!(refused(&agency, one("PAID", 1, "2020-05-01")), over());
    recorded(&agency, &[with(one("PAID", 1, "2020-05-01"), &json!({"exception": "Tạm cấp theo Điều 51"}))]);
    recorded(&finance, &[one("SUPPLEMENTED", 200, "2020-10-01")]);
    let undo = |on: &str| json!({"line": of_task, "kind": "REVERSED", "on": on, "refersTo": first});
    assert_eq!(refused(&finance, undo("2020-09-30")), over(), "what is dated back is looked at on each day since");
    assert_eq!(refused(&finance, undo("2020-02-28")), fault("/on", "PERIOD_INCONSISTENT"), "nothing is undone before its day");
    recorded(&finance, &[undo("2020-10-01")]);
    assert_eq!(ladder(&finance, &of_task)["left"], json!(300 - 201));
}

fn a_sum_that_is_too_large_keeps_no_other_from_being_read(backend: Backend) {
    let (app, finance) = stage(backend);
    let most = MAX_AMOUNT.get();
    let (one, other) = (line(&finance, &json!({})), line(&finance, &json!({"title": "Khác", "source": "FUND"})));
    let need = |line: &str, amount: i64| movement(line, "NEED", amount, "2020-01-01", &json!({}));
    assert_eq!(refused(&finance, need(&one, most + 1)), fault("/amount", "AMOUNT_OVERFLOW"));
    assert_eq!(refused(&finance, need(&one, i64::MAX)), fault("/amount", "AMOUNT_OVERFLOW"));
    recorded(&finance, &[need(&one, most), need(&other, 5)]);
    assert_eq!(refused(&finance, need(&one, 1)), fault("/amount", "AMOUNT_OVERFLOW"), "nor do several make a line hold more");
    // As an older program let it be recorded.
    let uuid = if backend == Backend::Sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
    execute(
        &app.database,
        &format!(
            "INSERT INTO budget_movements (id, line_id, year, number, kind, amount, day, booking_year, recorder_id, account_id, recorded_at)
             SELECT {uuid}, line_id, year, 9, kind, 9223372036854775807, day, booking_year, recorder_id, account_id, recorded_at
               FROM budget_movements WHERE amount > 5"
        ),
    );
    for by in ["TASK", "AGENCY", "SOURCE", "YEAR", "BOOKING_YEAR", "LINE"] {
        let told = read(&finance, &format!("ladders?by={by}&year=2020"));
        let state = &told["total"]["state"];
        assert_eq!((&state["needed"], &state["tooLarge"]), (&Value::Null, &json!(["needed"])), "{by}");
        let fund =
            told["total"]["sources"].as_array().expect("sources").iter().find(|source| source["source"] == "FUND").expect("the fund");
        assert_eq!((&fund["ladder"]["needed"], &fund["ladder"]["tooLarge"]), (&json!(5), &Value::Null), "{by}");
    }
    let means = read(&app.anonymous(), "means?year=2020")["items"][0].take();
    assert_eq!((&means["state"]["needed"], &means["state"]["tooLarge"]), (&Value::Null, &json!(["needed"])));
    assert_eq!(read(&finance, &format!("lines/{other}"))["ladder"]["needed"], 5);
    assert_eq!(read(&finance, &format!("lines/{one}"))["ladder"]["tooLarge"], json!(["needed"]));
    let query =
        "{ programme(code: \"HP-1593-2013\") { budget { state { needed tooLarge } sources { source ladder { needed tooLarge } } } } }";
    let told = app.anonymous().graphql(query, &json!({}))["programme"]["budget"].take();
    assert_eq!(told["state"], json!({"needed": null, "tooLarge": ["needed"]}));
    assert_eq!(told["sources"][1], json!({"source": "FUND", "ladder": {"needed": 5, "tooLarge": []}}));
    let chart = app.anonymous().get("/api/v1/charts/budget.json?by=SOURCE").json();
    let cell = |row: usize| chart["rows"][row]["cells"][0].clone();
    assert_eq!((&cell(0)["value"], &cell(1)["value"]), (&json!("vượt giới hạn 64 bit"), &json!("5")));
}
