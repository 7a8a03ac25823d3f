//! The values of variables, as far as the validation of documents does not look into them.
//! Must not ask whether they have the shape of their types, nor whether any is missing: that was seen before.

use apollo_compiler::{Schema, ast::Type, executable::Operation, schema::ExtendedType};
use async_graphql::{Pos, ServerError, Value, Variables};

use super::{
    Wrong,
    literals::is_choice,
    scalars::{self, Seen},
    told,
};

/// The first variable of an operation whose value is none of its type.
pub fn misfit(schema: &Schema, operation: &Operation, variables: &Variables, place: &dyn Fn(usize) -> Pos) -> Option<ServerError> {
    operation.variables.iter().find_map(|definition| {
        let wrong = fits(schema, &definition.ty, variables.get(definition.name.as_str())?).err()?;
        Some(told(wrong, Some(definition.name.as_str()), definition.location().map(|at| place(at.offset()))))
    })
}

fn fits(schema: &Schema, ty: &Type, value: &Value) -> Result<(), Wrong> {
    match (ty, value) {
        (_, Value::Null) => Ok(()),
        (Type::List(inner) | Type::NonNullList(inner), Value::List(items)) => items.iter().try_for_each(|item| fits(schema, inner, item)),
        // One value stands for a list of it.
        (Type::List(inner) | Type::NonNullList(inner), one) => fits(schema, inner, one),
        (Type::Named(name) | Type::NonNullNamed(name), value) => match (schema.types.get(name), value) {
            (Some(ExtendedType::Scalar(_)), value) => scalars::wrong(name, seen(value)).map_or(Ok(()), Err),
            (Some(ExtendedType::InputObject(object)), Value::Object(fields)) => {
                if is_choice(object) && !(fields.len() == 1 && fields.values().all(|only| *only != Value::Null)) {
                    return Err(Wrong::Choice);
                }
                let mut known = fields.iter().filter_map(|(name, value)| Some((object.fields.get(name.as_str())?, value)));
                known.try_for_each(|(field, value)| fits(schema, &field.ty, value))
            }
            _ => Ok(()),
        },
    }
}

fn seen(value: &Value) -> Seen<'_> {
    match value {
        Value::String(text) => Seen::Text(text),
        Value::Number(number) if number.is_i64() => Seen::Whole,
        Value::Number(_) => Seen::Number,
        _ => Seen::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apollo_compiler::ExecutableDocument;

    #[test]
    fn what_variables_carry_is_read_to_its_end() {
        let schema = Schema::parse_and_validate(crate::PUBLISHED, "schema.graphql").expect("the schema's own text");
        let text = "query($f: OccurrenceFilter, $d: NaiveDate) { occurrences(filter: $f) { totalCount } \
                    agency(code: \"a\", asOf: $d) { code } }";
        let document = ExecutableDocument::parse_and_validate(&schema, text, "").expect("a document");
        let operation = document.operations.get(None).expect("an operation");
        for (variables, is_taken) in [
            (serde_json::json!({}), true),
            (serde_json::json!({"d": null, "f": {"asOf": null}}), true),
            (serde_json::json!({"d": "2013-08-20", "f": {"asOf": "2013-08-20"}}), true),
            (serde_json::json!({"d": "2013-8-20"}), false),
            (serde_json::json!({"d": 5}), false),
            (serde_json::json!({"f": {"asOf": "2014-02-30"}}), false),
        ] {
            let told = misfit(&schema, operation, &Variables::from_json(variables.clone()), &|_| Pos::default());
            assert_eq!(told.is_none(), is_taken, "{variables}");
            assert!(told.is_none_or(|told| told.locations.len() == 1), "{variables}");
        }
    }
}
