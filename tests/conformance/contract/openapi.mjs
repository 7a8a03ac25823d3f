// What changed between two OpenAPI documents, seen by a client that was written for the older one.
// Each change is {severity, text, gone}; the text alone names it, and `gone` is there for what was taken away (see deprecations.mjs).
// Schemas are compared in schemas.mjs, who may call and where in access.mjs.
import { letsIn, ofSchemes, ofServers } from './access.mjs';
import { ANSWER, Comparison, gone, REQUEST } from './schemas.mjs';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The operations of a document by method and path. */
export function operations(document) {
  const found = new Map();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      if (item[method]) found.set(`${method.toUpperCase()} ${path}`, { servers: item.servers, ...item[method], shared: item.parameters ?? [] });
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
  const told = (severity, text, gone) => found.push({ severity, text, ...(gone && { gone }) });
  const schemas = new Comparison(older, newer, told);
  ofServers(told, 'servers', older.servers, newer.servers);
  ofSchemes(told, older, newer);
  const now = operations(newer);
  for (const [name, operation] of operations(older)) {
    const after = now.get(name);
    if (after === undefined) told('breaking', `${name}: was removed`, gone(operation));
    else ofOperation({ older, newer, told, schemas }, name, operation, after);
  }
  return found;
}

function ofOperation(at, name, before, after) {
  const { told, newer, older } = at;
  if (before.operationId !== after.operationId) told('breaking', `${name}: operationId ${before.operationId} became ${after.operationId}`);
  if (before.servers ?? after.servers) ofServers(told, `${name} servers`, before.servers ?? older.servers, after.servers ?? newer.servers);
  letsIn(told, name, [older, before], [newer, after]);
  ofParameters(at, name, parameters(older, before), parameters(newer, after));
  ofBody(at, name, resolved(older, before.requestBody), resolved(newer, after.requestBody));
  for (const [status, reply] of Object.entries(before.responses)) {
    if (after.responses[status] === undefined) told('breaking', `${name} ${status}: was removed`, gone());
    else ofResponse(at, `${name} ${status}`, resolved(older, reply), resolved(newer, after.responses[status]));
  }
}

function ofParameters({ told, schemas }, name, before, after) {
  for (const [key, parameter] of before) {
    const where = `${name} ${key}`;
    const now = after.get(key);
    if (now === undefined) {
      told('breaking', `${where}: was removed`, gone(parameter));
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
    if (after?.content?.[type] === undefined) told('breaking', `${name} ${type}: is not taken any more`, gone());
    else schemas.compare(schema ?? {}, after.content[type].schema ?? {}, REQUEST, `${name} ${type} `);
  }
}

function ofResponse({ told, schemas, older, newer }, where, before, after) {
  for (const [type, { schema }] of Object.entries(before.content ?? {})) {
    if (after.content?.[type] === undefined) told('breaking', `${where} ${type}: is not answered any more`, gone());
    else schemas.compare(schema ?? {}, after.content[type].schema ?? {}, ANSWER, `${where} ${type} `);
  }
  const lower = (headers = {}) => new Map(Object.entries(headers).map(([name, header]) => [name.toLowerCase(), header]));
  const now = lower(after.headers);
  for (const [name, header] of lower(before.headers)) {
    if (!now.has(name)) told('breaking', `${where} header ${name}: was removed`, gone(resolved(older, header)));
    else schemas.compare(resolved(older, header).schema ?? {}, resolved(newer, now.get(name)).schema ?? {}, ANSWER, `${where} header ${name}`);
  }
}
