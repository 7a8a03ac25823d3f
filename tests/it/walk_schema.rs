//! The schema as it tells of itself: what a type can be asked for, and which lists a reply really holds something of.
//! Must not know any type by its name, but `Query`; what needs arguments is asked with those that are given.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use testkit::Client;

/// A type and a field of it.
pub type Place = (String, String);

/// A field of a type.
pub struct Field {
    pub name: String,
    /// The type of what it holds, be it one or many.
    pub of: String,
    is_list: bool,
    /// What it is asked, if anything; none where it cannot be asked for without more than is known.
    pub with: Option<String>,
}

impl Field {
    /// Its rows are asked for as pages are.
    pub fn is_page(&self) -> bool {
        self.of.ends_with("Connection")
    }

    /// It is a list or a connection.
    pub fn is_many(&self) -> bool {
        self.is_list || self.is_page()
    }

    /// As it is asked, with `more` beside what it is always asked.
    pub fn asked(&self, more: &str) -> String {
        let with = self.with.as_deref().unwrap_or_default();
        let given: Vec<&str> = [more, with].into_iter().filter(|argument| !argument.is_empty()).collect();
        if given.is_empty() { self.name.clone() } else { format!("{}({})", self.name, given.join(", ")) }
    }

    /// What is selected of it so that this is read of each of its rows.
    pub fn of_rows(&self, read: &str) -> String {
        if self.is_page() { format!("{{ nodes {{ {read} }} }}") } else { format!("{{ {read} }}") }
    }
}

/// The fields of every type, and the types that one may stand for.
pub struct Schema {
    fields: BTreeMap<String, Vec<Field>>,
    possible: BTreeMap<String, Vec<String>>,
    leaves: BTreeSet<String>,
}

impl Schema {
    /// Reads it. Arguments are those of a type's field, by both names.
    pub fn read(client: &Client, arguments: &[(&str, &str, String)]) -> Self {
        let told = client.graphql(include_str!("introspection.graphql"), &json!({}));
        let mut schema = Self { fields: BTreeMap::new(), possible: BTreeMap::new(), leaves: BTreeSet::new() };
        for ty in told["__schema"]["types"].as_array().expect("types") {
            let name = text(&ty["name"]);
            let given = |field: &str| arguments.iter().find(|(of, known, _)| *of == name && *known == field).map(|(.., with)| with.clone());
            let fields = list(&ty["fields"]).map(|field| read(field, given(&text(&field["name"])))).collect();
            schema.possible.insert(name.clone(), list(&ty["possibleTypes"]).map(|one| text(&one["name"])).collect());
            if matches!(ty["kind"].as_str(), Some("SCALAR" | "ENUM")) {
                schema.leaves.insert(name.clone());
            }
            schema.fields.insert(name, fields);
        }
        schema
    }

    fn every(&self, ty: &str) -> &[Field] {
        self.fields.get(ty).map(Vec::as_slice).unwrap_or_default()
    }

    /// Fields of a type that can be asked for.
    pub fn fields(&self, ty: &str) -> impl Iterator<Item = &Field> {
        self.every(ty).iter().filter(|field| field.with.is_some())
    }

    fn possible(&self, ty: &str) -> &[String] {
        self.possible.get(ty).map(Vec::as_slice).unwrap_or_default()
    }

    pub fn is_leaf(&self, ty: &str) -> bool {
        self.leaves.contains(ty)
    }

    /// The type of the rows of a field, or of the one thing that it holds.
    pub fn row<'a>(&'a self, field: &'a Field) -> &'a str {
        if field.is_page() { &self.fields(&field.of).find(|inner| inner.name == "nodes").expect("nodes").of } else { &field.of }
    }

