//! Every list of the schema, wherever it can be reached: reading more rows takes no more statements.
//!
//! The walk starts from the fields of `Query` that are pages and can be asked without more, reads a few rows and then many, and does so
//! for every field of the rows by itself, and for every field of what those are. A loader that has nothing to load for the few may ask once
//! for the many; something that asks per row asks at least as often as there are rows more.

use std::collections::BTreeMap;

use domain::account::Role;
use serde_json::{Value, json};
use testkit::{Backend, Client, TestApp, both};

use crate::{generate::filled, statements::quiet};

both!(no_field_of_any_list_is_read_row_by_row);

/// Rows of the few, and of the many at most.
const FEW: usize = 2;
const MANY: usize = 60;
/// So many rows more tell a field that is read row by row from one that the few had nothing for.
const ENOUGH: usize = 8;

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
        let fields = self.0[ty]["fields"].as_array().into_iter().flatten();
        let free = fields.filter(|field| {
            field["args"]
                .as_array()
                .expect("arguments")
                .iter()
                .all(|arg| arg["type"]["kind"] != "NON_NULL" || !arg["defaultValue"].is_null())
        });
        free.map(|field| {
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

fn no_field_of_any_list_is_read_row_by_row(backend: Backend) {
    let app = TestApp::over(filled(backend, "0.01").0);
    quiet(&app);
    let everything = app.user(Some("so-ngoai-vu"), Role::ALL);
    let client = app.anonymous().sign_in_person(&everything);
    let schema = Schema::read(&client);
    let (mut held, mut thin, mut by_row) = (0, Vec::new(), Vec::new());
    for (root, ty, _) in schema.fields("Query").into_iter().filter(|(_, ty, _)| ty.ends_with("Connection")) {
        let row = schema.fields(&ty).into_iter().find(|(name, ..)| name == "nodes").expect("nodes").1;
        let rows = |n: usize, what: &str| {
            let text = format!("{{ {root}(first: {n}) {{ nodes {{ {what} }} }} }}");
            let (statements, reply) = app.statements(|| client.graphql_reply(&text, &json!({})));
            (statements, reply["data"][&root]["nodes"].as_array().map_or(0, Vec::len), reply["errors"].clone())
        };
        let (_, most, errors) = rows(MANY, "__typename");
        if most < FEW + ENOUGH {
            thin.push(format!("{root}: {most} {errors}"));
            continue;
        }
        for what in schema.askable(&row) {
            let more = || {
                let ((few, _, _), (many, read, _)) = (rows(FEW, &what), rows(MANY, &what));
                (many.saturating_sub(few), read - FEW)
            };
            // What the server does beside it only adds: the fewest of several tries counts.
            let (extra, more_rows) = (0..4).map(|_| more()).min().expect("a try");
            held += 1;
            if more_rows >= ENOUGH && extra * 2 > more_rows as u64 {
                by_row.push(format!("{root} {{ {what} }}: {extra} statements more for {more_rows} rows more"));
            }
        }
    }
    assert!(by_row.is_empty(), "{}", by_row.join("\n"));
    println!("{held} fields held; too few rows of: {}", thin.join(", "));
    assert!(held > 200, "only {held} fields were looked at; too few rows of: {}", thin.join(", "));
}
