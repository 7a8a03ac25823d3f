//! Following what happens: a subscription is opened once, and executed anew for each event, for the caller as it is then.
//! Must not keep a state of the database between two events, nor decide what a caller may know of.
//! The feed is `app::outbox`, the field `subscription`; who carries the answers is the transport's.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use app::{
    View,
    outbox::{self, Followed},
};
use async_graphql::{
    Name, Positioned, Request, Variables,
    futures_util::StreamExt,
    parser::types::{DocumentOperations, ExecutableDocument, FragmentDefinition, OperationType, Selection, SelectionSet},
};
use domain::{allowance::Allowance, event::Numbered, lang::Liked};

use crate::{Answer, Asked, Graph, Terms, budget::Budget, completion::Completion, documents::Prepared, error, loaders, operation, values};

/// Events that are answered from one state of the database.
const PIECE: usize = 20;
/// Whoever has been answered for so long lets others have their turn.
const TURN: Duration = Duration::from_secs(1);

/// What the field of a subscription is executed for.
#[derive(Clone)]
pub(crate) enum Source {
    /// To be told what is followed; `after` counts instead of the document's own where it is given.
    Opening {
        slot: Arc<Mutex<Option<Followed>>>,
        after: Option<i64>,
    },
    Event(Box<Numbered>),
}

/// A subscription that is open.
pub struct Following {
    prepared: Arc<Prepared>,
    /// The document with one field at its root, as the executor takes it.
    document: ExecutableDocument,
    name: Option<String>,
    variables: Variables,
    may: Allowance,
    liked: Liked,
    followed: Followed,
    /// For how many requests each answer counts.
    requests: u32,
    charge: Charge,
}

/// Whether the next answer is charged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charge {
    /// Once there is something to answer.
    Due,
    /// There is, and the caller had asked for too much of late.
    Owed,
    Paid,
}

/// Opens a subscription; `after` counts instead of the document's own where it is given.
///
/// # Errors
/// Why it is not one that can be executed, or that the caller has asked for too much of late.
pub async fn follow(graph: &Graph, asked: Asked, view: View, after: Option<i64>, terms: &Terms<'_>) -> Result<Following, Answer> {
    let (prepared, size) = asked.admitted(graph, &terms.may)?;
    let (left, request) = (asked.left(&terms.may), asked.request);
    (terms.charge)(size.requests() - 1).map_err(|refusal| crate::refused(&refusal.into()))?;
    if let Some(hash) = &terms.keep {
        graph.known.keep(Arc::clone(hash), &request.query);
    }
    let (may, mut variables, view) = (terms.may, request.variables, view.within(left));
    let waiting = view.waiting();
    let name = request.operation_name;
    let mut document = single(prepared.told.as_ref().unwrap_or(&prepared.document));
    values::settle(&mut document, operation(&prepared.document, name.as_deref()), &mut variables);
    let slot = Arc::new(Mutex::new(None));
    let opening = Source::Opening { slot: Arc::clone(&slot), after };
    let request = executable(&document, name.as_deref(), &variables, (view.clone(), may, terms.liked), opening);
    let refused = tokio::time::timeout(left, graph.executor.execute_stream(request).next()).await;
    let is_over = view.is_over();
    drop(waiting);
    if let Err(error) = view.end().await {
        return Err(Answer::refused(error::nowhere(error::failure(&error))));
    }
    match refused {
        _ if is_over => return Err(Answer::refused(error::too_slow())),
        Err(_) => return Err(Answer::refused(error::too_slow())),
        // What opens says nothing; what is said is why it does not.
        Ok(Some(response)) => return Err(Answer::new(response.errors, None)),
        Ok(None) => {}
    }
    let opened = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(followed) = opened else { return Err(Answer::refused(error::not_followed())) };
    Ok(Following { prepared, document, name, variables, may, liked: terms.liked, followed, requests: size.requests(), charge: Charge::Due })
}

/// What happened next, each event with its number.
pub struct Piece {
    pub answers: Vec<(i64, Answer)>,
    /// Whether more is there already.
    pub has_more: bool,
}

impl Following {
    /// How many requests are to be charged before [`Following::next`] answers anything; nothing where it does so itself.
    pub fn owes(&self) -> Option<u32> {
        (self.charge == Charge::Owed).then_some(self.requests)
    }

    /// What was owed is charged.
    pub fn paid(&mut self) {
        self.charge = Charge::Paid;
    }

