//! Every list of the schema, wherever it can be reached: reading more rows takes no more statements.
//!
//! The walk starts from the lists that are fields of `Query`, reads a few rows and then many, and does so for every field of the rows by
//! itself, and for every field of what those hold. It goes on with the single things that `Query` has, for what they hold and for each
//! list of theirs whose rows no list of `Query` has; those that are asked for by an identifier or a code are rows of such a list, and a few
//! of them are read for what stands too deep there. A loader that has nothing to load for the few may ask once for the many; something
//! that asks per row asks at least as often as there are rows more. A list that is no page is read without a field and with it. Of single
//! things, and of lists with few rows in them, nothing is compared; what is read of them counts as met.
//!
//! A list is met where a reply holds something of it: one that is empty wherever it is read tells nothing. What is not met is named here,
//! so that nothing is left out without a word.

use std::{cell::RefCell, collections::BTreeSet};

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

use crate::{
    generate::filled,
    statements::quiet,
    walk_rows::fill,
    walk_schema::{Field, Place, Schema},
};

both!(no_field_of_any_list_is_read_row_by_row);

/// Rows of the few, and of the many at most.
const FEW: usize = 2;
const MANY: usize = 60;
/// So many rows more tell a field that is read row by row from one that the few had nothing for, which takes so many statements once.
const ENOUGH: usize = 10;
const ONCE: u64 = 8;
const TRIES: usize = 4;
/// Lists of `Query` whose rows are too few to compare, by their nature: a service signs with one key, and has another beside it only while
/// keys change; of reports that are like another the ten most alike are told.
const TOO_FEW: [&str; 2] = ["signingKeys", "similarReports"];
/// What fields are asked that cannot be asked for without more, or that hold too little without it. A text that begins with a slash is a
/// place in what [`FIRST`] reads.
const ARGUMENTS: [(&str, &str, &str); 20] = [
    ("Committee", "changesSince", "day: \"2015-01-01\""),
    ("Programme", "task", "code: \"II.1\""),
    ("Query", "agency", "code: \"test-8\""),
    ("Query", "committee", "code: \"bcd-ttdn\""),
    ("Query", "committeeMember", "id: \"/committees/nodes/0/roster/0/occupant/person/id\""),
    ("Query", "deliverableFigures", "programme: \"HP-1593-2013\""),
    ("Query", "documentChanges", "since: \"2000-01-01\", until: \"2026-01-01\""),
    ("Query", "gaps", "programme: \"HP-1593-2013\""),
    ("Query", "participations", "session: \"/trainingCourses/nodes/0/sessions/0/id\""),
    ("Query", "programme", "code: \"HP-1593-2013\""),
    // The last that were made are those that not only have figures.
    ("Query", "reports", "direction: DESC"),
    ("Query", "search", "text: \"so\""),
    ("Query", "similarReports", "id: \"/reports/nodes/0/id\""),
    ("Query", "statistics", "groupBy: AGENCY"),
    ("Query", "targetEvaluations", "programme: \"HP-1593-2013\", year: 2015"),
    ("Query", "targetRecords", "programme: \"HP-1593-2013\", target: \"T9\""),
    ("Query", "trainingFigures", "programme: \"HP-1593-2013\", year: 2014"),
    ("Query", "trainingPeople", "programme: \"HP-1593-2013\""),
    ("Query", "trainingPlan", "programme: \"HP-1593-2013\", year: 2014"),
    ("Query", "workingDays", "year: 2025"),
];
const FIRST: &str = "{ committees(first: 1) { nodes { roster { occupant { person { id } } } } } reports(first: 1) { nodes { id } }
                       trainingCourses(first: 1) { nodes { sessions { id } } } }";
/// Lists that are not met.
const NOT_MET: [(&str, &str); 3] = [
    // Amounts whose sum no number holds are not taken any more: there are some only in what an older program took.
    ("BudgetLadder", "tooLarge"),
    ("BudgetYearlyMeans", "tooLarge"),
    // Null for whoever sees all agencies, as the reader of this walk does.
    ("TrainingPeople", "within"),
];

/// What fields are asked, with what is there to be asked.
fn arguments(client: &Client) -> Vec<(&'static str, &'static str, String)> {
    let first = client.graphql(FIRST, &json!({}));
    let there = |part: &str| match first.pointer(part).filter(|_| part.starts_with('/')) {
        Some(found) => found.as_str().expect("an identifier").to_owned(),
        None => part.to_owned(),
    };
    let with = |with: &str| with.split('"').map(there).collect::<Vec<_>>().join("\"");
    ARGUMENTS.into_iter().map(|(ty, field, asked)| (ty, field, with(asked))).collect()
}

/// The walk, and what came of it.
struct Walk<'a> {
    app: &'a TestApp,
    client: &'a Client,
    schema: &'a Schema,
    held: RefCell<BTreeSet<Place>>,
    asked: usize,
    thin: BTreeSet<String>,
    by_row: Vec<String>,
}

/// A list, and the single things that it is in.
struct Rows<'a> {
    around: &'a [&'a Field],
    field: &'a Field,
}

