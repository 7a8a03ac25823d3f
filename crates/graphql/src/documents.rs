//! Documents as they are sent: read within limits, validated by the specification, kept for the next time.
//! Must not keep one that is refused: whoever sends those would push out the others.
//! How much a document asks for depends on its variables and is counted in `limits` each time.

use std::sync::Arc;

use apollo_compiler::{
    ExecutableDocument as Checked, Schema,
    parser::Parser,
    request::{RequestError, coerce_variable_values},
    response::{GraphQLError, JsonValue},
    validation::{DiagnosticList, Valid},
};
use async_graphql::{
    Pos, ServerError, Variables,
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationType},
    },
};
use domain::{allowance::Allowance, error::Code};
use quick_cache::{Weighter, sync::Cache};
use tokio::sync::Semaphore;

use crate::{
    completion::{self, Types},
    error,
    limits::Exceeded,
    nesting, operation,
};

/// Selections within selections at most, for the validation's own stack; the executor's limit is lower.
const MAX_NESTING: usize = 100;
/// Faults that are told of one document.
const MAX_TOLD: usize = 20;
/// Longer texts take a worker more time than others should wait for.
const LONG: usize = 2 * 1024;
/// Bytes of text of the documents that are kept. Read, a document takes some twenty times as much.
const KEPT: u64 = 1 << 20;
/// How many documents that may be.
const EXPECTED: usize = 1_000;

/// The schema that documents are held against, and those that held.
pub struct Documents {
    schema: Valid<Schema>,
    types: Types,
    known: Cache<Arc<str>, Arc<Prepared>, Length>,
    /// Long ones are read on half the cores at most: the others answer.
    places: Arc<Semaphore>,
}

/// A document that holds.
pub struct Prepared {
    pub document: ExecutableDocument,
    /// What the executor is given, where that is not the document as it was sent.
    pub told: Option<ExecutableDocument>,
    /// Names, numbers, strings and signs.
    pub tokens: usize,
    checked: Valid<Checked>,
}

/// What a document holds beside what grows with its text, in bytes of text.
const OVERHEAD: u64 = 128;

/// Weighs documents by their text.
#[derive(Clone)]
struct Length;

impl Weighter<Arc<str>, Arc<Prepared>> for Length {
    fn weight(&self, text: &Arc<str>, _: &Arc<Prepared>) -> u64 {
        OVERHEAD + text.len() as u64
    }
}

impl Documents {
    /// Reads a schema.
    ///
    /// # Errors
    /// When the text is not one, with what is wrong.
    pub fn read(sdl: &str) -> Result<Self, String> {
        let types = Types::read(sdl).map_err(|error| error.to_string())?;
        let schema = Schema::parse_and_validate(sdl, "schema.graphql").map_err(|invalid| invalid.errors.to_string())?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let places = Arc::new(Semaphore::new((cores / 2).max(1)));
        Ok(Self { schema, types, known: Cache::with_weighter(EXPECTED, KEPT, Length), places })
    }

    /// What the fields of the schema hold.
    pub const fn types(&self) -> &Types {
        &self.types
    }

