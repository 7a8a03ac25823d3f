//! Whole sets of rows: what is stored, what a file wants, how they differ, and making one like the other.
//! Must not know the file's format (that is `app::import`) or decide whether a difference may be applied.
//! A row is recognised by its natural key, so that a second import finds what the first one wrote.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    conn::Conn,
    error::DbError,
    rows::{
        AgencyAliasRow, AgencyMemberRow, AgencyRow, AgencyVersionRow, AssignmentRow, ChannelRow, CitationRow, DocumentRecipientRow,
        DocumentRelationRow, DocumentRow, FundingSourceRow, KnownIssueRow, KnownIssueTaskRow, MeasureRow, MeasureTargetRow, MeasureTaskRow,
        ObjectiveRow, OccurrenceRow, ProgrammeRow, ResponsibilityAgencyRow, ResponsibilityRow, Synced, TargetRow, TaskGroupRow, TaskRow,
        TranslationRow,
    },
};

/// What happens to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ChangeKind {
    Added,
    Changed,
    Removed,
}

/// A row that differs between what is stored and what is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// E.g. "task".
    pub subject: &'static str,
    /// The natural key with codes instead of identifiers, e.g. "II.3".
    pub key: String,
    pub change: ChangeKind,
    /// For a changed row: column, then what is stored and what is wanted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, (Value, Value)>,
}

/// Codes of identifiers, for showing differences to people.
pub type Names = HashMap<Uuid, String>;

/// Whether rows that are stored but not wanted go away.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Surplus {
    /// The set belongs to the programme alone.
    Removed,
    /// Other programmes share it.
    Kept,
}

macro_rules! tables {
    ($($field:ident: $row:ident, $surplus:ident;)+) => {
        /// Rows of every table that an import touches, in the order in which they can be inserted.
        #[derive(Clone, Debug, Default)]
        pub struct Tables { $(pub $field: Vec<$row>,)+ }

        impl Tables {
            /// What must happen to `self` to become `wanted`, in the order of the tables.
            pub fn changes(&self, wanted: &Self, names: &Names) -> Vec<Change> {
                let mut changes = Vec::new();
                $(compare(&self.$field, &wanted.$field, Surplus::$surplus).describe(names, &mut changes);)+
                changes
            }

            /// Makes the stored rows `self` into `wanted`: removals from the last table up, then the rest from the first down.
            pub fn apply(&self, wanted: &Self, conn: &mut Conn) -> Result<(), DbError> {
                let steps: Vec<Box<dyn Fn(&mut Conn) -> Result<(), DbError>>> = vec![
                    $(Box::new(|conn| compare(&self.$field, &wanted.$field, Surplus::$surplus).remove(conn)),)+
                ];
                for step in steps.iter().rev() {
                    step(conn)?;
                }
                $(compare(&self.$field, &wanted.$field, Surplus::$surplus).write(conn)?;)+
                Ok(())
            }
        }
    };
}

tables! {
    agencies: AgencyRow, Kept;
    documents: DocumentRow, Kept;
    document_relations: DocumentRelationRow, Removed;
    document_recipients: DocumentRecipientRow, Removed;
    agency_versions: AgencyVersionRow, Kept;
    agency_aliases: AgencyAliasRow, Kept;
    agency_members: AgencyMemberRow, Kept;
    programmes: ProgrammeRow, Kept;
    task_groups: TaskGroupRow, Removed;
    objectives: ObjectiveRow, Removed;
    tasks: TaskRow, Removed;
    assignments: AssignmentRow, Removed;
    occurrences: OccurrenceRow, Removed;
    targets: TargetRow, Removed;
    measures: MeasureRow, Removed;
    measure_tasks: MeasureTaskRow, Removed;
    measure_targets: MeasureTargetRow, Removed;
    responsibilities: ResponsibilityRow, Removed;
    responsibility_agencies: ResponsibilityAgencyRow, Removed;
    channels: ChannelRow, Removed;
    funding_sources: FundingSourceRow, Removed;
    known_issues: KnownIssueRow, Removed;
    known_issue_tasks: KnownIssueTaskRow, Removed;
    citations: CitationRow, Removed;
    translations: TranslationRow, Removed;
}

/// Two states of one table, matched by key.
struct Comparison<'a, R> {
    added: Vec<&'a R>,
    changed: Vec<(&'a R, &'a R)>,
    removed: Vec<&'a R>,
}

