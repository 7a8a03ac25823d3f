//! Any sequence of acts over HTTP, drawn by chance: no state outside the machines, no submitted version lost or changed, figures that
//! add up after each, and the same answers on both databases.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use chrono::TimeDelta;
use domain::account::Role;
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use testkit::{Backend, Client, Reply, TestApp, app::Secrets, both};

use crate::{
    obligations::start,
    occurrences::{DECISION, LEADS, PROGRAMME, id, of},
    statistics::tell,
    workflow::{act, keyed, tag},
};

both!(no_sequence_of_acts_leaves_the_machines_or_loses_a_version);

const YEARS: [i32; 2] = [2014, 2015];
/// Sequences of a run, and acts of each.
const CASES: u32 = 3;
const ACTS: usize = 120;

/// From which status a report may come to which, said once more.
const REPORT_ARROWS: [(&str, &str); 10] = [
    ("DRAFT", "SUBMITTED"),
    ("SUBMITTED", "RETURNED"),
    ("SUBMITTED", "ACCEPTED"),
    ("RETURNED", "SUBMITTED"),
    ("ACCEPTED", "AGGREGATED"),
    ("ACCEPTED", "REOPENED"),
    ("AGGREGATED", "REOPENED"),
    ("REOPENED", "SUBMITTED"),
    ("REOPENED", "REOPENED"),
    // Where its day has passed.
    ("REOPENED", "AGGREGATED"),
];

/// The same of an occurrence.
const OCCURRENCE_ARROWS: [(&str, &[&str]); 9] = [
    ("NOT_STARTED", &["IN_PROGRESS", "RETURNED", "SUSPENDED", "CANCELLED", "WITHDRAWN"]),
    ("IN_PROGRESS", &["AWAITING_CONFIRMATION", "SUSPENDED", "CANCELLED", "WITHDRAWN"]),
    ("AWAITING_CONFIRMATION", &["COMPLETED", "REDO", "SUSPENDED", "CANCELLED", "WITHDRAWN"]),
    ("REDO", &["AWAITING_CONFIRMATION", "SUSPENDED", "CANCELLED", "WITHDRAWN"]),
    ("SUSPENDED", &["NOT_STARTED", "IN_PROGRESS", "AWAITING_CONFIRMATION", "REDO", "RETURNED", "CANCELLED", "WITHDRAWN"]),
    ("RETURNED", &["NOT_STARTED", "SUSPENDED", "CANCELLED", "WITHDRAWN"]),
    ("COMPLETED", &[]),
    ("CANCELLED", &[]),
    ("WITHDRAWN", &[]),
];

/// Something that is tried; the numbers choose by whom and on what.
#[derive(Clone, Copy, Debug)]
struct Try {
    what: usize,
    by: usize,
    on: usize,
    /// One of eight names a state that is not the last.
    tag: usize,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let what = proptest::sample::select(&OFTEN);
    vec((what, 0..5_usize, 0..16_usize, 0..8_usize).prop_map(|(what, by, on, tag)| Try { what, by, on, tag }), ACTS)
}

/// Who acts: the leads of V.2, the standing agency, the People's Committee; and who looks.
const CALLERS: [(Option<&str>, Role); 6] = [
    (Some(LEADS[0]), Role::AgencySystem),
    (Some(LEADS[1]), Role::AgencyApprover),
    (Some("so-tttt"), Role::Standing),
    (None, Role::Authority),
    (Some(LEADS[2]), Role::AgencySystem),
    (None, Role::Auditor),
];

/// What is tried, the more often the more of it a long way needs.
const OFTEN: [usize; 55] = [
    0, 0, 1, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 9, 10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 13, 13, 14, 14, 14, 14, 14, 15, 15,
    15, 16, 16, 16, 16, 17, 18, 18, 19, 20, 21, 22, 23, 24, 25, 25,
];

/// Who is let do each thing, so that most tries get beyond the policy.
const FIT: [&[usize]; 26] = [
    &[0, 1],
    &[0, 1],
    &[0, 1],
    &[0, 1],
    &[0, 1],
    &[0, 1],
    &[2, 3],
    &[2, 3],
    &[2, 3],
    &[2, 3],
    &[0, 1],
    &[2], // reports
    &[0, 1],
    &[0, 1, 4],
    &[0, 1, 4],
    &[3],
    &[3],
    &[2, 3],
    &[2, 3],
    &[3],
    &[0],
    &[3],
    &[0, 1],
    &[3],
    &[1, 3],
    &[0], // occurrences
];

