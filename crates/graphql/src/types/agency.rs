//! Agencies and collectives.
//! Must not show what is not published of them.
//! They come from the catalogue; see `app::agency`.

use std::sync::Arc;

use app::catalogue::version_on;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::agency as model;

use super::{agency, agency_opt, document_opt, id, view};
use crate::{
    enums::{AgencyKind, Lang, MembershipRule},
    error::failure,
    names::Text,
    types::document::Document,
};

/// A body that can be given duties, or words that stand for several.
pub struct Agency(pub Arc<model::Agency>);

impl Agency {
    fn version(&self, ctx: &Context<'_>) -> Result<&model::AgencyVersion> {
        let today = view(ctx)?.today();
        version_on(&self.0, today).ok_or_else(|| failure(&app::Error::Internal("an agency without a version")))
    }
}

/// A body that can be given duties, or words that stand for several.
#[Object]
impl Agency {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// Short, lower-case, never reused.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name in a language, or in Vietnamese where there is no translation.
    async fn name(&self, ctx: &Context<'_>, #[graphql(default_with = "Lang::Vi")] lang: Lang) -> Result<Arc<str>> {
        Ok(self.version(ctx)?.name.get(lang.into()).text)
    }

    /// The name with the language it is actually in.
    async fn name_text(&self, ctx: &Context<'_>, #[graphql(default_with = "Lang::Vi")] lang: Lang) -> Result<Text> {
        Ok(self.version(ctx)?.name.get(lang.into()).into())
    }

    async fn kind(&self, ctx: &Context<'_>) -> Result<AgencyKind> {
        Ok(self.version(ctx)?.kind.into())
    }

    /// A finer kind, in words of the programme's file.
    async fn subkind(&self, ctx: &Context<'_>) -> Result<Option<Arc<str>>> {
        Ok(self.version(ctx)?.subkind.clone())
    }

    /// Whether this stands for several bodies.
    async fn is_collective(&self) -> bool {
        self.0.collective.is_some()
    }

    /// How the roll of a collective is to be read; null for a single body.
    async fn collective(&self) -> Option<CollectiveRule> {
        self.0.collective.map(|rule| CollectiveRule { rule: rule.rule.into(), complete: rule.complete })
    }

    /// Every name under which a document writes it.
    async fn aliases(&self) -> &[Arc<str>] {
        &self.0.aliases
    }

    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt(ctx, self.version(ctx)?.parent).await
    }

    /// The roll of a collective today; empty for a single body.
    async fn members(&self, ctx: &Context<'_>) -> Result<Vec<AgencyMember>> {
        let today = view(ctx)?.today();
        Ok(self.0.members.iter().filter(|member| member.validity.contains(today)).map(|member| AgencyMember(*member)).collect())
    }

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
    pub rule: MembershipRule,
    /// Whether the roll is known to be whole.
    pub complete: bool,
}

/// A body on the roll of a collective.
pub struct AgencyMember(model::AgencyMember);

/// A body on the roll of a collective.
#[Object]
impl AgencyMember {
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.agency).await
    }

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
