// One of each change, so that the comparison itself is held: what breaks is told by name, what only grows is not.
// What is promised of time and releases is held in promises.test.mjs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { changes as ofDocuments } from './openapi.mjs';
import { changes as ofSchemas } from './sdl.mjs';

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'x', version: '1' },
  servers: [{ url: '/' }, { url: '/beta' }],
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
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      office: { type: 'http', scheme: 'Bearer' },
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
    },
    schemas: {
      Thing: {
        type: 'object', required: ['id', 'state'],
        properties: {
          id: { type: 'string', format: 'uuid' }, state: { type: 'string', enum: ['OPEN', 'DONE'] }, note: { type: 'string' },
          owner: { oneOf: [{ type: 'null' }, { $ref: '#/components/schemas/Owner' }] },
          sums: { type: 'object', additionalProperties: { type: 'integer' } }, tags: { type: 'array', items: { type: 'string' } },
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
  [(d) => { schema(d, 'Thing').properties.sums.additionalProperties = true; }, 'breaking', 'schema Thing in answers/sums: other members can be anything now'],
  [(d) => delete schema(d, 'Thing').properties.sums.additionalProperties, 'breaking', 'schema Thing in answers/sums: other members can be anything now'],
  [(d) => { schema(d, 'Thing').properties.sums.additionalProperties = false; }, 'breaking', 'schema Thing in answers/sums: other members were removed'],
  [(d) => { schema(d, 'Thing').properties.sums.additionalProperties.type = 'string'; }, 'breaking', 'schema Thing in answers/sums/{name}: can be string now'],
  [(d) => { schema(d, 'Thing').properties.sums.additionalProperties = {}; }, 'breaking', 'schema Thing in answers/sums/{name}: can be anything, null now'],
  [(d) => delete schema(d, 'Thing').properties.tags.items, 'breaking', 'schema Thing in answers/tags: its items can be anything now'],
  [(d) => { schema(d, 'Thing').properties.tags = { type: 'string' }; }, 'breaking', 'schema Thing in answers/tags: can be string now'],
  [(d) => { d.servers = [{ url: '/v2' }, { url: '/beta' }]; }, 'breaking', 'servers: / was removed'],
  [(d) => { d.servers[1].variables = { beta: { default: 'b' } }; }, 'breaking', 'servers: /beta was removed'],
  [(d) => { things(d).get.servers = [{ url: '/' }]; }, 'breaking', 'GET /things servers: /beta was removed'],
  [(d) => { things(d).servers = [{ url: '/' }]; delete things(d).post; }, 'breaking', 'POST /things: was removed', 'GET /things servers: /beta was removed'],
  [(d) => { d.components.securitySchemes.key = { type: 'oauth2', flows: {} }; }, 'breaking', 'security scheme key: type apiKey became oauth2'],
  [(d) => { d.components.securitySchemes.key.name = 'X-Other'; }, 'breaking', 'security scheme key: name "X-Key" became "X-Other"'],
  [(d) => { d.components.securitySchemes.bearer.scheme = 'basic'; }, 'breaking', 'security scheme bearer: scheme "bearer" became "basic"'],
  [(d) => delete d.components.securitySchemes.key, 'breaking', 'security scheme key: was removed'],
  [(d) => { things(d).post.security = [{ key: [] }]; }, 'breaking', 'POST /things: bearer is not enough any more'],
  [(d) => { things(d).post.security = [{ bearer: [], key: [] }]; }, 'breaking', 'POST /things: bearer is not enough any more'],
  [(d) => { things(d).post.security = [{ bearer: ['write'] }]; }, 'breaking', 'POST /things: bearer is not enough any more'],
  [(d) => { things(d).post.security = [{ office: [] }]; }, 'dangerous', 'POST /things: bearer may not be enough any more'],
  // What only grows, or is only said otherwise.
  [(d) => d.servers.push({ url: '/v2' })],
  [(d) => { things(d).get.servers = structuredClone(d.servers); }],
  [(d) => { things(d).post.security.push({ key: [] }); }],
  [(d) => { d.components.securitySchemes.more = { type: 'http', scheme: 'basic' }; }],
  [(d) => { d.components.securitySchemes.bearer.bearerFormat = 'at+jwt'; }],
  [(d) => { schema(d, 'Owner').additionalProperties = { type: 'integer' }; }],
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
  for (const [change, severity, ...texts] of CASES) {
    const after = structuredClone(DOCUMENT);
    change(after);
    const told = ofDocuments(DOCUMENT, after).map(({ severity, text }) => ({ severity, text }));
    const meant = texts.map((text) => ({ severity, text }));
    const inOrder = (list) => list.sort((a, b) => (a.text < b.text ? -1 : 1));
    assert.deepEqual(inOrder(told), inOrder(meant), change.toString());
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

test('what graphql-js does not see of a GraphQL schema is told', () => {
  const older = `
    directive @seen(by: Int! = 1, at: Int) on FIELD
    type Query { a(i: Int! = 5, l: String! = "vi"): Int b(f: Filter, k: Key): Int }
    type Mutation { c: Int } type Subscription { d: Int }
    input Filter { i: Int! = 5 s: String = "x" } input Key { id: ID code: String }`;
  const told = (from, to) => {
    assert.ok(older.includes(from), from);
    return ofSchemas(older, older.replace(from, to)).map(({ severity, text }) => `${severity} ${text}`);
  };
  assert.deepEqual(told('a(i: Int! = 5', 'a(i: Int!'), ['breaking Query.a arg i lost its default and must be given']);
  assert.deepEqual(told('a(i: Int! = 5', 'a(i: Int! = 6'), ['dangerous Query.a arg i has changed defaultValue from 5 to 6']);
  // Whoever leaves it out or gives it is served as before.
  assert.deepEqual(told('l: String! = "vi"', 'l: String'), ['dangerous Query.a arg l defaultValue was removed']);
  assert.deepEqual(told('Filter { i: Int! = 5', 'Filter { i: Int!'), ['breaking Filter.i lost its default and must be given']);
  assert.deepEqual(told('Filter { i: Int! = 5', 'Filter { i: Int! = 6'), ['dangerous Filter.i has changed defaultValue from 5 to 6']);
  assert.deepEqual(told('s: String = "x"', 's: String'), ['dangerous Filter.s defaultValue was removed']);
  assert.deepEqual(told('s: String = "x"', 's: String!'), ['breaking Filter.s changed type from String to String!', 'dangerous Filter.s defaultValue was removed']);
  assert.deepEqual(told('by: Int! = 1', 'by: Int!'), ['breaking @seen arg by lost its default and must be given']);
  assert.deepEqual(told('by: Int! = 1', 'by: Int'), ['dangerous @seen arg by defaultValue was removed']);
  assert.deepEqual(told('at: Int)', 'at: String)'), ['breaking @seen arg at has changed type from Int to String']);
  assert.deepEqual(told('input Key {', 'input Key @oneOf {'), ['breaking Key became @oneOf: it takes one field alone']);
  const oneOf = older.replace('input Key {', 'input Key @oneOf {');
  assert.deepEqual([ofSchemas(oneOf, oneOf), ofSchemas(oneOf, older)], [[], []]);
  const rooted = (roots) => told('type Mutation', `schema { query: Query ${roots} } type Mutation`);
  assert.deepEqual(rooted('mutation: Mutation subscription: Subscription'), []);
  assert.deepEqual(rooted('mutation: Mutation'), ['breaking subscription was removed from the schema']);
  assert.deepEqual(rooted('subscription: Subscription'), ['breaking mutation was removed from the schema']);
  assert.deepEqual(rooted('mutation: Subscription subscription: Subscription'), ['breaking mutation has changed its type from Mutation to Subscription']);
});
