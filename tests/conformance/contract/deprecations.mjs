// What is deprecated says why and from which day on it may be gone: a day written as 2027-01-31.
import { buildSchema } from 'graphql';
import { operations } from './openapi.mjs';

const DAY = /\b20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b/;
/** Words beside the day. */
const says = (text) => DAY.test(text ?? '') && text.replace(DAY, '').trim().split(/\s+/).length >= 3;

/** What is deprecated in a GraphQL schema, as {where, isGood}. */
export function ofSdl(sdl) {
  const found = [];
  const look = (where, thing) => {
    if (thing.deprecationReason !== undefined && thing.deprecationReason !== null) found.push({ where, isGood: says(thing.deprecationReason) });
  };
  const schema = buildSchema(sdl);
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    for (const value of type.getValues?.() ?? []) look(`${type.name}.${value.name}`, value);
    for (const field of Object.values(type.getFields?.() ?? {})) {
      look(`${type.name}.${field.name}`, field);
      for (const argument of field.args ?? []) look(`${type.name}.${field.name}(${argument.name}:)`, argument);
    }
  }
  for (const directive of schema.getDirectives()) for (const argument of directive.args) look(`@${directive.name}(${argument.name}:)`, argument);
  return found;
}

/** What is deprecated in an OpenAPI document, as {where, isGood}. */
export function ofOpenApi(document) {
  const found = [];
  const look = (where, thing) => {
    if (thing === null || typeof thing !== 'object') return;
    if (thing.deprecated === true) found.push({ where, isGood: says(thing.description) });
    for (const [name, inner] of Object.entries(thing)) if (name !== 'example' && name !== 'examples') look(`${where}/${name}`, inner);
  };
  for (const [name, operation] of operations(document)) look(name, operation);
  look('components', document.components);
  return found;
}
