//! Deliverables as far as the caller may see them, their versions, and the figures that everybody reads.
//! Must not be built from anything but what the use cases of `app::deliverable` give.
//! The fields of each kind are `deliverable_details`.

use std::sync::Arc;

use app::deliverable::{self as cases, DeliverableFilter, Shown};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    deliverable as model,
    lang::{LocalText, TranslatedField},
};

use super::{agency_on, deliverable_details::DeliverableDetails, document, id, programme, view};
use crate::{
    counts::within,
    enums::{
        AffairsChannel, Audience, CommendationForm, DeliverableChange, DeliverableKind, DeliverableVisibility, EditionState, Lang,
        RecipientKind, Renewal,
    },
    error::failure,
    loaders::{self, DeliverableCountBelow, TaskBy, VersionsOfDeliverable},
    names::{Text, translated, wanted},
    paging::{Page, args, connection},
    types::{agency::Agency, document::Document, programme::Programme, task::Task},
};

/// What a programme brought about: to those who see it by role all of it, to others what is public of its kind.
pub struct Deliverable(pub Arc<Shown>);

impl Deliverable {
    async fn titled(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Option<LocalText>> {
        let Some(title) = &self.0.title else { return Ok(None) };
        let source: Arc<str> = title.as_str().into();
        translated(ctx, self.0.id.uuid(), TranslatedField::Title, &source, wanted(ctx, lang)).await.map(Some)
    }
}

/// What a programme brought about: to those who see it by role all of it, to others what is public of its kind.
#[Object]
impl Deliverable {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// What it is, which tells the fields of `details`.
    async fn kind(&self) -> DeliverableKind {
        self.0.kind.into()
    }

    /// The programme that it belongs to.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        programme(ctx, self.0.programme).await
    }

    /// Null where the decision has no task for it.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        let Some(task) = self.0.task else { return Ok(None) };
        Ok(loaders::load(ctx, TaskBy(task)).await?.map(Task::now))
    }

    /// Who did it, as it was at the end of the year.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        let Some(agency) = self.0.agency else { return Ok(None) };
        let end = app::succession::names_of(self.0.year, view(ctx)?.today());
        agency_on(ctx, agency, Some(end)).await.map(Some)
    }

    /// To which it counts.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// The title in a language, or in Vietnamese where there is no translation.
    async fn title(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Option<Arc<str>>> {
        Ok(self.titled(ctx, lang).await?.map(|title| title.text))
    }

    /// The title with the language that it is in.
    async fn title_text(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Option<Text>> {
        Ok(self.titled(ctx, lang).await?.map(Into::into))
    }

    /// By whose foreign affairs.
    async fn channel(&self) -> Option<AffairsChannel> {
        self.0.channel.map(Into::into)
    }

    /// Documents that it rests on or is.
    async fn documents(&self) -> Vec<DeliverableDocument> {
        self.0.sources.iter().cloned().map(DeliverableDocument).collect()
    }

    /// The fields of its kind that the caller may see.
    async fn details(&self) -> Result<DeliverableDetails> {
        DeliverableDetails::of(self.0.kind, &self.0.fields)
            .ok_or_else(|| failure(&app::Error::Internal("fields are not those of their kind")))
    }

    /// How an edition, a section or a column stands on a day, today where none is said; null for other kinds.
    async fn edition_state(
        &self,
        ctx: &Context<'_>,
        as_of: Option<NaiveDate>,
        #[graphql(desc = "Days without a look after which it counts as unchecked; 180 where nothing is said.")] stale_days: Option<i32>,
    ) -> Result<Option<EditionState>> {
        let asked = stale_days.map(|days| within(&(1..=36_500), "staleDays", days)).transpose().map_err(|error| failure(&error))?;
        let stale = asked.unwrap_or(model::STALE_DAYS);
        Ok(self.0.edition_state(as_of.unwrap_or(view(ctx)?.today()), stale).map(Into::into))
    }

    /// How an agreement stands on a day, today where none is said, for whoever sees it by role; null for other kinds.
    async fn renewal(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>) -> Result<Option<Renewal>> {
        Ok(self.0.renewal(as_of.unwrap_or(view(ctx)?.today())).map(Into::into))
    }

    /// Of a rebuttal: days from the notice to the answer.
    async fn response_days(&self) -> Option<i64> {
        self.0.response_days()
    }

    /// What only those see who see it by role; null for others.
    async fn internal(&self) -> Option<DeliverableInside> {
        let inside = self.0.inside.as_ref()?;
        Some(DeliverableInside {
            visibility: inside.visibility.into(),
            audiences: inside.audiences.iter().map(|audience| (*audience).into()).collect(),
            evidence: inside.evidence.iter().map(|file| id(*file)).collect(),
            external_ref: inside.external_ref.clone(),
            revision: inside.revision,
            withdrawn_at: inside.withdrawn_at,
            changed_at: inside.changed_at,
        })
    }

    /// What was said of it with each revision, for whoever sees it by role.
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<DeliverableVersion>> {
        Ok(loaders::load(ctx, VersionsOfDeliverable(self.0.id)).await?.iter().cloned().map(DeliverableVersion).collect())
    }
}

/// What of a deliverable is seen by role alone.
#[derive(SimpleObject)]
pub struct DeliverableInside {
    /// Who may know of it.
    visibility: DeliverableVisibility,
    /// Whom it is for, or who takes part.
    audiences: Vec<Audience>,
    /// Identifiers of files on reports that prove it.
    evidence: Vec<ID>,
    /// The sender's own reference.
    external_ref: Option<String>,
    /// Counts every change; a change names the revision that it was made for.
    revision: i32,
    /// Null while it stands.
    withdrawn_at: Option<DateTime<Utc>>,
    /// When it was last recorded, corrected or withdrawn.
    changed_at: DateTime<Utc>,
}

/// A document that a deliverable rests on or is.
pub struct DeliverableDocument(model::Source);

/// A document that a deliverable rests on or is.
#[Object]
impl DeliverableDocument {
    /// What it rests on or is.
    async fn document(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.document).await
    }

    /// Where the document speaks of it; for whoever sees the deliverable by role.
    async fn section(&self) -> Option<&str> {
        self.0.section.as_deref()
    }

    /// Its words there, verbatim; for whoever sees the deliverable by role.
    async fn quote(&self) -> Option<&str> {
        self.0.quote.as_deref()
    }
}

