//! Every act from every state of both machines over HTTP, one by one: what moves, where to, and what is refused with which code.
//! The tables say the machines once more, so that an arrow that is lost, new or bent is told by name.
//! Drawn sequences of the same acts are in `sequences`.

use app::import::ImportOptions;
use chrono::{NaiveDate, TimeDelta};
use domain::{
    account::Role,
    error::Code,
    report::{
        ReportStatus,
        state::{Act, Standing, after},
    },
};
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, both, seed};

use crate::{
    occurrences::{DECISION, change},
    workflow::{act, keyed, tag},
};

both!(every_act_on_a_report_leads_where_the_machine_says, every_act_on_an_occurrence_leads_where_the_machine_says);

const OWN: &str = "bao-hai-phong";

/// What comes of an act: the status after it, or the code of the refusal.
type Outcome = Result<&'static str, &'static str>;

const WRONG: Outcome = Err("WRONG_STATE");
const UNSEEN: Outcome = Err("NOT_FOUND");
const NOT_TAKEN: Outcome = Err("NOT_ACCEPTED");
const OVER: Outcome = Err("REOPENING_OVER");

/// From each state: save, discard, submit, return, accept, aggregate, reopen.
const REPORT: [(&str, [Outcome; 7]); 7] = [
    // Reviewers do not know of a draft.
    ("DRAFT", [Ok("DRAFT"), Ok("GONE"), Ok("SUBMITTED"), UNSEEN, UNSEEN, Err("REFERENCE_UNKNOWN"), UNSEEN]),
    ("SUBMITTED", [WRONG, WRONG, WRONG, Ok("RETURNED"), Ok("ACCEPTED"), NOT_TAKEN, WRONG]),
    ("RETURNED", [Ok("RETURNED"), WRONG, Ok("SUBMITTED"), WRONG, WRONG, NOT_TAKEN, WRONG]),
    ("ACCEPTED", [WRONG, WRONG, WRONG, WRONG, WRONG, Ok("AGGREGATED"), Ok("REOPENED")]),
    // What is aggregated is named by another report, too, and stays as it is.
    ("AGGREGATED", [WRONG, WRONG, WRONG, WRONG, WRONG, Ok("AGGREGATED"), Ok("REOPENED")]),
    ("REOPENED", [Ok("REOPENED"), WRONG, Ok("SUBMITTED"), WRONG, WRONG, NOT_TAKEN, WRONG]),
    ("REOPENED until yesterday", [OVER, WRONG, OVER, WRONG, WRONG, Ok("AGGREGATED"), Ok("REOPENED")]),
];

/// The agency and the reviewer on a day; tokens do not last until the next.
struct Stage {
    app: TestApp,
    press: Client,
    reviewer: Client,
    made: usize,
}

impl Stage {
    fn new(backend: Backend) -> Self {
        let app = TestApp::start(backend);
        let (press, reviewer) = signed_in(&app);
        Self { app, press, reviewer, made: 0 }
    }

    fn key(&mut self) -> String {
        self.made += 1;
        self.made.to_string()
    }

    fn today(&self) -> NaiveDate {
        domain::clock::local_day(self.app.now())
    }

    /// A new report in a state, as its path.
    fn report(&mut self, state: &str) -> String {
        let key = self.key();
        let about = json!({"programme": "HP-1593-2013", "task": "V.2", "year": 2014});
        let content = json!({"percent": 40, "narrative": "Đã mở chuyên mục."});
        let mut draft = about.clone();
        draft["content"] = content;
        let made = keyed(&self.press, "/api/v1/reports/drafts", &key, &draft);
        assert_eq!(made.status, 201, "{}", made.body);
        let path = made.headers["location"].clone();
        let way: &[Act] = match state {
            "DRAFT" => &[],
            "SUBMITTED" => &[Act::Submit],
            "RETURNED" => &[Act::Submit, Act::Return],
            "ACCEPTED" => &[Act::Submit, Act::Accept],
            "AGGREGATED" => &[Act::Submit, Act::Accept, Act::Aggregate],
            _ => &[Act::Submit, Act::Accept, Act::Reopen],
        };
        for step in way {
            let reply = self.act(&path, *step);
            assert!(reply.status < 300, "{state} by {step:?}: {}", reply.body);
        }
        path
    }

