//! Pages for people: the start page, the REST docs, GraphiQL, and what each error code means.
//! Must not load anything from another host; the content security policy says so as well.
//! The files are compiled in.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web,
};
use domain::error::Code;
use rest::Problem;

use super::{
    coding::Kept,
    endpoints::{get, read},
};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
                   connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// Name, media type and content.
type File = (&'static str, &'static str, &'static [u8]);

macro_rules! file {
    ($folder:literal, $name:literal, $kind:expr) => {
        ($name, $kind, include_bytes!(concat!("../../assets/", $folder, "/", $name)).as_slice())
    };
}

/// GraphiQL's page and its files.
const GRAPHIQL: [File; 6] = [
    file!("graphiql", "index.html", HTML),
    file!("graphiql", "graphiql.js", SCRIPT),
    file!("graphiql", "graphiql.css", STYLE),
    file!("graphiql", "boot.js", SCRIPT),
    file!("graphiql", "examples.js", SCRIPT),
    file!("graphiql", "LICENSE-third-party.txt", "text/plain; charset=utf-8"),
];

/// The files of the REST docs that are ours; the bar of signing in is GraphiQL's as well.
const DOCS: [File; 4] = [
    file!("docs", "index.html", HTML),
    file!("docs", "boot.js", SCRIPT),
    file!("docs", "sign-in.js", SCRIPT),
    file!("docs", "sign-in.css", STYLE),
];

/// What our page takes of Swagger UI. Its own pages are left out: they know of no signing in.
const SWAGGER_UI: [&str; 2] = ["swagger-ui.css", "swagger-ui-bundle.js"];

/// All files below `/graphiql` and `/docs`, each with the folder that it is asked for in.
static FILES: LazyLock<HashMap<(&str, &str), Kept>> = LazyLock::new(|| {
    let ours = [("graphiql", &GRAPHIQL[..]), ("docs", &DOCS[..])].into_iter();
    let ours = ours.flat_map(|(folder, files)| files.iter().map(move |file| (folder, file)));
    let ours = ours.map(|(folder, (name, kind, content))| ((folder, *name), Kept::new(*kind, *content)));
    let theirs = SWAGGER_UI.into_iter().filter_map(|name| {
        let found = utoipa_swagger_ui::serve(name, Arc::new(utoipa_swagger_ui::Config::default())).ok()??;
        Some((("docs", name), Kept::new(found.content_type, found.bytes.into_owned())))
    });
    ours.chain(theirs).collect()
});

pub fn configure(config: &mut web::ServiceConfig, graphiql: bool) {
    config
        .service(get("/", read().to(move || std::future::ready(start(graphiql)))))
        // By either name: what has no page around it, such as a specification, is asked for the latter.
        .service(get("/icon.svg", read().to(icon)))
        .service(get("/favicon.ico", read().to(icon)))
        .service(get("/problems/{code}", read().to(problem)))
        .service(get("/docs", read().to(to_docs)))
        .service(get("/docs/{file:.*}", read().to(docs)));
    if graphiql {
        config.service(get("/graphiql", read().to(graphiql_page))).service(get("/graphiql/{file}", read().to(graphiql_asset)));
    }
}

fn page(kind: &str, body: impl Into<web::Bytes>) -> HttpResponse {
    guarded(HttpResponse::Ok().content_type(kind).body(body.into()))
}

/// A page that loads nothing from elsewhere.
fn guarded(mut page: HttpResponse) -> HttpResponse {
    page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    page.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    page
}

/// The start page, with GraphiQL only where it is served.
fn start(graphiql: bool) -> HttpResponse {
    const START: &str = include_str!("../../assets/start.html");
    let lines = START.lines().filter(|line| graphiql || !line.contains("<!-- graphiql -->"));
    page(HTML, lines.collect::<Vec<_>>().join("\n"))
}

async fn icon() -> HttpResponse {
    page("image/svg+xml", include_str!("../../assets/icon.svg"))
}

async fn graphiql_page(request: HttpRequest) -> Result<HttpResponse, Problem> {
    file(&request, "graphiql", "index.html").await
}

async fn graphiql_asset(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    file(&request, "graphiql", &name).await
}

/// A file of that name, if there is one.
async fn file(request: &HttpRequest, folder: &str, name: &str) -> Result<HttpResponse, Problem> {
    let found = FILES.get(&(folder, name)).ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(guarded(found.answer(request).await?))
}

async fn to_docs() -> HttpResponse {
    HttpResponse::MovedPermanently().insert_header((header::LOCATION, "/docs/")).finish()
}

async fn docs(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    file(&request, "docs", if name.is_empty() { "index.html" } else { &name }).await
}

/// What a code means: the page behind the `type` of a problem document.
async fn problem(label: web::Path<String>) -> Result<HttpResponse, Problem> {
    let code = Code::ALL.iter().find(|code| code.label() == label.as_str()).ok_or_else(|| Problem::new(Code::NotFound))?;
    let (meaning, status) = (code.meaning(), rest::status(*code));
    let filled = [("{label}", code.label()), ("{vi}", meaning.vi.as_ref()), ("{en}", meaning.en.as_ref()), ("{status}", status.as_str())];
    let html = filled.iter().fold(include_str!("../../assets/problem.html").to_owned(), |html, (place, text)| html.replace(place, text));
    Ok(page(HTML, html))
}
