//! Rolls of a file, among what happened to agencies: each says from its day on who is on it and how it is to be read.
//! Must not reach behind what is known of a later day, nor leave with nobody what is assigned through the words.
//! The same by hand is `crate::organisation`; who leaves and joins by events is `succession`.

use std::collections::{BTreeMap, HashSet};

use domain::{
    agency::{Agency, AgencyId, AgencyMember, CollectiveRule},
    organisation_file::{OrganisationFile, Roll},
    validity::Validity,
};
use persistence::{
    Conn,
    organisation::{self as stored, NewMember},
    seed::stamp_catalogue,
    sync::{Change, ChangeKind},
};
use serde_json::{Value, json};

use super::{Run, placed, places::Row, stamp};
use crate::{
    Error,
    catalogue::Catalogue,
    organisation::{absent, has_bodies, nobody, too_early},
    place::cite,
    succession::settle_rolls,
};

type Placed<'a> = (usize, &'a Roll);

impl<'a> Run<'a> {
    /// Rolls and events in the order of time, those of a day after its events: a roll may name whom an event made, and an event finds
    /// the rolls of before. Tells how much events leave without an owner.
    pub(super) fn in_time(&mut self, conn: &mut Conn, ctx: &auth::Ctx, file: &'a OrganisationFile) -> Result<usize, Error> {
        let mut rolls: Vec<Placed<'_>> = file.rolls.iter().enumerate().collect();
        rolls.sort_by_key(|(_, roll)| roll.from);
        let (mut rolls, mut unowned) = (rolls.into_iter().peekable(), 0);
        for (i, event) in file.events.iter().enumerate() {
            let mut before = Vec::new();
            while let Some(one) = rolls.next_if(|(_, roll)| roll.from < event.effective_on) {
                before.push(one);
            }
            self.rolls(conn, &before)?;
            unowned += self.event(conn, ctx, (i, event))?;
        }
        self.rolls(conn, &rolls.collect::<Vec<_>>())?;
        if let Some(first) = self.first_roll {
            settle_rolls(self.app, conn, first)?;
        }
        Ok(unowned)
    }

