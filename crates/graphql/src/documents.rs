//! Documents as they are sent: read within limits, validated by the specification, kept for the next time.
//! Must not keep one that is refused: whoever sends those would push out the others.
//! How much a document asks for depends on its variables and is counted in `limits` each time.

mod layout;
mod places;

use std::{collections::HashMap, sync::Arc, time::Duration};

use apollo_compiler::{
    ExecutableDocument as Checked, Node, Schema,
    ast::VariableDefinition,
    diagnostic::{Diagnostic, ToCliReport},
    executable::Operation,
    parser::{Parser, SourceSpan},
    request::{RequestError, coerce_variable_values},
    response::{JsonMap, JsonValue},
    validation::{DiagnosticData, Valid, WithErrors},
};
use async_graphql::{
    ServerError, Variables,
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationType},
    },
};
use domain::{allowance::Allowance, error::Code};
use quick_cache::{
    DefaultHashBuilder, OptionsBuilder, Weighter,
    sync::{Cache, DefaultLifecycle},
};
use tokio::sync::Semaphore;

use crate::{
    aside::Aside,
    completion::{self, Types},
    error,
    limits::Exceeded,
    nesting, operation, values,
};
use places::Places;

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
/// What the executor tells of a type that the validation does not know of by itself.
const TOLD: &str = "extend type __Type { isOneOf: Boolean }";

/// The schema that documents are held against, and those that held.
pub struct Documents {
    schema: Valid<Schema>,
    types: Types,
    known: Cache<Arc<str>, Arc<Prepared>, Length>,
    trusted: HashMap<Arc<str>, Arc<Prepared>>,
    aside: Arc<Aside>,
}

/// A document that holds.
pub struct Prepared {
    pub document: ExecutableDocument,
    /// What the executor is given, where that is not the document as it was sent.
    pub told: Option<ExecutableDocument>,
    /// Names, numbers, strings and signs.
    pub tokens: usize,
    checked: Valid<Checked>,
    places: Places,
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

/// A cache of so much weight in which a single thing may have most of it: parts for each core would keep nothing that is long.
pub fn kept<V: Clone, W: Weighter<Arc<str>, V> + Clone>(items: usize, weight: u64, weighter: W) -> Cache<Arc<str>, V, W> {
    let mut options = OptionsBuilder::new();
    options.shards(1).estimated_items_capacity(items).weight_capacity(weight);
    match options.build() {
        Ok(options) => Cache::with_options(options, weighter, DefaultHashBuilder::default(), DefaultLifecycle::default()),
        Err(_) => Cache::with_weighter(items, weight, weighter),
    }
}

impl Documents {
    /// Reads a schema.
    ///
    /// # Errors
    /// When the text is not one, with what is wrong.
    pub fn read(sdl: &str, aside: Arc<Aside>) -> Result<Self, String> {
        let types = Types::read(sdl).map_err(|error| error.to_string())?;
        let schema = format!("{sdl}\n{TOLD}\n");
        let schema = Schema::parse_and_validate(schema, "schema.graphql").map_err(|invalid| invalid.errors.to_string())?;
        Ok(Self { schema, types, known: kept(EXPECTED, KEPT, Length), trusted: HashMap::new(), aside })
    }

    /// What the fields of the schema hold.
    pub const fn types(&self) -> &Types {
        &self.types
    }

    /// Reads a text that is to be known for as long as this is.
    ///
    /// # Errors
    /// As [`Documents::prepared`].
    pub fn trust(&mut self, text: &str, may: &Allowance) -> Result<(), Vec<ServerError>> {
        Self::fits(text, may)?;
        let prepared = self.read_text(text, may)?;
        self.trusted.insert(text.into(), prepared);
        Ok(())
    }