impl Walk<'_> {
    /// What a document takes and answers.
    fn ask(&self, text: &str) -> (u64, Value) {
        let (statements, mut reply) = self.app.statements(|| self.client.graphql_reply(text, &json!({})));
        // A reply without data and without errors says nothing at all.
        assert!(reply["errors"].is_null() && reply["data"].is_object(), "{text}: {reply}");
        self.schema.note("Query", &reply["data"], &mut self.held.borrow_mut());
        (statements, reply["data"].take())
    }

    /// So many rows with what is selected of them: statements, rows.
    fn read(&self, list: &Rows<'_>, n: usize, selection: &str) -> (u64, usize) {
        let size = if list.field.is_page() { format!("first: {n}") } else { String::new() };
        let (statements, data) = self.ask(&within(list.around, &format!("{} {selection}", list.field.asked(&size))));
        let rows = &list.around.iter().fold(&data, |inner, field| &inner[&field.name])[&list.field.name];
        let rows = if list.field.is_page() { &rows["nodes"] } else { rows };
        (statements, rows.as_array().map_or(0, Vec::len))
    }

    /// What reading something of many rows costs more than of a few, or than reading nothing of them; and how many rows more those are.
    fn extra(&self, list: &Rows<'_>, selection: &str, nothing: u64) -> (u64, usize) {
        let (many, read) = self.read(list, MANY, selection);
        let (few, less) = if list.field.is_page() { self.read(list, FEW, selection) } else { (nothing, 0) };
        (many.saturating_sub(few), read.saturating_sub(less))
    }

    /// What it costs more and how many rows more those are, of something that is read row by row. What the server does beside it only adds:
    /// one try that costs little is enough.
    fn costly(&self, list: &Rows<'_>, selection: &str, nothing: u64) -> Option<(u64, usize)> {
        let tries = (0..TRIES).map(|_| self.extra(list, selection, nothing));
        let costly: Vec<_> = tries.take_while(|(extra, rows)| *rows >= ENOUGH && *extra > ONCE && extra * 2 > *rows as u64).collect();
        if costly.len() < TRIES { None } else { costly.into_iter().min() }
    }

    /// Everything that the rows of a list can be asked for, and what a connection has beside them.
    fn rows(&mut self, list: &Rows<'_>) {
        let row = self.schema.row(list.field);
        if self.schema.is_leaf(row) {
            return;
        }
        let nothing = list.field.of_rows("__typename");
        let (least, there) = (0..2).map(|_| self.read(list, MANY, &nothing)).min().expect("a read");
        if there < FEW + ENOUGH && list.around.is_empty() {
            self.thin.insert(list.field.name.clone());
        }
        if there == 0 {
            return;
        }
        let whole = list.field.is_page().then(|| self.schema.selection(&list.field.of, true));
        let each = self.schema.askable(row).into_iter().map(|what| list.field.of_rows(&what));
        for selection in whole.into_iter().chain(each) {
            self.asked += 1;
            if there < FEW + ENOUGH {
                self.read(list, MANY, &selection);
            } else if let Some((extra, rows)) = self.costly(list, &selection, least) {
                let what = within(list.around, &format!("{} {selection}", list.field.asked("")));
                self.by_row.push(format!("{what}: {extra} statements more for {rows} rows more"));
            }
        }
    }

    /// Everything that a single thing can be asked for, its lists whose rows are none of `known`, and the single things within it that
    /// are asked for by a name.
    fn single(&mut self, path: &[&Field], known: &BTreeSet<&str>) {
        let schema = self.schema;
        let ty = &path.last().expect("a field").of;
        for what in schema.askable(ty) {
            self.asked += 1;
            self.ask(&within(path, &what));
        }
        for field in schema.fields(ty) {
            if field.is_many() && !known.contains(schema.row(field)) {
                self.rows(&Rows { around: path, field });
            } else if !field.is_many() && field.with.as_ref().is_some_and(|with| !with.is_empty()) {
                self.single(&[path, &[field]].concat(), known);
            }
        }
    }
}

/// A document that asks this of a single thing, or of `Query`.
fn within(path: &[&Field], what: &str) -> String {
    let whole = path.iter().rev().fold(what.to_owned(), |inner, field| format!("{} {{ {inner} }}", field.asked("")));
    format!("{{ {whole} }}")
}

fn no_field_of_any_list_is_read_row_by_row(backend: Backend) {
    let app = TestApp::over(filled(backend, "0.01").0);
    quiet(&app);
    let everything = app.user(Some("so-ngoai-vu"), Role::ALL);
    let client = app.anonymous().sign_in_person(&everything);
    fill(&app, FEW + ENOUGH);
    let schema = Schema::read(&client, &arguments(&client));
    let held = RefCell::default();
    let mut walk = Walk { app: &app, client: &client, schema: &schema, held, asked: 0, thin: BTreeSet::new(), by_row: Vec::new() };
    let (lists, single): (Vec<&Field>, Vec<&Field>) = schema.fields("Query").partition(|field| field.is_many());
    for &field in &lists {
        walk.rows(&Rows { around: &[], field });
    }
    let known: BTreeSet<&str> = lists.iter().map(|&field| schema.row(field)).collect();
    for field in single {
        walk.single(&[field], &known);
    }
    assert!(walk.by_row.is_empty(), "{}", walk.by_row.join("\n"));
    assert!(walk.asked > 2_500, "only {} fields were looked at", walk.asked);
    assert_eq!(walk.thin, BTreeSet::from(TOO_FEW.map(str::to_owned)));
    let lists = schema.lists();
    let not_met: Vec<(&str, &str)> = lists.difference(walk.held.get_mut()).map(|(ty, field)| (ty.as_str(), field.as_str())).collect();
    assert_eq!(not_met, NOT_MET);
}
