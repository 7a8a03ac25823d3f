//! The published description of REST, and the forms that bodies are checked by, which are cut from it.
//! Must not describe what does not run; the document is checked in and compared in a test.
//! The handlers carry the descriptions.

use std::collections::HashMap;

use app::form::{BadSchema, Form};
use serde_json::{Value, json};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, Ref, Response, ResponseBuilder,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{dto, problem, query::QueryForm, routes};

/// Here a client proves itself by its credentials, not by a token.
const TOKEN_PATH: &str = "/api/v1/auth/token";

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
    modifiers(&Bearer, &Usual)
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

/// The errors that any operation may answer with; what a handler says itself stays.
struct Usual;

impl Modify for Usual {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        for (path, item) in &mut openapi.paths.paths {
            for (operation, has_body) in [(&mut item.get, false), (&mut item.post, true)] {
                let Some(operation) = operation else { continue };
                let mut usual = vec![
                    ("500", "The service failed; the log knows why, under the request's id."),
                    ("503", "The service or its database is busy or not there; `Retry-After` tells when to come back."),
                ];
                if path != TOKEN_PATH {
                    usual.push(("401", "A token is needed, or the one given is not valid."));
                }
                if has_body {
                    usual.extend([("408", "The body did not arrive in time."), ("413", "The body is too large.")]);
                }
                for (status, description) in usual {
                    operation.responses.responses.entry(status.into()).or_insert_with(|| problem(description).into());
                }
            }
        }
    }
}

fn problem(description: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

/// The OpenAPI 3.1 document.
pub fn document() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

/// Compiled forms of bodies and query parameters.
pub struct Forms {
    pub new_report: Form,
    /// By the path of the operation that reads.
    pub queries: HashMap<String, QueryForm>,
}

impl Forms {
    /// Cuts the forms out of the document.
    ///
    /// # Errors
    /// Only when the document is not well-formed, which a test would have found.
    pub fn new() -> Result<Self, BadSchema> {
        let document = serde_json::to_value(document()).unwrap_or_default();
        let mut queries = HashMap::new();
        for (path, methods) in document["paths"].as_object().into_iter().flatten() {
            if let Some(operation) = methods.get("get") {
                let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
                queries.insert(path.clone(), QueryForm::of(parameters, &document["components"])?);
            }
        }
        Ok(Self { new_report: form(&document, "NewReport")?, queries })
    }
}

/// The schema of a component, with all components beside it so that references resolve.
fn form(document: &Value, name: &str) -> Result<Form, BadSchema> {
    Form::compile(&json!({"$ref": format!("#/components/schemas/{name}"), "components": document["components"]}))
}
