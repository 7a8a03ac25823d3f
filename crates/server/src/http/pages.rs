//! Pages for people: the start page, the REST docs, GraphiQL, and what each error code means.
//! Must not load anything from another host; the content security policy says so as well.
//! The files are compiled in.

use std::sync::Arc;

use actix_web::{HttpResponse, http::header, web};
use domain::error::Code;
use rest::Problem;

use super::endpoints::{get, read};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
                   connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

macro_rules! graphiql_file {
    ($name:literal, $kind:literal) => {
        ($name, $kind, include_bytes!(concat!("../../assets/graphiql/", $name)).as_slice())
    };
}

/// Name, media type and content of GraphiQL's files.
const GRAPHIQL: [(&str, &str, &[u8]); 4] = [
    graphiql_file!("graphiql.js", "text/javascript; charset=utf-8"),
    graphiql_file!("graphiql.css", "text/css; charset=utf-8"),
    graphiql_file!("boot.js", "text/javascript; charset=utf-8"),
    graphiql_file!("LICENSE-third-party.txt", "text/plain; charset=utf-8"),
];

pub fn configure(config: &mut web::ServiceConfig, graphiql: bool) {
    config
        .service(get("/", read().to(move || std::future::ready(start(graphiql)))))
        .service(get("/problems/{code}", read().to(problem)))
        .service(get("/docs", read().to(to_docs)))
        .service(get("/docs/{file:.*}", read().to(docs)));
    if graphiql {
        config.service(get("/graphiql", read().to(graphiql_page))).service(get("/graphiql/{file}", read().to(graphiql_asset)));
    }
}

fn page(kind: &str, body: impl Into<web::Bytes>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_SECURITY_POLICY, CSP))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .body(body.into())
}

/// The start page, with GraphiQL only where it is served.
fn start(graphiql: bool) -> HttpResponse {
    const START: &str = include_str!("../../assets/start.html");
    let lines = START.lines().filter(|line| graphiql || !line.contains("<!-- graphiql -->"));
    page("text/html; charset=utf-8", lines.collect::<Vec<_>>().join("\n"))
}

async fn graphiql_page() -> HttpResponse {
    page("text/html; charset=utf-8", include_str!("../../assets/graphiql/index.html"))
}

async fn graphiql_asset(file: web::Path<String>) -> Result<HttpResponse, Problem> {
    let found = GRAPHIQL.iter().find(|(name, _, _)| *name == file.as_str());
    found.map(|(_, kind, content)| page(kind, *content)).ok_or_else(|| Problem::new(Code::NotFound))
}

async fn to_docs() -> HttpResponse {
    HttpResponse::MovedPermanently().insert_header((header::LOCATION, "/docs/")).finish()
}

async fn docs(file: web::Path<String>) -> Result<HttpResponse, Problem> {
    let config = utoipa_swagger_ui::Config::from("/openapi.json").try_it_out_enabled(true).validator_url("none");
    match utoipa_swagger_ui::serve(&file, Arc::new(config)) {
        Ok(Some(found)) => Ok(page(&found.content_type, found.bytes.into_owned())),
        Ok(None) => Err(Problem::new(Code::NotFound)),
        Err(_) => Err(Problem::new(Code::Internal)),
    }
}

/// What a code means: the page behind the `type` of a problem document.
async fn problem(label: web::Path<String>) -> Result<HttpResponse, Problem> {
    let code = Code::ALL.iter().find(|code| code.label() == label.as_str()).ok_or_else(|| Problem::new(Code::NotFound))?;
    let (label, meaning, status) = (code.label(), code.meaning(), rest::status(*code).as_u16());
    let html = format!(
        "<!doctype html><html lang=\"vi\"><meta charset=\"utf-8\"><title>{label}</title><body><h1>{label}</h1>\
         <p>{}</p><p lang=\"en\">{}</p><p>HTTP {status}</p></body></html>",
        meaning.vi, meaning.en
    );
    Ok(page("text/html; charset=utf-8", html))
}
