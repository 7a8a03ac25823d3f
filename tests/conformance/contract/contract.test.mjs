// One of each change, so that the comparison itself is held: what breaks is told by name, what only grows is not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { judged, named } from './compatibility.mjs';
import { ofOpenApi, ofSdl } from './deprecations.mjs';
import { changes as ofDocuments } from './openapi.mjs';
import { changes as ofSchemas } from './sdl.mjs';

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'x', version: '1' },
  paths: {
    '/things': {
      get: {
        operationId: 'list_things', security: [{}],
        parameters: [
          { in: 'query', name: 'limit', schema: { type: 'integer', format: 'int32', minimum: 1, maximum: 200 } },
          { in: 'query', name: 'kind', schema: { type: 'string', enum: ['A', 'B'] } },
        ],
        responses: {
          200: {
            description: 'x', headers: { ETag: { schema: { type: 'string' } } },
            content: { 'application/json': { schema: { type: 'object', properties: { items: { type: 'array', items: { $ref: '#/components/schemas/Thing' } } }, required: ['items'] } } },
          },
          404: { description: 'x' },
        },
      },
      post: {
        operationId: 'make_thing', security: [{ bearer: [] }],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/NewThing' } } } },
        responses: { 201: { description: 'x', content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } } },
      },
    },
  },
  components: {
    schemas: {
      Thing: {
        type: 'object', required: ['id', 'state'],
        properties: {
          id: { type: 'string', format: 'uuid' }, state: { type: 'string', enum: ['OPEN', 'DONE'] }, note: { type: 'string' },
          owner: { oneOf: [{ type: 'null' }, { $ref: '#/components/schemas/Owner' }] },
        },
      },
      Owner: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, under: { $ref: '#/components/schemas/Owner' } } },
      Maker: { type: 'object', properties: { name: { type: 'string' } } },
      NewThing: {
        type: 'object', required: ['name'], additionalProperties: false,
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 10 }, size: { type: ['integer', 'null'] }, state: { type: 'string', enum: ['OPEN', 'DONE'] },
          what: { oneOf: [{ $ref: '#/components/schemas/Maker' }, { type: 'string', title: 'Word' }] },
        },
      },
    },
  },
};

const things = (document) => document.paths['/things'];
const schema = (document, name) => document.components.schemas[name];

const CASES = [
  // [what is done to the document, severity, the name of what changed]
  [(d) => delete things(d).get, 'breaking', 'GET /things: was removed'],
  [(d) => { things(d).get.operationId = 'things'; }, 'breaking', 'GET /things: operationId list_things became things'],
  [(d) => { things(d).get.security = [{ bearer: [] }]; }, 'breaking', 'GET /things: needs a token now'],
  [(d) => things(d).get.parameters.pop(), 'breaking', 'GET /things query kind: was removed'],
  [(d) => { things(d).get.parameters[1].required = true; }, 'breaking', 'GET /things query kind: must be given now'],
  [(d) => things(d).get.parameters.push({ in: 'query', name: 'new', required: true, schema: {} }), 'breaking', 'GET /things query new: must be given now'],
  [(d) => { things(d).get.parameters[0].schema.maximum = 100; }, 'breaking', 'GET /things query limit: maximum 200 became 100'],
  [(d) => { things(d).get.parameters[0].schema.minimum = 2; }, 'breaking', 'GET /things query limit: minimum 1 became 2'],
  [(d) => { things(d).get.parameters[1].schema.enum.pop(); }, 'breaking', 'GET /things query kind: "B" is not taken any more'],
  [(d) => { things(d).get.parameters[0].schema.format = 'int64'; }, 'breaking', 'GET /things query limit: format int32 became int64'],
  [(d) => delete things(d).get.responses[404], 'breaking', 'GET /things 404: was removed'],
  [(d) => delete things(d).get.responses[200].headers, 'breaking', 'GET /things 200 header etag: was removed'],
  [(d) => { things(d).get.responses[200].content = { 'text/csv': {} }; }, 'breaking', 'GET /things 200 application/json: is not answered any more'],
  [(d) => { things(d).post.requestBody.required = true; }, 'breaking', 'POST /things: a body must be given now'],
  [(d) => { things(d).post.requestBody.content = {}; }, 'breaking', 'POST /things application/json: is not taken any more'],
  [(d) => delete schema(d, 'Thing').properties.note, 'breaking', 'schema Thing in answers/note: was removed'],
  [(d) => schema(d, 'Thing').required.pop(), 'breaking', 'schema Thing in answers/state: can be left out now'],
  [(d) => { schema(d, 'Thing').properties.id.type = ['string', 'null']; }, 'breaking', 'schema Thing in answers/id: can be null now'],
  [(d) => { schema(d, 'Thing').properties.id.type = 'integer'; }, 'breaking', 'schema Thing in answers/id: can be integer now'],
  [(d) => delete schema(d, 'Thing').properties.id.format, 'breaking', 'schema Thing in answers/id: format uuid became free'],
  [(d) => schema(d, 'Thing').properties.state.enum.push('LOST'), 'dangerous', 'schema Thing in answers/state: can be "LOST" now'],
  [(d) => schema(d, 'Thing').properties.owner.oneOf.push({ type: 'string', title: 'Word' }), 'dangerous', 'schema Thing in answers/owner: can be Word now'],
  [(d) => delete schema(d, 'Owner').properties.under, 'breaking', 'schema Owner in answers/under: was removed'],
  [(d) => delete schema(d, 'NewThing').properties.size, 'breaking', 'schema NewThing in requests/size: was removed'],
  [(d) => schema(d, 'NewThing').required.push('size'), 'breaking', 'schema NewThing in requests/size: must be given now'],
  [(d) => { schema(d, 'NewThing').properties.more = {}; schema(d, 'NewThing').required.push('more'); }, 'breaking', 'schema NewThing in requests/more: must be given now'],
  [(d) => { schema(d, 'NewThing').properties.size.type = 'integer'; }, 'breaking', 'schema NewThing in requests/size: null is not taken any more'],
  [(d) => { schema(d, 'NewThing').properties.name.maxLength = 9; }, 'breaking', 'schema NewThing in requests/name: maxLength 10 became 9'],
  [(d) => { schema(d, 'NewThing').properties.name.pattern = '^x'; }, 'breaking', 'schema NewThing in requests/name: the pattern changed'],
  [(d) => schema(d, 'NewThing').properties.state.enum.shift(), 'breaking', 'schema NewThing in requests/state: "OPEN" is not taken any more'],
  [(d) => schema(d, 'NewThing').properties.what.oneOf.pop(), 'breaking', 'schema NewThing in requests/what: Word is not taken any more'],
  [(d) => { schema(d, 'NewThing').not = { required: ['size'] }; }, 'breaking', 'schema NewThing in requests: not changed'],
  // What only grows, or is only said otherwise.
  [(d) => { things(d).put = { operationId: 'put_things', responses: {} }; }],
  [(d) => things(d).get.parameters.push({ in: 'query', name: 'new', schema: {} })],
  [(d) => { things(d).get.parameters[0].schema.maximum = 300; }],
  [(d) => { things(d).get.description = 'y'; }],
  [(d) => { things(d).post.security = [{}]; }],
  [(d) => { schema(d, 'Thing').properties.more = { type: 'string' }; schema(d, 'Thing').required.push('more'); }],
  [(d) => { schema(d, 'Thing').properties.id.maxLength = 36; }],
  [(d) => { schema(d, 'NewThing').properties.more = { type: 'string' }; }],
  [(d) => { schema(d, 'NewThing').properties.size.type = ['number', 'null']; }],
  [(d) => schema(d, 'NewThing').properties.state.enum.push('LOST')],
  [(d) => schema(d, 'NewThing').required.pop()],
];

