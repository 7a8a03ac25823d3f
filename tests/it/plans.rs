//! How the databases carry out what the service asks them: by an index wherever something is looked for.

use domain::account::Role;
use testkit::{Backend, Client, TestApp, both, database::execute};

use crate::generate::filled;

both!(what_is_looked_for_is_found_by_an_index);

/// Tables that grow with what agencies do.
const LARGE: [&str; 12] = [
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
    "budget_lines",
    "budget_movements",
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
        let mut values: Vec<_> = parts(list).iter().map(|value| typed(value)).collect();
        // As if the list were read to its end: a short page may be found as soon by walking.
        if let Some((_, limit)) = text.rsplit_once(" LIMIT $")
            && let Some(value) = limit.parse::<usize>().ok().and_then(|place| values.get_mut(place - 1))
        {
            *value = ("bigint", "1000000".into());
        }
        Self { text: text.to_owned(), values }
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

/// What reads a large table from end to end, or walks one of its indexes so. The index of events without a number has only those, that
/// of what was undone only reversals.
fn walks(backend: Backend, large: &[&str], sent: &Sent, plan: &[String]) -> Vec<String> {
    let is_large = |name: &str| large.iter().any(|table| *table == name || sent.text.contains(&format!(" {table} {name} ")));
    let walk = |(i, line): (usize, &String)| match backend {
        Backend::Sqlite => line.split_once("SCAN ").is_some_and(|(_, rest)| is_large(rest.split(' ').next().unwrap_or_default())),
        Backend::Postgres => {
            let table = line.split_once(" on ").map(|(_, rest)| rest.split(' ').next().unwrap_or_default()).unwrap_or_default();
            let conditions = plan[i + 1..].iter().take_while(|line| !line.contains("->"));
            let is_short = ["events_unnumbered", "budget_movements_undone"].iter().any(|index| line.contains(index));
            let is_sought = is_short || conditions.into_iter().any(|line| line.contains("Index Cond"));
            large.contains(&table) && (line.contains("Seq Scan") || (line.contains("Scan using") && !is_sought))
        }
    };
    plan.iter().enumerate().filter(|line| walk(*line)).map(|(_, line)| line.trim().to_owned()).collect()
}

/// What reads a table from end to end in a statement, as it was sent, that is carried out so.
pub fn walks_over(app: &TestApp, backend: Backend, shown: &str, table: &str) -> Vec<String> {
    let sent = Sent::read(shown);
    let plan = persistence::by_hand::plan(&app.db, &sent.text, &sent.values).unwrap_or_else(|e| panic!("{e}: {}", sent.text));
    walks(backend, &[table], &sent, &plan)
}

/// Asks, and looks at how each statement was carried out that this took; tells how many looked at a large table.
pub(crate) fn ask(app: &TestApp, backend: Backend, what: &str, f: impl FnOnce()) -> usize {
    let (sent, ()) = app.sent(f);
    let sent = sent.iter().map(|shown| Sent::read(shown));
    // What is asked of nothing reads nothing.
    let reads = sent.filter(|sent| !sent.text.contains("(1=0)") && (sent.text.starts_with("SELECT") || sent.text.starts_with("WITH")));
    let large: Vec<Sent> = reads.filter(|sent| LARGE.iter().any(|table| sent.text.contains(table))).collect();
    for sent in &large {
        let plan = persistence::by_hand::plan(&app.db, &sent.text, &sent.values).unwrap_or_else(|e| panic!("{e}: {}", sent.text));
        let walks = walks(backend, &LARGE, sent, &plan);
        assert!(walks.is_empty(), "{what}: {walks:?} in {}\n{}", sent.text, plan.join("\n"));
    }
    large.len()
}

fn the_first(client: &Client, list: &str) -> String {
    let page = client.get(&format!("/api/v1/{list}?programme=TAI-01-1-2021&limit=1")).json();
    page["items"][0]["id"].as_str().expect("an identifier").to_owned()
}

fn what_is_looked_for_is_found_by_an_index(backend: Backend) {
    let (database, _) = filled(backend, "0.05");
    if backend == Backend::Postgres {
        execute(&database, "ANALYZE");
    }
    let app = TestApp::over(database);
    let (auditor, anonymous) = (app.person(None, Role::Auditor), app.anonymous());
    let (standing, system) = (app.person(Some("so-tttt"), Role::Standing), app.system_of("tai-01-so-y-te"));
    let (report, occurrence) = (the_first(&auditor, "reports"), the_first(&auditor, "occurrences"));
    let obligation = the_first(&auditor, "obligations");
    let (everybody, insiders, inside) =
        (&[&auditor, &standing, &system, &anonymous][..], &[&auditor, &standing, &system][..], &[&auditor, &standing][..]);
    let (of_task, agency) = ("programme=TAI-01-1-2021&task=I.1", "tai-01-so-y-te");
    for (callers, path) in [
        (everybody, format!("reports?{of_task}")),
        (everybody, format!("reports?{of_task}&status=ACCEPTED&year=2023")),
        (everybody, format!("reports?agency={agency}")),
        (everybody, format!("reports?agency={agency}&externalRef=X")),
        (everybody, "reports?externalRef=X".into()),
        (inside, "reports?status=RETURNED".into()),
        (inside, "reports?period=2023-Q1".into()),
        (everybody, format!("reports/{report}")),
        (inside, format!("reports/{report}/versions")),
        (inside, format!("reports/{report}/history")),
        (&[&standing], format!("reports/{report}/similar")),
        (insiders, format!("obligations?agency={agency}")),
        (insiders, format!("obligations?agency={agency}&dueBefore=2024-01-01&state=OVERDUE")),
        (insiders, format!("obligations?agency={agency}&asOf=2023-01-01&state=OPEN")),
        (insiders, format!("obligations?{of_task}")),
        (inside, format!("obligations/{obligation}")),
        (everybody, "changes?since=5000".into()),
        (everybody, format!("occurrences?{of_task}")),
        (everybody, format!("occurrences/{occurrence}")),
        (&[&auditor], "admin/audit?operation=generate_data".into()),
        (&[&auditor], "admin/audit?refused=true".into()),
        (&[&auditor], format!("admin/audit?subject=report&subjectId={report}")),
        (&[&auditor], "admin/audit?subject=statistics".into()),
        (&[&auditor], format!("admin/audit?subjectId={report}")),
        (&[&auditor], "admin/audit?login=nobody".into()),
        (&[&auditor], "admin/audit?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z".into()),
    ] {
        for client in callers {
            let large = ask(&app, backend, &path, || {
                let reply = client.get(&format!("/api/v1/{path}"));
                assert_eq!(reply.status, 200, "{path}: {}", reply.body);
            });
            assert!(large > 0, "{path} looks at no large table");
        }
    }
    let nested = "{ tasks(first: 5) { nodes { occurrences { year } reports(first: 2) { totalCount nodes { narrative } } } } }";
    ask(&app, backend, "tasks with their reports", || drop(anonymous.graphql(nested, &serde_json::json!({}))));
    // The one programme is nearly all there is, which PostgreSQL knows, and reads all of it at once.
    if backend == Backend::Sqlite {
        let of_programme = "programme=TAI-01-1-2021";
        for path in [
            format!("reports?{of_programme}&status=SUBMITTED"),
            format!("obligations?{of_programme}&period=2023-Q1"),
            format!("occurrences?{of_programme}&year=2023&status=COMPLETED"),
            format!("occurrences?{of_programme}&leadAgency={agency}&timeliness=OVERDUE"),
            format!("statistics?{of_programme}&groupBy=AGENCY"),
            format!("statistics?{of_programme}&groupBy=TASK&asOf=2023-06-30"),
            format!("statistics?{of_programme}&leadAgency={agency}&groupBy=YEAR"),
            format!("statistics?{of_programme}&groupBy=PERIOD"),
        ] {
            ask(&app, backend, &path, || assert_eq!(standing.get(&format!("/api/v1/{path}")).status, 200));
        }
    }
}
