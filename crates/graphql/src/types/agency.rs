//! Agencies and collectives.
//! Must not show what is not published of them.
//! They come from the catalogue; see `app::agency`.

use std::sync::Arc;

use app::{catalogue::version_on, deliverable::Parent};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::agency as model;

use super::{
    agency, agency_on, document_opt, id,
    post_holder::PostHolder,
    succession::{AgencyEvent, AgencyTerm, Attestation, ECode, Head},
    view,
};
use crate::{
    enums::{AgencyKind, Lang, MembershipRule},
    error::failure,
    loaders,
    names::{Text, wanted},
    paging::Page,
    types::{
        budget::Budget,
        deliverable::{Deliverable, DeliverableTotal, DeliverablesWanted, below},
        document::{Citation, Document, places},
    },
};

/// A body that can be given duties, or words that stand for several, as of a day.
pub struct Agency(pub Arc<model::Agency>, pub Option<NaiveDate>);

impl Agency {
    /// As of today.
    pub fn now(agency: Arc<model::Agency>) -> Self {
        Self(agency, None)
    }

    fn day(&self, ctx: &Context<'_>) -> Result<NaiveDate> {
        Ok(self.1.unwrap_or(view(ctx)?.today()))
    }

    fn version(&self, ctx: &Context<'_>) -> Result<&model::AgencyVersion> {
        version_on(&self.0, self.day(ctx)?).ok_or_else(|| failure(&app::Error::Internal("an agency without a version")))
    }
}

/// A body that can be given duties, or words that stand for several, as of a day.
#[Object]
impl Agency {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// Short, lower-case, never reused.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Money for it, each source apart, by a budget year, or by all where nothing is said, as of a day. What nothing is recorded of is
    /// “chưa bố trí”, which is not 0.
    async fn budget(&self, ctx: &Context<'_>, year: Option<i32>, as_of: Option<NaiveDate>) -> Result<Budget> {
        let ladders = loaders::load(ctx, loaders::BudgetOfAgency((self.0.id, (year, as_of.or(self.1))))).await?;
        Ok(Budget(ladders.unwrap_or_default()))
    }

