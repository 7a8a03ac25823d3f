//! Whether an event may be recorded: everything wrong with it, each fault at its place.
//! Must not change anything, and never lets duties move without a named set of them.
//! What an event that may be recorded moves is `settle`.

use chrono::NaiveDate;

use super::{AgencyEvent, AgencyEventKind};
use crate::{
    agency::{Agency, AgencyId},
    error::{Code, Fault},
    validity::Validity,
};

/// When an agency is there.
#[derive(Clone, Debug)]
pub struct Life {
    pub terms: Vec<Validity>,
    pub is_collective: bool,
    /// The last day from which somebody holds a post of it.
    pub last_post_from: Option<NaiveDate>,
    /// The last day from which it is called or placed otherwise.
    pub last_version_from: Option<NaiveDate>,
}

impl Life {
    /// Of a stored agency.
    pub fn of(agency: &Agency) -> Self {
        let holders = agency.posts.iter().flat_map(|post| &post.holders);
        Self {
            terms: agency.versions.iter().map(|version| version.validity).collect(),
            is_collective: agency.collective.is_some(),
            last_post_from: holders.filter_map(|holder| holder.validity.from).max(),
            last_version_from: agency.versions.iter().filter_map(|version| version.validity.from).max(),
        }
    }

    pub fn is_active_on(&self, day: NaiveDate) -> bool {
        self.terms.iter().any(|term| term.contains(day))
    }
}

/// What is wrong with an event. `created` are the successors that it makes itself, `lives` tells of all others, `events` are those
/// recorded so far.
pub fn judge(event: &AgencyEvent, created: &[AgencyId], lives: &dyn Fn(AgencyId) -> Option<Life>, events: &[AgencyEvent]) -> Vec<Fault> {
    let mut faults = Vec::new();
    count_parties(event, &mut faults);
    predecessors(event, lives, &mut faults);
    successors(event, created, lives, &mut faults);
    shares(event, &mut faults);
    order(event, events, &mut faults);
    faults
}

/// What is wrong with naming a successor for what has no owner: as [`judge`], but whoever had it may be no more, and roles beside tasks
/// are no shares.
pub fn judge_naming(event: &AgencyEvent, lives: &dyn Fn(AgencyId) -> Option<Life>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for successor in &event.successors {
        let fits = lives(*successor).is_some_and(|life| life.is_active_on(event.effective_on) && !life.is_collective);
        if !fits {
            faults.push(not_there("/successor"));
        }
    }
    faults
}

fn not_there(pointer: impl Into<String>) -> Fault {
    Fault::worded(
        pointer,
        Code::RuleBroken,
        "Cơ quan không hoạt động vào ngày đó, hoặc là một cụm từ chỉ nhiều cơ quan.",
        "The agency is not there on that day, or stands for several.",
    )
}

/// How many predecessors and successors an event of a kind has: least and most.
const fn counts(kind: AgencyEventKind) -> ((usize, usize), (usize, usize)) {
    const MANY: usize = usize::MAX;
    match kind {
        AgencyEventKind::Rename => ((1, 1), (0, 0)),
        AgencyEventKind::Consolidate => ((2, MANY), (1, 1)),
        AgencyEventKind::Merge => ((1, MANY), (1, 1)),
        AgencyEventKind::Divide => ((1, 1), (2, MANY)),
        AgencyEventKind::Split | AgencyEventKind::FunctionTransfer => ((1, 1), (1, MANY)),
        AgencyEventKind::Dissolve => ((1, MANY), (0, MANY)),
    }
}

fn count_parties(event: &AgencyEvent, faults: &mut Vec<Fault>) {
    let (predecessors, successors) = counts(event.kind);
    for (pointer, count, (least, most)) in
        [("/predecessors", event.predecessors.len(), predecessors), ("/successors", event.successors.len(), successors)]
    {
        if count < least || count > most {
            let (vi, en) = (
                format!("Sự kiện {} không thể có {count} cơ quan ở đây.", event.kind),
                format!("An event {} cannot have {count} agencies here.", event.kind),
            );
            faults.push(Fault::worded(pointer, Code::RuleBroken, vi, en));
        }
    }
}