struct Stage {
    app: TestApp,
    secrets: Vec<Secrets>,
    callers: Vec<Client>,
    auditor: Client,
    /// Occurrences of V.2.
    occurrences: Vec<String>,
    /// Paths of reports, in the order of making, each with what was submitted.
    reports: Vec<String>,
    submitted: BTreeMap<(usize, i64), Value>,
    /// Status of everything after the last act.
    seen: BTreeMap<String, String>,
    told: Vec<String>,
}

fn stage(backend: Backend) -> Stage {
    let app = start(backend);
    let account = |(agency, role): &(Option<&str>, Role)| match (agency, role) {
        (Some(agency), Role::AgencySystem) => app.service_account(agency, &[*role]),
        _ => app.user(*agency, &[*role]),
    };
    let secrets: Vec<Secrets> = CALLERS.iter().map(account).collect();
    let (callers, auditor) = signed_in(&app, &secrets);
    let occurrences = YEARS.map(|year| id(&of(&auditor, "V.2", year))).to_vec();
    let (reports, submitted, seen, told) = (Vec::new(), BTreeMap::new(), BTreeMap::new(), Vec::new());
    Stage { app, secrets, callers, auditor, occurrences, reports, submitted, seen, told }
}

fn signed_in(app: &TestApp, secrets: &[Secrets]) -> (Vec<Client>, Client) {
    let sign_in = |(secrets, (_, role)): (&Secrets, &(_, Role))| {
        let nobody = app.anonymous();
        if *role == Role::AgencySystem { nobody.sign_in_service(secrets) } else { nobody.sign_in_person(secrets) }
    };
    let mut callers: Vec<Client> = secrets.iter().zip(&CALLERS).map(sign_in).collect();
    let auditor = callers.pop().expect("an auditor");
    (callers, auditor)
}

impl Stage {
    /// Tries something, and looks at everything that it may have broken.
    fn go(&mut self, number: usize, tried: Try) {
        let before = self.seen.clone();
        let reply = self.attempt(number, tried);
        if let Some(reply) = &reply {
            assert!(reply.status < 500, "{tried:?}: {}", reply.body);
            let code = if reply.status < 300 { String::new() } else { reply.code() };
            if let (201, Some(path)) = (reply.status, reply.headers.get("location").filter(|path| path.starts_with("/api/v1/reports/"))) {
                self.reports.push(path.clone());
            }
            self.told.push(format!("{tried:?} {} {code}", reply.status));
        }
        let after = self.statuses();
        for (thing, now) in &after {
            let was = before.get(thing).map_or("DRAFT", String::as_str);
            let is_arrow = was == now || !before.contains_key(thing) || arrows(thing, was, now);
            assert!(is_arrow, "{tried:?}: {thing} went from {was} to {now}");
            // What was refused changes nothing.
            let is_refused = reply.as_ref().is_some_and(|reply| reply.status >= 400);
            assert!(!is_refused || was == now, "{tried:?}: {thing} was {was}, is {now}");
        }
        self.told.push(after.values().cloned().collect::<Vec<_>>().join(" "));
        self.seen = after;
    }

    /// Status of every occurrence and of every report that is there.
    fn statuses(&self) -> BTreeMap<String, String> {
        let text = |value: &Value| value.as_str().expect("a status").to_owned();
        let occurrence = |(i, id): (usize, &String)| {
            let found = self.auditor.get(&format!("/api/v1/occurrences/{id}")).json();
            (format!("occurrence {i}"), text(&found["status"]))
        };
        let mut statuses: BTreeMap<String, String> = self.occurrences.iter().enumerate().map(occurrence).collect();
        for (i, path) in self.reports.iter().enumerate() {
            // Drafts are known to their agency alone.
            let seen = self.callers[..2].iter().chain([&self.auditor]).map(|client| client.get(path)).find(|reply| reply.status == 200);
            if let Some(reply) = seen {
                statuses.insert(format!("report {i:03}"), text(&reply.json()["status"]));
            }
        }
        statuses
    }

    /// What was submitted once is there, as it was.
    fn keep_versions(&mut self) {
        for (i, path) in self.reports.iter().enumerate() {
            let reply = self.auditor.get(&format!("{path}/versions"));
            if reply.status == 404 {
                assert!(!self.submitted.keys().any(|(report, _)| *report == i), "{path} was submitted and is gone");
                continue;
            }
            let versions = reply.json()["items"].take();
            let versions = versions.as_array().expect("versions");
            let known = self.submitted.keys().filter(|(report, _)| *report == i).count();
            assert!(versions.len() >= known, "{path} lost a version");
            for version in versions {
                let number = version["version"].as_i64().expect("a number");
                let kept = self.submitted.entry((i, number)).or_insert_with(|| version.clone());
                assert_eq!(kept, version, "{path} version {number} changed");
            }
        }
    }

