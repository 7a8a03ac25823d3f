//! What is done to a meeting: it is held or cancelled, its minutes are written, signed, corrected and published.
//! Must not write over signed minutes.
//! The rules are `domain::meeting`; the tasks that a signature makes are `follow`.

use std::{collections::HashSet, sync::Arc};

use auth::Ctx;
use chrono::{Datelike, NaiveDate};
use domain::{
    error::{Code, Fault, Refusal},
    meeting::{
        Attendance, Attended, Conclusion, Correction, InviteeId, MeetingActKind as Kind, MeetingId, MeetingStatus, Quorum, SeatThen,
        Signature, Step,
    },
    policy::Action,
    revision::Revisions,
};
use persistence::{Conn, committee, conclusion, meeting_roster, meeting_store as stored};
use serde_json::{Value, json};

use super::{Desk, YEARS, follow::follow, open, seats};
use crate::{
    App, Error,
    audit::{Deed, watched},
    committee::Posts,
    document::named_in,
    outbox::News,
    tracked::Named,
    words::read_among,
};

const ACT: &str = "record_meeting_act";
const DRAFT: &str = "write_minutes";
const MAX_WORDS: usize = 2000;
const MAX_NAME: usize = 200;
const MAX_MINUTES: usize = 200_000;
/// Conclusions of one meeting.
const MAX_CONCLUSIONS: usize = 100;
/// Of whom it is said at once whether they came.
const MAX_INVITED: usize = 500;

/// Something to do to a meeting. Which of the fields belong to it depends on its kind.
#[derive(Clone, Debug)]
pub struct NewMeetingAct {
    pub kind: Kind,
    /// Of `HOLD`: for each of whom it is said.
    pub attendance: Vec<NewAttendance>,
    /// Of `CANCEL` and `CORRECT`.
    pub reason: Option<String>,
    /// Of `CORRECT`.
    pub text: Option<String>,
    /// Of `SIGN`.
    pub signer: Option<String>,
    pub signed_on: Option<NaiveDate>,
    /// The minutes, or the notice of what was concluded: identifier or number of a document.
    pub document: Option<String>,
}

/// Whether somebody came.
#[derive(Clone, Debug)]
pub struct NewAttendance {
    pub invitee: String,
    pub how: Attendance,
    pub reason: Option<String>,
    pub represented_by: Option<String>,
}

/// Minutes to write.
#[derive(Clone, Debug)]
pub struct MinutesDraft {
    pub text: String,
    pub conclusions: Vec<NewConclusion>,
}

/// Something that was concluded, in order.
#[derive(Clone, Debug)]
pub struct NewConclusion {
    pub text: String,
    /// Codes.
    pub lead: String,
    pub coordinators: Vec<String>,
    pub due_on: NaiveDate,
}

/// Does something to a meeting that had this revision when the caller read it.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED`, `WRONG_STATE`, `BODY_INVALID` with every fault.
pub async fn act(app: &App, ctx: &Ctx, id: MeetingId, revision: impl Into<Revisions>, new: NewMeetingAct) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new(ACT).on("meeting", id), async {
        ctx.allow(Action::ManageMeetings)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let change = move |conn: &mut Conn| -> Result<(), Error> {
            let mut desk = open(&app_, conn, &ctx_, (id, &revision), Step::Act(new.kind))?;
            foreign(&new)?;
            let (more, after) = match new.kind {
                Kind::Hold => desk.hold(conn, &new)?,
                Kind::Cancel => desk.cancel(conn, &new)?,
                Kind::Sign => desk.sign(conn, &new)?,
                Kind::Correct => desk.correct(conn, &new)?,
                Kind::Publish => desk.publish(conn)?,
            };
            desk.close(conn, ACT, more, &json!({"kind": new.kind.label(), "revision": desk.meeting.revision, "done": after}))
        };
        app.0.db.write(change).await
    })
    .await
}

/// What another kind of act would be about is not silently left aside.
fn foreign(new: &NewMeetingAct) -> Result<(), Refusal> {
    let is = |kinds: &[Kind]| kinds.contains(&new.kind);
    let given = [
        ("/attendance", !new.attendance.is_empty() && !is(&[Kind::Hold])),
        ("/reason", new.reason.is_some() && !is(&[Kind::Cancel, Kind::Correct])),
        ("/text", new.text.is_some() && !is(&[Kind::Correct])),
        ("/signer", new.signer.is_some() && !is(&[Kind::Sign])),
        ("/signedOn", new.signed_on.is_some() && !is(&[Kind::Sign])),
        ("/document", new.document.is_some() && !is(&[Kind::Sign])),
    ];
    let words = ("Việc này không có nội dung đó.", "An act of this kind has no such thing.");
    let faults = given.into_iter().filter(|(_, is_given)| *is_given);
    refused(faults.map(|(at, _)| Fault::worded(at, Code::RuleBroken, words.0, words.1)).collect())
}

fn refused(faults: Vec<Fault>) -> Result<(), Refusal> {
    if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::BodyInvalid, faults)) }
}