fn predecessors(event: &AgencyEvent, lives: &dyn Fn(AgencyId) -> Option<Life>, faults: &mut Vec<Fault>) {
    let eve = event.effective_on.pred_opt().unwrap_or(event.effective_on);
    for (i, agency) in event.predecessors.iter().enumerate() {
        let pointer = format!("/predecessors/{i}");
        if event.predecessors[..i].contains(agency) {
            faults.push(Fault::new(pointer, Code::Duplicate));
            continue;
        }
        // A transfer may come on the very day on which the agency does.
        let was_there = |life: &Life| life.is_active_on(eve) || (!event.kind.ends() && life.is_active_on(event.effective_on));
        let may_be_several = event.kind == AgencyEventKind::Rename;
        match lives(*agency).filter(|life| was_there(life) && (may_be_several || !life.is_collective)) {
            None => faults.push(not_there(pointer)),
            // Nobody comes to a post of an agency that is no more.
            Some(life) if event.kind.ends() && life.last_post_from.is_some_and(|from| from >= event.effective_on) => {
                let words = (
                    "Đã ghi người giữ chức vụ của cơ quan này từ ngày đó hoặc sau đó.",
                    "Somebody is recorded in a post of this agency from that day or later.",
                );
                faults.push(Fault::worded(pointer, Code::PeriodInconsistent, words.0, words.1));
            }
            // What it is called later is told after its name or its end, not before.
            Some(life) if is_told_later(event, &life) => {
                let words = (
                    "Đã ghi tên gọi của cơ quan này từ ngày đó hoặc sau đó; không ghi lùi trước ngày đó được.",
                    "What this agency is called from that day or later is recorded; nothing can be recorded before it.",
                );
                faults.push(Fault::worded(pointer, Code::PeriodInconsistent, words.0, words.1));
            }
            Some(_) => {}
        }
    }
}

/// Whether an event that ends a version of an agency comes before one that is told already.
fn is_told_later(event: &AgencyEvent, life: &Life) -> bool {
    let ends_version = event.kind.ends() || event.kind == AgencyEventKind::Rename;
    ends_version && life.last_version_from.is_some_and(|from| from >= event.effective_on)
}

fn successors(event: &AgencyEvent, created: &[AgencyId], lives: &dyn Fn(AgencyId) -> Option<Life>, faults: &mut Vec<Fault>) {
    let (must_be_new, must_be_there) = match event.kind {
        AgencyEventKind::Consolidate | AgencyEventKind::Split => (true, false),
        AgencyEventKind::Merge | AgencyEventKind::FunctionTransfer => (false, true),
        _ => (false, false),
    };
    for (i, agency) in event.successors.iter().enumerate() {
        let pointer = format!("/successors/{i}");
        if event.successors[..i].contains(agency) || event.predecessors.contains(agency) {
            faults.push(Fault::new(pointer, Code::Duplicate));
            continue;
        }
        let is_created = created.contains(agency);
        if is_created && must_be_there {
            let words = ("Cơ quan nhận phải đã tồn tại.", "The agency that takes over must exist already.");
            faults.push(Fault::worded(pointer, Code::RuleBroken, words.0, words.1));
            continue;
        }
        let life = lives(*agency);
        if !is_created && !life.as_ref().is_some_and(|life| life.is_active_on(event.effective_on) && !life.is_collective) {
            faults.push(not_there(pointer));
            continue;
        }
        let eve = event.effective_on.pred_opt().unwrap_or(event.effective_on);
        if must_be_new && !is_created && life.is_some_and(|life| life.is_active_on(eve)) {
            let words = ("Cơ quan mới không thể đã tồn tại trước ngày đó.", "The new agency cannot have been there before that day.");
            faults.push(Fault::worded(pointer, Code::RuleBroken, words.0, words.1));
        }
    }
}

fn shares(event: &AgencyEvent, faults: &mut Vec<Fault>) {
    for (i, share) in event.shares.iter().enumerate() {
        if !event.successors.contains(&share.successor) {
            faults.push(Fault::new(format!("/duties/{i}/successor"), Code::ReferenceUnknown));
        }
        if event.shares[..i].iter().any(|earlier| earlier.duties == share.duties) {
            faults.push(Fault::new(format!("/duties/{i}"), Code::Duplicate));
        }
    }
    if event.kind.goes_whole() {
        return;
    }
    for successor in &event.successors {
        if !event.shares.iter().any(|share| share.successor == *successor) {
            let words = (
                "Phải nêu rõ từng đơn vị kế thừa nhận những nhiệm vụ nào (theo chương trình, nhiệm vụ hoặc chức năng).",
                "It must be told which duties each successor takes (by programme, task or function).",
            );
            faults.push(Fault::worded("/duties", Code::FieldRequired, words.0, words.1));
            break;
        }
    }
}

/// What was recorded as later stays as it is: an event that came before it is recorded before it.
fn order(event: &AgencyEvent, events: &[AgencyEvent], faults: &mut Vec<Fault>) {
    let parties = |event: &AgencyEvent| event.predecessors.iter().chain(&event.successors).copied().collect::<Vec<_>>();
    let own = parties(event);
    let later = events.iter().find(|other| other.effective_on > event.effective_on && parties(other).iter().any(|p| own.contains(p)));
    if let Some(later) = later {
        let (vi, en) = (
            format!("Đã ghi nhận sự kiện {} ngày {} của cùng cơ quan; không ghi lùi trước ngày đó được.", later.code, later.effective_on),
            format!("The event {} of {} concerns the same agency; nothing can be recorded before it.", later.code, later.effective_on),
        );
        faults.push(Fault::worded("/effectiveOn", Code::PeriodInconsistent, vi, en));
    }
}
