//! How each field of GraphQL is asked for; as with REST, in a way that changes nothing.

use std::time::Duration;

use serde_json::json;
use testkit::{Client, app::wait, socket::Events};

use super::{
    Answer,
    stage::{Kind, Of, Stage},
};

pub fn ask(stage: &Stage, client: &Client, name: &str, id: &str) -> Answer {
    let reply = client.graphql_reply(&document(stage, name, id), &json!({}));
    let (error, data) = (reply["errors"][0]["extensions"]["code"].as_str(), &reply["data"][name]);
    let code = match error.or(data["problem"]["code"].as_str()) {
        Some(code) => code,
        // What is not there is null.
        None if data.is_null() => "NOT_FOUND",
        None => "",
    };
    Answer { code: code.to_owned(), whole: reply.to_string() }
}

/// A mutation of something that has another revision.
fn moved(name: &str, id: &str, more: &str) -> String {
    format!("mutation {{ {name}(id: \"{id}\", revision: 99, {more}) {{ problem {{ code }} }} }}")
}

/// From a day on, by a document that is not there.
const DATED: &str = "from: \"2026-01-01\", basis: \"khong-co\"";

/// Of a task that is not there.
const SAID: &str =
    "{task: \"X.9\", year: 2014, title: \"X\", visibility: INTERNAL, details: {campaign: {from: \"2014-01-01\", to: \"2014-01-02\"}}}";

/// A mutation of an account.
fn of_account(name: &str, id: &str, more: &str) -> String {
    format!("mutation {{ {name}(account: \"{id}\", {more}) {{ problem {{ code }} }} }}")
}

fn query(name: &str, id: &str) -> Option<String> {
    Some(match name {
        "programme" => "{ programme(code: \"HP-1593-2013\") { code } }".into(),
        "agency" => "{ agency(code: \"so-tttt\") { code } }".into(),
        "programmes" | "tasks" | "agencies" | "documents" | "occurrences" | "trainingCourses" | "trainingMaterials" | "staffRolls" => {
            format!("{{ {name} {{ totalCount }} }}")
        }
        "committees" => "{ committees { totalCount } }".into(),
        "budgetLines" => "{ budgetLines { totalCount } }".into(),
        "unallocatedSupplements" | "unsettledMoney" => format!("{{ {name} {{ totalCount }} }}"),
        "budgetMeans" => "{ budgetMeans { year } }".into(),
        "budgetSettings" => "{ budgetSettings { rules { source } } }".into(),
        "budgetLine" => format!("{{ budgetLine(id: \"{id}\") {{ id }} }}"),
        "calendarLinks" => "{ calendarLinks { totalCount } }".into(),
        "trainingCourse" => format!("{{ trainingCourse(id: \"{id}\") {{ id }} }}"),
        "participations" => format!("{{ participations(session: \"{id}\") {{ totalCount }} }}"),
        "trainingFigures" => "{ trainingFigures(programme: \"HP-1593-2013\", year: 2014) { year } }".into(),
        "trainingPeople" => "{ trainingPeople(programme: \"HP-1593-2013\") { asOf } }".into(),
        "trainingPlan" => "{ trainingPlan(programme: \"HP-1593-2013\", year: 2014) { title } }".into(),
        "targetEvaluations" => "{ targetEvaluations(programme: \"HP-1593-2013\") { target } }".into(),
        "targetRecords" => "{ targetRecords(programme: \"HP-1593-2013\", target: \"T1\") { totalCount } }".into(),
        "meetings" => "{ meetings { totalCount } }".into(),
        "meeting" => format!("{{ meeting(id: \"{}\") {{ title }} }}", super::stage::NOTHING),
        "committee" => "{ committee(code: \"khong-co\") { code } }".into(),
        "committeeMember" => format!("{{ committeeMember(id: \"{}\") {{ name }} }}", super::stage::NOTHING),
        "document" => format!("{{ document(id: \"{id}\") {{ id }} }}"),
        "documentChanges" => "{ documentChanges(since: \"2013-01-01\", until: \"2013-12-31\") { nodes { on } } }".into(),
        "gaps" => "{ gaps(programme: \"HP-1593-2013\") { code } }".into(),
        "agencyEvents" => "{ agencyEvents { code } }".into(),
        "vacatedSeats" => "{ vacatedSeats { totalCount } }".into(),
        "successionQueue" => "{ successionQueue { totalCount } }".into(),
        "regimes" => "{ regimes { code } }".into(),
        "workingDays" => "{ workingDays(year: 2019) { year } }".into(),
        "frozenStatistics" => "{ frozenStatistics { totalCount } }".into(),
        "statistics" => "{ statistics { total { tasks { assigned } } } }".into(),
        "persons" => "{ persons { totalCount } }".into(),
        "personalRequests" => "{ personalRequests { totalCount } }".into(),
        "personalRequest" => format!("{{ personalRequest(id: \"{id}\") {{ id }} }}"),
        "person" => format!("{{ person(id: \"{id}\") {{ id }} }}"),
        "signingKeys" => "{ signingKeys { kid } }".into(),
        "auditEntries" => "{ auditEntries(first: 1) { nodes { id } } }".into(),
        "me" => "{ me { login sessions { id } } }".into(),
        "accounts" => "{ accounts { nodes { login } } }".into(),
        "account" => format!("{{ account(id: \"{id}\") {{ grants {{ id }} secrets {{ id }} keys {{ id }} sessions {{ id }} }} }}"),
        "occurrence" => format!("{{ occurrence(id: \"{id}\") {{ id }} }}"),
        "similarReports" => format!("{{ similarReports(id: \"{id}\") {{ resemblance }} }}"),
        "node" => format!("{{ node(id: \"{id}\") {{ id }} }}"),
        "reports" => "{ reports(first: 200) { nodes { id } } }".into(),
        "search" => "{ search(text: \"thông tin\", first: 200) { totalCount nodes { id } } }".into(),
        "deliverables" => "{ deliverables(first: 200) { nodes { id } } }".into(),
        "deliverable" => format!("{{ deliverable(id: \"{id}\") {{ id }} }}"),
        "deliverableFigures" => "{ deliverableFigures(programme: \"HP-1593-2013\") { year } }".into(),
        "changes" => "{ changes(first: 200) { nodes { subjectId } } }".into(),
        "obligations" => "{ obligations(filter: {regime: \"HP-1593-NAM\", year: 2016}, first: 200) { nodes { id } } }".into(),
        "notices" => "{ notices(first: 200) { nodes { obligation { id } } } }".into(),
        _ => return None,
    })
}

