//! Texts in the language that a caller likes best of those they are there in, each with the language that it is in.
//! Must not guess: where there is no translation the Vietnamese text is given, and said to be it.
//! Which translation a text has is decided in `domain::lang`.

use std::collections::HashMap;

use app::{
    Error, View,
    document::{Translation, translations},
};
use domain::{
    lang::{Liked, LocalText, Multilingual, Rendering, TranslatedField, wording},
    programme::Target,
    task::Task,
    validity::Validity,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// In which language.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes a header that the transport reads")]
pub struct Preference {
    /// The languages in which texts are liked, e.g. `en, fr;q=0.8`; of `vi`, `en`, `fr`, `zh`, `ja` the first that a text is there in,
    /// and Vietnamese, the source, where none is.
    #[param(rename = "Accept-Language", max_length = 1000)]
    accept_language: Option<String>,
}

/// A text and the language it is in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the interface calls it so")]
pub struct Text {
    /// In the language that `lang` names.
    #[schema(example = "Department of Foreign Affairs", max_length = 10000)]
    pub text: String,
    /// The language actually given: Vietnamese where there is no translation into any that is liked better (`Accept-Language`).
    #[schema(example = "en", max_length = 8)]
    pub lang: &'static str,
    /// `SOURCE`: it is the Vietnamese text itself; `MACHINE`: translated without a person's review; `REVIEWED`: read and approved by a
    /// person.
    #[schema(example = "REVIEWED", max_length = 16)]
    pub state: &'static str,
    /// Whether the Vietnamese text was changed since the translation was made.
    pub is_stale: bool,
}

impl From<LocalText> for Text {
    fn from(local: LocalText) -> Self {
        Self { text: local.text.to_string(), lang: local.lang.tag(), state: local.state.label(), is_stale: local.is_stale }
    }
}

/// The languages to give texts in, with the translations of those things that do not carry theirs.
pub struct Texts {
    liked: Liked,
    translations: HashMap<Uuid, Vec<Translation>>,
}

impl Texts {
    /// Of these things; one statement, none for Vietnamese.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(view: &View, liked: Liked, subjects: Vec<Uuid>) -> Result<Self, Error> {
        let is_source = liked.is_source() || subjects.is_empty();
        Ok(Self { liked, translations: if is_source { HashMap::new() } else { translations(view, subjects).await? } })
    }

    /// A text that carries its translations.
    pub fn text(&self, text: &Multilingual) -> Text {
        text.get(self.liked).into()
    }

    /// What a task is called.
    pub fn task(&self, task: &Task) -> Text {
        let now = self.renderings(task.id.uuid(), TranslatedField::Title);
        wording(&task.title, task.words(), task.english.as_ref(), now, self.liked).into()
    }

    /// How a target is worded.
    pub fn target(&self, target: &Target) -> Text {
        let now = self.renderings(target.id.uuid(), TranslatedField::Indicator);
        wording(&target.text.as_str().into(), target.validity, target.english.as_ref(), now, self.liked).into()
    }

    /// A title that holds now, of a thing that does not carry its translations.
    pub fn title(&self, subject: Uuid, vi: &str) -> Text {
        let now = self.renderings(subject, TranslatedField::Title);
        wording(&vi.into(), Validity::default(), None, now, self.liked).into()
    }

    fn renderings(&self, subject: Uuid, field: TranslatedField) -> impl Iterator<Item = &Rendering> {
        let all = self.translations.get(&subject).into_iter().flatten();
        all.filter(move |translation| translation.field == field).map(|translation| &translation.rendering)
    }
}