/// What was said of a deliverable with a revision; never changed.
pub struct DeliverableVersion(model::Version);

/// What was said of a deliverable with a revision; never changed.
#[Object]
impl DeliverableVersion {
    /// From 1; every change raises it.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// How it came about.
    async fn change(&self) -> DeliverableChange {
        self.0.change.into()
    }

    /// Why it was withdrawn; of a withdrawal only.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When it was said.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }

    /// The year to which it counts.
    async fn year(&self) -> i32 {
        self.0.content.year
    }

    /// In Vietnamese.
    async fn title(&self) -> &str {
        &self.0.content.title
    }

    /// By whose foreign affairs.
    async fn channel(&self) -> Option<AffairsChannel> {
        self.0.content.channel.map(Into::into)
    }

    /// Who may know of it.
    async fn visibility(&self) -> DeliverableVisibility {
        self.0.content.visibility.into()
    }

    /// Whom it is for, or who takes part.
    async fn audiences(&self) -> Vec<Audience> {
        self.0.content.audiences.iter().map(|audience| (*audience).into()).collect()
    }

    /// Documents that it rests on or is.
    async fn documents(&self) -> Vec<DeliverableDocument> {
        self.0.content.sources.iter().cloned().map(DeliverableDocument).collect()
    }

    /// All fields of its kind.
    async fn details(&self) -> Result<DeliverableDetails> {
        let details = &self.0.content.details;
        let read = DeliverableDetails::of(details.kind(), &details.fields());
        read.ok_or_else(|| failure(&app::Error::Internal("fields are not those of their kind")))
    }
}

/// The total of a list of deliverables.
pub enum DeliverableTotal {
    All(DeliverableFilter),
    Below(DeliverableCountBelow),
}

/// The total of a list of deliverables.
#[Object]
impl DeliverableTotal {
    /// How many there are in the whole list, as far as the caller may see it.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        match self {
            Self::All(filter) => cases::count(view(ctx)?, filter).await.map_err(|error| failure(&error)),
            Self::Below(key) => loaders::load(ctx, key.clone()).await,
        }
    }
}