    /// The document of this text, of which no more is read than a caller may send. A long one that is not known is read beside the workers,
    /// which answer others meanwhile: each caller's one after another by `turn`.
    ///
    /// # Errors
    /// What is wrong with it, the first [`MAX_TOLD`] faults; that it had to wait for longer than its operation may take.
    pub async fn prepared(self: &Arc<Self>, text: &str, may: &Allowance, turn: &Semaphore) -> Result<Arc<Prepared>, Vec<ServerError>> {
        Self::fits(text, may)?;
        if let Some(known) = self.known(text, may) {
            return Ok(known);
        }
        if text.len() <= LONG {
            let prepared = self.read_text(text, may)?;
            self.known.insert(text.into(), Arc::clone(&prepared));
            return Ok(prepared);
        }
        let (documents, owned, may_) = (Arc::clone(self), text.to_owned(), *may);
        let read = async move {
            // Somebody may have read the same meanwhile.
            if let Some(known) = documents.known(&owned, &may_) {
                return Ok(known);
            }
            let prepared = documents.read_text(&owned, &may_)?;
            documents.known.insert(owned.into(), Arc::clone(&prepared));
            Ok(prepared)
        };
        let in_turn = async {
            let _own = turn.acquire().await.ok()?;
            self.aside.run(read).await.ok()
        };
        let waited = tokio::time::timeout(Duration::from_secs(may.seconds.into()), in_turn).await;
        waited.map_err(|_| vec![error::too_slow()])?.unwrap_or_else(|| Err(vec![error::known(Code::Internal)]))
    }

    /// Whether a text is short and flat enough to be read at all.
    fn fits(text: &str, may: &Allowance) -> Result<(), Vec<ServerError>> {
        if text.len() > may.bytes as usize {
            let exceeded = Exceeded { limit: "bytes", asked: text.len() as u64, most: may.bytes };
            return Err(vec![error::too_large(&exceeded)]);
        }
        if nesting::is_flat(text) { Ok(()) } else { Err(vec![error::too_large(&nesting::EXCEEDED)]) }
    }

    /// What was read before of this text, where the caller may send so many tokens.
    fn known(&self, text: &str, may: &Allowance) -> Option<Arc<Prepared>> {
        let known = self.trusted.get(text).cloned().or_else(|| self.known.get(text));
        known.filter(|known| known.tokens <= may.tokens as usize)
    }

    fn read_text(&self, text: &str, may: &Allowance) -> Result<Arc<Prepared>, Vec<ServerError>> {
        let (most, plain, places) = (may.tokens as usize, layout::plain(text), Places::of(text));
        let mut parser = Parser::new().token_limit(most).recursion_limit(MAX_NESTING);
        let read = match parser.parse_executable(&self.schema, &*plain, "") {
            Ok(read) => read,
            // What was read until then is not worth a fault.
            Err(_) if parser.tokens_reached() >= most => {
                let exceeded = Exceeded { limit: "tokens", asked: parser.tokens_reached() as u64, most: may.tokens };
                return Err(vec![error::too_large(&exceeded)]);
            }
            Err(invalid) => return Err(told(invalid.errors.iter(), &places)),
        };
        let checked = self.validated(read, &places)?;
        let wrong = values::faults(&self.schema, &checked, &|place| places.at(place.offset()), MAX_TOLD);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let document = parse_query(layout::laid_out(&plain, &places)).map_err(|why| vec![error::unreadable(&why.into())])?;
        let told = completion::telling(&document, &self.types);
        Ok(Arc::new(Prepared { document, told, tokens: parser.tokens_reached(), checked, places }))
    }

    /// What was read, where it holds.
    fn validated(&self, read: Checked, places: &Places) -> Result<Valid<Checked>, Vec<ServerError>> {
        let WithErrors { partial, errors } = match read.validate(&self.schema) {
            Ok(checked) => return Ok(checked),
            Err(invalid) => invalid,
        };
        let faults = told(errors.iter().filter(|fault| !is_of_one_field(&partial, fault.error)), places);
        if faults.is_empty() { Ok(Valid::assume_valid(partial)) } else { Err(faults) }
    }

