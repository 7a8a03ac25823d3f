//! `/api/v1/tasks`.
//! Must not change tasks.
//! The use case is `app::task`.

use actix_web::HttpResponse;
use app::{
    direction, meeting,
    task::{self, Sort, TaskFilter},
};

use crate::{
    dto::{
        page::{forward, reply},
        task::{Task, TaskPage, TaskParams},
        text::{Preference, Texts},
    },
    extract::{Params, Preferred, Reading},
    problem::{Problem, ProblemDocument},
};

/// Tasks in the order of their programmes' annexes.
#[utoipa::path(
    get, path = "/api/v1/tasks", operation_id = "list_tasks", tag = "register", params(TaskParams, Preference),
    responses(
        (status = 200, description = "A page of tasks.", body = TaskPage),
        (status = 400, description = "A parameter or cursor is not valid.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security((), ("bearer" = []))
)]
pub async fn list_tasks(
    Reading(view): Reading,
    Preferred(liked): Preferred,
    Params(params): Params<TaskParams>,
) -> Result<HttpResponse, Problem> {
    let filter = TaskFilter::from(&params);
    let listing = task::list(&view, &filter, Sort::Annex, false, &forward(params.limit, params.after)).await?;
    let ids: Vec<_> = listing.items.iter().map(|(_, task)| task.id).collect();
    let concluded = meeting::concluded(&view, ids.clone()).await?;
    let directed = direction::of_tasks(&view, ids.clone()).await?;
    let texts = Texts::of(&view, liked, ids.iter().map(|id| id.uuid()).collect()).await?;
    let assignments = task::assignments(&view, ids, params.as_of).await?;
    let (catalogue, day) = (view.catalogue().await?, params.as_of.unwrap_or_else(|| view.today()));
    let item = |task: &domain::task::Task| {
        let assigned = assignments.get(&task.id).map_or(&[][..], Vec::as_slice);
        Task::of(task, assigned, (catalogue, day), &texts).following(concluded.get(&task.id)).directed(directed.get(&task.id))
    };
    let page = TaskPage {
        end_cursor: listing.end().map(str::to_owned),
        has_next: listing.has_next,
        items: listing.items.iter().map(|(_, task)| item(task)).collect(),
    };
    view.clone().end().await?;
    Ok(reply(&page))
}
