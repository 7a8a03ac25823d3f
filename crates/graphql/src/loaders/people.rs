//! Batches of people and committees: posts, seats, acts, requests about personal data.
//! Must not ask a use case for one key at a time.
//! How batches are asked for is the parent module.

use std::{collections::HashMap, sync::Arc};

use app::{
    Error, committee, direction,
    meeting::{self, Seen},
    person::{self, HeldPost},
};
use async_graphql::dataloader::Loader;
use domain::{
    committee::{CommitteeId, Logged, Person},
    document::DocumentId,
    meeting::Conclusion,
    person::PersonId,
    personal_request::{PersonalRequestId, RequestStep},
    task::TaskId,
};

use super::Batches;

loader!(
    /// The posts that a person holds or held.
    PostsOfPerson(PersonId) -> Vec<HeldPost>, person::posts
);
loader!(
    /// The steps that a request about personal data took.
    StepsOfRequest(PersonalRequestId) -> Vec<RequestStep>, person::request::steps
);
loader!(
    /// What was done to a committee.
    ActsOf(CommitteeId) -> Vec<Logged>, committee::acts
);
loader!(
    /// Where a person sat.
    SeatsOfPerson(PersonId) -> Vec<committee::Sat>, committee::seats_of
);
/// A person by identifier.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct PersonBy(pub PersonId);

impl Loader<PersonBy> for Batches {
    type Value = Option<Person>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[PersonBy]) -> Result<HashMap<PersonBy, Option<Person>>, Arc<Error>> {
        let found = committee::people(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, person)| (PersonBy(id), Some(person))).collect())
    }
}
/// The document that directs a task.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DirectionOf(pub TaskId);

impl Loader<DirectionOf> for Batches {
    type Value = Option<DocumentId>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DirectionOf]) -> Result<HashMap<DirectionOf, Self::Value>, Arc<Error>> {
        let found = direction::of_tasks(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(task, document)| (DirectionOf(task), Some(document))).collect())
    }
}

/// What a task follows.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ConclusionOf(pub TaskId);

impl Loader<ConclusionOf> for Batches {
    type Value = Option<(Arc<Seen>, Conclusion)>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ConclusionOf]) -> Result<HashMap<ConclusionOf, Self::Value>, Arc<Error>> {
        let found = meeting::concluded(&self.0, keys.iter().map(|key| key.0).collect()).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, concluded)| (ConclusionOf(id), Some(concluded))).collect())
    }
}