    fn act(&mut self, path: &str, what: Act) -> Reply {
        let (key, until, tag) = (self.key(), self.today(), tag(&self.press, path));
        let (press, reviewer) = (&self.press, &self.reviewer);
        let on = |client: &Client, method: &str, verb: &str, body: &Value| act(client, method, &format!("{path}{verb}"), &tag, body);
        match what {
            Act::Save => on(press, "PUT", "/draft", &json!({"percent": 50, "narrative": "Sửa."})),
            Act::Discard => on(press, "DELETE", "", &Value::Null),
            Act::Submit => on(press, "POST", "/submit", &Value::Null),
            Act::Return => on(reviewer, "POST", "/return", &json!({"reason": "Thiếu số liệu."})),
            Act::Accept => on(reviewer, "POST", "/accept", &Value::Null),
            Act::Reopen => on(reviewer, "POST", "/reopen", &json!({"reason": "Bổ sung.", "until": until})),
            Act::Aggregate => {
                let content = json!({"narrative": "Tổng hợp."});
                let body = json!({"programme": "HP-1593-2013", "year": 2014, "content": content, "sources": [path.rsplit('/').next()]});
                keyed(reviewer, "/api/v1/reports/consolidated", &key, &body)
            }
        }
    }

    /// Tries an act, and tells what came of it.
    fn outcome(&mut self, path: &str, what: Act) -> Result<String, String> {
        let before = self.press.get(path);
        let reply = self.act(path, what);
        let now = self.press.get(path);
        if reply.status < 300 {
            let status = if now.status == 404 { "GONE".to_owned() } else { now.json()["status"].as_str().expect("a status").to_owned() };
            return Ok(status);
        }
        assert_eq!((&now.body, now.headers.get("etag")), (&before.body, before.headers.get("etag")), "what is refused changes nothing");
        // What a source lacks is told at its place.
        Err(reply.faults().into_iter().map(|(_, code)| code).next().unwrap_or_else(|| reply.code()))
    }
}

fn signed_in(app: &TestApp) -> (Client, Client) {
    (app.system_of(OWN), app.person(Some("so-tttt"), Role::Standing))
}

fn every_act_on_a_report_leads_where_the_machine_says(backend: Backend) {
    let mut stage = Stage::new(backend);
    let wanted = |outcome: Outcome| outcome.map(str::to_owned).map_err(str::to_owned);
    // Those that are only looked at tomorrow, so that their day has passed then.
    let late: Vec<String> = Act::ALL.iter().map(|_| stage.report("REOPENED")).collect();
    for (state, row) in &REPORT[..6] {
        for (what, outcome) in Act::ALL.iter().zip(row) {
            let path = stage.report(state);
            assert_eq!(stage.outcome(&path, *what), wanted(*outcome), "{what:?} on {state}");
        }
    }
    stage.app.clock.advance(TimeDelta::days(1));
    (stage.press, stage.reviewer) = signed_in(&stage.app);
    let (state, row) = REPORT[6];
    for ((path, what), outcome) in late.iter().zip(Act::ALL).zip(row) {
        assert_eq!(stage.outcome(path, what), wanted(outcome), "{what:?} on {state}");
    }
    the_machine_says_the_same(stage.today());
}

/// The machine itself, where what it says is not hidden behind who may know of a report.
fn the_machine_says_the_same(today: NaiveDate) {
    for (state, row) in &REPORT {
        let status: ReportStatus = state.split(' ').next().and_then(|label| label.parse().ok()).expect("a status");
        let until = match *state {
            "REOPENED" => Some(today),
            "REOPENED until yesterday" => today.pred_opt(),
            _ => None,
        };
        let version = i32::from(*state != "DRAFT");
        let standing = Standing { status, version, accepted_version: None, reopened_until: until, estimate_until: None };
        for (what, outcome) in Act::ALL.into_iter().zip(row) {
            let told = after(standing, what, today).map(ReportStatus::label).map_err(Code::label);
            let wanted = match (what, *outcome) {
                (_, Ok("GONE")) => Ok("DRAFT"),
                (Act::Aggregate, Ok(_)) if *state == "AGGREGATED" => Err("WRONG_STATE"),
                (_, Err("NOT_FOUND" | "NOT_ACCEPTED" | "REFERENCE_UNKNOWN")) => Err("WRONG_STATE"),
                (_, other) => other,
            };
            assert_eq!(told, wanted, "{what:?} on {state}");
        }
    }
}

/// The acts on an occurrence, by what they are called in paths.
const ACTS: [&str; 10] = ["start", "claim", "return", "confirm", "redo", "suspend", "resume", "cancel", "withdraw", "reopen"];