    /// The document of this text as [`Documents::prepared`] gives it; a long one that is not known is read beside the workers, which answer
    /// others meanwhile, when its turn comes.
    ///
    /// # Errors
    /// As [`Documents::prepared`].
    pub async fn read_aside(self: &Arc<Self>, text: &str, may: &Allowance) -> Result<Arc<Prepared>, Vec<ServerError>> {
        if text.len() <= LONG || self.known.peek(text).is_some() {
            return self.prepared(text, may);
        }
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| vec![error::known(Code::Internal)])?;
        let (documents, text, may) = (Arc::clone(self), text.to_owned(), *may);
        let read = tokio::task::spawn_blocking(move || {
            // Held until it is read, whoever still waits for it.
            let _place = place;
            documents.prepared(&text, &may)
        })
        .await;
        read.unwrap_or_else(|_| Err(vec![error::known(Code::Internal)]))
    }

    /// The document of this text, which has no more bytes and tokens than a caller may send: no more of it is read.
    ///
    /// # Errors
    /// What is wrong with it, the first [`MAX_TOLD`] faults.
    pub fn prepared(&self, text: &str, may: &Allowance) -> Result<Arc<Prepared>, Vec<ServerError>> {
        if text.len() > may.bytes as usize {
            let exceeded = Exceeded { limit: "bytes", asked: text.len() as u64, most: may.bytes };
            return Err(vec![error::too_large(&exceeded)]);
        }
        if !nesting::is_flat(text) {
            return Err(vec![error::too_large(&nesting::EXCEEDED)]);
        }
        let most = may.tokens as usize;
        if let Some(known) = self.known.get(text).filter(|known| known.tokens <= most) {
            return Ok(known);
        }
        let mut parser = Parser::new().token_limit(most).recursion_limit(MAX_NESTING);
        let read = match parser.parse_executable(&self.schema, text, "") {
            Ok(read) => read,
            // What was read until then is not worth a fault.
            Err(_) if parser.tokens_reached() >= most => {
                let exceeded = Exceeded { limit: "tokens", asked: parser.tokens_reached() as u64, most: may.tokens };
                return Err(vec![error::too_large(&exceeded)]);
            }
            Err(invalid) => return Err(told(&invalid.errors)),
        };
        let checked = read.validate(&self.schema).map_err(|invalid| told(&invalid.errors))?;
        // The executor's own parser knows neither `\u{…}` nor pairs of surrogates: they are written out for it.
        let plain = text.contains("\\u").then(|| checked.serialize().no_indent().to_string());
        let document = parse_query(plain.as_deref().unwrap_or(text)).map_err(|why| vec![error::unreadable(&why.into())])?;
        let told = completion::telling(&document, &self.types);
        let prepared = Arc::new(Prepared { document, told, tokens: parser.tokens_reached(), checked });
        self.known.insert(text.into(), Arc::clone(&prepared));
        Ok(prepared)
    }

    /// Whether an operation of the document can be executed with these variables.
    ///
    /// # Errors
    /// When no operation is meant or several are; when a variable is missing or of another type.
    pub fn admit(&self, prepared: &Prepared, name: Option<&str>, variables: &Variables) -> Result<(), ServerError> {
        let refused = |why: RequestError| refused(&why.to_graphql_error(&prepared.checked.sources));
        let operation = prepared.checked.operations.get(name).map_err(refused)?;
        let given = serde_json::to_value(variables).map(JsonValue::from);
        let given = given.ok().and_then(|given| if let JsonValue::Object(given) = given { Some(given) } else { None });
        coerce_variable_values(&self.schema, operation, &given.unwrap_or_default()).map_err(refused)?;
        Ok(())
    }
}

impl Prepared {
    /// Whether the operation that is meant changes something.
    pub fn is_mutation(&self, name: Option<&str>) -> bool {
        operation(&self.document, name).is_some_and(|operation| operation.ty == OperationType::Mutation)
    }
}

fn told(faults: &DiagnosticList) -> Vec<ServerError> {
    faults.iter().take(MAX_TOLD).map(|fault| refused(&fault.to_json())).collect()
}

fn refused(fault: &GraphQLError) -> ServerError {
    let places = fault.locations.iter().map(|place| Pos { line: place.line, column: place.column });
    let mut error = ServerError::new(fault.message.clone(), None);
    error.locations = places.collect();
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn faults(text: &str) -> usize {
        let documents = Documents::read(crate::PUBLISHED).expect("a schema");
        documents.prepared(text, &Allowance::PUBLIC).map_or_else(|faults| faults.len(), |_| 0)
    }

    #[test]
    fn what_the_specification_refuses_is_refused() {
        for text in [
            "query A() { __typename }",
            "{ ...on } fragment on on Query { __typename }",
            "{ __typename { a } }",
            "{ __typename(a: 1) }",
            "{ __typename @nope }",
            "{ __typename @include(if: true) @include(if: true) }",
            "{ __typename @include }",
            "{ __typename @include(if: true, a: 1) }",
            "{ __typename @include(if: \"yes\") }",
            "query($n: String) { __type(name: $n) { name } }",
            "{ __type(name: \"A\") { x: name } __type(name: \"A\") { x: kind } }",
            "{ a: __typename ...F } fragment F on Query { a: __schema { types { name } } }",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        ] {
            assert_ne!(faults(text), 0, "{text}");
        }
    }

    #[test]
    fn what_the_specification_takes_is_taken() {
        for text in [
            "query($b: Boolean!) { a: __typename @include(if: $b) }",
            "{ __type(name: \"\\u{51}uery\") { name } }",
            "{ __type(name: \"\\uD83D\\uDE00\") { name } }",
            include_str!("../../../tests/it/introspection.graphql"),
        ] {
            assert_eq!(faults(text), 0, "{text}");
        }
    }

    #[test]
    fn faults_without_end_are_told_to_an_end() {
        let arguments = (0..1_000).fold(String::new(), |mut text, i| {
            let _ = write!(text, "a{i}: 1 ");
            text
        });
        assert_eq!(faults(&format!("{{ tasks({arguments}) {{ totalCount }} }}")), MAX_TOLD);
        let documents = Documents::read(crate::PUBLISHED).expect("a schema");
        let many = documents
            .prepared(&format!("{{ __typename {} }}", "@a".repeat(Allowance::PUBLIC.tokens as usize)), &Allowance::PUBLIC)
            .err()
            .expect("too many tokens");
        assert_eq!(many.len(), 1);
        assert_eq!(many[0].extensions.as_ref().and_then(|told| told.get("code")), Some(&async_graphql::Value::from("GRAPHQL_TOO_LARGE")));
    }
}