    /// Whether an operation of the document can be executed with these variables.
    ///
    /// # Errors
    /// When no operation is meant or several are; when a variable is missing or of another type.
    pub fn admit(&self, prepared: &Prepared, name: Option<&str>, variables: &Variables) -> Result<(), ServerError> {
        let refused = |why: RequestError, at: Option<SourceSpan>| prepared.refused(&why, at);
        let operation = prepared.checked.operations.get(name).map_err(|why| refused(why, None))?;
        let given = serde_json::to_value(variables).map(JsonValue::from);
        let given = given.ok().and_then(|given| if let JsonValue::Object(given) = given { Some(given) } else { None });
        let given = given.unwrap_or_default();
        coerce_variable_values(&self.schema, operation, &given).map_err(|why| refused(why, self.refused_at(operation, &given)))?;
        values::misfit(&self.schema, operation, variables, &|offset| prepared.places.at(offset)).map_or(Ok(()), Err)
    }

    /// Where the variable is defined whose value is refused: the first one that alone is refused as well. The refusal itself tells it of
    /// those alone that are missing.
    fn refused_at(&self, operation: &Operation, given: &JsonMap) -> Option<SourceSpan> {
        let mut alone = operation.clone();
        let is_refused = |definition: &&Node<VariableDefinition>| {
            alone.variables = vec![(*definition).clone()];
            coerce_variable_values(&self.schema, &alone, given).is_err()
        };
        operation.variables.iter().find(is_refused)?.location()
    }
}

impl Prepared {
    /// Whether the operation that is meant is of this type.
    pub fn is(&self, ty: OperationType, name: Option<&str>) -> bool {
        operation(&self.document, name).is_some_and(|operation| operation.ty == ty)
    }

