//! Every list of the schema, wherever it can be reached: reading more rows takes no more statements.
//!
//! The walk starts from the fields of `Query` that are pages and can be asked without more, reads a few rows and then many, and does so
//! for every field of the rows by itself, and for every field of what those are. A loader that has nothing to load for the few may ask once
//! for the many; something that asks per row asks at least as often as there are rows more. A list that is no page is read without a field
//! and with it. What is not walked is named here, so that nothing is left out without a word.

use std::collections::BTreeMap;

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

use crate::{generate::filled, statements::quiet, walk_rows::fill};

both!(no_field_of_any_list_is_read_row_by_row);

/// Rows of the few, and of the many at most.
const FEW: usize = 2;
const MANY: usize = 60;
/// So many rows more tell a field that is read row by row from one that the few had nothing for, which takes so many statements once.
const ENOUGH: usize = 8;
const ONCE: u64 = 8;
const TRIES: usize = 4;
/// Lists at the root that are not walked, as there are too few rows of them by their nature: a service signs with one key, and has another
/// beside it only while keys change.
const TOO_FEW: [&str; 1] = ["signingKeys"];
/// Lists at the root that cannot be asked for without more, with what they are asked.
const ARGUMENTS: [(&str, &str); 6] = [
    ("deliverableFigures", "programme: \"HP-1593-2013\""),
    ("documentChanges", "since: \"2000-01-01\", until: \"2026-01-01\""),
    ("gaps", "programme: \"HP-1593-2013\""),
    ("search", "text: \"so\""),
    ("targetEvaluations", "programme: \"HP-1593-2013\""),
    ("trainingPlan", "programme: \"HP-1593-2013\", year: 2014"),
];
/// Those that are of one thing: it is theirs to be one statement.
const OF_ONE: [&str; 3] = ["similarReports", "participations", "targetRecords"];

/// The schema as it tells of itself.
struct Schema(BTreeMap<String, Value>);

impl Schema {
    fn read(client: &Client) -> Self {
        let told = client.graphql(include_str!("introspection.graphql"), &json!({}));
        let types = told["__schema"]["types"].as_array().expect("types").iter();
        Self(types.map(|ty| (ty["name"].as_str().expect("a name").to_owned(), ty.clone())).collect())
    }

    /// Fields of a type that can be asked without arguments: name, type, whether it is a list.
    fn fields(&self, ty: &str) -> Vec<(String, String, bool)> {
        self.fields_that(ty, true)
    }

    /// Fields of a type that can be asked without arguments, or cannot.
    fn fields_that(&self, ty: &str, are_free: bool) -> Vec<(String, String, bool)> {
        let is_free = |arg: &Value| arg["type"]["kind"] != "NON_NULL" || !arg["defaultValue"].is_null();
        let fields = self.0[ty]["fields"].as_array().into_iter().flatten();
        let wanted = fields.filter(|field| field["args"].as_array().expect("arguments").iter().all(is_free) == are_free);
        wanted
            .map(|field| {
                let (mut ty, mut is_list) = (&field["type"], false);
                while ty["name"].is_null() {
                    is_list |= ty["kind"] == "LIST";
                    ty = &ty["ofType"];
                }
                (field["name"].as_str().expect("a name").to_owned(), ty["name"].as_str().expect("a type").to_owned(), is_list)
            })
            .collect()
    }

    fn is_leaf(&self, ty: &str) -> bool {
        matches!(self.0[ty]["kind"].as_str(), Some("SCALAR" | "ENUM"))
    }

    /// What to select of a field so that it is read, and all that it holds beside, `below` levels down.
    fn selection(&self, ty: &str, below: usize) -> String {
        if self.is_leaf(ty) {
            return String::new();
        }
        if ty.ends_with("Connection") {
            let nodes = self.fields(ty).into_iter().find(|(name, ..)| name == "nodes").expect("nodes");
            return format!("{{ nodes {} }}", self.selection(&nodes.1, below));
        }
        let inner: Vec<String> = match below {
            0 => Vec::new(),
            _ => self.fields(ty).into_iter().filter(|(_, ty, _)| self.is_leaf(ty)).map(|(name, ..)| name).collect(),
        };
        format!("{{ __typename {} }}", inner.join(" "))
    }

    /// Everything that a row can be asked for, each by itself: its own fields, and those of the single things it refers to.
    fn askable(&self, ty: &str) -> Vec<String> {
        let mut asked = Vec::new();
        for (name, of, is_list) in self.fields(ty) {
            asked.push(format!("{name} {}", self.selection(&of, 1)));
            if self.is_leaf(&of) || of.ends_with("Connection") && is_list {
                continue;
            }
            let inner = if of.ends_with("Connection") {
                self.fields(&of).into_iter().find(|(name, ..)| name == "nodes").expect("nodes").1
            } else {
                of.clone()
            };
            for (second, of_second, _) in self.fields(&inner).into_iter().filter(|(_, ty, _)| !self.is_leaf(ty)) {
                let read = format!("{second} {}", self.selection(&of_second, 0));
                asked.push(if of.ends_with("Connection") {
                    format!("{name} {{ nodes {{ {read} }} }}")
                } else {
                    format!("{name} {{ {read} }}")
                });
            }
        }
        asked
    }
}

