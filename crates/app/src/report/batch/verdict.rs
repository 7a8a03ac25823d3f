//! What becomes of one row: everything that is wrong with it at once, or what is to be stored.
//! Must not look anything up, nor tell a fault that only follows from one that is told.
//! The rules are `facts` and `by_ref`, as for one report; the rows come from `judge`.

use domain::{
    agency::AgencyId,
    data_form,
    error::{Code, Fault},
    policy::{Action, Resource},
    report::{Report, ReportContent, ReportEventKind, state::Act},
};

use super::{
    Row, RowReport,
    judge::{Found, Judge, Judged, Owner, Verdict},
};
use crate::report::{
    acts::{Acting, Said, begin_on},
    by_ref::{Expected, moved, says_the_same},
    draft::next_version,
    facts::{Asked, Place, unknown_regime},
    measure::{Measure, falls_under, unfit, unsaid},
    submit::{Way, built, submitted_event},
};

/// Fields without which nobody can tell where a report belongs.
const WHEREABOUTS: [&str; 6] = ["programme", "task", "agency", "year", "period", "regime"];

/// What a row finds under its reference.
enum Standing<'a> {
    New,
    Same(Report),
    Again(Acting<'a>),
}

impl<'a> Judge<'a> {
    /// The verdict on a row.
    pub(super) fn row(&mut self, found: &mut Found, row: &Row, owner: Owner) -> Verdict {
        let Some(said) = row.said.as_deref() else { return Err(row.faults.clone()) };
        let mut faults = row.faults.clone();
        let agency = owner.and_then(|owner| owner.map_err(|fault| faults.push(fault)).ok());
        let reference = agency.zip(said.new.external_ref.clone());
        let is_repeated = reference.as_ref().is_some_and(|key| !self.references.insert(key.clone()));
        if is_repeated {
            faults.push(Fault::new("/externalRef", Code::Duplicate));
        }
        faults.extend(agency.and_then(|agency| self.forbidden(agency, said)));
        let (content, unreadable) = self.content(said);
        let kept = reference.as_ref().and_then(|key| found.get(key)?.as_ref());
        let place = self.place(row, said, (agency, kept));
        // What a cell cannot be read as is told before what its field would not take.
        faults.extend(unreadable);
        faults.extend(match &content {
            Some(content) => self.misfits(row, said, place.as_ref().ok(), content),
            None => Vec::new(),
        });
        // Nobody knows what is found under a reference that cannot be read, is another row's, or is of another agency.
        let is_findable = agency.is_some() && !is_repeated && !row.is_unread("externalRef");
        let standing = match reference.filter(|_| is_findable).and_then(|key| found.remove(&key)) {
            None if is_findable => new(said),
            None => Ok(Standing::New),
            Some(None) => Err(vec![Fault::new("/externalRef", Code::NotFound)]),
            Some(Some(before)) => self.again(before, said, place.as_ref().ok(), content.as_ref()),
        };
        match (place, standing, content, agency) {
            (Ok(place), Ok(standing), Some(content), Some(agency)) if faults.is_empty() => {
                self.judged(said, (agency, place), standing, content)
            }
            (place, standing, ..) => {
                faults.extend(place.err().into_iter().chain(standing.err()).flatten());
                Err(told(faults, row.faults.len()))
            }
        }
    }

    /// That the caller may not push for this agency and programme.
    fn forbidden(&self, agency: AgencyId, said: &RowReport) -> Option<Fault> {
        let programme = self.catalogue.programme_by_code(&said.new.about.programme).map(|programme| programme.id);
        let on = Resource { agency: Some(agency), programme, ..Resource::default() };
        self.ctx.allow_on(Action::PushReport, &on).err().map(|refusal| Fault::new("", refusal.code))
    }

    /// Where the row belongs; where something that decides it cannot be read, what is wrong with the rest.
    fn place(&mut self, row: &Row, said: &RowReport, (agency, kept): (Option<AgencyId>, Option<&Report>)) -> Result<Place, Vec<Fault>> {
        let about = &said.new.about;
        if agency.is_some() && !WHEREABOUTS.iter().any(|field| row.is_unread(field)) {
            let place = self.known.place(&self.catalogue, Asked { agency, about, kept });
            return place.map_err(|mut faults| {
                // Under a reference that cannot be read there may be the very report that answers already.
                faults.retain(|fault| fault.code != Code::ObligationMet || !row.is_unread("externalRef"));
                faults.extend(unknown_regime(&self.catalogue, about).filter(|unknown| !faults.contains(unknown)));
                faults
            });
        }
        Err(self.known.misplaced(&self.catalogue, about, |field| row.is_unread(field)))
    }

    /// What keeps the content from fitting what the row is about. Where it belongs nowhere yet, the form of a regime that it
    /// names is known all the same.
    fn misfits(&self, row: &Row, said: &RowReport, place: Option<&Place>, content: &ReportContent) -> Vec<Fault> {
        let about = &said.new.about;
        if let Some(place) = place {
            return unfit(place.task.is_some(), content, &place.measure, true);
        }
        let mut faults = unsaid(about.task.is_some(), content);
        let is_named = about.regime.is_some() && !["regime", "period", "year"].iter().any(|field| row.is_unread(field));
        if let Some(regime) = falls_under(&self.catalogue, about).filter(|_| is_named) {
            faults.extend(Measure::named(regime).faults(content, true));
        }
        faults
    }

