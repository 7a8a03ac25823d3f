//! Errors of GraphQL answers: a code from the one table, words for people, nothing internal.
//! Must not invent codes; failures of the service are logged here and shown as INTERNAL or UNAVAILABLE.
//! The table is `domain::error`.

use std::sync::Arc;

use app::Error as AppError;
use async_graphql::{Error, ErrorExtensions, Pos, ServerError, Value};
use domain::error::{Code, Refusal};

use crate::limits::Exceeded;

/// What the client sees of an error.
pub fn failure(error: &AppError) -> Error {
    if error.is_failure() {
        tracing::error!(%error, "a GraphQL field failed");
    }
    let refusal = error.refusal();
    // An operation has one word for it, wherever it is noticed.
    refused(&if refusal.code == Code::TooSlow { Refusal::new(Code::GraphqlTooSlow) } else { refusal })
}

/// The error of a batch, which several fields share.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn shared(error: Arc<AppError>) -> Error {
    failure(&error)
}

fn refused(refusal: &Refusal) -> Error {
    Error::new(refusal.message.en.clone()).extend_with(|_, extensions| {
        extensions.set("code", refusal.code.label());
        extensions.set("messageVi", refusal.message.vi.as_ref());
        if !refusal.faults.is_empty() {
            let faults = refusal.faults.iter().map(|fault| {
                Value::from_json(serde_json::json!({
                    "pointer": fault.pointer, "code": fault.code.label(),
                    "message": {"vi": fault.message.vi, "en": fault.message.en},
                }))
                .unwrap_or(Value::Null)
            });
            extensions.set("faults", Value::List(faults.collect()));
        }
    })
}

/// The answer to a text that is no document: where, in our own words.
pub(crate) fn unreadable(error: &ServerError) -> ServerError {
    let place = error.locations.first().copied().unwrap_or(Pos { line: 1, column: 1 });
    let (line, column) = (place.line, place.column);
    let refusal = Refusal::worded(
        Code::GraphqlInvalid,
        format!("Câu truy vấn GraphQL sai cú pháp (dòng {line}, cột {column})."),
        format!("The GraphQL document cannot be read (line {line}, column {column})."),
    );
    refused(&refusal).into_server_error(place)
}

/// An error of a whole request: it stands at no place of a document (a place has positive numbers).
pub(crate) fn nowhere(error: Error) -> ServerError {
    ServerError { locations: Vec::new(), ..error.into_server_error(Pos::default()) }
}

/// The answer to a request without a document.
pub(crate) fn missing() -> ServerError {
    let words = ("Yêu cầu không có câu truy vấn (query).", "The request has no query.");
    nowhere(refused(&Refusal::worded(Code::GraphqlInvalid, words.0, words.1)))
}

/// The answer to a subscription that follows nothing.
pub(crate) fn not_followed() -> ServerError {
    let words = ("Câu subscription phải chọn một trường.", "A subscription selects one field.");
    nowhere(refused(&Refusal::worded(Code::GraphqlInvalid, words.0, words.1)))
}

/// The answer to a document that names a day outside the years that are kept.
pub(crate) fn no_day() -> ServerError {
    let words = ("Ngày phải nằm trong các năm từ 1 đến 9999.", "A day lies in the years 1 to 9999.");
    nowhere(refused(&Refusal::worded(Code::GraphqlInvalid, words.0, words.1)))
}

/// The answer to a document that asks for more than its caller may.
pub(crate) fn too_large(exceeded: &Exceeded) -> ServerError {
    nowhere(exhausted(exceeded))
}

/// The answer to an operation that did not end in time.
pub(crate) fn too_slow() -> ServerError {
    nowhere(refused(&Refusal::new(Code::GraphqlTooSlow)))
}

/// The answer of a field when the operation has read all it may; the extensions tell which limit that was.
pub(crate) fn exhausted(exceeded: &Exceeded) -> Error {
    let Exceeded { limit, asked, most } = *exceeded;
    let refusal = Refusal::worded(
        Code::GraphqlTooLarge,
        format!("Câu truy vấn GraphQL vượt giới hạn {limit}: {asked}, nhiều nhất {most}; hãy chia nhỏ hoặc lấy theo trang."),
        format!("The GraphQL operation exceeds the limit {limit}: {asked}, at most {most}; split it or take smaller pages."),
    );
    let told = serde_json::json!({"name": limit, "asked": asked, "most": most});
    refused(&refusal).extend_with(|_, extensions| extensions.set("limit", Value::from_json(told).unwrap_or(Value::Null)))
}

/// The answer to a document that is named and cannot be had by its name.
pub(crate) fn known(code: Code) -> ServerError {
    nowhere(refused(&Refusal::new(code)))
}

/// The answer to a question about the schema where that is closed to the caller.
pub(crate) fn closed() -> ServerError {
    nowhere(refused(&Refusal::new(Code::IntrospectionClosed)))
}

/// Gives a code to an error that comes from the executor itself (syntax, validation, limits).
pub(crate) fn with_code(error: &mut ServerError) {
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        extensions.set("code", Code::GraphqlInvalid.label());
        extensions.set("messageVi", Code::GraphqlInvalid.meaning().vi.as_ref());
    }
}