    /// What the caller may know of that happened since, as it may know now. Each answer is charged for as the operation it is; where
    /// `charge` refuses, what is left waits until what is owed is [paid](Following::paid).
    ///
    /// # Errors
    /// When the caller may not follow any more, or the database fails.
    pub async fn next(&mut self, graph: &Graph, view: View, charge: &(dyn Fn(u32) -> bool + Sync)) -> Result<Piece, app::Error> {
        let (view, begun) = (view.within(time(&self.may)), Instant::now());
        let waiting = view.waiting();
        let changes = outbox::next(&view, &mut self.followed, PIECE).await?;
        let (mut answers, mut has_more) = (Vec::with_capacity(changes.items.len()), changes.has_more);
        for event in changes.items {
            let seq = event.seq;
            // Others follow, too; and a state that took too long to read is not read on.
            let is_long = !answers.is_empty() && begun.elapsed() > TURN;
            if is_long || !self.is_charged(charge) {
                self.followed.back_before(seq);
                has_more = true;
                break;
            }
            answers.push((seq, self.answer(graph, view.clone().within(time(&self.may)), event).await));
            self.charge = Charge::Due;
        }
        drop(waiting);
        view.end().await?;
        Ok(Piece { answers, has_more })
    }

    fn is_charged(&mut self, charge: &(dyn Fn(u32) -> bool + Sync)) -> bool {
        let is_paid = self.charge == Charge::Paid || charge(self.requests);
        self.charge = if is_paid { Charge::Paid } else { Charge::Owed };
        is_paid
    }

    async fn answer(&self, graph: &Graph, view: View, event: Numbered) -> Answer {
        let waiting = view.waiting();
        let request = executable(
            &self.document,
            self.name.as_deref(),
            &self.variables,
            (view.clone(), self.may, self.liked),
            Source::Event(Box::new(event)),
        );
        let executed = tokio::time::timeout(time(&self.may), graph.executor.execute_stream(request).next()).await;
        let executed = executed.ok().flatten().filter(|_| !view.is_over());
        // What is still being read is for nobody.
        drop(waiting);
        let Some(response) = executed else { return Answer::refused(error::too_slow()) };
        let data = match operation(&self.prepared.document, self.name.as_deref()) {
            Some(operation) => {
                Completion::new(graph.documents.types(), &self.prepared.document, operation, &self.variables).complete(response.data)
            }
            None => response.data,
        };
        Answer::new(response.errors, Some(data))
    }
}

fn time(may: &Allowance) -> Duration {
    Duration::from_secs(may.seconds.into())
}

fn executable(
    document: &ExecutableDocument,
    name: Option<&str>,
    variables: &Variables,
    (view, may, liked): (View, Allowance, Liked),
    source: Source,
) -> Request {
    let mut request = Request::new(String::new()).variables(variables.clone());
    request.operation_name = name.map(str::to_owned);
    request.set_parsed_query(document.clone());
    request.data(loaders::new(view.clone())).data(Budget::new(may.entries)).data(view).data(liked).data(source)
}

/// The document with the fields of its subscriptions at their roots: the executor looks for them nowhere else.
fn single(document: &ExecutableDocument) -> ExecutableDocument {
    let mut single = document.clone();
    let fragments = &document.fragments;
    let operations: Vec<_> = match &mut single.operations {
        DocumentOperations::Single(operation) => vec![&mut operation.node],
        DocumentOperations::Multiple(operations) => operations.values_mut().map(|operation| &mut operation.node).collect(),
    };
    for operation in operations.into_iter().filter(|operation| operation.ty == OperationType::Subscription) {
        let mut fields = Vec::new();
        fields_of(&operation.selection_set.node, fragments, &mut fields);
        operation.selection_set.node.items = merged(fields);
    }
    single
}

/// Fields that are one in the answer, as one: validation lets no others through.
fn merged(fields: Vec<Positioned<Selection>>) -> Vec<Positioned<Selection>> {
    let mut fields = fields.into_iter();
    let Some(mut one) = fields.next() else { return Vec::new() };
    if let Selection::Field(field) = &mut one.node {
        for other in fields {
            if let Selection::Field(other) = other.node {
                field.node.selection_set.node.items.extend(other.node.selection_set.node.items);
            }
        }
    }
    vec![one]
}

fn fields_of(
    set: &SelectionSet,
    fragments: &std::collections::HashMap<Name, Positioned<FragmentDefinition>>,
    fields: &mut Vec<Positioned<Selection>>,
) {
    for item in &set.items {
        match &item.node {
            Selection::Field(_) => fields.push(item.clone()),
            Selection::InlineFragment(fragment) => fields_of(&fragment.node.selection_set.node, fragments, fields),
            Selection::FragmentSpread(spread) => {
                // Validation lets no fragment spread itself.
                if let Some(fragment) = fragments.get(&spread.node.fragment_name.node) {
                    fields_of(&fragment.node.selection_set.node, fragments, fields);
                }
            }
        }
    }
}
