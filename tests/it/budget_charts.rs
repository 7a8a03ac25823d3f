//! Charts of money: every figure of a ladder in the table, by whatever it is asked for, and nothing nought that is not recorded.

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, both};

use crate::budget::{line, movement, recorded, stage};

both!(charts_of_money_tell_every_figure_of_a_ladder, what_is_not_settled_is_a_chart_by_its_age, charts_of_money_cost_the_same);

fn chart(client: &Client, path: &str) -> Value {
    let reply = client.get(&format!("/api/v1/charts/{path}"));
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    reply.json()
}

/// The cells of a row by their columns: values, and “-” for what is not recorded.
fn cells(chart: &Value, row: usize) -> Value {
    let columns = chart["columns"].as_array().expect("columns");
    let cells = chart["rows"][row]["cells"].as_array().expect("cells");
    let told = columns.iter().zip(cells).map(|(column, cell)| {
        let value = if cell["state"] == "NOT_RECORDED" { "-" } else { cell["value"].as_str().expect("a value") };
        (column["key"].as_str().expect("a key").to_owned(), json!(value))
    });
    Value::Object(told.collect())
}

fn some(cells: &Value, keys: [&str; 6]) -> Value {
    json!(keys.map(|key| cells[key].clone()))
}

fn charts_of_money_tell_every_figure_of_a_ladder(backend: Backend) {
    let (app, finance) = stage(backend);
    let (of_state, of_fund) = (line(&finance, &json!({})), line(&finance, &json!({"source": "FUND", "title": "Quỹ"})));
    let one = |of: &str, kind: &str, amount: i64, on: &str| movement(of, kind, amount, on, &json!({}));
    recorded(
        &finance,
        &[
            one(&of_state, "NEED", 900, "2019-08-01"),
            one(&of_state, "ASSIGNED", 1_000, "2019-12-25"),
            one(&of_state, "PAID", 400, "2020-06-01"),
            one(&of_state, "CARRIED_OVER", 350, "2021-01-28"),
            movement(&of_state, "PAID", 300, "2021-03-01", &json!({"bookingYear": 2021})),
            one(&of_fund, "NEED", 70, "2019-08-01"),
            one(&of_fund, "PAID", 20, "2020-06-01"),
        ],
    );
    let public = app.anonymous();
    let keys = ["needed", "available", "disbursed", "left", "unsettled", "variance"];
    let state = json!(["900", "1000", "700", "300", "700", "-200"]);
    for (by, row) in [("TASK", 0), ("AGENCY", 0), ("YEAR", 0), ("SOURCE", 0)] {
        let told = chart(&public, &format!("budget.json?by={by}"));
        let cells = cells(&told, row);
        assert_eq!(some(&cells, keys), state, "{by}");
        let rest = ["settled", "allocated", "cancelled", "carriedOver", "disbursedLate", "stateDisbursementRate"];
        assert_eq!(some(&cells, rest), json!(["-", "-", "-", "350", "300", "70.00"]), "{by}: what is not recorded is not nought");
        if by != "SOURCE" {
            assert_eq!((&cells["otherAvailable"], &cells["otherLeft"], &cells["otherSettled"]), (&json!("70"), &json!("50"), &json!("-")));
        }
    }
    let fund = cells(&chart(&public, "budget.json?by=SOURCE"), 1);
    assert_eq!(some(&fund, keys), json!(["70", "70", "20", "50", "20", "-50"]));
    assert_eq!(fund["stateDisbursementRate"], "-");
    let booked = chart(&public, "budget.json?by=BOOKING_YEAR");
    assert_eq!((&booked["rows"][0]["key"], &booked["rows"][1]["key"]), (&json!("2020"), &json!("2021")));
    assert_eq!(some(&cells(&booked, 0), keys), json!(["900", "650", "400", "250", "400", "-500"]));
    assert_eq!(some(&cells(&booked, 1), keys), json!(["-", "350", "300", "50", "300", "300"]));
    // Lines are for those who may know of them.
    assert_eq!(public.get("/api/v1/charts/budget.json?by=LINE").code(), "UNAUTHENTICATED");
    let rows = |client: &Client| chart(client, "budget.json?by=LINE")["rows"].as_array().expect("rows").clone();
    assert_eq!((rows(&finance).len(), rows(&app.system_of("bao-hai-phong")).len()), (2, 0));
    let own = rows(&app.system_of("so-tttt"));
    assert_eq!((own.len(), &own[1]["label"]), (2, &json!("I.1, so-tttt, Nguồn quỹ, 2020: Quỹ")));
    let table = public.get("/api/v1/charts/budget.csv?by=SOURCE").body;
    assert!(table.contains("Chuyển nguồn từ năm trước (đồng)") && table.contains("Giải ngân so với nhu cầu (đồng)"), "{table}");
    for form in ["svg", "png", "xlsx"] {
        assert_eq!(public.get(&format!("/api/v1/charts/budget.{form}?by=BOOKING_YEAR")).status, 200, "{form}");
    }
}

fn what_is_not_settled_is_a_chart_by_its_age(backend: Backend) {
    let (app, finance) = stage(backend);
    let of_task = line(&finance, &json!({}));
    let one = |kind: &str, amount: i64, on: &str| movement(&of_task, kind, amount, on, &json!({}));
    recorded(
        &finance,
        &[
            one("ASSIGNED", 1_000, "2019-12-25"),
            one("PAID", 300, "2020-01-10"),
            one("PAID", 150, "2020-06-20"),
            one("SETTLED", 200, "2020-06-25"),
        ],
    );
    let path = "budget-ageing.json?programme=HP-1593-2013&asOf=2020-06-30";
    let told = chart(&finance, path);
    let bands: Vec<(String, Value)> = told["rows"]
        .as_array()
        .expect("bands")
        .iter()
        .enumerate()
        .map(|(n, row)| (row["key"].as_str().expect("a key").to_owned(), cells(&told, n)["unsettled"].clone()))
        .collect();
    let known = [("0-30", "150"), ("31-90", "-"), ("91-180", "100"), ("181-365", "-"), ("366+", "-")];
    assert_eq!(bands, known.map(|(band, amount)| (band.to_owned(), json!(amount))));
    assert_eq!(app.anonymous().get(&format!("/api/v1/charts/{path}")).code(), "UNAUTHENTICATED");
    let other = app.person(Some("bao-hai-phong"), Role::AgencyViewer);
    assert_eq!(cells(&chart(&other, path), 0)["unsettled"], "-", "another agency's is not its own");
    for form in ["svg", "csv", "xlsx"] {
        assert_eq!(finance.get(&format!("/api/v1/charts/budget-ageing.{form}")).status, 200, "{form}");
    }
}

fn charts_of_money_cost_the_same(backend: Backend) {
    let (app, finance) = stage(backend);
    let cost = || {
        let of = |by: &str| app.fewest_statements(|| chart(&finance, &format!("budget.json?by={by}"))).0;
        ["LINE", "TASK", "BOOKING_YEAR"].map(of)
    };
    let make = |n: usize| {
        let of = line(&finance, &json!({"title": format!("Dòng {n}")}));
        recorded(&finance, &[movement(&of, "NEED", 5, "2020-01-01", &json!({}))]);
    };
    make(0);
    let one = cost();
    (1..12).for_each(make);
    assert_eq!(one, cost());
}
