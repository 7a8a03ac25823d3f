//! Texts in the language a client asks for, or in Vietnamese where there is no translation.
//! Must not guess: the language actually given can always be asked for.
//! Texts of the catalogue carry their translations; others are read in one batch.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject};
use domain::{
    lang::{self as model, Liked, LocalText, TranslatedField},
    validity::Validity,
};
use uuid::Uuid;

use crate::{
    enums::{Lang, TextState},
    loaders::{self, TranslationsOf},
};

/// A text and the language it is in.
#[derive(SimpleObject)]
#[expect(clippy::struct_field_names, reason = "the interface calls it so")]
pub struct Text {
    /// In the language that `lang` names.
    pub text: Arc<str>,
    /// The language actually given: Vietnamese where there is no translation.
    pub lang: Lang,
    /// How far it can be relied on.
    pub state: TextState,
    /// Whether the Vietnamese text was changed since the translation was made.
    pub is_stale: bool,
}

impl From<LocalText> for Text {
    fn from(local: LocalText) -> Self {
        Self { text: local.text, lang: local.lang.into(), state: local.state.into(), is_stale: local.is_stale }
    }
}

/// The language that a field asks for, else those that the caller likes.
pub fn wanted(ctx: &Context<'_>, lang: Option<Lang>) -> Liked {
    lang.map_or_else(|| ctx.data_opt::<Liked>().copied().unwrap_or_default(), |lang| model::Lang::from(lang).into())
}

/// The text of a subject that is not in the catalogue.
pub async fn translated(ctx: &Context<'_>, subject: Uuid, field: TranslatedField, vi: &Arc<str>, liked: Liked) -> Result<LocalText> {
    worded(ctx, (subject, field), vi, (Validity::default(), None), liked).await
}

/// The words of a subject as they hold, or held for a time, when they may have been something in English.
pub async fn worded(
    ctx: &Context<'_>,
    (subject, field): (Uuid, TranslatedField),
    vi: &Arc<str>,
    (validity, english_then): (Validity, Option<&Arc<str>>),
    liked: Liked,
) -> Result<LocalText> {
    if liked.is_source() || validity.to.is_some() {
        return Ok(model::wording(vi, validity, english_then, [], liked));
    }
    let texts = loaders::load(ctx, TranslationsOf(subject)).await?;
    let now = texts.iter().filter(|text| text.field == field).map(|text| &text.rendering);
    Ok(model::wording(vi, validity, english_then, now, liked))
}