    /// The name in a language, or in Vietnamese where there is no translation.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Arc<str>> {
        Ok(self.version(ctx)?.name.get(wanted(ctx, lang)).text)
    }

    /// The name with the language it is actually in.
    async fn name_text(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Text> {
        Ok(self.version(ctx)?.name.get(wanted(ctx, lang)).into())
    }

    /// What kind of body it is on the day.
    async fn kind(&self, ctx: &Context<'_>) -> Result<AgencyKind> {
        Ok(self.version(ctx)?.kind.into())
    }

    /// A finer kind, e.g. `provincial_department`; null where none is told.
    async fn subkind(&self, ctx: &Context<'_>) -> Result<Option<Arc<str>>> {
        Ok(self.version(ctx)?.subkind.clone())
    }

    /// Whether this stands for several bodies.
    async fn is_collective(&self) -> bool {
        self.0.collective.is_some()
    }

    /// How the roll of a collective is to be read; null for a single body.
    async fn collective(&self, ctx: &Context<'_>) -> Result<Option<CollectiveRule>> {
        let day = self.day(ctx)?;
        let Some((rule, roll)) = self.0.rule_on(day) else { return Ok(None) };
        let basis = roll.and_then(|roll| roll.basis);
        Ok(Some(CollectiveRule {
            rule: rule.rule.into(),
            complete: rule.complete,
            needs_designation: self.0.needs_designation_on(day),
            basis: document_opt(ctx, basis).await?,
            citations: match roll {
                Some(roll) if ctx.look_ahead().field("citations").exists() => places(ctx, roll.id.uuid()).await?,
                _ => Vec::new(),
            },
            attestation: roll.and_then(|roll| roll.attestation.as_ref()).map(Into::into),
        }))
    }

    /// The day as of which this is told; null for today.
    async fn as_of(&self) -> Option<NaiveDate> {
        self.1
    }

    /// Whether it is there on the day; what it was called last is told in any case.
    async fn is_active(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.0.is_active_on(self.day(ctx)?))
    }

    /// E.g. "Sở TT&TT"; null where none is known.
    async fn short_name(&self, ctx: &Context<'_>) -> Result<Option<Arc<str>>> {
        Ok(self.version(ctx)?.short_name.clone())
    }

    /// Its electronic codes on the day.
    async fn e_codes(&self, ctx: &Context<'_>) -> Result<Vec<ECode>> {
        let day = self.day(ctx)?;
        Ok(self.0.codes.iter().filter(|code| code.validity.contains(day)).map(|code| ECode(code.clone())).collect())
    }

    /// Who heads it on the day; null where the post is vacant, or that is not known.
    async fn head(&self, ctx: &Context<'_>) -> Result<Option<Head>> {
        Ok(self.0.head_on(self.day(ctx)?).map(|(post, holder)| Head(Arc::clone(&post.title), holder.clone())))
    }

    /// Everybody who ever held a post of it, heads and others, in the order of time.
    async fn post_holders(&self) -> Vec<PostHolder> {
        PostHolder::all(&self.0)
    }

    /// Every name, kind and parent that it ever had, in the order of time.
    async fn history(&self) -> Vec<AgencyTerm> {
        self.0.versions.iter().cloned().map(AgencyTerm).collect()
    }

    /// Somebody who knows has yet to say that something told of it is so: a version, a code, a roll or a place on it.
    async fn is_to_confirm(&self) -> bool {
        self.0.is_to_confirm()
    }

    /// What happened to it, in the order of time.
    async fn events(&self, ctx: &Context<'_>) -> Result<Vec<AgencyEvent>> {
        let events = app::succession::events(view(ctx)?, Some(self.0.id)).await.map_err(|error| failure(&error))?;
        Ok(events.into_iter().map(AgencyEvent).collect())
    }

    /// Who answers today for what it did: itself while it is there, else all who took anything of it.
    async fn answers_now(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        let view = view(ctx)?;
        let catalogue = view.catalogue().await.map_err(|error| failure(&error))?;
        let mut answering = Vec::new();
        for id in app::succession::answering(catalogue, self.0.id, view.today()) {
            answering.push(agency(ctx, id).await?);
        }
        Ok(answering)
    }

    /// What the agency brought about, as far as the caller may see it, in the order in which it was recorded.
    async fn deliverables(
        &self,
        ctx: &Context<'_>,
        filter: Option<DeliverablesWanted>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Deliverable, DeliverableTotal>> {
        below(ctx, (Parent::Agency, self.0.id.uuid()), filter, (first, after, last, before)).await
    }

    /// Every name under which a document writes it.
    async fn aliases(&self) -> &[Arc<str>] {
        &self.0.aliases
    }

    /// The body above it on the day; null where there is none, or it is not told.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        match self.version(ctx)?.parent {
            Some(id) => agency_on(ctx, id, self.1).await.map(Some),
            None => Ok(None),
        }
    }

    /// The roll of a collective on the day; empty for a single body.
    async fn members(&self, ctx: &Context<'_>) -> Result<Vec<AgencyMember>> {
        let day = self.day(ctx)?;
        Ok(self.0.members_on(day).map(|member| AgencyMember(member.clone(), self.1)).collect())
    }

    /// A remark on it, of the day.
    async fn note(&self, ctx: &Context<'_>) -> Result<Option<Arc<str>>> {
        Ok(self.version(ctx)?.note.clone())
    }

    /// Tasks and sections of the decision that use the words for a collective; empty where that is not told.
    async fn used_in(&self, ctx: &Context<'_>) -> Result<Vec<Arc<str>>> {
        Ok(self.version(ctx)?.used_in.clone())
    }
}

/// How the roll of a collective is to be read.
#[derive(SimpleObject)]
pub struct CollectiveRule {
    /// Whom its words mean.
    pub rule: MembershipRule,
    /// Whether the roll is known to be whole.
    pub complete: bool,
    /// Only the relevant bodies are meant, and no document says which.
    pub needs_designation: bool,
    /// The document that the roll rests on, where one is known.
    pub basis: Option<Document>,
    /// Where in the document it stands; empty where that is not told.
    pub citations: Vec<Citation>,
    /// How well the roll is attested; null where its document says it.
    pub attestation: Option<Attestation>,
}

/// A body on the roll of a collective.
pub struct AgencyMember(model::AgencyMember, Option<NaiveDate>);

/// A body on the roll of a collective.
#[Object]
impl AgencyMember {
    /// The member, as of the day that the collective is told of.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency_on(ctx, self.0.agency, self.1).await
    }

    /// How well it is attested; null where its document says it.
    async fn attestation(&self) -> Option<Attestation> {
        self.0.attestation.as_ref().map(Into::into)
    }

    /// The first day on which it is a member; null where nothing earlier is known.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// The first day on which it is no longer a member; null while it is.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }

    /// The document that the membership rests on.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.basis).await
    }
}