/// On people of the register.
fn person(name: &str, id: &str) -> Option<String> {
    Some(match name {
        "exportPerson" => format!("mutation {{ exportPerson(person: \"{id}\", purpose: \"x\") {{ problem {{ code }} }} }}"),
        "restrictPerson" => moved(name, id, "restricted: true, reason: \"x\""),
        "createPersonalRequest" => format!(
            "mutation {{ createPersonalRequest(input: {{person: \"{id}\", kind: ACCESS, channel: PAPER, receivedAt: \"2026-01-01T00:00:00Z\"}}) \
             {{ problem {{ code }} }} }}"
        ),
        "pseudonymisePerson" => moved(name, id, "reason: \"x\", document: \"x\""),
        "movePersonalRequest" => moved(name, id, "step: {step: DONE}"),
        "createPerson" => "mutation { createPerson(input: {name: \" \"}) { problem { code } } }".into(),
        "updatePerson" => moved(name, id, "change: {name: \"X\"}"),
        "readPersonalFields" => format!("mutation {{ readPersonalFields(person: \"{id}\", purpose: \"x\") {{ problem {{ code }} }} }}"),
        _ => return None,
    })
}

/// Trainings and targets: of an agency with a title of nothing, or on what is not there.
fn training(name: &str, id: &str) -> Option<String> {
    let asked = |arguments: &str| format!("mutation {{ {name}({arguments}) {{ problem {{ code }} }} }}");
    let titled =
        |agency: &str, more: &str| format!("input: {{programme: \"HP-1593-2013\", title: \"\u{2003}\", {agency}: \"{id}\"{more}}}");
    let course = "input: {programme: \"HP-1593-2013\", title: \"X\", kind: WORKSHOP, organiser: \"so-tttt\"}";
    let session = "input: {status: PLANNED, from: \"2014-01-01\", to: \"2014-01-01\"}";
    let target = "programme: \"HP-1593-2013\", target: \"T99\"";
    Some(match name {
        "createTrainingCourse" => asked(&titled("organiser", ", kind: WORKSHOP")),
        "updateTrainingCourse" => asked(&format!("id: \"{id}\", revision: 99, {course}")),
        "createTrainingSession" => asked(&format!("courseId: \"{id}\", {session}")),
        "updateTrainingSession" => asked(&format!("id: \"{id}\", revision: 99, {session}")),
        "recordParticipations" => asked(&format!("session: \"{id}\", agency: \"so-tttt\", participants: []")),
        "createTrainingMaterial" => asked(&titled("agency", "")),
        "addTrainingMaterialVersion" => {
            asked(&format!("materialId: \"{id}\", input: {{number: 1, language: \"vi\", issuedOn: \"2014-01-01\"}}"))
        }
        "planTraining" => asked(&titled("agency", ", year: 2014, kind: WORKSHOP, document: \"x\"")),
        "recordStaffRoll" => asked(&format!("agency: \"{id}\", on: \"2014-12-31\", input: {{headcount: 1, inCharge: 2}}")),
        "defineTarget" => asked(&format!("{target}, input: {{from: \"2014-01-01\", basis: \"x\", words: \"x\"}}")),
        "releaseTrainingFigures" => asked("programme: \"KHONG-CO\", input: {year: 2014}"),
        "stateTargetValue" => {
            asked(&format!("{target}, input: {{year: 2014, count: 1, finality: FINAL, on: \"2014-01-01\", document: \"x\"}}"))
        }
        _ => return None,
    })
}