/// A text that the act has to have.
fn needed(at: &str, given: Option<&str>, most: usize, faults: &mut Vec<Fault>) -> Arc<str> {
    if let Some(given) = given {
        return read_among(at, given, most, faults).into();
    }
    faults.push(Fault::new(at, Code::FieldRequired));
    "".into()
}

type Done = (Vec<News>, Value);

impl Desk<'_> {
    fn hold(&mut self, conn: &mut Conn, new: &NewMeetingAct) -> Result<Done, Error> {
        let mut faults = Vec::new();
        if self.app.0.clock.now() < self.meeting.starts_at {
            let words = ("Cuộc họp chưa đến giờ.", "The meeting has not begun.");
            return Err(Refusal::worded(Code::WrongState, words.0, words.1).into());
        }
        if new.attendance.len() > MAX_INVITED {
            faults.push(Fault::new("/attendance", Code::LengthOutOfRange));
        }
        let mut told: HashSet<&str> = HashSet::new();
        for (i, one) in new.attendance.iter().enumerate().take(MAX_INVITED) {
            let at = format!("/attendance/{i}");
            let mut text = |field: &str, given: Option<&String>| -> Option<Arc<str>> {
                given.map(|given| read_among(&format!("{at}/{field}"), given, MAX_WORDS, &mut faults).into())
            };
            let (reason, represented_by) = (text("reason", one.reason.as_ref()), text("representedBy", one.represented_by.as_ref()));
            let attended = Attended { how: one.how, reason, represented_by };
            faults.extend(attended.faults(&at));
            let id: Option<InviteeId> = one.invitee.parse().ok();
            match self.meeting.invitees.iter_mut().find(|invitee| Some(invitee.id) == id) {
                Some(_) if !told.insert(&one.invitee) => faults.push(Fault::new(format!("{at}/invitee"), Code::Duplicate)),
                Some(invitee) => invitee.attended = Some(attended),
                None => faults.push(Fault::new(format!("{at}/invitee"), Code::ReferenceUnknown)),
            }
        }
        let is_first = self.meeting.status == MeetingStatus::Planned;
        if is_first {
            self.meeting.roster = self.roster(conn, &mut faults)?;
        }
        refused(faults)?;
        self.meeting.status = MeetingStatus::Held;
        self.store(conn)?;
        stored::replace_invitees(conn, &self.meeting)?;
        if is_first {
            meeting_roster::insert(conn, &self.meeting)?;
        }
        Ok((Vec::new(), json!({"attendance": new.attendance.len(), "isQuorumMet": self.is_quorum_met()})))
    }

    /// The roster with which the meeting is held: it stays with the meeting, whatever is recorded of the committee later. Whoever was
    /// invited is on it, or it was called on another roster.
    fn roster(&self, conn: &mut Conn, faults: &mut Vec<Fault>) -> Result<Vec<SeatThen>, Error> {
        let id = self.meeting.committee;
        let history = committee::histories(conn, &[id])?.remove(&id).unwrap_or_default();
        let roster = seats(&history, &Posts::of(&self.catalogue), &self.meeting);
        if roster.is_empty() || self.meeting.not_on(&roster) > 0 {
            let words = (
                "Danh sách thành viên đã thay đổi từ khi mời họp; hãy lập lại kế hoạch họp và mời lại.",
                "The roster has changed since they were invited; plan the meeting anew, inviting those who are on it.",
            );
            faults.push(Fault::worded("/kind", Code::RuleBroken, words.0, words.1));
        }
        Ok(roster)
    }

    fn is_quorum_met(&self) -> bool {
        self.meeting.quorum().is_some_and(Quorum::is_met)
    }

    fn cancel(&mut self, conn: &mut Conn, new: &NewMeetingAct) -> Result<Done, Error> {
        let mut faults = Vec::new();
        let reason = needed("/reason", new.reason.as_deref(), MAX_WORDS, &mut faults);
        refused(faults)?;
        self.meeting.status = MeetingStatus::Cancelled;
        self.meeting.reason = Some(Arc::clone(&reason));
        self.store(conn)?;
        Ok((Vec::new(), json!({ "reason": reason })))
    }

    /// Locks the minutes; each conclusion becomes a task.
    fn sign(&mut self, conn: &mut Conn, new: &NewMeetingAct) -> Result<Done, Error> {
        let mut faults = Vec::new();
        let signer = needed("/signer", new.signer.as_deref(), MAX_NAME, &mut faults);
        let document = match &new.document {
            None => Err(Fault::new("/document", Code::FieldRequired)),
            Some(reference) => match named_in(conn, "/document", reference) {
                Ok(document) => Ok(document),
                Err(Error::Refused(refusal)) => Err(refusal.faults.into_iter().next().unwrap_or(Fault::new("/document", refusal.code))),
                Err(error) => return Err(error),
            },
        };
        let (today, day) = (self.app.0.clock.today(), self.meeting.day());
        let on = match new.signed_on {
            None => Err(Fault::new("/signedOn", Code::FieldRequired)),
            Some(on) if on < day || today < on => Err(Fault::new("/signedOn", Code::OutOfRange)),
            Some(on) if self.meeting.conclusions.iter().any(|one| one.due_on < on) => {
                let words = (
                    "Có kết luận đến hạn trước ngày ký; hãy sửa thời hạn trong dự thảo.",
                    "A conclusion falls due before the day of the signature; change its day in the draft.",
                );
                Err(Fault::worded("/signedOn", Code::OutOfRange, words.0, words.1))
            }
            Some(on) => Ok(on),
        };
        let (document, on) = match (document, on) {
            (Ok(document), Ok(on)) if faults.is_empty() => (document, on),
            (document, on) => {
                faults.extend(document.err());
                faults.extend(on.err());
                return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
            }
        };
        self.meeting.signature = Some(Signature { signer: Arc::clone(&signer), on, document });
        let (news, codes) = follow(self, conn, (document, on))?;
        stored::replace_conclusions(conn, &self.meeting)?;
        self.store(conn)?;
        Ok((
            news,
            json!({"signer": signer, "signedOn": on, "document": document.to_string(), "tasks": codes,
                         "isQuorumMet": self.is_quorum_met()}),
        ))
    }

    fn correct(&mut self, conn: &mut Conn, new: &NewMeetingAct) -> Result<Done, Error> {
        let mut faults = Vec::new();
        let text = needed("/text", new.text.as_deref(), MAX_MINUTES, &mut faults);
        let reason = needed("/reason", new.reason.as_deref(), MAX_WORDS, &mut faults);
        refused(faults)?;
        let number = i32::try_from(self.meeting.corrections.len() + 1).unwrap_or(i32::MAX);
        let account = self.ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
        let correction = Correction { number, text, reason: Arc::clone(&reason), account, at: self.app.0.clock.now() };
        stored::insert_correction(conn, self.meeting.id, &correction)?;
        self.meeting.corrections.push(correction);
        self.store(conn)?;
        Ok((Vec::new(), json!({"correction": number, "reason": reason})))
    }

    /// From now on everybody reads what was concluded, in the words of the minutes.
    fn publish(&mut self, conn: &mut Conn) -> Result<Done, Error> {
        self.meeting.published_at = Some(self.app.0.clock.now());
        let titles: Vec<_> = self.meeting.conclusions.iter().filter_map(|one| Some((one.task?, &*one.text))).collect();
        conclusion::retitle(conn, &titles)?;
        self.store(conn)?;
        Ok((Vec::new(), json!({"conclusions": self.meeting.conclusions.len()})))
    }
}

