//! Posts of agencies over time: heads and others, posts that fall vacant, and the seats of committees that go with them.

use serde_json::json;
use testkit::{Backend, both};

use crate::committees::{DECISION, done, establishment, on, planned, send};

both!(an_authority_is_there_on_the_day);

fn fault(at: &str, code: &str) -> (String, String) {
    (at.to_owned(), code.to_owned())
}

fn an_authority_is_there_on_the_day(backend: Backend) {
    let (_app, admin) = planned(backend);
    let new = json!({"code": "so-moi", "agency": {"name": "Sở mới", "kind": "DEPARTMENT"}, "from": "2016-01-01", "basis": DECISION});
    let made = admin.send("POST", "/api/v1/admin/agencies", &[("content-type", "application/json")], new.to_string().as_bytes());
    assert_eq!(made.status, 204, "{}", made.body);
    let of = |kind: &str, day: &str| {
        let mut act = establishment();
        (act["kind"], act["effectiveOn"]) = (json!(kind), json!(day));
        (act["authority"], act["standingAgency"]) = (json!("so-moi"), json!("so-moi"));
        act
    };
    let faults = [fault("/authority", "RULE_BROKEN"), fault("/standingAgency", "RULE_BROKEN")];
    assert_eq!(send(&admin, 0, "", &of("ESTABLISH", "2015-12-31")).faults(), faults);
    done(&admin, 0, &establishment());
    assert_eq!(send(&admin, 1, "", &of("CONSOLIDATE", "2015-12-31")).faults(), faults);
    done(&admin, 1, &of("CONSOLIDATE", "2016-01-01"));
    assert_eq!(on(&admin, "2016-01-01")["term"]["authority"], "so-moi");
}