/// Which of the deliverables below something.
#[derive(Default, async_graphql::InputObject)]
pub struct DeliverablesWanted {
    /// Of this kind only.
    pub kind: Option<DeliverableKind>,
    /// The year to which they count.
    pub year: Option<i32>,
    /// By whose foreign affairs.
    pub channel: Option<AffairsChannel>,
    /// A language tag.
    pub language: Option<String>,
    /// Whom it is for, or who takes part; of those only that the caller sees by role.
    pub audience: Option<Audience>,
}

/// A page of the deliverables below something.
pub(crate) async fn below(
    ctx: &Context<'_>,
    (parent, of): (cases::Parent, uuid::Uuid),
    wanted: Option<DeliverablesWanted>,
    (first, after, last, before): (Option<i32>, Option<String>, Option<i32>, Option<String>),
) -> Result<Page<Deliverable, DeliverableTotal>> {
    let wanted = wanted.unwrap_or_default();
    let filter = cases::StoredFilter {
        kind: wanted.kind.map(Into::into),
        year: wanted.year,
        channel: wanted.channel.map(Into::into),
        language: wanted.language.filter(|text| domain::text::storable(text)),
        audience: wanted.audience.map(Into::into),
        ..cases::StoredFilter::default()
    };
    let total = DeliverableTotal::Below(DeliverableCountBelow { parent, of, filter: filter.clone() });
    let listing = loaders::load(ctx, loaders::DeliverablesBelow { parent, of, filter, page: args(first, after, last, before) }).await?;
    Ok(connection((*listing).clone(), total, |shown| Deliverable(Arc::new(shown))))
}

/// Counts of a year, which everybody may know. What is not there was not recorded, which is not nought.
#[derive(SimpleObject)]
pub struct DeliverableYear {
    /// The year to which they count.
    year: i32,
    /// How many there are of each kind, rebuttals and commendations too.
    kinds: Vec<KindCount>,
    /// Without rebuttals.
    channels: Vec<ChannelCount>,
    /// Without rebuttals; one for several audiences counts for each.
    audiences: Vec<AudienceCount>,
    /// Null where none is recorded.
    rebuttals: Option<RebuttalCounts>,
    /// Each sort apart.
    commendations: Vec<CommendationCount>,
}

/// How many there are of a kind.
#[derive(SimpleObject)]
pub struct KindCount {
    /// What they are.
    kind: DeliverableKind,
    /// Of those that are public and were not withdrawn.
    count: u64,
}

/// How many there are of a channel.
#[derive(SimpleObject)]
pub struct ChannelCount {
    /// Through which they go out.
    channel: AffairsChannel,
    /// Of those that are public and were not withdrawn.
    count: u64,
}

/// How many there are for an audience.
#[derive(SimpleObject)]
pub struct AudienceCount {
    /// Whom they are for.
    audience: Audience,
    /// Of those that are public and were not withdrawn.
    count: u64,
}

/// The rebuttal work of a year.
#[derive(SimpleObject)]
pub struct RebuttalCounts {
    /// False claims that were noticed in the year, of those that are public and were not withdrawn.
    count: u64,
    /// How many of them were answered.
    answered: u64,
    /// Days of the answers, ascending.
    answered_on: Vec<NaiveDate>,
}

/// How many commendations of one sort there were.
#[derive(SimpleObject)]
pub struct CommendationCount {
    /// What sort of commendation.
    form: CommendationForm,
    /// Whether a collective or an individual is commended.
    recipient_kind: RecipientKind,
    /// Whether whoever is commended is foreign.
    is_foreign: bool,
    /// Entries of the register, whatever the number of those who are commended.
    count: u64,
}

impl DeliverableYear {
    pub fn of(year: i32, figures: model::YearFigures) -> Self {
        let commended = |(sort, count): (model::CommendationSort, u64)| CommendationCount {
            form: sort.form.into(),
            recipient_kind: sort.recipient_kind.into(),
            is_foreign: sort.is_foreign,
            count,
        };
        Self {
            year,
            kinds: figures.kinds.into_iter().map(|(kind, count)| KindCount { kind: kind.into(), count }).collect(),
            channels: figures.channels.into_iter().map(|(channel, count)| ChannelCount { channel: channel.into(), count }).collect(),
            audiences: figures.audiences.into_iter().map(|(audience, count)| AudienceCount { audience: audience.into(), count }).collect(),
            rebuttals: figures.rebuttals.map(|of| RebuttalCounts { count: of.count, answered: of.answered, answered_on: of.answered_on }),
            commendations: figures.commendations.into_iter().map(commended).collect(),
        }
    }
}
