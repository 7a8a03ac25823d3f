//! Judging the rows of a batch: whose they are, where they belong, what they say, what they find.
//! Must not write; looks up what all rows of a group name in a handful of statements.
//! The rules are `facts` and `by_ref`, as for one report.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use auth::Ctx;
use domain::{
    agency::AgencyId,
    data_form::{self, DataForm},
    error::{Code, Fault},
    period::Period,
    policy::{Action, Resource},
    regime::{Regime, RegimeKind, RegimeSubject, row_of},
    report::{Report, ReportContent, ReportEvent, ReportEventKind, ReportId, ReportVersion, state::Act},
};
use persistence::{Conn, report as stored};
use sha2::{Digest, Sha256};

use super::{Row, RowReport};
use crate::{
    App, Error,
    catalogue::Catalogue,
    report::{
        acts::{Said, begin_on},
        by_ref::{Expected, moved, says_the_same},
        draft::next_version,
        facts::{About, Asked, Known, Place, unfit},
        submit::{Way, built, submitted_event, whose},
    },
};

/// What is to be done for a row.
pub(super) enum Judged {
    New { report: Report, event: ReportEvent },
    Again { before: Report, version: ReportVersion, event: ReportEvent },
    Same(Report),
}

pub(super) type Verdict = Result<Box<Judged>, Vec<Fault>>;

/// Judges rows, group by group.
pub(super) struct Judge<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    catalogue: Arc<Catalogue>,
    known: Known,
    /// References that earlier rows have.
    references: HashSet<(AgencyId, String)>,
    state: Sha256,
}

/// The stored reports that the rows of a group name, by reference; `None` for one that the caller may not know of.
type Found = HashMap<(AgencyId, String), Option<Report>>;

impl<'a> Judge<'a> {
    pub fn new(app: &'a App, ctx: &'a Ctx, catalogue: Arc<Catalogue>) -> Self {
        Self { app, ctx, catalogue, known: Known::default(), references: HashSet::new(), state: Sha256::new() }
    }

    /// The digest of everything that the verdicts rest on.
    pub fn state(self) -> String {
        format!("{:x}", self.state.finalize())
    }

    /// The verdict for each row.
    pub fn rows(&mut self, conn: &mut Conn, rows: &[Row]) -> Result<Vec<Verdict>, Error> {
        let owners: Vec<Option<Result<AgencyId, Fault>>> = rows.iter().map(|row| self.owner(row)).collect::<Result<_, _>>()?;
        let mut found = self.look_up(conn, rows, &owners)?;
        let judged = rows.iter().zip(owners).map(|(row, owner)| match (&row.said, owner) {
            (Ok(said), Some(Ok(agency))) => self.row(&mut found, agency, said),
            (Ok(_), Some(Err(fault))) => Err(vec![fault]),
            (Err(faults), _) => Err(faults.clone()),
            (Ok(_), None) => Err(vec![Fault::new("", Code::Internal)]),
        });
        let judged: Vec<Verdict> = judged.collect();
        for verdict in &judged {
            self.state.update(digested(verdict));
        }
        Ok(judged)
    }

    /// Whose report a row is; `None` for one that has no form.
    fn owner(&self, row: &Row) -> Result<Option<Result<AgencyId, Fault>>, Error> {
        let Ok(said) = &row.said else { return Ok(None) };
        match whose(&self.catalogue, self.ctx, &said.new, Way::Sent) {
            Ok((agency, _)) => Ok(Some(Ok(agency))),
            Err(Error::Refused(refusal)) => Ok(Some(Err(Fault::new("/agency", refusal.code)))),
            Err(error) => Err(error),
        }
    }

