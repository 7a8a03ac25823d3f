//! How the databases carry out what the service asks them: by an index wherever something is looked for.

use domain::account::Role;
use testkit::{Backend, Client, TestApp, both, database::execute};

use crate::generate::filled;

both!(what_is_looked_for_is_found_by_an_index);

/// Tables that grow with what agencies do.
const LARGE: [&str; 10] = [
    "reports",
    "report_versions",
    "report_events",
    "occurrences",
    "occurrence_events",
    "occurrence_claims",
    "extensions",
    "obligations",
    "events",
    "audit_entries",
];

/// A statement with its values, as Diesel shows them.
struct Sent {
    text: String,
    values: Vec<(&'static str, String)>,
}

impl Sent {
    fn read(shown: &str) -> Self {
        let (text, binds) = shown.split_once(" -- binds: ").expect("a statement and its values");
        let list = binds.strip_prefix('[').and_then(|list| list.strip_suffix(']')).expect("a list");
        Self { text: text.to_owned(), values: parts(list).iter().map(|value| typed(value)).collect() }
    }
}

/// The values of a list, which may be lists themselves or texts with commas.
fn parts(list: &str) -> Vec<String> {
    let (mut found, mut depth, mut quoted, mut escaped) = (vec![String::new()], 0, false, false);
    for c in list.chars() {
        match c {
            ',' if depth == 0 && !quoted => {
                found.push(String::new());
                continue;
            }
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth -= 1,
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        found.last_mut().expect("a part").push(c);
    }
    found.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// A value with its type, as PostgreSQL has them.
fn typed(value: &str) -> (&'static str, String) {
    let id = |value: &str| value.strip_prefix("DbId(").and_then(|id| id.strip_suffix(')')).map(str::to_owned);
    if let Some(id) = id(value) {
        return ("uuid", format!("'{id}'"));
    }
    if let Some(list) = value.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
        let items: Vec<(&str, String)> = parts(list).iter().map(|item| typed(item)).collect();
        let kind = match items.first() {
            Some(("uuid", _)) => "uuid[]",
            Some(("text", _)) => "text[]",
            _ => "unknown",
        };
        let items: Vec<String> = items.iter().map(|(_, item)| item.trim_matches('\'').to_owned()).collect();
        return (kind, format!("'{{{}}}'", items.join(",")));
    }
    if let Some(text) = value.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        return ("text", format!("'{}'", text.replace('\'', "''")));
    }
    match value.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _] => ("date", format!("'{value}'")),
        [_, _, _, _, b'-', _, _, b'-', _, _, b'T', ..] => ("timestamp", format!("'{value}'")),
        _ => ("unknown", format!("'{value}'")),
    }
}

