// What changed between two OpenAPI documents, seen by a client that was written for the older one.
// Each change is {severity, text}; the text alone names it. Schemas are compared in schemas.mjs.
import { ANSWER, Comparison, REQUEST } from './schemas.mjs';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The operations of a document by method and path. */
export function operations(document) {
  const found = new Map();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      if (item[method]) found.set(`${method.toUpperCase()} ${path}`, { ...item[method], shared: item.parameters ?? [] });
    }
  }
  return found;
}

function resolved(document, thing) {
  if (thing?.$ref === undefined) return thing;
  const found = thing.$ref.slice(2).split('/').reduce((at, step) => at?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  if (found === undefined) throw new Error(`${thing.$ref} is not there`);
  return resolved(document, found);
}

function parameters(document, operation) {
  const all = [...operation.shared, ...(operation.parameters ?? [])].map((parameter) => resolved(document, parameter));
  return new Map(all.map((parameter) => [`${parameter.in} ${parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name}`, parameter]));
}

/** All that changed from one document to another. */
export function changes(older, newer) {
  const found = [];
  const told = (severity, text) => found.push({ severity, text });
  const schemas = new Comparison(older, newer, told);
  const now = operations(newer);
  for (const [name, operation] of operations(older)) {
    const after = now.get(name);
    if (after === undefined) told('breaking', `${name}: was removed`);
    else ofOperation({ older, newer, told, schemas }, name, operation, after);
  }
  return found;
}

function ofOperation(at, name, before, after) {
  const { told, newer, older } = at;
  if (before.operationId !== after.operationId) told('breaking', `${name}: operationId ${before.operationId} became ${after.operationId}`);
  const isOpen = (document, { security = document.security ?? [] }) => security.length === 0 || security.some((way) => Object.keys(way).length === 0);
  if (isOpen(older, before) && !isOpen(newer, after)) told('breaking', `${name}: needs a token now`);
  ofParameters(at, name, parameters(older, before), parameters(newer, after));
  ofBody(at, name, resolved(older, before.requestBody), resolved(newer, after.requestBody));
  for (const [status, reply] of Object.entries(before.responses)) {
    if (after.responses[status] === undefined) told('breaking', `${name} ${status}: was removed`);
    else ofResponse(at, `${name} ${status}`, resolved(older, reply), resolved(newer, after.responses[status]));
  }
}

function ofParameters({ told, schemas }, name, before, after) {
  for (const [key, parameter] of before) {
    const where = `${name} ${key}`;
    const now = after.get(key);
    if (now === undefined) {
      told('breaking', `${where}: was removed`);
      continue;
    }
    if (now.required && !parameter.required) told('breaking', `${where}: must be given now`);
    for (const form of ['style', 'explode', 'allowReserved']) {
      if (parameter[form] !== now[form]) told('breaking', `${where}: ${form} ${parameter[form]} became ${now[form]}`);
    }
    schemas.compare(parameter.schema ?? {}, now.schema ?? {}, REQUEST, where);
  }
  for (const [key, parameter] of after) {
    if (parameter.required && !before.has(key)) told('breaking', `${name} ${key}: must be given now`);
  }
}

function ofBody({ told, schemas }, name, before, after) {
  if (after?.required && !before?.required) told('breaking', `${name}: a body must be given now`);
  for (const [type, { schema }] of Object.entries(before?.content ?? {})) {
    if (after?.content?.[type] === undefined) told('breaking', `${name} ${type}: is not taken any more`);
    else schemas.compare(schema ?? {}, after.content[type].schema ?? {}, REQUEST, `${name} ${type} `);
  }
}

function ofResponse({ told, schemas, older, newer }, where, before, after) {
  for (const [type, { schema }] of Object.entries(before.content ?? {})) {
    if (after.content?.[type] === undefined) told('breaking', `${where} ${type}: is not answered any more`);
    else schemas.compare(schema ?? {}, after.content[type].schema ?? {}, ANSWER, `${where} ${type} `);
  }
  const lower = (headers = {}) => new Map(Object.entries(headers).map(([name, header]) => [name.toLowerCase(), header]));
  const now = lower(after.headers);
  for (const [name, header] of lower(before.headers)) {
    if (!now.has(name)) told('breaking', `${where} header ${name}: was removed`);
    else schemas.compare(resolved(older, header).schema ?? {}, resolved(newer, now.get(name)).schema ?? {}, ANSWER, `${where} header ${name}`);
  }
}
