//! Designations: which members of a collective whose words mean only the relevant ones are meant for a task, from a day on.
//! Must not rewrite what was designated: who took the duty of one that is no more follows from what happened to agencies.
//! Rolls are `agency`, what happens to agencies `succession`; designating is `app::designation`.

use chrono::NaiveDate;

use crate::{
    agency::{Agency, AgencyId},
    document::DocumentId,
    error::{Code, Fault},
    id::Id,
    programme::ProgrammeId,
    succession::{AgencyEvent, Functions, after, answering},
    task::TaskId,
    validity::Validity,
};

pub type DesignationId = Id<Designation>;

/// Whom a document names for a task, of those that the words of an assignment could mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Designation {
    pub id: DesignationId,
    pub task: TaskId,
    pub programme: ProgrammeId,
    pub collective: AgencyId,
    /// As the document names them; nobody where it only ends the one before.
    pub agencies: Vec<AgencyId>,
    pub validity: Validity,
    pub basis: DocumentId,
}

impl Designation {
    /// Who has the duty of each that is named on a day, none twice; nobody for whoever left it without an owner. `events` are in the
    /// order of time, and only those after the first day count: the document knew of the others.
    pub fn meant(&self, events: &[AgencyEvent], functions: &Functions, day: NaiveDate) -> Vec<AgencyId> {
        let events = self.validity.from.map_or(events, |from| after(events, from));
        let duty = functions.duty(self.programme, Some(self.task));
        let mut meant = Vec::new();
        for agency in self.agencies.iter().filter_map(|named| answering(events, *named, &duty, day)) {
            if !meant.contains(&agency) {
                meant.push(agency);
            }
        }
        meant
    }
}

/// What is wrong with naming these agencies from a day on; `roll` holds the single bodies on the collective's roll on that day, and
/// `before` what was designated for the task and the collective, in the order of time.
pub fn faults(
    (collective, roll): (&Agency, &[AgencyId]),
    named: &[Option<&Agency>],
    before: &[&Designation],
    from: NaiveDate,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let rule = collective.rule_on(from).map(|(rule, _)| rule);
    if !collective.is_filtered_on(from) {
        let words = (
            "Từ ngày đó cụm từ này không chỉ riêng các cơ quan liên quan, không cần chỉ định.",
            "On that day these words do not mean the relevant ones only; nothing is to be designated.",
        );
        faults.push(Fault::worded("/collective", Code::RuleBroken, words.0, words.1));
    }
    if before.last().is_some_and(|last| last.validity.from.is_some_and(|began| began >= from)) {
        let words = (
            "Đã có chỉ định từ ngày đó hoặc sau đó; không ghi đè lên quá khứ.",
            "Something is designated from that day or later already; the past is not rewritten.",
        );
        faults.push(Fault::worded("/from", Code::PeriodInconsistent, words.0, words.1));
    }
    if named.is_empty() && before.last().is_none_or(|last| last.agencies.is_empty()) {
        let words = ("Chưa có chỉ định nào để kết thúc.", "There is no designation that could end.");
        faults.push(Fault::worded("/agencies", Code::RuleBroken, words.0, words.1));
    }
    for (i, agency) in named.iter().enumerate() {
        let pointer = format!("/agencies/{i}");
        let Some(agency) = agency else {
            faults.push(Fault::new(pointer, Code::ReferenceUnknown));
            continue;
        };
        if named[..i].iter().flatten().any(|earlier| earlier.id == agency.id) {
            faults.push(Fault::new(pointer, Code::Duplicate));
        } else if agency.collective.is_some() || !agency.is_active_on(from) {
            let words = ("Phải là một cơ quan cụ thể đang tồn tại vào ngày đó.", "It must be a single agency that is there on that day.");
            faults.push(Fault::worded(pointer, Code::RuleBroken, words.0, words.1));
        } else if rule.is_some_and(|rule| rule.complete) && !roll.contains(&agency.id) {
            let words = (
                "Cơ quan này không thuộc danh sách đã đủ của cụm từ.",
                "It is not on the roll of the collective, which is known to be whole.",
            );
            faults.push(Fault::worded(pointer, Code::RuleBroken, words.0, words.1));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{calendar::tests::day, succession::AgencyEventKind};

    fn id<T>(n: u128) -> Id<T> {
        Id::from_uuid(Uuid::from_u128(n))
    }

    fn event(kind: AgencyEventKind, on: &str, from: u128, to: &[u128]) -> AgencyEvent {
        AgencyEvent {
            id: id(100 + from),
            code: "x".into(),
            kind,
            effective_on: day(on),
            rank: 1,
            basis: id(0),
            predecessors: vec![id(from)],
            successors: to.iter().map(|n| id(*n)).collect(),
            shares: Vec::new(),
            note: None,
            attestation: None,
        }
    }

    fn designated(from: &str, agencies: &[u128]) -> Designation {
        Designation {
            id: id(1),
            task: id(2),
            programme: id(3),
            collective: id(4),
            agencies: agencies.iter().map(|n| id(*n)).collect(),
            validity: Validity { from: Some(day(from)), to: None },
            basis: id(0),
        }
    }

    #[test]
    fn whoever_has_the_duty_since_is_meant_once_and_what_came_before_does_not_count() {
        let events = [
            event(AgencyEventKind::Merge, "2015-01-01", 11, &[12]),
            event(AgencyEventKind::Merge, "2017-01-01", 12, &[13]),
            event(AgencyEventKind::Dissolve, "2018-01-01", 14, &[]),
        ];
        let meant = |from: &str, on: &str| designated(from, &[11, 12, 14]).meant(&events, &Functions::default(), day(on));
        assert_eq!(meant("2014-01-01", "2014-12-31"), [id(11), id(12), id(14)]);
        assert_eq!(meant("2014-01-01", "2015-01-01"), [id(12), id(14)], "both have become one");
        assert_eq!(meant("2014-01-01", "2018-01-01"), [id(13)], "nobody took what the dissolved one had");
        assert_eq!(meant("2016-01-01", "2016-06-01"), [id(11), id(12), id(14)], "the document knew of the merger");
    }
}