fn compare<'a, R: Synced>(stored: &'a [R], wanted: &'a [R], surplus: Surplus) -> Comparison<'a, R> {
    let mut by_key: HashMap<String, &R> = stored.iter().map(|row| (key(&fields(row), R::KEY, &Names::new()), row)).collect();
    let mut comparison = Comparison { added: Vec::new(), changed: Vec::new(), removed: Vec::new() };
    for row in wanted {
        let wanted_fields = fields(row);
        match by_key.remove(&key(&wanted_fields, R::KEY, &Names::new())) {
            None => comparison.added.push(row),
            Some(old) if differing::<R>(&fields(old), &wanted_fields).is_empty() => {}
            Some(old) => comparison.changed.push((old, row)),
        }
    }
    if surplus == Surplus::Removed {
        comparison.removed = stored.iter().filter(|row| by_key.contains_key(&key(&fields(*row), R::KEY, &Names::new()))).collect();
    }
    comparison
}

impl<R: Synced> Comparison<'_, R> {
    fn describe(&self, names: &Names, changes: &mut Vec<Change>) {
        let mut push = |row: &R, change, fields_: BTreeMap<String, (Value, Value)>| {
            let fields_ = fields_.into_iter().map(|(name, (old, new))| (name, (named(old, names), named(new, names)))).collect();
            changes.push(Change { subject: R::KIND, key: key(&fields(row), R::KEY, names), change, fields: fields_ });
        };
        self.removed.iter().for_each(|row| push(row, ChangeKind::Removed, BTreeMap::new()));
        self.changed.iter().for_each(|(old, new)| push(new, ChangeKind::Changed, differing::<R>(&fields(*old), &fields(*new))));
        self.added.iter().for_each(|row| push(row, ChangeKind::Added, BTreeMap::new()));
    }

    fn remove(&self, conn: &mut Conn) -> Result<(), DbError> {
        self.removed.iter().try_for_each(|row| row.delete(conn))
    }

    fn write(&self, conn: &mut Conn) -> Result<(), DbError> {
        self.changed.iter().try_for_each(|(_, new)| new.update(conn))?;
        self.added.iter().try_for_each(|row| row.insert(conn))
    }
}

fn fields<R: Serialize>(row: &R) -> Map<String, Value> {
    match serde_json::to_value(row) {
        Ok(Value::Object(fields)) => fields,
        // Never: rows are plain structs of strings, numbers, dates and identifiers.
        _ => Map::new(),
    }
}

fn differing<R: Synced>(old: &Map<String, Value>, new: &Map<String, Value>) -> BTreeMap<String, (Value, Value)> {
    new.iter()
        .filter(|(name, value)| !R::IGNORED.contains(&name.as_str()) && old.get(*name) != Some(value))
        .map(|(name, value)| (name.clone(), (old.get(name).cloned().unwrap_or_default(), value.clone())))
        .collect()
}

fn key(fields: &Map<String, Value>, columns: &[&str], names: &Names) -> String {
    let parts = columns.iter().filter_map(|column| match fields.get(*column).map(|value| named(value.clone(), names)) {
        Some(Value::String(text)) => Some(text),
        Some(Value::Null) | None => None,
        Some(other) => Some(other.to_string()),
    });
    parts.collect::<Vec<_>>().join(" / ")
}

fn named(value: Value, names: &Names) -> Value {
    let name = value.as_str().and_then(|text| Uuid::parse_str(text).ok()).and_then(|id| names.get(&id).cloned());
    name.map_or(value, Value::String)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::DbId;

    fn group(id: u128, code: &str, title: &str) -> TaskGroupRow {
        let (id, programme_id) = (DbId(Uuid::from_u128(id)), DbId(Uuid::from_u128(1)));
        TaskGroupRow { id, programme_id, code: code.into(), rank: 1, title: title.into(), section: None }
    }

    #[test]
    fn differences_are_told_by_key_and_column() {
        let stored = Tables { task_groups: vec![group(7, "I", "Một"), group(8, "II", "Hai")], ..Tables::default() };
        let wanted = Tables { task_groups: vec![group(9, "I", "Nhất"), group(10, "III", "Ba")], ..Tables::default() };
        let changes = stored.changes(&wanted, &Names::new());
        let told: Vec<_> = changes.iter().map(|c| (c.key.as_str(), c.change)).collect();
        assert_eq!(told, [("II", ChangeKind::Removed), ("I", ChangeKind::Changed), ("III", ChangeKind::Added)]);
        assert_eq!(changes[1].fields["title"], (Value::from("Một"), Value::from("Nhất")));
        assert!(stored.changes(&stored, &Names::new()).is_empty());
    }
}
