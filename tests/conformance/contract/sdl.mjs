// What changed between two GraphQL schemas: as graphql-js judges it, and by rules of our own where it sees nothing or says too little.
// Each change is {severity, text, gone}; the text alone names it, and `gone` is there for what was taken away (see deprecations.mjs).
import {
  astFromValue, buildSchema, DangerousChangeType, findBreakingChanges, findDangerousChanges, getNamedType, isInputObjectType, isNonNullType,
  isSpecifiedDirective, print,
} from 'graphql';

const ROOTS = ['query', 'mutation', 'subscription'];

const typesOf = (schema) => Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const fieldsOf = (type) => Object.values(type?.getFields?.() ?? {});

/** What can be marked as deprecated, as {where, removal, reason, type, of}: `removal` is how graphql-js tells that it was taken away. */
export function members(schema) {
  const found = [];
  const add = (where, removal, thing, of) => found.push({ where, removal, reason: thing.deprecationReason ?? null, type: thing.type && getNamedType(thing.type).name, of });
  for (const type of typesOf(schema)) {
    for (const value of type.getValues?.() ?? []) add(`${type.name}.${value.name}`, `${value.name} was removed from enum type ${type.name}`, value, type.name);
    for (const field of fieldsOf(type)) {
      const where = `${type.name}.${field.name}`;
      add(where, `${where} was removed`, field, type.name);
      for (const argument of field.args ?? []) add(`${where}(${argument.name}:)`, `${where} arg ${argument.name} was removed`, argument, type.name);
    }
  }
  for (const { name, args } of schema.getDirectives()) {
    for (const argument of args) add(`@${name}(${argument.name}:)`, `${argument.name} was removed from ${name}`, argument, `@${name}`);
  }
  return found;
}

/** What takes a value in both schemas, as [name, before, after]: arguments, fields of inputs, arguments of directives. */
function* taken(a, b) {
  const byName = (list = []) => new Map(list.map((thing) => [thing.name, thing]));
  function* both(before, after, called) {
    const now = byName(after);
    for (const thing of before ?? []) if (now.has(thing.name)) yield [called(thing.name), thing, now.get(thing.name)];
  }
  for (const type of typesOf(a)) {
    const newer = b.getType(type.name);
    for (const [where, before, after] of both(fieldsOf(type), fieldsOf(newer), (name) => `${type.name}.${name}`)) {
      if (isInputObjectType(type) && isInputObjectType(newer)) yield [where, before, after];
      yield* both(before.args, after.args, (name) => `${where} arg ${name}`);
    }
  }
  for (const directive of a.getDirectives()) {
    if (!isSpecifiedDirective(directive)) yield* both(directive.args, b.getDirective(directive.name)?.args, (name) => `@${directive.name} arg ${name}`);
  }
}

const written = ({ defaultValue, type }) => (defaultValue === undefined ? null : print(astFromValue(defaultValue, type)));

/** In place of graphql-js, which looks at the defaults of arguments alone and takes one that is gone for harmless. */
function ofDefaults(a, b) {
  const found = [];
  for (const [where, before, after] of taken(a, b)) {
    const [then, now] = [written(before), written(after)];
    if (then === null || then === now) continue;
    if (now !== null) found.push({ severity: 'dangerous', text: `${where} has changed defaultValue from ${then} to ${now}` });
    // Where it could be null before, its type changed as well, and that is told.
    else if (isNonNullType(before.type) && isNonNullType(after.type)) found.push({ severity: 'breaking', text: `${where} lost its default and must be given` });
    else found.push({ severity: 'dangerous', text: `${where} defaultValue was removed` });
  }
  return found;
}

/** Nor does graphql-js look at the types of what directives take. */
function ofDirectives(a, b) {
  const found = [];
  for (const [where, before, after] of taken(a, b)) {
    const [then, now] = [String(before.type), String(after.type)];
    if (where.startsWith('@') && then !== now && then !== `${now}!`) found.push({ severity: 'breaking', text: `${where} has changed type from ${then} to ${now}` });
  }
  return found;
}

function ofInputs(a, b) {
  const became = (type) => isInputObjectType(type) && !type.isOneOf && b.getType(type.name)?.isOneOf === true;
  return typesOf(a).filter(became).map(({ name }) => ({ severity: 'breaking', text: `${name} became @oneOf: it takes one field alone` }));
}

function ofRoots(a, b) {
  const found = [];
  for (const root of ROOTS) {
    const [then, now] = [a, b].map((schema) => schema.getRootType(root)?.name);
    if (then === undefined || then === now) continue;
    if (now === undefined) found.push({ severity: 'breaking', text: `${root} was removed from the schema`, gone: { reasons: fieldsOf(a.getRootType(root)).map((field) => field.deprecationReason ?? null) } });
    else found.push({ severity: 'breaking', text: `${root} has changed its type from ${then} to ${now}` });
  }
  return found;
}

/** Why a type may be gone: nothing can be marked but what leads to it. What leads to it from a type that is gone too is judged there. */
function leadingTo(type, all, isGone) {
  const leads = all.filter((member) => member.type === type.name);
  const staying = leads.filter(({ of }) => !isGone(of));
  return leads.length > 0 && staying.length === 0 ? undefined : { reasons: staying.length > 0 ? staying.map(({ reason }) => reason) : [null] };
}

export function changes(older, newer) {
  const [a, b] = [buildSchema(older), buildSchema(newer)];
  const all = members(a);
  const reasons = new Map(all.map(({ removal, reason }) => [removal, reason]));
  const isGone = (name) => !name.startsWith('@') && b.getType(name) === undefined;
  const types = new Map(typesOf(a).filter(({ name }) => isGone(name)).map((type) => [`${type.name} was removed`, type]));
  const told = (severity) => ({ type, description }) => {
    const text = description.replace(/\.$/, '');
    if (!type.includes('REMOVED')) return { severity, text };
    const gone = types.has(text) ? leadingTo(types.get(text), all, isGone) : { reasons: [reasons.get(text) ?? null] };
    return { severity, text, ...(gone && { gone }) };
  };
  const dangerous = findDangerousChanges(a, b).filter(({ type }) => type !== DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE);
  return [
    ...findBreakingChanges(a, b).map(told('breaking')),
    ...dangerous.map(told('dangerous')),
    ...ofDefaults(a, b),
    ...ofDirectives(a, b),
    ...ofInputs(a, b),
    ...ofRoots(a, b),
  ];
}