    /// What is told of a request that does not fit, and where: at the place that is known of it where it tells none.
    fn refused(&self, why: &RequestError, at: Option<SourceSpan>) -> ServerError {
        let mut error = ServerError::new(why.message().to_string(), None);
        error.locations = why.location().or(at).into_iter().map(|place| self.places.at(place.offset())).collect();
        error
    }
}

/// Whether a fault is that a subscription has several fields, and they are one in its answer: the validation counts those that merge.
fn is_of_one_field(document: &Checked, fault: &DiagnosticData) -> bool {
    let mut meant = document.operations.iter().filter(|operation| operation.location() == fault.location());
    fault.unstable_error_name() == Some("SubscriptionUsesMultipleFields")
        && meant.any(|operation| {
            let mut keys = operation.root_fields(document).map(|field| field.response_key());
            let first = keys.next();
            keys.all(|key| Some(key) == first)
        })
}

fn told<'a>(faults: impl Iterator<Item = Diagnostic<'a, DiagnosticData>>, places: &Places) -> Vec<ServerError> {
    let told = |fault: Diagnostic<'_, DiagnosticData>| {
        let mut error = ServerError::new(fault.error.to_string(), None);
        error.locations = fault.error.location().into_iter().map(|place| places.at(place.offset())).collect();
        error
    };
    faults.take(MAX_TOLD).map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn documents() -> Documents {
        Documents::read(crate::PUBLISHED, Arc::new(Aside::new().expect("threads"))).expect("a schema")
    }

    fn read(text: &str) -> Result<Arc<Prepared>, Vec<ServerError>> {
        let documents = documents();
        Documents::fits(text, &Allowance::PUBLIC)?;
        documents.read_text(text, &Allowance::PUBLIC)
    }

    fn faults(text: &str) -> usize {
        read(text).map_or_else(|faults| faults.len(), |_| 0)
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
            "\"d\" { __typename }",
            "\"\\q\" query Q { __typename }",
            "subscription { a: changes { seq } b: changes { seq } }",
            "subscription { changes { seq } changes(after: 0) { seq } }",
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
            "{ __type(name: \"Query\") { name isOneOf } }",
            "\"d\" query Q { __typename }",
            "\"\"\"d\"\"\" fragment F on Query { __typename } { ...F }",
            "query Q(\"d\" $b: Boolean! = true) { __typename @include(if: $b) }",
            "{ ...F } fragment F on # the root\n Query { __typename }",
            "subscription S($k: [ EventKind ! ] = [REPORT_SUBMITTED]) { changes(kinds: $k) { seq } }",
            "subscription A { changes(after: 0) { seq } changes(after: 0) { kind } }",
            "subscription { changes { seq } ...F } fragment F on Subscription { changes { kind } }",
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
        let many = read(&format!("{{ __typename {} }}", "@a".repeat(Allowance::PUBLIC.tokens as usize))).err().expect("too many tokens");
        assert_eq!(many.len(), 1);
        assert_eq!(many[0].extensions.as_ref().and_then(|told| told.get("code")), Some(&async_graphql::Value::from("GRAPHQL_TOO_LARGE")));
    }
    /// A document that holds, of so many bytes.
    fn long(bytes: usize) -> String {
        let around = r#"{ __type(name: "") { name } }"#;
        around.replace("\"\"", &format!("\"{}\"", "x".repeat(bytes - around.len())))
    }

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime").block_on(future)
    }

    #[test]
    fn what_is_long_is_kept_as_what_is_short_is() {
        let documents = Arc::new(documents());
        let (may, turn) = (Allowance::PUBLIC, Semaphore::new(1));
        for bytes in [50, LONG + 1, may.bytes as usize] {
            let text = long(bytes);
            let first = run(documents.prepared(&text, &may, &turn)).unwrap_or_else(|faults| panic!("{bytes}: {faults:?}"));
            let second = run(documents.prepared(&text, &may, &turn)).expect("the same");
            assert!(Arc::ptr_eq(&first, &second), "{bytes} bytes are read again");
            // Whoever may send fewer tokens is told so, known or not.
            let few = Allowance { tokens: 5, ..may };
            assert!(run(documents.prepared(&text, &few, &turn)).is_err(), "{bytes}");
        }
    }

    #[test]
    fn what_is_trusted_stays_known() {
        let (mut documents, may, text) = (documents(), Allowance::PUBLIC, long(5_000));
        documents.trust(&text, &may).expect("a document");
        let (documents, turn) = (Arc::new(documents), Semaphore::new(1));
        let first = run(documents.prepared(&text, &may, &turn)).expect("a document");
        for bytes in 0..40 {
            run(documents.prepared(&long(90_000 + bytes), &may, &turn)).expect("a document");
        }
        assert!(Arc::ptr_eq(&first, &run(documents.prepared(&text, &may, &turn)).expect("the same")));
    }

    #[test]
    fn a_caller_waits_for_its_own_turn_alone_and_not_for_ever() {
        let documents = Arc::new(documents());
        let (may, mine, yours) = (Allowance { seconds: 1, ..Allowance::PUBLIC }, Semaphore::new(1), Semaphore::new(1));
        let _reading = run(mine.acquire()).expect("a turn");
        let late = run(documents.prepared(&long(5_000), &may, &mine)).err().expect("a turn that does not come");
        assert_eq!(late[0].extensions.as_ref().and_then(|told| told.get("code")), Some(&async_graphql::Value::from("GRAPHQL_TOO_SLOW")));
        assert!(run(documents.prepared(&long(5_001), &may, &yours)).is_ok(), "others do not wait for it");
        assert!(run(documents.prepared(&long(100), &may, &mine)).is_ok(), "what is short waits for nobody");
        let endless = run(documents.prepared(&"{ a".repeat(5_000), &may, &mine)).err().expect("too deep");
        assert_ne!(endless[0].message, late[0].message, "what is not read at all does not wait");
    }
}