/// Where each act leads from each state; from a state or by an act that is not named here nothing leads anywhere.
const OCCURRENCE: [(&str, &[(&str, &str)]); 9] = [
    (
        "NOT_STARTED",
        &[("start", "IN_PROGRESS"), ("return", "RETURNED"), ("suspend", "SUSPENDED"), ("cancel", "CANCELLED"), ("withdraw", "WITHDRAWN")],
    ),
    ("IN_PROGRESS", &[("claim", "AWAITING_CONFIRMATION"), ("suspend", "SUSPENDED"), ("cancel", "CANCELLED"), ("withdraw", "WITHDRAWN")]),
    (
        "AWAITING_CONFIRMATION",
        &[("confirm", "COMPLETED"), ("redo", "REDO"), ("suspend", "SUSPENDED"), ("cancel", "CANCELLED"), ("withdraw", "WITHDRAWN")],
    ),
    ("REDO", &[("claim", "AWAITING_CONFIRMATION"), ("suspend", "SUSPENDED"), ("cancel", "CANCELLED"), ("withdraw", "WITHDRAWN")]),
    ("RETURNED", &[("reopen", "NOT_STARTED"), ("suspend", "SUSPENDED"), ("cancel", "CANCELLED"), ("withdraw", "WITHDRAWN")]),
    // Where it goes on from is told apart, for each state in which it can be suspended.
    ("SUSPENDED", &[("resume", "NOT_STARTED"), ("cancel", "CANCELLED"), ("withdraw", "WITHDRAWN")]),
    ("COMPLETED", &[]),
    ("CANCELLED", &[]),
    ("WITHDRAWN", &[]),
];

/// How a year of a task gets into a state.
fn way(state: &str) -> &'static [&'static str] {
    match state {
        "NOT_STARTED" => &[],
        "IN_PROGRESS" => &["start"],
        "AWAITING_CONFIRMATION" => &["start", "claim"],
        "COMPLETED" => &["start", "claim", "confirm"],
        "REDO" => &["start", "claim", "redo"],
        "SUSPENDED" => &["suspend"],
        "CANCELLED" => &["cancel"],
        "WITHDRAWN" => &["withdraw"],
        "RETURNED" => &["return"],
        other => panic!("{other} is no state"),
    }
}

/// Years of tasks that one agency leads alone, taken one after the other.
struct Years {
    lead: Client,
    decider: Client,
    unused: Vec<String>,
}

impl Years {
    fn new(app: &TestApp) -> Self {
        app.import(&seed::made_up(36), ImportOptions::default()).expect("an import");
        let (lead, decider) = (app.system_of("test-1"), app.person(None, Role::Authority));
        let path = format!("/api/v1/occurrences?programme={}&leadAgency=test-1&limit=200", seed::MADE_UP);
        let page = lead.get(&path).json();
        let unused = page["items"].as_array().expect("items").iter().map(|item| item["id"].as_str().expect("an id").to_owned());
        Self { lead, decider, unused: unused.collect() }
    }

    fn act(&self, id: &str, verb: &str) -> Reply {
        let order = json!({"reason": "Theo chỉ đạo.", "document": DECISION});
        let (client, body) = match verb {
            "start" => (&self.lead, None),
            "claim" => (&self.lead, Some(json!({"deliveredOn": "2014-06-01", "note": "Đã đăng."}))),
            "return" => (&self.lead, Some(json!({"reason": "Không thuộc thẩm quyền.", "agency": "test-2"}))),
            "confirm" => (&self.decider, Some(json!({}))),
            _ => (&self.decider, Some(order)),
        };
        let (_, revision) = self.seen(id);
        change(client, &format!("/api/v1/occurrences/{id}/{verb}"), revision, body.as_ref())
    }

    fn seen(&self, id: &str) -> (String, i64) {
        let found = self.decider.get(&format!("/api/v1/occurrences/{id}")).json();
        (found["status"].as_str().expect("a status").to_owned(), found["revision"].as_i64().expect("a revision"))
    }

    /// One that goes these ways.
    fn along(&mut self, ways: &[&str]) -> String {
        let id = self.unused.pop().expect("one that is unused");
        for verb in ways {
            let reply = self.act(&id, verb);
            assert_eq!(reply.status, 200, "{verb} of {ways:?}: {}", reply.body);
        }
        id
    }
}

fn every_act_on_an_occurrence_leads_where_the_machine_says(backend: Backend) {
    let app = TestApp::start(backend);
    let mut years = Years::new(&app);
    for (state, arrows) in OCCURRENCE {
        // What is refused changes nothing, so that one is enough for all of that.
        let mut stands = years.along(way(state));
        for verb in ACTS {
            let before = years.seen(&stands);
            assert_eq!(before.0, state);
            let reply = years.act(&stands, verb);
            let now = years.seen(&stands);
            if let Some((_, to)) = arrows.iter().find(|(act, _)| *act == verb) {
                assert_eq!((reply.status, now), (200, ((*to).to_owned(), before.1 + 1)), "{verb} from {state}: {}", reply.body);
                stands = years.along(way(state));
            } else {
                assert_eq!((reply.status, reply.code().as_str()), (409, "OCCURRENCE_STATE"), "{verb} from {state}");
                assert_eq!(now, before, "{verb} from {state}");
            }
        }
    }
    for state in ["NOT_STARTED", "IN_PROGRESS", "AWAITING_CONFIRMATION", "REDO", "RETURNED"] {
        let id = years.along(&[way(state), &["suspend", "resume"]].concat());
        assert_eq!(years.seen(&id).0, state, "it goes on from where it was suspended");
    }
}
