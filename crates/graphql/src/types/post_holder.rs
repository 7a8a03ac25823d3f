//! Who held the posts of an agency, past and present.
//! Must not lead to people: it tells names as documents print them.
//! They come from the catalogue; who heads an agency on a day is `succession::Head`.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};
use chrono::NaiveDate;
use domain::agency as model;

use super::{document, document_opt};
use crate::types::document::{Citation, Document, places};

/// Who held a post of an agency for a time.
pub struct PostHolder {
    title: Arc<str>,
    is_head: bool,
    holder: model::Holder,
}

impl PostHolder {
    pub fn all(agency: &model::Agency) -> Vec<Self> {
        let of = |(post, holder): (&model::Post, &model::Holder)| Self {
            title: Arc::clone(&post.title),
            is_head: post.is_head,
            holder: holder.clone(),
        };
        agency.holders().into_iter().map(of).collect()
    }
}

/// Who held a post of an agency for a time.
#[Object]
impl PostHolder {
    /// The post, e.g. "Phó Chủ tịch".
    async fn title(&self) -> &str {
        &self.title
    }

    /// Whoever holds the post heads the agency.
    async fn is_head(&self) -> bool {
        self.is_head
    }

    /// As the document prints it.
    async fn name(&self) -> &str {
        &self.holder.name
    }

    /// In charge without being appointed ("phụ trách", "Q.").
    async fn is_acting(&self) -> bool {
        self.holder.is_acting
    }

    /// The first day on which they held the post.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.holder.validity.from
    }

    /// The first day on which somebody else held it, or nobody.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.holder.validity.to
    }

    /// The document that it rests on.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.holder.basis).await
    }

    /// Where in its documents it stands, that of its beginning and that of its end; empty where that is not told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        places(ctx, self.holder.id.uuid()).await
    }

    /// The document by which the post fell vacant; null where the next one followed, or the agency is no more.
    async fn ended_by(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.holder.ended_by).await
    }
}