    fn attempt(&mut self, number: usize, Try { what, by, on, tag: stale }: Try) -> Option<Reply> {
        let what = match what {
            6..=9 if stale > 3 => self.sensible_review(on),
            12..=18 if stale > 3 => self.sensible(on),
            what => what,
        };
        let by = if by == 4 { number % self.callers.len() } else { FIT[what][by % FIT[what].len()] };
        let (client, year) = (&self.callers[by], YEARS[on % YEARS.len()]);
        let (key, until) = (format!("{number}"), self.app.clock_in(TimeDelta::days(4)).date_naive());
        let content =
            json!({"programme": PROGRAMME, "task": "V.2", "year": year, "percent": number % 101, "narrative": format!("Lần {number}")});
        let report = |verb: &str, method: &str, body: &Value| {
            // One of the last few, so that each goes a long way; what is reviewed was mostly sent.
            let is_review = on > 0 && matches!(verb, "/return" | "/accept" | "/reopen");
            let is_sent = |i: usize| self.seen.get(&format!("report {i:03}")).is_some_and(|status| status != "DRAFT");
            let mut fitting = self.reports.iter().enumerate().rev().filter(|(i, _)| !is_review || is_sent(*i));
            let (_, path) = fitting.nth(on % 3)?;
            let seen = self.callers[..2].iter().chain([&self.auditor]).map(|client| client.get(path)).find(|reply| reply.status == 200)?;
            let tag = if stale == 0 { "\"999\"".to_owned() } else { seen.headers["etag"].clone() };
            Some(act(client, method, &format!("{path}{verb}"), &tag, body))
        };
        let occurrence = |verb: &str, body: Value| {
            let path = format!("/api/v1/occurrences/{}", self.occurrences[usize::from(on.is_multiple_of(4))]);
            let tag = if stale == 0 { "\"999\"".to_owned() } else { tag(&self.auditor, &path) };
            Some(act(client, "POST", &format!("{path}/{verb}"), &tag, &body))
        };
        let extension = |verb: &str, body: Value| {
            let at = &self.occurrences[usize::from(on.is_multiple_of(4))];
            let path = format!("/api/v1/occurrences/{at}");
            let found = self.auditor.get(&path);
            let asked = found.json()["extensions"].as_array().and_then(|all| all.last().cloned())?;
            let path = format!("/api/v1/extensions/{}/{verb}", asked["id"].as_str().expect("an id"));
            Some(act(client, "POST", &path, &found.headers["etag"], &body))
        };
        let order = json!({"reason": "Theo chỉ đạo.", "document": DECISION});
        match what {
            0 | 1 => Some(client.push(&key, &content)),
            2 => Some(keyed(client, "/api/v1/reports/drafts", &key, &json!({"programme": PROGRAMME, "task": "V.2", "year": year}))),
            3 => report("/draft", "PUT", &json!({"percent": number % 101, "narrative": format!("Sửa {number}")})),
            4 | 5 => report("/submit", "POST", &Value::Null),
            6 => report("/return", "POST", &json!({"reason": "Thiếu số liệu.", "remarks": []})),
            7 | 8 => report("/accept", "POST", &Value::Null),
            9 => report("/reopen", "POST", &json!({"reason": "Bổ sung.", "until": until})),
            10 => report("", "DELETE", &Value::Null),
            11 => {
                let accepted = |(i, path): (usize, &'_ String)| {
                    let is_accepted = self.seen.get(&format!("report {i:03}")).is_some_and(|status| status == "ACCEPTED");
                    (is_accepted || on == 0).then(|| path.rsplit('/').next().unwrap_or_default().to_owned())
                };
                let sources: Vec<String> = self.reports.iter().enumerate().filter_map(accepted).take(1 + on % 3).collect();
                let content = json!({"narrative": format!("Tổng hợp {number}")});
                let body = json!({"programme": PROGRAMME, "year": year, "content": content, "sources": sources});
                Some(keyed(client, "/api/v1/reports/consolidated", &key, &body))
            }
            12 => occurrence("start", Value::Null),
            13 | 14 => occurrence("claim", json!({"deliveredOn": format!("{year}-06-01"), "note": "Đã đăng."})),
            15 => occurrence("confirm", json!({})),
            16 => occurrence("redo", json!({"reason": "Chưa đạt."})),
            17 => occurrence("suspend", order),
            18 => occurrence("resume", order),
            19 if number > 100 => occurrence(if on.is_multiple_of(2) { "cancel" } else { "withdraw" }, order),
            20 => occurrence("return", json!({"reason": "Không thuộc thẩm quyền.", "agency": "so-ngoai-vu"})),
            21 => occurrence("reopen", order),
            22 => occurrence("extensions", json!({"dueOn": format!("{}-06-30", year + 1), "reason": "Chờ kinh phí."})),
            23 => extension("approve", json!({"document": DECISION})),
            24 => extension(
                if on.is_multiple_of(2) { "reject" } else { "withdraw" },
                if on.is_multiple_of(2) { json!({"reason": "Không."}) } else { Value::Null },
            ),
            _ => {
                self.app.clock.advance(TimeDelta::days(i64::try_from(on % 4).expect("a few")));
                // Tokens end with their quarter of an hour.
                (self.callers, self.auditor) = signed_in(&self.app, &self.secrets);
                None
            }
        }
    }