/// Writes the minutes of a meeting that was held, with what was concluded, until they are signed.
///
/// # Errors
/// As [`act`].
pub async fn draft(app: &App, ctx: &Ctx, id: MeetingId, revision: impl Into<Revisions>, draft: MinutesDraft) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new(DRAFT).on("meeting", id), async {
        ctx.allow(Action::ManageMeetings)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let change = move |conn: &mut Conn| -> Result<(), Error> {
            let mut desk = open(&app_, conn, &ctx_, (id, &revision), Step::Draft)?;
            desk.write(&draft)?;
            desk.store(conn)?;
            stored::replace_conclusions(conn, &desk.meeting)?;
            let after = json!({"revision": desk.meeting.revision, "conclusions": desk.meeting.conclusions.len()});
            desk.close(conn, DRAFT, Vec::new(), &after)
        };
        app.0.db.write(change).await
    })
    .await
}

impl Desk<'_> {
    fn write(&mut self, draft: &MinutesDraft) -> Result<(), Refusal> {
        let mut faults = Vec::new();
        self.meeting.minutes = Some(read_among("/text", &draft.text, MAX_MINUTES, &mut faults).into());
        if draft.conclusions.len() > MAX_CONCLUSIONS {
            faults.push(Fault::new("/conclusions", Code::LengthOutOfRange));
            return refused(faults);
        }
        let mut conclusions = Vec::new();
        for (i, new) in draft.conclusions.iter().enumerate() {
            let at = |field: &str| format!("/conclusions/{i}/{field}");
            let text = read_among(&at("text"), &new.text, MAX_WORDS, &mut faults).into();
            let named = Named { lead: &new.lead, coordinators: &new.coordinators };
            let (lead, coordinators) = named.read(&self.catalogue, &format!("/conclusions/{i}"), self.meeting.day(), &mut faults);
            if new.due_on < self.meeting.day() || !YEARS.contains(&new.due_on.year()) {
                faults.push(Fault::new(at("dueOn"), Code::OutOfRange));
            }
            let number = i32::try_from(i + 1).unwrap_or(i32::MAX);
            let Some(lead) = lead else { continue };
            conclusions.push(Conclusion {
                id: self.app.0.ids.next(),
                number,
                text,
                lead,
                coordinators,
                due_on: new.due_on,
                task: None,
                carried_by: Vec::new(),
            });
        }
        refused(faults)?;
        self.meeting.conclusions = conclusions;
        Ok(())
    }
}