    fn rolls(&mut self, conn: &mut Conn, rolls: &[Placed<'_>]) -> Result<(), Error> {
        let (before, mut seen) = (self.changes.len(), HashSet::new());
        for (i, roll) in rolls {
            // The next roll of a collective finds the one before.
            if !seen.insert(&roll.collective) {
                stamp_catalogue(conn, stamp(self.app))?;
            }
            let catalogue = self.app.0.catalogue.current(conn)?;
            match catalogue.agency_by_code(&roll.collective).filter(|agency| agency.collective.is_some()) {
                Some(collective) => self.roll(conn, &catalogue, (*i, roll), collective)?,
                None => self.unknown(format!("/rolls/{i}/collective")),
            }
        }
        if self.changes.len() > before {
            stamp_catalogue(conn, stamp(self.app))?;
        }
        Ok(())
    }

    fn roll(&mut self, conn: &mut Conn, catalogue: &Catalogue, (i, roll): Placed<'_>, collective: &Agency) -> Result<(), Error> {
        let known = collective.rolls.iter().find(|known| known.validity.from == Some(roll.from));
        let is_known = known.is_some();
        let is_later = |validity: Validity| validity.from.is_some_and(|from| roll.from < from);
        let has_later = collective.rolls.iter().map(|roll| roll.validity).chain(collective.members.iter().map(|member| member.validity));
        if !is_known && has_later.into_iter().any(is_later) {
            self.faults.push(too_early(&format!("/rolls/{i}/from")));
            return Ok(());
        }
        let told = placed(roll.section.as_ref(), roll.quote.as_ref());
        let on: Vec<&AgencyMember> = collective.members_on(roll.from).collect();
        if let Some(known) = known {
            self.known_roll(catalogue, (i, roll), known, &on);
            let key = format!("{} / {}", roll.collective, roll.from);
            let row = Row { at: format!("/rolls/{i}"), subject: "rollPlace", key };
            self.known_place(conn, &row, (known.id.uuid(), known.basis), &told)?;
        }
        let (wanted, joining) = self.named(catalogue, (i, roll), &on);
        if !is_known {
            let were: Vec<AgencyId> = on.iter().map(|member| member.agency).collect();
            if has_bodies(catalogue, &were, roll.from) && !has_bodies(catalogue, &wanted, roll.from) {
                self.faults.push(nobody(&format!("/rolls/{i}/members")));
            }
            self.leave(conn, catalogue, roll, (&on, &wanted))?;
            let id = self.app.0.ids.next();
            let rule = CollectiveRule { rule: roll.rule, complete: roll.complete };
            let basis = roll.basis.as_deref().and_then(|code| self.documents.get(code).copied());
            stored::set_roll(conn, id, collective.id, rule, (roll.from, None), basis)?;
            let place = self.place(&format!("/rolls/{i}"), &told, basis.is_some());
            if let Some(basis) = basis {
                cite(self.app, conn, (id.uuid(), basis), place.as_ref())?;
            }
            self.attested.push((id.uuid(), roll.attested.attestation()));
            self.added("roll", format!("{} / {}", roll.collective, roll.from));
        }
        // Until the next roll, which says itself who is on it.
        let to = collective.rolls.iter().filter(|known| is_later(known.validity)).filter_map(|known| known.validity.from).min();
        let mut new = Vec::new();
        for (rank, member, code) in joining {
            let (id, validity) = (self.app.0.ids.next(), Validity { from: Some(roll.from), to });
            new.push(NewMember { id, collective: collective.id, member, rank, validity, basis: None });
            self.attested.push((id.uuid(), roll.attested.attestation()));
            self.added("agencyMember", format!("{} / {code} / {}", roll.collective, roll.from));
        }
        if !is_known || !new.is_empty() {
            self.first_roll = Some(self.first_roll.map_or(roll.from, |first| first.min(roll.from)));
        }
        Ok(stored::insert_members(conn, &new)?)
    }

    /// Whom a roll names, and who of them is not on it yet, with rank and code.
    fn named<'r>(
        &mut self,
        catalogue: &Catalogue,
        (i, roll): (usize, &'r Roll),
        on: &[&AgencyMember],
    ) -> (Vec<AgencyId>, Vec<(i32, AgencyId, &'r str)>) {
        let (mut wanted, mut joining) = (Vec::new(), Vec::new());
        for (j, code) in roll.members.iter().enumerate() {
            let Some(member) = catalogue.agency_by_code(code) else {
                self.unknown(format!("/rolls/{i}/members/{j}"));
                continue;
            };
            wanted.push(member.id);
            if on.iter().any(|known| known.agency == member.id) {
                continue;
            }
            if !member.is_active_on(roll.from) {
                self.faults.push(absent(format!("/rolls/{i}/members/{j}"), roll.from));
            }
            joining.push((i32::try_from(j + 1).unwrap_or(i32::MAX), member.id, code.as_str()));
        }
        (wanted, joining)
    }

    /// Who was on the roll and is not named leaves it on its day; what began on that day rests on something else.
    fn leave(
        &mut self,
        conn: &mut Conn,
        catalogue: &Catalogue,
        roll: &Roll,
        (on, wanted): (&[&AgencyMember], &[AgencyId]),
    ) -> Result<(), Error> {
        let began_before = |member: &&&AgencyMember| member.validity.from.is_none_or(|from| from < roll.from);
        let leaving: Vec<_> = on.iter().filter(began_before).filter(|member| !wanted.contains(&member.agency)).collect();
        for member in &leaving {
            let code = catalogue.agency_code(Some(member.agency)).unwrap_or_default();
            let since = member.validity.from.map(|from| from.to_string()).unwrap_or_default();
            let fields = BTreeMap::from([("validTo".to_owned(), (Value::Null, json!(roll.from)))]);
            let key = format!("{} / {code} / {since}", roll.collective);
            self.changes.push(Change { subject: "agencyMember", key, change: ChangeKind::Changed, fields });
        }
        Ok(stored::end_members(conn, &leaving.iter().map(|member| member.id).collect::<Vec<_>>(), roll.from)?)
    }
}