    /// Every list and connection of whatever can be reached from `Query`. What changes and events alone answer is left out so.
    pub fn lists(&self) -> BTreeSet<Place> {
        let (mut lists, mut seen, mut left) = (BTreeSet::new(), BTreeSet::new(), vec!["Query"]);
        while let Some(ty) = left.pop() {
            if seen.insert(ty) {
                let fields = self.every(ty);
                lists.extend(fields.iter().filter(|field| field.is_many()).map(|field| (ty.to_owned(), field.name.clone())));
                left.extend(fields.iter().map(|field| field.of.as_str()));
                left.extend(self.possible(ty).iter().map(String::as_str));
            }
        }
        lists
    }

    /// Notes the lists and connections of a reply that hold something, of a value of a type and all that is in it.
    pub fn note(&self, ty: &str, value: &Value, held: &mut BTreeSet<Place>) {
        let ty = value["__typename"].as_str().unwrap_or(ty);
        for one in list(value) {
            self.note(ty, one, held);
        }
        for (name, inner) in value.as_object().into_iter().flatten() {
            let Some(field) = self.every(ty).iter().find(|field| field.name == *name) else { continue };
            let rows = if field.is_page() { &inner["nodes"] } else { inner };
            if field.is_many() && list(rows).next().is_some() {
                held.insert((ty.to_owned(), name.clone()));
            }
            self.note(&field.of, inner, held);
        }
    }

    /// What to select of a type so that it is read: of a connection its rows, or with `whole` all that it has; of others the lists of single
    /// values, or with `whole` every single value.
    pub fn selection(&self, ty: &str, whole: bool) -> String {
        if self.is_leaf(ty) {
            return String::new();
        }
        let is_connection = ty.ends_with("Connection");
        let is_read = |field: &&Field| match (is_connection, field.name.as_str()) {
            (true, name) => whole || name == "nodes",
            (false, _) => self.is_leaf(&field.of) && (whole || field.is_list),
        };
        let fields = self.fields(ty).filter(is_read).map(|field| match (is_connection, field.name.as_str()) {
            (true, "edges") => "edges { cursor }".to_owned(),
            (_, name) => format!("{} {}", field.asked(""), self.selection(&field.of, whole && name == "nodes")),
        });
        let selected: Vec<String> = (!is_connection).then(|| "__typename".to_owned()).into_iter().chain(fields).collect();
        format!("{{ {} }}", selected.join(" "))
    }

    /// Everything that a row can be asked for, each by itself: its own fields, and those of what they hold.
    pub fn askable(&self, ty: &str) -> Vec<String> {
        let mut asked = Vec::new();
        for field in self.fields(ty) {
            asked.push(format!("{} {}", field.asked(""), self.selection(&field.of, true)));
            if !self.is_leaf(&field.of) {
                let inside = self.inside(self.row(field));
                asked.extend(inside.iter().map(|read| format!("{} {}", field.asked(""), field.of_rows(read))));
            }
        }
        asked
    }

    /// What is no single value of a type, each by itself; where it may stand for others, everything of each of those.
    fn inside(&self, ty: &str) -> Vec<String> {
        let mut asked = self.objects(ty);
        for one in self.possible(ty) {
            let objects = self.objects(one).into_iter().map(|read| format!("{{ {read} }}"));
            asked.extend(std::iter::once(self.selection(one, true)).chain(objects).map(|read| format!("__typename ... on {one} {read}")));
        }
        asked
    }

    fn objects(&self, ty: &str) -> Vec<String> {
        let fields = self.fields(ty).filter(|field| !self.is_leaf(&field.of));
        fields.map(|field| format!("{} {}", field.asked(""), self.selection(&field.of, false))).collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// The items of a list; none of what is no list.
fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A field as the schema tells of it, with what it is asked if that is known.
fn read(field: &Value, given: Option<String>) -> Field {
    let is_free = list(&field["args"]).all(|arg| arg["type"]["kind"] != "NON_NULL" || !arg["defaultValue"].is_null());
    let (mut ty, mut is_list) = (&field["type"], false);
    while ty["name"].is_null() {
        is_list |= ty["kind"] == "LIST";
        ty = &ty["ofType"];
    }
    let with = given.or_else(|| is_free.then(String::new));
    Field { name: text(&field["name"]), of: text(&ty["name"]), is_list, with }
}