    /// What a row says in the form in which it is stored, if it can be, and what cannot be read of it.
    fn content(&self, said: &RowReport) -> (Option<ReportContent>, Vec<Fault>) {
        let mut content = match said.new.contents.stored() {
            Ok(content) => content,
            Err(refusal) => return (None, refusal.faults),
        };
        let mut faults = Vec::new();
        // The cells of a table are read by the fields of the form. Whether the values fit it is judged with where the report belongs.
        let form = falls_under(&self.catalogue, &said.new.about).map(|regime| &regime.form);
        for field in form.filter(|_| said.is_cells).into_iter().flat_map(|form| &form.fields) {
            let Some(value) = content.values.get_mut(&field.code) else { continue };
            match data_form::read(field, value) {
                Ok(read) => *value = read,
                Err(fault) => faults.push(fault),
            }
        }
        if let Some(form) = form {
            data_form::canonical(form, &mut content.values);
        }
        (Some(content), faults)
    }

    /// How the row stands to the report that has its reference.
    fn again(
        &self,
        before: Report,
        said: &RowReport,
        place: Option<&Place>,
        content: Option<&ReportContent>,
    ) -> Result<Standing<'a>, Vec<Fault>> {
        let mut faults = place.map(|place| moved(place, &before, &said.new.about)).unwrap_or_default();
        let standing = said.expected.revision().and_then(|revision| {
            let until = self.known.kept(&before).and_then(|answer| answer.estimates_until(&before.period));
            let seen = (until, self.app.0.clock.today());
            if revision.hold(before.seen_revision()) && content.is_some_and(|content| says_the_same(&before, content, seen)) {
                return Ok(Standing::Same(before));
            }
            let act = (Action::PushReport, Act::Submit);
            let acting = begin_on(self.app, &self.catalogue, self.ctx, (before, revision, until), act);
            acting.map(Standing::Again).map_err(|refusal| refusal.code)
        });
        match standing {
            Ok(standing) if faults.is_empty() => Ok(standing),
            Ok(_) => Err(faults),
            Err(code) => {
                faults.push(tag_fault(code));
                Err(faults)
            }
        }
    }

    /// What is to be stored for a row without faults.
    fn judged(&mut self, said: &RowReport, (agency, place): (AgencyId, Place), standing: Standing<'a>, content: ReportContent) -> Verdict {
        match standing {
            Standing::Same(before) => Ok(Box::new(Judged::Same(before))),
            Standing::Again(acting) => {
                let (change, version) = next_version(&acting, content, acting.account, place.answer.as_ref());
                let event = acting.event(change.version, ReportEventKind::Submitted, Said::default());
                Ok(Box::new(Judged::Again { before: acting.report, version, event }))
            }
            Standing::New => {
                let report = built(self.app, self.ctx, agency, &said.new, &place, Way::Sent);
                let report =
                    report.map(|report| Report { content, ..report }).map_err(|error| vec![Fault::new("", error.refusal().code)])?;
                let submission = report.submission.as_ref().ok_or_else(|| vec![Fault::new("", Code::Internal)])?;
                let event = submitted_event(self.app, &report, submission);
                self.known.taken.extend(place.answer.map(|answer| answer.obligation));
                Ok(Box::new(Judged::New { event, report }))
            }
        }
    }
}

/// A row whose reference nobody has used.
fn new<'a>(said: &RowReport) -> Result<Standing<'a>, Vec<Fault>> {
    match said.expected {
        Expected::Revision(_) => Err(vec![Fault::new("/ifMatch", Code::PreconditionFailed)]),
        Expected::Nothing | Expected::None => Ok(Standing::New),
    }
}

/// The faults of a row by their places. The first `of_form` are of its form: what was left out or made empty because of them
/// brings no other.
fn told(mut faults: Vec<Fault>, of_form: usize) -> Vec<Fault> {
    let mut judged = faults.split_off(of_form.min(faults.len()));
    let is_within =
        |pointer: &str, of: &str| !of.is_empty() && pointer.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    judged.retain(|fault| !faults.iter().any(|of_form| is_within(&fault.pointer, &of_form.pointer)));
    for fault in judged {
        // Of two at one place the first brought the second.
        if fault.pointer.is_empty() || !faults.iter().any(|told| told.pointer == fault.pointer) {
            faults.push(fault);
        }
    }
    faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    faults
}

/// What is wrong with a change: with the revision that it rests on, or with the change as such.
fn tag_fault(code: Code) -> Fault {
    match code {
        Code::PreconditionRequired => Fault::worded(
            "/ifMatch",
            code,
            "Báo cáo mang số tham chiếu này đã có; muốn sửa thì ghi ETag của lần đọc trước vào ifMatch.",
            "There is a report with this reference; to change it, give the ETag that was read as ifMatch.",
        ),
        Code::PreconditionFailed => Fault::new("/ifMatch", code),
        other => Fault::new("", other),
    }
}
