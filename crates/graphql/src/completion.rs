//! Completing an answer by the specification (section 6.4): fields in the order of the document, null where a field failed,
//! and the parent null where null is not allowed. The executor leaves failed fields out and answers in the order in which
//! fields end.
//! Must not change a value that is there. What is read is decided by the executor.
//! The types come from the schema's own text, like the prices of `prices`.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use async_graphql::{
    Name, Positioned, Value, Variables,
    indexmap::IndexMap,
    parser::{
        Error, parse_schema,
        types::{
            BaseType, Directive, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet, Type, TypeKind,
            TypeSystemDefinition,
        },
    },
};

use crate::{limits::variable, prices::Prices};

const TYPENAME: &str = "__typename";
/// As what it is told to completion alone: no document can name a field so, whatever it calls its own.
const TOLD: &str = "";
const ROOTS: [OperationType; 3] = [OperationType::Query, OperationType::Mutation, OperationType::Subscription];

/// The fields of every type, and which types are another.
pub struct Types {
    fields: HashMap<String, HashMap<String, Type>>,
    is: HashSet<(String, String)>,
    is_abstract: HashSet<String>,
}

impl Types {
    /// Reads a schema.
    ///
    /// # Errors
    /// When the text is not one.
    pub fn read(sdl: &str) -> Result<Self, Error> {
        let mut types = Self { fields: HashMap::new(), is: HashSet::new(), is_abstract: HashSet::new() };
        for definition in parse_schema(sdl)?.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let fields = match definition.node.kind {
                TypeKind::Object(object) => {
                    types.is.extend(object.implements.iter().map(|interface| (name.clone(), interface.node.to_string())));
                    object.fields
                }
                TypeKind::Interface(interface) => {
                    types.is_abstract.insert(name.clone());
                    interface.fields
                }
                TypeKind::Union(union) => {
                    types.is.extend(union.members.iter().map(|member| (member.node.to_string(), name.clone())));
                    types.is_abstract.insert(name.clone());
                    Vec::new()
                }
                _ => continue,
            };
            types.fields.insert(name, fields.into_iter().map(|field| (field.node.name.node.to_string(), field.node.ty.node)).collect());
        }
        Ok(types)
    }

    /// Whether there may be an object of this type of which the executor shows nothing, or nothing that tells its type. A field that must
    /// not be null is there, or the object is not. A root is there whatever became of its fields.
    fn is_unsure(&self, set: &SelectionSet, on: &str) -> bool {
        let Some(fields) = self.fields.get(on).filter(|_| ROOTS.into_iter().map(Prices::root).all(|root| root != on)) else { return false };
        let is_sure = |field: &Field| {
            let name = field.name.node.as_str();
            field.directives.is_empty() && (name == TYPENAME || fields.get(name).is_some_and(|ty| !ty.nullable))
        };
        let is_any_sure = set.items.iter().any(|item| matches!(&item.node, Selection::Field(field) if is_sure(&field.node)));
        self.is_abstract.contains(on) || !is_any_sure
    }

    fn applies(&self, condition: &str, concrete: &str) -> bool {
        condition == concrete || self.is.contains(&(concrete.to_owned(), condition.to_owned()))
    }
}

/// A document that tells which type an object is wherever completion must know: on abstract types, and where every field may be
/// left out or fail, so that an object without fields is not taken for none. `None` when the document does so as it is.
pub fn telling(document: &ExecutableDocument, types: &Types) -> Option<ExecutableDocument> {
    let mut told = document.clone();
    let mut is_changed = false;
    for fragment in told.fragments.values_mut() {
        let on = fragment.node.type_condition.node.on.node.to_string();
        is_changed |= tell(&mut fragment.node.selection_set.node, &on, types);
    }
    let operations: Vec<&mut OperationDefinition> = match &mut told.operations {
        async_graphql::parser::types::DocumentOperations::Single(operation) => vec![&mut operation.node],
        async_graphql::parser::types::DocumentOperations::Multiple(operations) => operations.values_mut().map(|op| &mut op.node).collect(),
    };
    for operation in operations {
        is_changed |= tell(&mut operation.selection_set.node, Prices::root(operation.ty), types);
    }
    is_changed.then_some(told)
}

fn tell(set: &mut SelectionSet, on: &str, types: &Types) -> bool {
    let mut is_changed = false;
    for item in &mut set.items {
        is_changed |= match &mut item.node {
            Selection::Field(field) => {
                let target =
                    types.fields.get(on).and_then(|fields| fields.get(field.node.name.node.as_str())).map(|ty| named(ty).to_owned());
                target.is_some_and(|target| tell(&mut field.node.selection_set.node, &target, types))
            }
            Selection::InlineFragment(fragment) => {
                let within =
                    fragment.node.type_condition.as_ref().map_or_else(|| on.to_owned(), |condition| condition.node.on.node.to_string());
                tell(&mut fragment.node.selection_set.node, &within, types)
            }
            Selection::FragmentSpread(_) => false,
        };
    }
    if !set.items.is_empty() && types.is_unsure(set, on) {
        let pos = set.items[0].pos;
        let at = |name: &str| Positioned::new(Name::new(name), pos);
        let field = Field {
            alias: Some(at(TOLD)),
            name: at(TYPENAME),
            arguments: Vec::new(),
            directives: Vec::new(),
            selection_set: Positioned::new(SelectionSet::default(), pos),
        };
        set.items.push(Positioned::new(Selection::Field(Positioned::new(field, pos)), pos));
        is_changed = true;
    }
    is_changed
}

fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}

/// A field as it stands in an answer.
struct Planned<'a> {
    key: &'a Name,
    /// None for what is not the schema's own: left as it is.
    ty: Option<&'a Type>,
    is_typename: bool,
    sets: Vec<&'a SelectionSet>,
}

/// Null where null is not allowed.
struct NotNull;

/// Completes the answers of one operation.
pub struct Completion<'a> {
    types: &'a Types,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    plans: HashMap<(Vec<*const SelectionSet>, String), Rc<Vec<Planned<'a>>>>,
}

impl<'a> Completion<'a> {
    /// For this operation of a valid document.
    pub fn new(types: &'a Types, document: &'a ExecutableDocument, operation: &'a OperationDefinition, variables: &'a Variables) -> Self {
        Self { types, document, operation, variables, plans: HashMap::new() }
    }

    /// The data of the answer.
    pub fn complete(mut self, data: Value) -> Value {
        let sets = vec![&self.operation.selection_set.node];
        let fields = match data {
            Value::Object(fields) => fields,
            // The executor answers so when every field of the root failed or is left out.
            _ => IndexMap::new(),
        };
        self.object(Prices::root(self.operation.ty), fields, &sets).unwrap_or(Value::Null)
    }

    fn value(&mut self, ty: &Type, value: Value, sets: &[&'a SelectionSet]) -> Result<Value, NotNull> {
        let done = match (&ty.base, value) {
            (BaseType::List(inner), Value::List(items)) => {
                items.into_iter().map(|item| self.value(inner, item, sets)).collect::<Result<Vec<_>, _>>().map(Value::List)
            }
            (BaseType::Named(name), Value::Object(fields)) if !sets.is_empty() && self.types.fields.contains_key(name.as_str()) => {
                self.object(name, fields, sets)
            }
            (_, value) => Ok(value),
        };
        match done {
            Ok(Value::Null) | Err(NotNull) => {
                if ty.nullable {
                    Ok(Value::Null)
                } else {
                    Err(NotNull)
                }
            }
            done => done,
        }
    }

    fn object(&mut self, declared: &str, mut fields: IndexMap<Name, Value>, sets: &[&'a SelectionSet]) -> Result<Value, NotNull> {
        let concrete = match fields.get(TOLD) {
            Some(Value::String(name)) if self.types.is_abstract.contains(declared) => name.clone(),
            _ => declared.to_owned(),
        };
        let plan = self.plan(sets, concrete);
        let mut completed = IndexMap::with_capacity(plan.len());
        for planned in plan.iter() {
            let value = fields.swap_remove(planned.key).unwrap_or_default();
            let value = match planned.ty {
                Some(ty) => self.value(ty, value, &planned.sets)?,
                None => value,
            };
            completed.insert(planned.key.clone(), value);
        }
        Ok(Value::Object(completed))
    }

    fn plan(&mut self, sets: &[&'a SelectionSet], concrete: String) -> Rc<Vec<Planned<'a>>> {
        let key = (sets.iter().map(|set| std::ptr::from_ref(*set)).collect(), concrete);
        if let Some(plan) = self.plans.get(&key) {
            return Rc::clone(plan);
        }
        let mut planned = IndexMap::new();
        for set in sets {
            self.collect(set, &key.1, &mut planned);
        }
        let plan = Rc::new(planned.into_values().collect());
        self.plans.insert(key, Rc::clone(&plan));
        plan
    }

    fn collect(&self, set: &'a SelectionSet, concrete: &str, planned: &mut IndexMap<&'a str, Planned<'a>>) {
        for item in set.items.iter().filter(|item| self.is_included(item.node.directives())) {
            match &item.node {
                Selection::Field(field) => {
                    let (field, key) = (&field.node, &field.node.response_key().node);
                    let ty = self.types.fields.get(concrete).and_then(|fields| fields.get(field.name.node.as_str()));
                    let entry = planned.entry(key).or_insert_with(|| Planned {
                        key,
                        ty,
                        is_typename: field.name.node == TYPENAME,
                        sets: Vec::new(),
                    });
                    if !field.selection_set.node.items.is_empty() && !entry.is_typename {
                        entry.sets.push(&field.selection_set.node);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    if condition.is_none_or(|condition| self.types.applies(&condition.node.on.node, concrete)) {
                        self.collect(&fragment.node.selection_set.node, concrete, planned);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.node.fragment_name.node);
                    if let Some(fragment) = fragment.filter(|f| self.types.applies(&f.node.type_condition.node.on.node, concrete)) {
                        self.collect(&fragment.node.selection_set.node, concrete, planned);
                    }
                }
            }
        }
    }

    fn is_included(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let wanted = match directive.node.name.node.as_str() {
                "skip" => false,
                "include" => true,
                _ => return true,
            };
            let argument = directive.node.get_argument("if").map(|argument| argument.node.clone());
            let value = argument.map(|value| value.into_const_with(|name| variable(self.operation, self.variables, &name).ok_or(())));
            matches!(value, Some(Ok(Value::Boolean(value))) if value == wanted)
        })
    }
}