    /// What leads a report on that was sent.
    fn sensible_review(&self, on: usize) -> usize {
        let sent = self.seen.iter().rev().filter(|(thing, status)| thing.starts_with("report") && *status != "DRAFT");
        match sent.map(|(_, status)| status.as_str()).nth(on % 3) {
            Some("ACCEPTED" | "AGGREGATED") => 9,
            _ => 6 + on % 2,
        }
    }

    /// What leads an occurrence on from where it stands.
    fn sensible(&self, on: usize) -> usize {
        match self.seen[&format!("occurrence {}", usize::from(on.is_multiple_of(4)))].as_str() {
            "NOT_STARTED" => 12,
            "AWAITING_CONFIRMATION" => 15 + on % 2,
            "SUSPENDED" => 18,
            "RETURNED" => 21,
            _ => 13,
        }
    }

    /// Parts make their totals, whichever way figures are told.
    fn adds_up(&self) {
        let told = |grouping: &str| tell(&self.callers[3], &format!("programme={PROGRAMME}&groupBy={grouping}"));
        let total = told("NONE")["total"].take();
        let number = |figures: &Value, figure: &str| figures[figure].as_i64().expect("a figure");
        let tasks = |figure: &str| number(&total["tasks"], figure);
        assert_eq!(tasks("assigned"), tasks("completed") + tasks("open"));
        assert_eq!(tasks("completed"), tasks("completedOnTime") + tasks("completedLate") + tasks("completedNoDeadline"));
        assert_eq!(tasks("open"), tasks("openWithin") + tasks("openOverdue") + tasks("openNoDeadline"));
        let reports = |figure: &str| number(&total["reports"], figure);
        assert_eq!(reports("expected"), reports("onTime") + reports("late") + reports("missing"));
        assert_eq!(reports("obliged"), reports("expected") + reports("notYetDue") + reports("calendarUnknown"));
        for grouping in ["GROUP", "TASK", "YEAR", "PERIOD"] {
            let rows = told(grouping)["rows"].take();
            let rows = rows.as_array().expect("rows");
            for (of, figure) in
                [("tasks", "assigned"), ("tasks", "completed"), ("tasks", "openOverdue"), ("reports", "obliged"), ("reports", "actual")]
            {
                let sum: i64 = rows.iter().map(|row| number(&row[of], figure)).sum();
                assert_eq!(sum, number(&total[of], figure), "{of} {figure} by {grouping}");
            }
        }
    }
}

fn arrows(thing: &str, was: &str, now: &str) -> bool {
    if thing.starts_with("report") {
        return REPORT_ARROWS.contains(&(was, now));
    }
    OCCURRENCE_ARROWS.iter().any(|(from, to)| *from == was && to.contains(&now))
}

/// What came of a sequence: each answer, and each state after it.
fn run(backend: Backend, acts: &[Try]) -> Vec<String> {
    let mut stage = stage(backend);
    stage.seen = stage.statuses();
    for (number, tried) in acts.iter().enumerate() {
        stage.go(number, *tried);
        if number % 4 == 3 {
            stage.keep_versions();
        }
        if number % 20 == 19 {
            stage.adds_up();
        }
    }
    stage.keep_versions();
    stage.told
}

fn no_sequence_of_acts_leaves_the_machines_or_loses_a_version(backend: Backend) {
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 8, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let reached = RefCell::new(BTreeSet::new());
    let outcome = runner.run(&tries(), |acts| {
        let told = run(backend, &acts);
        // One half of the suite compares both.
        if backend == Backend::Postgres {
            prop_assert_eq!(&told, &run(Backend::Sqlite, &acts));
        }
        reached.borrow_mut().extend(told.iter().flat_map(|line| line.split(' ').map(str::to_owned)));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    // The draw is the same in each run, and comes to most of what can be.
    for status in ["RETURNED", "ACCEPTED", "AGGREGATED", "REOPENED", "AWAITING_CONFIRMATION", "COMPLETED", "REDO", "SUSPENDED"] {
        assert!(reached.borrow().contains(status), "no sequence came to {status}");
    }
}