    fn look_up<'r>(&mut self, conn: &mut Conn, rows: &'r [Row], owners: &[Option<Result<AgencyId, Fault>>]) -> Result<Found, Error> {
        let owned = rows.iter().zip(owners).filter_map(|(row, owner)| Some((row.said.as_ref().ok()?, *owner.as_ref()?.as_ref().ok()?)));
        let owned: Vec<(&RowReport, AgencyId)> = owned.map(|(said, agency)| (&**said, agency)).collect();
        let agencies: Vec<AgencyId> = owned.iter().map(|(_, agency)| *agency).collect::<BTreeSet<_>>().into_iter().collect();
        let references: BTreeSet<&str> = owned.iter().filter_map(|(said, _)| said.new.external_ref.as_deref()).collect();
        let references: Vec<&str> = references.into_iter().collect();
        let named = stored::by_external_refs(conn, &agencies, &references)?;
        let ids: Vec<ReportId> = named.iter().map(|(_, _, id)| *id).collect();
        let reports = stored::by_ids(conn, &self.ctx.report_scope(), &ids)?;
        let mut reports: HashMap<ReportId, Report> =
            reports.into_iter().filter(|report| report.is_inside).map(|report| (report.id, report)).collect();
        let reports: Found = named.into_iter().map(|(agency, reference, id)| ((agency, reference), reports.remove(&id))).collect();
        let asked = |(said, agency): &(&'r RowReport, AgencyId)| {
            let kept = said.new.external_ref.clone().and_then(|reference| reports.get(&(*agency, reference))?.as_ref());
            Asked { agency: *agency, about: &said.new.about, kept }
        };
        let asked: Vec<Asked<'_>> = owned.iter().map(asked).collect();
        self.known.load(conn, &self.catalogue, &asked)?;
        Ok(reports)
    }

    fn row(&mut self, found: &mut Found, agency: AgencyId, said: &RowReport) -> Verdict {
        let reference = said.new.external_ref.as_ref().map(|reference| (agency, reference.clone()));
        if let Some(key) = &reference
            && !self.references.insert(key.clone())
        {
            return Err(vec![Fault::new("/externalRef", Code::Duplicate)]);
        }
        let programme = self.catalogue.programme_by_code(&said.new.about.programme).map(|programme| programme.id);
        let on = Resource { agency: Some(agency), programme, ..Resource::default() };
        self.ctx.allow_on(Action::PushReport, &on).map_err(|refusal| vec![Fault::new("", refusal.code)])?;
        let (content, mut faults) = self.content(said);
        let kept = reference.as_ref().and_then(|key| found.get(key)?.as_ref());
        let place = match self.known.place(&self.catalogue, Asked { agency, about: &said.new.about, kept }) {
            Ok(place) if faults.is_empty() => place,
            Ok(_) => return Err(faults),
            Err(more) => {
                faults.splice(0..0, more);
                return Err(faults);
            }
        };
        let unfit = unfit(place.task.is_some(), &content, place.answer.as_ref(), true);
        if !unfit.is_empty() {
            return Err(unfit);
        }
        match reference.and_then(|key| found.remove(&key)) {
            None => {
                let verdict = self.new_report(agency, said, &place, content)?;
                self.known.taken.extend(place.answer.map(|answer| answer.obligation));
                Ok(verdict)
            }
            Some(None) => Err(vec![Fault::new("/externalRef", Code::NotFound)]),
            Some(Some(before)) => self.again(before, said, &place, content),
        }
    }

    /// What a row says in the form in which it is stored, and what cannot be read of it.
    fn content(&self, said: &RowReport) -> (ReportContent, Vec<Fault>) {
        let (mut content, mut faults) = match said.new.contents.stored() {
            Ok(content) => (content, Vec::new()),
            Err(refusal) => (ReportContent::default(), refusal.faults),
        };
        let form = form_of(&self.catalogue, &said.new.about).filter(|_| said.is_cells);
        for field in form.into_iter().flat_map(|form| &form.fields) {
            let Some(value) = content.values.get_mut(&field.code) else { continue };
            match data_form::read(field, value) {
                Ok(read) => *value = read,
                Err(fault) => faults.push(fault),
            }
        }
        (content, faults)
    }

    fn new_report(&self, agency: AgencyId, said: &RowReport, place: &Place, content: ReportContent) -> Verdict {
        if let Expected::Revision(_) = said.expected {
            return Err(vec![Fault::new("/ifMatch", Code::PreconditionFailed)]);
        }
        let report = built(self.app, self.ctx, agency, &said.new, place, Way::Sent);
        let report = report.map(|report| Report { content, ..report }).map_err(|error| vec![Fault::new("", error.refusal().code)])?;
        let submission = report.submission.as_ref().ok_or_else(|| vec![Fault::new("", Code::Internal)])?;
        let event = submitted_event(self.app, &report, submission);
        Ok(Box::new(Judged::New { event, report }))
    }

    fn again(&self, before: Report, said: &RowReport, place: &Place, content: ReportContent) -> Verdict {
        let revision = said.expected.revision().map_err(|code| vec![tag_fault(code)])?;
        let faults = moved(place, &before, &said.new.about);
        if !faults.is_empty() {
            return Err(faults);
        }
        if says_the_same(&before, revision, &content) {
            return Ok(Box::new(Judged::Same(before)));
        }
        let act = (Action::PushReport, Act::Submit);
        let acting = begin_on(self.app, &self.catalogue, self.ctx, (before, revision), act);
        let acting = acting.map_err(|refusal| vec![tag_fault(refusal.code)])?;
        let (change, version) = next_version(&acting, content, acting.account, place.answer.as_ref());
        let event = acting.event(change.version, ReportEventKind::Submitted, Said::default());
        Ok(Box::new(Judged::Again { before: acting.report, version, event }))
    }
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

