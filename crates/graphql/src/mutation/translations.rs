//! What names, titles and public texts are in other languages.
//! Must not decide anything.
//! The use cases are `app::translation`.

use app::translation::{self, NewTranslation};
use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::{Outcome, Problem, admitted, after, named, outcome, settled};
use crate::enums::{Lang, TranslationState};

/// What came of writing a translation.
#[derive(Default, SimpleObject)]
struct TranslationPayload {
    /// Whether it was made of another Vietnamese text than the one that stands.
    is_stale: Option<bool>,
    /// Null when it is done.
    problem: Option<Problem>,
}

#[derive(Default)]
pub struct TranslationsMutation;

#[Object]
impl TranslationsMutation {
    /// Writes what the name, title or public text of a thing is in another language, over what is there.
    async fn put_translation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the text is of; of agencies the version that has the name.")] subject: ID,
        lang: Lang,
        text: String,
        state: TranslationState,
        #[graphql(desc = "The Vietnamese text that it was made of; the one that stands where nothing is said.")] source: Option<String>,
    ) -> Result<TranslationPayload> {
        let view = admitted(ctx, "putTranslation").await?;
        let done = async {
            let subject = named::<()>(&subject)?.uuid();
            let row = NewTranslation { at: String::new(), subject, text, state: state.into(), source };
            translation::put(view.app(), view.ctx(), lang.into(), vec![row], false).await
        };
        let done = settled(done.await)?;
        after(ctx).await?;
        Ok(match done {
            Ok(written) => TranslationPayload { is_stale: Some(written.stale > 0), problem: None },
            Err(problem) => TranslationPayload { is_stale: None, problem: Some(problem) },
        })
    }

    /// Takes a translation away; the text is given in Vietnamese from then on.
    async fn remove_translation(&self, ctx: &Context<'_>, subject: ID, lang: Lang) -> Result<Outcome> {
        let view = admitted(ctx, "removeTranslation").await?;
        let done = async { translation::remove(view.app(), view.ctx(), named::<()>(&subject)?.uuid(), lang.into()).await };
        let done = outcome(done.await)?;
        after(ctx).await?;
        Ok(done)
    }
}
