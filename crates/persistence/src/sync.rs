//! Whole sets of rows: what is stored, what a file wants, how they differ, and making one like the other.
//! Must not know the file's format (that is `app::import`) or decide whether a difference may be applied.
//! A row is recognised by its natural key, so that a second import finds what the first one wrote.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::RangeInclusive,
};

use domain::lang::{Lang, TranslationState};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    conn::Conn,
    error::DbError,
    rows::{
        AgencyAliasRow, AgencyMemberRow, AgencyRow, AgencyVersionRow, AssignmentRow, ChannelRow, CitationRow, DbId, DocumentRecipientRow,
        DocumentRelationRow, DocumentRow, FundingSourceRow, KnownIssueRow, KnownIssueTaskRow, MeasureRow, MeasureTargetRow, MeasureTaskRow,
        ObjectiveRow, OccurrenceRow, PersonalClockRow, ProgrammeRow, RegimeAgencyRow, RegimeRow, ResponsibilityAgencyRow,
        ResponsibilityRow, SpecialDayRow, Synced, TargetRow, TaskGroupRow, TaskRow, TranslationRow, WorkingYearRow,
    },
    seed::owned_ids,
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

/// Whose rows may go away.
struct Owner {
    /// The decision that the file transcribes.
    decision: Option<DbId>,
    /// Everything stored that belongs to the programme alone.
    subjects: HashSet<DbId>,
    /// What of it stays.
    wanted: HashSet<DbId>,
    /// The years of its tasks.
    periods: HashMap<DbId, RangeInclusive<i32>>,
}

/// The programme owns the set: what is stored but not wanted goes away.
fn owned<R, O>(_: &R, _: &O) -> bool {
    true
}

/// Other programmes share the set: what is stored stays.
fn shared<R, O>(_: &R, _: &O) -> bool {
    false
}

/// What people added to a document stays.
fn by_file(row: &DocumentRelationRow, _: &Owner) -> bool {
    row.account_id.is_none()
}

/// A membership goes with the decision that it rests on.
fn of_decision(row: &AgencyMemberRow, owner: &Owner) -> bool {
    row.basis_document_id.is_some() && row.basis_document_id == owner.decision
}

/// A year that an amendment took from its task stays where it is.
fn of_period(row: &OccurrenceRow, owner: &Owner) -> bool {
    owner.periods.get(&row.task_id).is_none_or(|years| years.contains(&row.year))
}

/// Files bring machine translations into English of what is theirs; what people wrote or reviewed stays with its subject.
fn of_file(row: &TranslationRow, owner: &Owner) -> bool {
    let by_file = row.lang == Lang::En.label() && row.state == TranslationState::Machine.label() && row.account_id.is_none();
    owner.subjects.contains(&row.subject_id) && (by_file || !owner.wanted.contains(&row.subject_id))
}

macro_rules! tables {
    ($(#[$meta:meta])* pub struct $name:ident { $($field:ident: $row:ident, $goes:ident;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        pub struct $name { $(pub $field: Vec<$row>,)+ }

        impl $name {
            /// What must happen to `self` to become `wanted`, in the order of the tables.
            pub fn changes(&self, wanted: &Self, names: &Names) -> Vec<Change> {
                let mut changes = Vec::new();
                let owner = Self::owner(self, wanted);
                $(compare(&self.$field, &wanted.$field, |row| $goes(row, &owner)).describe(names, &mut changes);)+
                changes
            }

            /// Makes the stored rows `self` into `wanted`: what is new or changed from the first table down, then removals from
            /// the last up, so that nothing wanted refers any more to what goes.
            ///
            /// # Errors
            /// `ForeignKey` when something outside the file rests on a row that should go.
            pub fn apply(&self, wanted: &Self, conn: &mut Conn) -> Result<(), DbError> {
                let owner = Self::owner(self, wanted);
                $(compare(&self.$field, &wanted.$field, |row| $goes(row, &owner)).write(conn)?;)+
                let removals: Vec<Box<dyn Fn(&mut Conn) -> Result<(), DbError>>> = vec![
                    $(Box::new(|conn| compare(&self.$field, &wanted.$field, |row| $goes(row, &owner)).remove(conn)),)+
                ];
                removals.iter().rev().try_for_each(|remove| remove(conn))
            }
        }
    };
}

tables! {
/// Rows of every table that the import of a programme touches, in the order in which they can be inserted.
pub struct Tables {
    agencies: AgencyRow, shared;
    documents: DocumentRow, shared;
    document_relations: DocumentRelationRow, by_file;
    document_recipients: DocumentRecipientRow, owned;
    agency_versions: AgencyVersionRow, shared;
    agency_aliases: AgencyAliasRow, shared;
    agency_members: AgencyMemberRow, of_decision;
    programmes: ProgrammeRow, shared;
    task_groups: TaskGroupRow, owned;
    objectives: ObjectiveRow, owned;
    tasks: TaskRow, owned;
    assignments: AssignmentRow, owned;
    occurrences: OccurrenceRow, of_period;
    targets: TargetRow, owned;
    measures: MeasureRow, owned;
    measure_tasks: MeasureTaskRow, owned;
    measure_targets: MeasureTargetRow, owned;
    responsibilities: ResponsibilityRow, owned;
    responsibility_agencies: ResponsibilityAgencyRow, owned;
    channels: ChannelRow, owned;
    funding_sources: FundingSourceRow, owned;
    known_issues: KnownIssueRow, owned;
    known_issue_tasks: KnownIssueTaskRow, owned;
    citations: CitationRow, owned;
    translations: TranslationRow, of_file;
}
}

impl Tables {
    fn owner(&self, wanted: &Self) -> Owner {
        Owner {
            decision: wanted.programmes.first().map(|row| row.decision_id),
            subjects: owned_ids(self).into_iter().collect(),
            wanted: owned_ids(wanted).into_iter().collect(),
            periods: self.tasks.iter().map(|row| (row.id, row.start_year..=row.end_year)).collect(),
        }
    }
}

tables! {
/// Rows of every table that the import of a calendar touches: of the years, of the codes of regimes and of the kinds of request that
/// the file names.
pub struct CalendarTables {
    working_years: WorkingYearRow, shared;
    special_days: SpecialDayRow, owned;
    regimes: RegimeRow, owned;
    regime_agencies: RegimeAgencyRow, owned;
    personal_clocks: PersonalClockRow, owned;
}
}

/// The file states the whole of what it names.
struct Whole;

impl CalendarTables {
    fn owner(_: &Self, _: &Self) -> Whole {
        Whole
    }
}

/// Two states of one table, matched by key.
struct Comparison<'a, R> {
    added: Vec<&'a R>,
    changed: Vec<(&'a R, &'a R)>,
    removed: Vec<&'a R>,
}

fn compare<'a, R: Synced>(stored: &'a [R], wanted: &'a [R], goes: impl Fn(&R) -> bool) -> Comparison<'a, R> {
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
    comparison.removed = stored.iter().filter(|row| by_key.contains_key(&key(&fields(*row), R::KEY, &Names::new())) && goes(row)).collect();
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

/// Whether two states of a row differ in what a file says.
pub fn differ<R: Synced>(old: &R, new: &R) -> bool {
    !differing::<R>(&fields(old), &fields(new)).is_empty()
}

/// The columns in which two states of a row differ.
pub fn differing_columns<R: Synced>(old: &R, new: &R) -> Vec<String> {
    differing::<R>(&fields(old), &fields(new)).into_keys().collect()
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
        TaskGroupRow { id, programme_id, code: code.into(), rank: 1, title: title.into(), section: None, valid_from: None, valid_to: None }
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