/// A list at the root of the schema, and how its rows are read.
struct Root<'a> {
    app: &'a TestApp,
    client: &'a Client,
    name: String,
    /// What it is asked, if anything.
    with: &'static str,
    /// Rows are asked for as pages are.
    is_page: bool,
}

impl Root<'_> {
    /// So many rows with something of each: statements, rows.
    fn read(&self, n: usize, what: &str) -> (u64, usize) {
        let (rows, size) = (format!("/data/{}", self.name), format!("first: {n}"));
        let given = [if self.is_page { &size } else { "" }, self.with].map(str::to_owned).into_iter().filter(|arg| !arg.is_empty());
        let given = given.collect::<Vec<_>>().join(", ");
        let given = if given.is_empty() { given } else { format!("({given})") };
        let what = if self.is_page { format!("nodes {{ {what} }}") } else { what.to_owned() };
        let text = format!("{{ {}{given} {{ {what} }} }}", self.name);
        let (statements, reply) = self.app.statements(|| self.client.graphql_reply(&text, &json!({})));
        assert!(reply["errors"].is_null(), "{text}: {}", reply["errors"]);
        let rows = reply.pointer(&if self.is_page { format!("{rows}/nodes") } else { rows });
        (statements, rows.and_then(Value::as_array).map_or(0, Vec::len))
    }

    /// Rows that are there, up to [`MANY`].
    fn rows(&self) -> usize {
        self.read(MANY, "__typename").1
    }

    /// What reading something of many rows costs more than of a few, or than reading nothing of them; and how many rows more those are.
    fn extra(&self, what: &str) -> (u64, usize) {
        let (many, read) = self.read(MANY, what);
        let (few, less) = if self.is_page { self.read(FEW, what) } else { (self.read(MANY, "__typename").0, 0) };
        (many.saturating_sub(few), read.saturating_sub(less))
    }

    /// What it costs more and how many rows more those are, of something that is read row by row. What the server does beside it only adds:
    /// one try that costs little is enough.
    fn by_row(&self, what: &str) -> Option<(u64, usize)> {
        let tries = (0..TRIES).map(|_| self.extra(what));
        let costly: Vec<_> = tries.take_while(|(extra, rows)| *rows >= ENOUGH && *extra > ONCE && extra * 2 > *rows as u64).collect();
        if costly.len() < TRIES { None } else { costly.into_iter().min() }
    }
}

fn no_field_of_any_list_is_read_row_by_row(backend: Backend) {
    let app = TestApp::over(filled(backend, "0.01").0);
    quiet(&app);
    let everything = app.user(Some("so-ngoai-vu"), Role::ALL);
    let client = app.anonymous().sign_in_person(&everything);
    let schema = Schema::read(&client);
    fill(&app, FEW + ENOUGH);
    let (mut held, mut thin, mut by_row) = (0, Vec::new(), Vec::new());
    let is_many = |(_, ty, is_list): &(String, String, bool)| ty.ends_with("Connection") || *is_list && !schema.is_leaf(ty);
    let (asked, of_one): (Vec<_>, Vec<_>) = schema
        .fields_that("Query", false)
        .into_iter()
        .filter(is_many)
        .partition(|(name, ..)| ARGUMENTS.iter().any(|(known, _)| known == name));
    for (name, ty, _) in schema.fields("Query").into_iter().filter(is_many).chain(asked) {
        let is_page = ty.ends_with("Connection");
        let row = if is_page { schema.fields(&ty).into_iter().find(|(name, ..)| name == "nodes").expect("nodes").1 } else { ty };
        let with = ARGUMENTS.iter().find(|(known, _)| *known == name).map_or("", |(_, with)| with);
        let root = Root { app: &app, client: &client, name, with, is_page };
        if root.rows() < FEW + ENOUGH {
            thin.push(root.name);
            continue;
        }
        for what in schema.askable(&row) {
            held += 1;
            if let Some((extra, rows)) = root.by_row(&what) {
                by_row.push(format!("{} {{ {what} }}: {extra} statements more for {rows} rows more", root.name));
            }
        }
    }
    assert!(by_row.is_empty(), "{}", by_row.join("\n"));
    assert!(held > 1_500, "only {held} fields were looked at");
    let of_one: Vec<String> = of_one.into_iter().map(|(name, ..)| name).collect();
    assert_eq!((thin, of_one), (TOO_FEW.map(str::to_owned).to_vec(), OF_ONE.map(str::to_owned).to_vec()));
}