/// The form by whose fields the cells of a row are read: of the regime that the row names, else of the one that its subject and
/// period fall under. Whether the values fit it is judged with where the report belongs.
fn form_of<'a>(catalogue: &'a Catalogue, about: &About) -> Option<&'a DataForm> {
    let period: Option<Period> = about.label().parse().ok();
    let row = |rows: &'a [Arc<Regime>]| {
        let of_period = period.and_then(|period| row_of(rows, period));
        // What is asked for has no cycle: its last row speaks for it.
        of_period.or_else(|| rows.last().filter(|row| row.kind != RegimeKind::Periodic))
    };
    if let Some(code) = &about.regime {
        return row(catalogue.regime_rows(code)).map(|regime| &regime.form);
    }
    let subject = if about.task.is_some() { RegimeSubject::Task } else { RegimeSubject::Programme };
    let programme = catalogue.programme_by_code(&about.programme)?.id;
    let fits = |regime: &&Arc<Regime>| {
        let is_ordinary = regime.kind == RegimeKind::Periodic && regime.subject == subject;
        is_ordinary && regime.programme.is_none_or(|own| own == programme)
    };
    let codes: BTreeSet<&str> = catalogue.regimes().iter().filter(fits).map(|regime| &*regime.code).collect();
    let mut rows = codes.into_iter().filter_map(|code| row(catalogue.regime_rows(code)));
    let first = rows.next()?;
    rows.next().is_none().then_some(&first.form)
}

/// What a verdict rests on, for the digest of the state.
fn digested(verdict: &Verdict) -> String {
    match verdict {
        Ok(judged) => match &**judged {
            Judged::New { report, .. } => {
                let place = (report.agency, report.programme, report.task, report.occurrence, report.obligation);
                format!("new {place:?} {:?}\n", report.period)
            }
            Judged::Again { before, .. } => format!("again {} {}\n", before.id, before.revision),
            Judged::Same(before) => format!("same {} {}\n", before.id, before.revision),
        },
        Err(faults) => {
            let faults: Vec<String> = faults.iter().map(|fault| format!("{:?} {}", fault.pointer, fault.code.label())).collect();
            format!("refused {}\n", faults.join(", "))
        }
    }
}
