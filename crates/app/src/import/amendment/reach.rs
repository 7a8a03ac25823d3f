//! What of the differences between a programme and the file an amendment is about, and what it does not reach.
//! Must not write; a fault tells where in the file it is.
//! Other differences are corrections, which an import makes.

use std::collections::HashSet;

use domain::{
    error::{Code, Fault},
    seed::Seed,
};
use persistence::sync::{Change, ChangeKind, Names, Tables};

use super::beside::Differing;

/// What of the differences an amendment is about.
pub(super) fn told(changes: Vec<Change>, (before, after): (&Tables, &Tables), names: &Names) -> Vec<Change> {
    // Citations follow from the words, English from the file, defects of the text from its tasks.
    const SILENT: [&str; 3] = ["citation", "translation", "knownIssueTask"];
    const LINKS: [&str; 3] = ["measureTask", "measureTarget", "responsibilityAgency"];
    const RANKED: [&str; 5] = ["task", "target", "objective", "measure", "responsibility"];
    // Links of rows that come or go come and go with them.
    let links = Differing::of(before, after).keys(names);
    let is_told = |change: &Change| !LINKS.contains(&change.subject) || links.contains(&(change.subject, change.key.clone()));
    let mut told: Vec<Change> = changes.into_iter().filter(|change| !SILENT.contains(&change.subject) && is_told(change)).collect();
    // Where a row stands in the file is no word of it.
    for change in told.iter_mut().filter(|change| RANKED.contains(&change.subject) || LINKS.contains(&change.subject)) {
        change.fields.remove("rank");
        change.fields.remove("title_folded");
        change.fields.remove("title_key");
    }
    // What the registers of agencies and documents, which all programmes share, say otherwise by now is not the amendment's.
    let is_shared = |change: &Change| matches!(change.subject, "agency" | "agencyVersion" | "agencyAlias" | "document");
    told.retain(|change| change.change != ChangeKind::Changed || !(change.fields.is_empty() || is_shared(change)));
    told
}

/// Differences in what no amendment changes: these are corrections, which an import makes.
pub(super) fn out_of_reach(seed: &Seed, changes: &[Change]) -> Vec<Fault> {
    let is_within = |change: &&Change| match change.subject {
        "taskGroup"
        | "task"
        | "assignment"
        | "occurrence"
        | "target"
        | "objective"
        | "measure"
        | "measureTask"
        | "measureTarget"
        | "responsibility"
        | "responsibilityAgency" => true,
        // By which decision it was made, a programme cannot say otherwise.
        "programme" => !change.fields.contains_key("decision_id"),
        "agency" | "agencyVersion" | "agencyAlias" => change.change == ChangeKind::Added,
        _ => false,
    };
    let fault = |change: &Change| {
        let (subject, key) = (change.subject, &change.key);
        Fault::worded(
            place(seed, change),
            Code::RuleBroken,
            format!("Sửa đổi không thay đổi phần này ({subject} {key}); nếu bản chép có sai sót, hãy nhập lại tệp đã sửa."),
            format!("An amendment does not change this ({subject} {key}); where the transcription is wrong, import a corrected file."),
        )
    };
    let mut faults: Vec<Fault> = changes.iter().filter(|change| !is_within(change)).map(fault).collect();
    if changes.is_empty() {
        let (vi, en) = ("Tệp không khác chương trình đang có hiệu lực.", "The file says what is in force already.");
        faults.push(Fault::worded("/programme", Code::RuleBroken, vi, en));
    }
    faults
}

/// Where in the body a difference stands, as near as the file tells.
fn place(seed: &Seed, change: &Change) -> String {
    let at = |list: &str, place: Option<usize>| place.map_or_else(|| format!("/programme/{list}"), |i| format!("/programme/{list}/{i}"));
    match change.subject {
        "programme" | "document" | "documentRelation" | "documentRecipient" => "/programme/decision".into(),
        "channel" => at("systems", seed.systems.iter().position(|one| one.code == change.key)),
        "fundingSource" => at("funding/sources", seed.funding.sources.iter().position(|one| one.code == change.key)),
        "knownIssue" => at("known_defects_in_seed", seed.known_defects_in_seed.iter().position(|one| one.location == change.key)),
        "agency" | "agencyVersion" => at("agencies", seed.agencies.iter().position(|one| one.code == change.key)),
        "agencyAlias" | "agencyMember" => "/programme/agencies".into(),
        _ => "/programme".into(),
    }
}

/// Codes that a withdrawn row had: what comes anew has another.
pub(super) fn taken_again(before: &Tables, after: &Tables, gone: &[(&'static str, String)]) -> Vec<Fault> {
    macro_rules! again {
        ($($table:ident in $list:literal),+) => {{
            let mut faults = Vec::new();
            $(
                let known: HashSet<&str> = before.$table.iter().map(|row| row.code.as_str()).collect();
                let ended: HashSet<&str> = gone.iter().filter(|(list, _)| *list == $list).map(|(_, code)| code.as_str()).collect();
                let again = after.$table.iter().enumerate();
                let again = again.filter(|(_, row)| !known.contains(row.code.as_str()) && ended.contains(row.code.as_str()));
                faults.extend(again.map(|(at, _)| Fault::new(format!("/programme/{}/{at}/code", $list), Code::Duplicate)));
            )+
            faults
        }};
    }
    again!(
        task_groups in "groups",
        objectives in "objectives",
        tasks in "tasks",
        targets in "targets",
        measures in "measures",
        responsibilities in "responsibilities"
    )
}