/// On lines of the budget that are not there.
fn budget(name: &str, id: &str) -> Option<String> {
    Some(match name {
        "createBudgetLine" => "mutation { createBudgetLine(input: {programme: \"khong-co\", year: 2020, agency: \"khong-co\", \
             source: STATE_PROVINCIAL}) { problem { code } } }"
            .into(),
        "updateBudgetLine" => moved(name, id, "change: {}"),
        "recordBudgetMovements" => format!(
            "mutation {{ recordBudgetMovements(input: [{{line: \"{id}\", kind: NEED, amount: 1, on: \"2020-01-01\"}}]) {{ problem {{ code }} }} }}"
        ),
        _ => return None,
    })
}

/// On committees, their meetings, and agencies.
fn body(name: &str, id: &str) -> Option<String> {
    Some(match name {
        "planCommittee" => "mutation { planCommittee(agency: \"khong-co\") { problem { code } } }".into(),
        "recordCommitteeAct" => {
            "mutation { recordCommitteeAct(code: \"khong-co\", revision: 99, \
             input: {kind: DISSOLVE, effectiveOn: \"2026-01-01\", basis: \"x\"}) { problem { code } } }".into()
        }
        "createCalendarLink" => {
            format!("mutation {{ createCalendarLink(agency: \"{id}\", note: \"\u{2003}\") {{ problem {{ code }} }} }}")
        }
        "revokeCalendarLink" => format!("mutation {{ revokeCalendarLink(id: \"{id}\") {{ problem {{ code }} }} }}"),
        "createMeeting" => {
            "mutation { createMeeting(committee: \"khong-co\", programme: \"khong-co\", \
             plan: {title: \"X\", startsAt: \"2026-01-01T01:00:00Z\"}) { problem { code } } }".into()
        }
        "updateMeeting" => format!(
            "mutation {{ updateMeeting(id: \"{id}\", revision: 99, plan: {{title: \"X\", startsAt: \"2026-01-01T01:00:00Z\"}}) \
             {{ problem {{ code }} }} }}"
        ),
        "writeMinutes" => format!("mutation {{ writeMinutes(id: \"{id}\", revision: 99, text: \"X\") {{ problem {{ code }} }} }}"),
        "recordMeetingAct" => {
            format!("mutation {{ recordMeetingAct(id: \"{id}\", revision: 99, input: {{kind: PUBLISH}}) {{ problem {{ code }} }} }}")
        }
        "recordDeliverable" => format!(
            "mutation {{ recordDeliverable(programme: \"HP-1593-2013\", agency: \"{id}\", kind: CAMPAIGN, idempotencyKey: \"m\", input: {SAID}) \
             {{ problem {{ code }} }} }}"
        ),
        "correctDeliverable" => moved(name, id, &format!("input: {SAID}")),
        "putTranslation" => {
            format!("mutation {{ putTranslation(subject: \"{id}\", lang: EN, text: \"X\", state: MACHINE) {{ problem {{ code }} }} }}")
        }
        "removeTranslation" => format!("mutation {{ removeTranslation(subject: \"{id}\", lang: EN) {{ problem {{ code }} }} }}"),
        "withdrawDeliverable" => moved(name, id, "reason: \"x\""),
        "recordDirection" => "mutation { recordDirection(programme: \"HP-1593-2013\", \
             input: {basis: \"x\", text: \"X\", lead: \"khong-co\", dueOn: \"2026-01-01\"}) { problem { code } } }"
            .into(),
        "amendProgramme" => "mutation { amendProgramme(dryRun: true, code: \"HP-1593-2013\", \
             input: {basis: \"x\", effectiveOn: \"2014-01-01\", programme: {}}) { problem { code } } }"
            .into(),
        "confirmReading" => format!(
            "mutation {{ confirmReading(programme: \"HP-1593-2013\", issue: \"{id}\", input: {{}}) {{ problem {{ code }} }} }}"
        ),
        "recordAgencyEvent" => {
            "mutation { recordAgencyEvent(dryRun: true, input: {kind: DISSOLVE, effectiveOn: \"2026-01-01\", basis: \"x\", predecessors: [\"x\"]}) \
             { problem { code } } }".into()
        }
        "nameSuccessor" => {
            format!("mutation {{ {name}(entries: [\"{}\"], successor: \"x\", {DATED}) {{ problem {{ code }} }} }}", super::stage::NOTHING)
                .replace("from:", "effectiveOn:")
        }
        "createAgency" | "changeAgency" => {
            format!("mutation {{ {name}(code: \"khong-co\", input: {{name: \"X\"}}, {DATED}) {{ problem {{ code }} }} }}")
        }
        "setAgencyCode" => format!("mutation {{ {name}(agency: \"khong-co\", code: \"H24.13\", {DATED}) {{ problem {{ code }} }} }}"),
        "setHeadOfAgency" | "setPostOfAgency" => {
            format!("mutation {{ {name}(agency: \"khong-co\", title: \"Giám đốc\", name: \"X\", {DATED}) {{ problem {{ code }} }} }}")
        }
        "setRoll" => {
            format!("mutation {{ {name}(agency: \"khong-co\", rule: OPEN, isComplete: false, members: [], {DATED}) {{ problem {{ code }} }} }}")
        }
        "designateMembers" => {
            format!("mutation {{ {name}(task: \"{id}\", collective: \"x\", agencies: [], {DATED}, dryRun: true) {{ problem {{ code }} }} }}")
        }
        _ => return None,
    })
}

