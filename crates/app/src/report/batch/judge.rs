//! Judging the rows of a batch, group by group: whose they are, and what is stored of all that they name.
//! Must not write; looks up what all rows of a group name in a handful of statements.
//! What becomes of one row is `verdict`.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use auth::Ctx;
use domain::{
    agency::AgencyId,
    error::Fault,
    report::{Report, ReportEvent, ReportId, ReportVersion},
};
use persistence::{Conn, report as stored};
use sha2::{Digest, Sha256};

use super::{Row, RowReport};
use crate::{
    App, Error,
    catalogue::Catalogue,
    report::{
        facts::{Asked, Known},
        submit::{Way, whose},
    },
};

/// What is to be done for a row.
pub(super) enum Judged {
    New { report: Report, event: ReportEvent },
    Again { before: Report, version: ReportVersion, event: ReportEvent },
    Same(Report),
}

pub(super) type Verdict = Result<Box<Judged>, Vec<Fault>>;

/// Whose report a row is, or why it is not the caller's; `None` where that cannot be read.
pub(super) type Owner = Option<Result<AgencyId, Fault>>;

/// Judges rows, group by group.
pub(super) struct Judge<'a> {
    pub(super) app: &'a App,
    pub(super) ctx: &'a Ctx,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) known: Known,
    /// References that earlier rows have.
    pub(super) references: HashSet<(AgencyId, String)>,
    state: Sha256,
}

/// The stored reports that the rows of a group name, by reference; `None` for one that the caller may not know of.
pub(super) type Found = HashMap<(AgencyId, String), Option<Report>>;

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
        let owners: Vec<Owner> = rows.iter().map(|row| self.owner(row)).collect::<Result<_, _>>()?;
        let mut found = self.look_up(conn, rows, &owners)?;
        let judged: Vec<Verdict> = rows.iter().zip(owners).map(|(row, owner)| self.row(&mut found, row, owner)).collect();
        for verdict in &judged {
            self.state.update(digested(verdict));
        }
        Ok(judged)
    }

    /// Whose report a row is.
    fn owner(&self, row: &Row) -> Result<Owner, Error> {
        let Some(said) = row.said.as_deref().filter(|_| !row.is_unread("agency")) else { return Ok(None) };
        match whose(&self.catalogue, self.ctx, &said.new, Way::Sent) {
            Ok((agency, _)) => Ok(Some(Ok(agency))),
            Err(Error::Refused(refusal)) => Ok(Some(Err(Fault::new("/agency", refusal.code)))),
            Err(error) => Err(error),
        }
    }

    fn look_up<'r>(&mut self, conn: &mut Conn, rows: &'r [Row], owners: &[Owner]) -> Result<Found, Error> {
        let said = rows.iter().zip(owners).filter_map(|(row, owner)| Some((row.said.as_deref()?, owner.as_ref()?.as_ref().ok().copied())));
        let said: Vec<(&RowReport, Option<AgencyId>)> = said.collect();
        let agencies: Vec<AgencyId> = said.iter().filter_map(|(_, agency)| *agency).collect::<BTreeSet<_>>().into_iter().collect();
        let references: BTreeSet<&str> = said.iter().filter_map(|(said, _)| said.new.external_ref.as_deref()).collect();
        let references: Vec<&str> = references.into_iter().collect();
        let named = stored::by_external_refs(conn, &agencies, &references)?;
        let ids: Vec<ReportId> = named.iter().map(|(_, _, id)| *id).collect();
        let reports = stored::by_ids(conn, &self.ctx.report_scope(), &ids)?;
        let mut reports: HashMap<ReportId, Report> =
            reports.into_iter().filter(|report| report.is_inside).map(|report| (report.id, report)).collect();
        let reports: Found = named.into_iter().map(|(agency, reference, id)| ((agency, reference), reports.remove(&id))).collect();
        let asked = |(said, agency): &(&'r RowReport, Option<AgencyId>)| {
            let kept = agency.zip(said.new.external_ref.clone()).and_then(|key| reports.get(&key)?.as_ref());
            Asked { agency: *agency, about: &said.new.about, kept }
        };
        let asked: Vec<Asked<'_>> = said.iter().map(asked).collect();
        self.known.load(conn, &self.catalogue, &asked)?;
        Ok(reports)
    }
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
