//! Agencies: legal persons with dated versions, and collectives with dated rolls.
//! Must not rewrite the past: a change is a new version.
//! Who leads or coordinates a task is `task::Assignment`.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::{document::Document, ecode::Scheme, id::Id, labels::labelled_enum, lang::Multilingual, person::PersonId, validity::Validity};

pub type AgencyId = Id<Agency>;

labelled_enum! {
    /// What kind of body an agency is.
    pub enum AgencyKind {
        /// People's Committee or steering committee.
        Committee = "COMMITTEE",
        /// Sở, văn phòng.
        Department = "DEPARTMENT",
        /// People's Committee of an urban or rural district.
        District = "DISTRICT",
        Press = "PRESS",
        /// Public service unit.
        Centre = "CENTRE",
        Party = "PARTY",
        /// Ministry, authority of a ministry, State Treasury.
        Central = "CENTRAL",
        Enterprise = "ENTERPRISE",
        /// Words that stand for several bodies ("Các sở, ngành").
        Collective = "COLLECTIVE",
    }
}

labelled_enum! {
    /// How the words of a collective are to be read.
    pub enum MembershipRule {
        /// A fixed list ("UBND các quận, huyện").
        Closed = "CLOSED",
        /// Only the relevant ones ("… liên quan"): needs a designation.
        Filtered = "FILTERED",
        /// Whoever falls under the words.
        Open = "OPEN",
    }
}

labelled_enum! {
    /// How sure a source is.
    pub enum Confidence {
        High = "HIGH",
        Medium = "MEDIUM",
        Low = "LOW",
    }
}

/// How well a fact is attested, where that is told beside its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    pub source: Arc<str>,
    pub confidence: Confidence,
    /// Somebody who knows has yet to say that it is so.
    pub to_confirm: bool,
}

/// How a collective's roll is to be read and whether it is known to be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollectiveRule {
    pub rule: MembershipRule,
    pub complete: bool,
}

/// A body that can be given duties.
#[derive(Clone, Debug)]
pub struct Agency {
    pub id: AgencyId,
    /// Short, lower-case, never reused.
    pub code: Arc<str>,
    /// Set for a collective only.
    pub collective: Option<CollectiveRule>,
    /// In the order of their validity; never empty.
    pub versions: Vec<AgencyVersion>,
    /// Every name under which a document writes it.
    pub aliases: Vec<Arc<str>>,
    /// The roll, past and present; empty for a single body.
    pub members: Vec<AgencyMember>,
    /// How the roll was to be read, time by time; before the first, `collective` says it.
    pub rolls: Vec<Roll>,
    /// Electronic codes, past and present.
    pub codes: Vec<AgencyCode>,
    pub posts: Vec<Post>,
}

impl Agency {
    /// Whether it is there on a day.
    pub fn is_active_on(&self, day: NaiveDate) -> bool {
        self.versions.iter().any(|version| version.validity.contains(day))
    }

    /// How the roll of a collective is to be read on a day.
    pub fn rule_on(&self, day: NaiveDate) -> Option<(CollectiveRule, Option<&Roll>)> {
        let own = self.collective?;
        let roll = self.rolls.iter().find(|roll| roll.validity.contains(day));
        Some((roll.map_or(own, |roll| roll.rule), roll))
    }

    /// Whether its words mean only the relevant ones on a day.
    pub fn is_filtered_on(&self, day: NaiveDate) -> bool {
        self.rule_on(day).is_some_and(|(rule, _)| rule.rule == MembershipRule::Filtered)
    }

    /// Whether its words mean only the relevant ones on a day, and no document says of all tasks alike which.
    pub fn needs_designation_on(&self, day: NaiveDate) -> bool {
        self.is_filtered_on(day) && self.rule_on(day).is_some_and(|(_, roll)| roll.is_none_or(|roll| roll.basis.is_none()))
    }

    /// Who is on a collective's own roll on a day.
    pub fn members_on(&self, day: NaiveDate) -> impl DoubleEndedIterator<Item = &AgencyMember> {
        self.members.iter().filter(move |member| member.validity.contains(day))
    }