fn document(stage: &Stage, name: &str, id: &str) -> String {
    if let Some(asked) =
        query(name, id).or_else(|| person(name, id)).or_else(|| body(name, id)).or_else(|| training(name, id)).or_else(|| budget(name, id))
    {
        return asked;
    }
    match name {
        "startOccurrence" | "confirmOccurrence" | "approveExtension" | "withdrawExtension" | "discardDraft" | "sendReport"
        | "acceptReport" => moved(name, id, ""),
        "claimOccurrence" => moved(name, id, "claim: {deliveredOn: \"2014-01-01\", note: \"x\"}"),
        "returnOccurrence" => moved(name, id, "reason: \"x\", agency: \"x\""),
        "redoOccurrence" | "resumeOccurrence" | "reopenOccurrence" | "returnReport" => moved(name, id, "reason: \"x\""),
        "suspendOccurrence" | "cancelOccurrence" | "withdrawOccurrence" => moved(name, id, "reason: \"x\", document: \"x\""),
        "rejectExtension" => moved(name, id, "decision: {reason: \"x\"}"),
        "requestExtension" => moved(name, id, "dueOn: \"2019-01-01\", reason: \"x\"").replacen("id:", "occurrence:", 1),
        "designatePrincipal" => moved(name, id, "document: \"x\"").replacen("id:", "task:", 1),
        "createDocument" => "mutation { createDocument(input: {kind: DECISION, issuer: \"so-tttt\"}) { problem { code } } }".into(),
        "updateDocument" => moved(name, id, "change: {note: \"x\"}"),
        "relateDocuments" => moved(name, id, "relation: {kind: AMENDS, related: \"x\"}"),
        "unrelateDocuments" => moved(name, id, &format!("kind: AMENDS, related: \"{id}\"")),
        "moveDocument" => moved(name, id, "stage: DRAFTED, on: \"2014-01-01\""),
        "updateDocumentFile" => moved(name, id, &format!("file: \"{id}\", change: {{visibility: PUBLIC}}")),
        "removeDocumentFile" => moved(name, id, &format!("file: \"{id}\", reason: \"x\"")),
        "issueDocument" => moved(name, id, "issue: {number: \"1/CT-UBND\", issuedOn: \"2014-01-01\"}"),
        "updateDraft" => moved(name, id, "content: {percent: 1, narrative: \"x\"}"),
        "reopenReport" => moved(name, id, "reason: \"x\", until: \"2030-01-01\""),
        "excludeObligation" | "includeObligation" => {
            format!("mutation {{ {name}(id: \"{id}\", reason: \"x\") {{ problem {{ code }} }} }}")
        }
        "changePassword" => "mutation { changePassword(currentPassword: \"wrong\", newPassword: \"wrong\") { problem { code } } }".into(),
        "enrolSecondFactor" | "removeSecondFactor" => {
            format!("mutation {{ {name}(currentPassword: \"wrong\") {{ problem {{ code }} }} }}")
        }
        "confirmSecondFactor" => "mutation { confirmSecondFactor(code: \"123456\") { problem { code } } }".into(),
        "endMySession" => format!("mutation {{ endMySession(id: \"{id}\") {{ problem {{ code }} }} }}"),
        "createAccount" => "mutation { createAccount(input: {kind: USER, login: \"x\", name: \"X\"}) { problem { code } } }".into(),
        "updateAccount" => format!("mutation {{ updateAccount(id: \"{id}\", change: {{name: \"Z\"}}) {{ problem {{ code }} }} }}"),
        "createGrant" => of_account(name, id, "grant: {role: ADMIN, agency: \"x\"}"),
        "createSecret" => of_account(name, id, "expiresAt: \"2001-01-01T00:00:00Z\""),
        "createClientKey" => of_account(name, id, "jwk: {}"),
        "resetPassword" | "resetSecondFactor" => of_account(name, id, ""),
        "revokeGrant" => of_account(name, id, &format!("grant: \"{}\"", stage.grant)),
        "revokeSecret" => of_account(name, id, &format!("secret: \"{}\"", stage.secret)),
        "revokeClientKey" => of_account(name, id, &format!("key: \"{}\"", stage.secret)),
        "endAccountSession" => of_account(name, id, &format!("session: \"{}\"", stage.id(Kind::Session, Of::Other))),
        other => panic!("nobody tries {other}"),
    }
}

/// Everything that a subscription tells of what has happened.
pub fn follow(stage: &Stage, client: &Client, name: &str) -> Answer {
    assert_eq!(name, "changes", "nobody follows {name}");
    // What has no number yet is told to nobody.
    wait(stage.app.app.number_events()).expect("numbers");
    let token = (!client.token().is_empty()).then(|| client.token());
    let mut events = Events::open(&stage.app.base, token, "subscription { changes(after: 0) { subjectId } }", "");
    assert_eq!(events.status, 200);
    events.wait_for(Duration::from_millis(700));
    let whole = std::iter::from_fn(|| events.next_event()).map(|told| told.data).collect();
    Answer { code: String::new(), whole }
}
