//! Texts in the language a client asks for, or in Vietnamese where there is no translation.
//! Must not guess: the language actually given can always be asked for.
//! Texts of the catalogue carry their translations; others are read in one batch.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject};
use domain::lang::{Lang, LocalText, TranslatedField};
use uuid::Uuid;

use crate::{
    enums,
    loaders::{self, TranslationsOf},
};

/// A text and the language it is in.
#[derive(SimpleObject)]
pub struct Text {
    pub text: Arc<str>,
    /// The language actually given: Vietnamese where there is no translation.
    pub lang: enums::Lang,
}

impl From<LocalText> for Text {
    fn from(local: LocalText) -> Self {
        Self { text: local.text, lang: local.lang.into() }
    }
}

/// The text of a subject that is not in the catalogue.
pub async fn translated(ctx: &Context<'_>, subject: Uuid, field: TranslatedField, vi: &Arc<str>, lang: Lang) -> Result<LocalText> {
    if lang != Lang::Vi {
        let texts = loaders::load(ctx, TranslationsOf(subject)).await?;
        if let Some(found) = texts.iter().find(|text| text.field == field && text.lang == lang) {
            return Ok(LocalText { text: found.text.as_str().into(), lang });
        }
    }
    Ok(LocalText { text: Arc::clone(vi), lang: Lang::Vi })
}