    /// Whether somebody who knows has yet to say that anything told of it is so: a version, a code, a roll or a place on it.
    pub fn is_to_confirm(&self) -> bool {
        let versions = self.versions.iter().map(|version| &version.attestation);
        let codes = self.codes.iter().map(|code| &code.attestation);
        let rolls = self.rolls.iter().map(|roll| &roll.attestation).chain(self.members.iter().map(|member| &member.attestation));
        versions.chain(codes).chain(rolls).flatten().any(|attestation| attestation.to_confirm)
    }

    /// Everybody who ever held a post, in the order of time.
    pub fn holders(&self) -> Vec<(&Post, &Holder)> {
        let mut all: Vec<(&Post, &Holder)> =
            self.posts.iter().flat_map(|post| post.holders.iter().map(move |holder| (post, holder))).collect();
        all.sort_by_key(|(post, holder)| (holder.validity.from, !post.is_head, post.id));
        all
    }

    /// The first day on which it is no more; none while its end is not known.
    pub fn end(&self) -> Option<NaiveDate> {
        let ends: Option<Vec<NaiveDate>> = self.versions.iter().map(|version| version.validity.to).collect();
        ends?.into_iter().max()
    }

    /// Who heads it on a day.
    pub fn head_on(&self, day: NaiveDate) -> Option<(&Post, &Holder)> {
        let heads = self.posts.iter().filter(|post| post.is_head);
        heads.flat_map(|post| post.holders.iter().map(move |holder| (post, holder))).find(|(_, holder)| holder.validity.contains(day))
    }
}

/// How the roll of a collective is to be read for a time. A filtered one is designated by the document that this rests on.
#[derive(Clone, Debug)]
pub struct Roll {
    pub id: Id<Self>,
    pub rule: CollectiveRule,
    pub validity: Validity,
    pub basis: Option<Id<Document>>,
    pub attestation: Option<Attestation>,
}

/// An electronic code of an agency; codes change with the schemes and are never keys.
#[derive(Clone, Debug)]
pub struct AgencyCode {
    pub id: Id<Self>,
    pub scheme: Scheme,
    pub code: Arc<str>,
    pub validity: Validity,
    pub basis: Option<Id<Document>>,
    pub attestation: Option<Attestation>,
}

/// A post in an agency, with everybody who held it.
#[derive(Clone, Debug)]
pub struct Post {
    pub id: Id<Post>,
    pub title: Arc<str>,
    /// Whoever holds it heads the agency.
    pub is_head: bool,
    /// In the order of time; no two at once.
    pub holders: Vec<Holder>,
}

/// Who held a post for a time.
#[derive(Clone, Debug)]
pub struct Holder {
    pub id: Id<Self>,
    pub name: Arc<str>,
    /// In charge without being appointed ("phụ trách", "Q.").
    pub is_acting: bool,
    /// Which person of the register that is, where it is known.
    pub person: Option<PersonId>,
    pub validity: Validity,
    pub basis: Id<Document>,
    /// The document by which nobody holds the post from the end on; none where the next one follows, or the agency is no more.
    pub ended_by: Option<Id<Document>>,
}

/// What an agency was called and where it stood for a time.
#[derive(Clone, Debug)]
pub struct AgencyVersion {
    pub id: Id<AgencyVersion>,
    pub name: Multilingual,
    /// E.g. "Sở TT&TT".
    pub short_name: Option<Arc<str>>,
    pub kind: AgencyKind,
    pub subkind: Option<Arc<str>>,
    pub parent: Option<AgencyId>,
    pub validity: Validity,
    pub basis: Option<Id<Document>>,
    pub note: Option<Arc<str>>,
    /// Where the document that it rests on uses the words for a collective.
    pub used_in: Vec<Arc<str>>,
    pub attestation: Option<Attestation>,
}

/// A body on the roll of a collective.
#[derive(Clone, Debug)]
pub struct AgencyMember {
    pub id: Id<AgencyMember>,
    pub agency: AgencyId,
    /// Position on the roll, from 1.
    pub rank: i32,
    pub validity: Validity,
    pub basis: Option<Id<Document>>,
    pub attestation: Option<Attestation>,
}
