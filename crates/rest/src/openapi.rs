//! The published description of REST, and the forms that bodies are checked by, which are cut from it.
//! Must not describe what does not run; the document is checked in and compared in a test.
//! The handlers carry the descriptions.

use app::form::{BadSchema, Form};
use serde_json::{Value, json};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use crate::{dto, problem, routes};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hải Đăng",
        description = "Tracks government action programmes: agencies push their reports here, and read programmes, tasks and agencies. \
                       Frontends read more over GraphQL at `/graphql`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "Hải Đăng maintainers", url = "https://haidang.example"),
    ),
    servers((url = "/", description = "This service")),
    tags(
        (name = "auth", description = "Tokens and the caller's own account."),
        (name = "register", description = "What programmes say: tasks and agencies."),
        (name = "reports", description = "What agencies say of their tasks."),
    ),
    paths(
        routes::auth::issue_token,
        routes::auth::get_me,
        routes::agencies::list_agencies,
        routes::tasks::list_tasks,
        routes::reports::submit_report,
        routes::reports::list_reports,
        routes::reports::get_report,
    ),
    components(schemas(
        problem::ProblemDocument,
        problem::ProblemFault,
        problem::ProblemMessage,
        dto::report::NewReport,
        dto::report::Product
    )),
    modifiers(&Bearer)
)]
struct Api;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("An access token of `/api/v1/auth/token` (RFC 9068)."))
            .build();
        openapi.components.get_or_insert_default().add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The OpenAPI 3.1 document.
pub fn document() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

/// Compiled forms of the bodies.
pub struct Forms {
    pub new_report: Form,
}

impl Forms {
    /// Cuts the forms out of the document.
    ///
    /// # Errors
    /// Only when the document is not well-formed, which a test would have found.
    pub fn new() -> Result<Self, BadSchema> {
        let document = serde_json::to_value(document()).unwrap_or_default();
        Ok(Self { new_report: form(&document, "NewReport")? })
    }
}

/// The schema of a component, with all components beside it so that references resolve.
fn form(document: &Value, name: &str) -> Result<Form, BadSchema> {
    Form::compile(&json!({"$ref": format!("#/components/schemas/{name}"), "components": document["components"]}))
}