test('each change of an OpenAPI document is told by its name, and nothing else is', () => {
  for (const [change, severity, text] of CASES) {
    const after = structuredClone(DOCUMENT);
    change(after);
    assert.deepEqual(ofDocuments(DOCUMENT, after), text === undefined ? [] : [{ severity, text }], change.toString());
  }
});

test('the published document agrees with itself, and a field taken out of it is told', () => {
  const document = JSON.parse(readFileSync(new URL('../../../openapi/openapi.json', import.meta.url)));
  assert.deepEqual(ofDocuments(document, structuredClone(document)), []);
  const after = structuredClone(document);
  delete after.components.schemas.Report.properties.percent;
  delete after.paths['/api/v1/tasks'];
  assert.deepEqual(ofDocuments(document, after).map(({ text }) => text).sort(), ['GET /api/v1/tasks: was removed', 'schema Report in answers/percent: was removed']);
});

test('changes of a GraphQL schema are told by their names', () => {
  const older = 'type Query { a(x: Int): Int b: State } enum State { OPEN DONE }';
  const told = (newer) => ofSchemas(older, newer).map(({ severity, text }) => `${severity} ${text}`);
  assert.deepEqual(told('type Query { a(x: Int): Int b: State c: Int } enum State { OPEN DONE }'), []);
  assert.deepEqual(told('type Query { a(x: Int): Int } enum State { OPEN DONE }'), ['breaking Query.b was removed']);
  assert.deepEqual(told('type Query { a(x: Int!): Int b: State } enum State { OPEN DONE }'), ['breaking Query.a arg x has changed type from Int to Int!']);
  assert.deepEqual(told('type Query { a(x: Int): Int b: State } enum State { OPEN }'), ['breaking DONE was removed from enum type State']);
  assert.deepEqual(told('type Query { a(x: Int): Int b: State } enum State { OPEN DONE LOST }'), ['dangerous LOST was added to enum type State']);
});

test('a changelog names a change only above the heading of the last release', () => {
  const changelog = ['## Unreleased', '- `Query.b was removed`: nobody asked for it.', '- ``GET /x: "`" is not taken any more``', '## 0.1.0 (x)', '- `Query.c was removed`'].join('\n');
  const isNamed = named(changelog, '0.1.0');
  const faults = (text, severity = 'breaking') => judged('test', [{ severity, text }], isNamed, () => {});
  assert.equal(faults('Query.b was removed'), 0);
  assert.equal(faults('Query.c was removed'), 1);
  assert.equal(faults('GET /x: "`" is not taken any more'), 0);
  assert.equal(faults('X was added', 'dangerous'), 0);
  assert.throws(() => named(changelog, '0.2.0'), /no heading for 0\.2\.0/);
});

test('a deprecation needs words and a day', () => {
  const field = (reason) => ofSdl(`type Query { a: Int @deprecated${reason} b(c: Int): Int }`).map(({ where, isGood }) => `${where} ${isGood}`);
  assert.deepEqual(field('(reason: "Ask for `b` instead; gone from 2027-06-30 on.")'), ['Query.a true']);
  for (const bad of ['', '(reason: "Ask for b instead.")', '(reason: "2027-06-30")', '(reason: "Use b instead, from 2027-13-01 on.")']) assert.deepEqual(field(bad), ['Query.a false'], bad);
  const document = structuredClone(DOCUMENT);
  Object.assign(things(document).get, { deprecated: true, description: 'Gone from 2027-06-30 on: ask for /b.' });
  Object.assign(schema(document, 'Thing').properties.note, { deprecated: true });
  assert.deepEqual(ofOpenApi(document), [{ where: 'GET /things', isGood: true }, { where: 'components/schemas/Thing/properties/note', isGood: false }]);
});