fn what_is_looked_for_is_found_by_an_index(backend: Backend) {
    let (database, _) = filled(backend, "0.05");
    if backend == Backend::Postgres {
        execute(&database, "ANALYZE");
    }
    let app = TestApp::over(database);
    let auditor = app.person(None, Role::Auditor);
    let standing = app.person(Some("so-tttt"), Role::Standing);
    let system = app.system_of("tai-01-so-y-te");
    let anonymous = app.anonymous();
    let report =
        auditor.get("/api/v1/reports?programme=TAI-01-1-2021&limit=1").json()["items"][0]["id"].as_str().expect("an id").to_owned();
    let occurrence =
        anonymous.get("/api/v1/occurrences?programme=TAI-01-1-2021&limit=1").json()["items"][0]["id"].as_str().expect("an id").to_owned();
    let obligation =
        auditor.get("/api/v1/obligations?programme=TAI-01-1-2021&limit=1").json()["items"][0]["id"].as_str().expect("an id").to_owned();
    let p = "programme=TAI-01-1-2021";
    let who: [(&str, &Client); 4] = [("auditor", &auditor), ("standing", &standing), ("system", &system), ("anonymous", &anonymous)];
    let paths = [
        "/api/v1/reports?limit=50".to_owned(),
        format!("/api/v1/reports?{p}&task=I.1"),
        "/api/v1/reports?agency=tai-01-so-y-te".into(),
        format!("/api/v1/reports?{p}&agency=tai-01-so-y-te&year=2023"),
        format!("/api/v1/reports?{p}&status=SUBMITTED"),
        "/api/v1/reports?status=RETURNED".into(),
        "/api/v1/reports?externalRef=X".into(),
        "/api/v1/reports?period=2023-Q1".into(),
        "/api/v1/reports?agency=tai-01-so-y-te&externalRef=X".into(),
        format!("/api/v1/reports/{report}"),
        format!("/api/v1/reports/{report}/versions"),
        format!("/api/v1/reports/{report}/history"),
        format!("/api/v1/reports/{report}/similar"),
        "/api/v1/obligations?agency=tai-01-so-y-te".into(),
        "/api/v1/obligations?agency=tai-01-so-y-te&dueBefore=2024-01-01&state=OVERDUE".into(),
        "/api/v1/obligations?agency=tai-01-so-y-te&asOf=2023-01-01&state=OPEN".into(),
        format!("/api/v1/obligations?{p}&task=I.1"),
        format!("/api/v1/obligations?{p}&period=2023-Q1"),
        format!("/api/v1/obligations/{obligation}"),
        "/api/v1/changes?since=5000".into(),
        format!("/api/v1/occurrences?{p}&task=I.1"),
        format!("/api/v1/occurrences?{p}&fromYear=2023&toYear=2023&status=COMPLETED"),
        format!("/api/v1/occurrences?{p}&leadAgency=tai-01-so-y-te&timeliness=OVERDUE"),
        format!("/api/v1/occurrences?{p}&asOf=2023-06-30&timeliness=OVERDUE"),
        format!("/api/v1/occurrences/{occurrence}"),
        format!("/api/v1/statistics?{p}&groupBy=AGENCY"),
        format!("/api/v1/statistics?{p}&groupBy=TASK&asOf=2023-06-30"),
        format!("/api/v1/statistics?{p}&leadAgency=tai-01-so-y-te&groupBy=YEAR"),
        format!("/api/v1/statistics?{p}&groupBy=PERIOD"),
        "/api/v1/admin/audit?operation=generate_data".into(),
        "/api/v1/admin/audit?limit=50".into(),
        "/api/v1/admin/audit?refused=true".into(),
        format!("/api/v1/admin/audit?subject=report&subjectId={report}"),
    ];
    for path in &paths {
        for (name, client) in who {
            let (sent, reply) = app.sent(|| client.get(path));
            if reply.status != 200 {
                println!("## {name} {path} {} {}", reply.status, reply.body);
                continue;
            }
            for shown in sent {
                let sent = Sent::read(&shown);
                if !sent.text.starts_with("SELECT") && !sent.text.starts_with("WITH") {
                    continue;
                }
                let plan = persistence::by_hand::plan(&app.db, &sent.text, &sent.values).unwrap_or_else(|e| panic!("{e}: {shown}"));
                let bad = match backend {
                    Backend::Sqlite => plan.iter().any(|line| line.contains("SCAN ") && !line.contains("CONSTANT ROW")),
                    Backend::Postgres => plan.iter().enumerate().any(|(i, line)| {
                        line.contains("Seq Scan")
                            || (line.contains("Index")
                                && line.contains("Scan using")
                                && !plan.get(i + 1).is_some_and(|l| l.contains("Index Cond")))
                    }),
                };
                if bad && LARGE.iter().any(|t| sent.text.contains(t)) {
                    println!(
                        "## {name} {path}\n   {}\n      {}",
                        sent.text.split("FROM").skip(1).collect::<Vec<_>>().join("FROM"),
                        plan.join("\n      ")
                    );
                }
            }
        }
    }
}
