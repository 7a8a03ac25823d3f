// What docs/schema-changelog.md promises of releases, of time and of what is told, each held by what keeps it and by what does not.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { judged, named } from './compatibility.mjs';
import { dayIn, sixMonthsAfter, today } from './days.mjs';
import { faults, mustBeSaid, ofOpenApi, ofSdl } from './deprecations.mjs';
import { changes as ofDocuments } from './openapi.mjs';
import { days, kept } from './releases.mjs';
import { changes as ofSchemas } from './sdl.mjs';

const NOW = '2027-01-31';

test('a changelog names a change only above the heading of the last release', () => {
  const changelog = ['## Unreleased', '- `Query.b was removed`: nobody asked for it.', '- ``GET /x: "`" is not taken any more``', '## 0.1.0 (x)', '- `Query.c was removed`'].join('\n');
  const entries = named(changelog, '0.1.0');
  const count = (text, severity = 'breaking') => judged('test', [{ severity, text }], entries, NOW, () => {});
  assert.equal(count('Query.b was removed'), 0);
  assert.equal(count('Query.c was removed'), 1);
  assert.equal(count('GET /x: "`" is not taken any more'), 0);
  assert.equal(count('X was added', 'dangerous'), 0);
  assert.throws(() => named(changelog, '0.2.0'), /no heading for 0\.2\.0/);
  assert.throws(() => named(changelog.replace('0.1.0', '0.1.01'), '0.1.0'), /no heading for 0\.1\.0/);
});

test('what is taken away before it was deprecated, or before its day, is told as such', () => {
  const gone = (...reasons) => ({ severity: 'breaking', text: 'Query.b was removed', gone: { reasons } });
  const entry = (words) => named(`## Unreleased\n\n- \`Query.b was removed\`${words}\n- \`Query.d was removed\`: not deprecated\n  before.\n\n## 0.1.0 (x)`, '0.1.0');
  const printed = [];
  const count = (change, words) => judged('test', [change], entry(words), NOW, (line) => printed.push(line));
  assert.equal(count(gone(null), ': nobody asked for it.'), 1);
  assert.match(printed[0], /TOO SOON {3}Query\.b was removed \(its entry must say “not deprecated before”\)/);
  assert.equal(count(gone(null), ', not deprecated\n  before: it told secrets.'), 0, 'words may be parted by lines');
  assert.equal(count(gone('Use a, from 2027-01-31 on.'), '.'), 0);
  assert.equal(count(gone('Use a, from 2027-02-01 on.'), '.'), 1);
  assert.equal(count(gone('Use a, from 2027-02-01 on.'), ', before its day.'), 0);
  assert.equal(count(gone('Use a, from 2027-01-31 on.', null), '.'), 1, 'one of them was not deprecated');
  assert.equal(mustBeSaid({ reasons: ['Use a.'] }, NOW), 'before its day', 'no day has passed where none was told');
});

test('a GraphQL schema tells what it said of what is gone', () => {
  const because = 'Use c, from 2027-01-31 on.';
  const mark = `@deprecated(reason: "${because}")`;
  const older = `
    type Query { a(x: Int, y: Int ${mark}): Int b: Old ${mark} c: State u: Any i: Plain } enum State { OPEN DONE ${mark} LOST }
    type Old { name: String under: Older } type Older { name: String } type Plain { n: Int } type Other { n: Int } union Any = Plain | Other
    type Mutation { m: Int ${mark} } input In { p: Int ${mark} q: Int }`;
  const goneBy = (...edits) => {
    const newer = edits.reduce((text, [from, to]) => {
      assert.ok(text.includes(from), from);
      return text.replace(from, to);
    }, older);
    return Object.fromEntries(ofSchemas(older, newer).filter(({ severity }) => severity === 'breaking').map(({ text, gone }) => [text, gone?.reasons]));
  };
  assert.deepEqual(goneBy([`, y: Int ${mark}`, '']), { 'Query.a arg y was removed': [because] });
  assert.deepEqual(goneBy(['(x: Int, ', '(']), { 'Query.a arg x was removed': [null] });
  assert.deepEqual(goneBy([`DONE ${mark}`, '']), { 'DONE was removed from enum type State': [because] });
  assert.deepEqual(goneBy(['LOST', '']), { 'LOST was removed from enum type State': [null] });
  assert.deepEqual(goneBy([`p: Int ${mark}`, '']), { 'In.p was removed': [because] });
  assert.deepEqual(goneBy(['union Any = Plain | Other', 'union Any = Plain']), { 'Other was removed from union type Any': [null] });
  assert.deepEqual(goneBy([`type Mutation { m: Int ${mark} }`, '']), { 'Mutation was removed': [null], 'mutation was removed from the schema': [because] });
  // A type cannot be marked: it goes with what leads to it.
  assert.deepEqual(goneBy([`b: Old ${mark}`, ''], ['type Old { name: String under: Older } type Older { name: String }', '']), {
    'Query.b was removed': [because], 'Old was removed': [because], 'Older was removed': undefined,
  });
  assert.deepEqual(goneBy(['i: Plain', 'i: Other'], ['type Plain { n: Int }', ''], ['Plain |', '']), {
    'Plain was removed': [null], 'Query.i changed type from Plain to Other': undefined, 'Plain was removed from union type Any': [null],
  });
});

test('an OpenAPI document tells what it said of what is gone', () => {
  const marked = { deprecated: true, description: 'Use /b, from 2027-01-31 on.' };
  const older = {
    paths: {
      '/a': { get: { operationId: 'a', responses: {}, ...marked } },
      '/b': {
        get: {
          operationId: 'b', parameters: [{ in: 'query', name: 'p', schema: {}, ...marked }, { in: 'query', name: 'q', schema: {} }],
          responses: {
            200: {
              headers: { 'X-Old': { schema: {}, ...marked } },
              content: { 'application/json': { schema: { type: 'object', properties: { old: { $ref: '#/components/schemas/Old', ...marked }, own: { $ref: '#/components/schemas/Old' } } } }, 'text/csv': {} },
            },
            404: {},
          },
        },
      },
    },
    components: { schemas: { Old: { type: 'string' } } },
  };
  const goneBy = (change) => {
    const newer = structuredClone(older);
    change(newer, newer.paths['/b'].get);
    return ofDocuments(older, newer).map(({ text, gone }) => [text, gone?.reasons]);
  };
  const properties = (reply) => reply.content['application/json'].schema.properties;
  const because = [marked.description];
  assert.deepEqual(goneBy((d) => delete d.paths['/a']), [['GET /a: was removed', because]]);
  assert.deepEqual(goneBy((d) => delete d.paths['/b']), [['GET /b: was removed', [null]]]);
  assert.deepEqual(goneBy((_, b) => b.parameters.shift()), [['GET /b query p: was removed', because]]);
  assert.deepEqual(goneBy((_, b) => b.parameters.pop()), [['GET /b query q: was removed', [null]]]);
  assert.deepEqual(goneBy((_, b) => delete b.responses[200].headers), [['GET /b 200 header x-old: was removed', because]]);
  assert.deepEqual(goneBy((_, b) => delete properties(b.responses[200]).old), [['GET /b 200 application/json /old: was removed', because]]);
  assert.deepEqual(goneBy((_, b) => delete properties(b.responses[200]).own), [['GET /b 200 application/json /own: was removed', [null]]]);
  assert.deepEqual(goneBy((_, b) => delete b.responses[200].content['text/csv']), [['GET /b 200 text/csv: is not answered any more', [null]]]);
  assert.deepEqual(goneBy((_, b) => delete b.responses[404]), [['GET /b 404: was removed', [null]]]);
  assert.deepEqual(goneBy((_, b) => { b.operationId = 'c'; }), [['GET /b: operationId b became c', undefined]]);
});

test('what is deprecated is found wherever it can be marked', () => {
  const mark = '@deprecated(reason: "r")';
  const sdl = `directive @d(a: Int ${mark}) on FIELD type Query { a: E ${mark} b(c: Int ${mark}, i: I): Int } enum E { X ${mark} Y } input I { p: Int ${mark} }`;
  assert.deepEqual(ofSdl(sdl).map(({ where }) => where).sort(), ['@d(a:)', 'E.X', 'I.p', 'Query.a', 'Query.b(c:)']);
  const document = {
    paths: { '/a': { get: { deprecated: true, description: 'r', parameters: [{ in: 'query', name: 'x' }, { in: 'query', name: 'y', deprecated: true }] } } },
    components: { schemas: { Thing: { properties: { note: { deprecated: true, description: 'r' }, example: { deprecated: true, description: 'r' }, deprecated: true }, example: { deprecated: true } } } },
  };
  assert.deepEqual(ofOpenApi(document), [
    { where: 'GET /a', reason: 'r' },
    { where: 'GET /a/parameters/query y', reason: '' },
    { where: 'components/schemas/Thing/properties/note', reason: 'r' },
    { where: 'components/schemas/Thing/properties/example', reason: 'r' },
  ]);
});

test('a deprecation needs words and one day, six months or more after the release that says so first', () => {
  const first = { version: '0.1.0', on: '2026-08-31', deprecated: [] };
  const second = { version: '0.2.0', on: '2026-11-30', deprecated: [{ where: 'Query.a', reason: 'Use b instead, from 2027-06-01 on.' }] };
  const third = { version: '0.3.0', on: '2027-03-01', deprecated: second.deprecated };
  const count = (reason, releases) => faults([{ where: 'Query.a', reason }], releases).length;
  const on = (day) => `Ask for \`b\` instead; gone from ${day} on.`;
  for (const bad of ['', 'Ask for b instead.', '2027-06-30', on('2027-13-01'), on('2027-02-29'), on('2027-06-30 or 2027-07-30')]) assert.equal(count(bad, [first]), 1, bad);
  assert.equal(count(on('2027-06-30'), [first]), 0);
  // In no release yet: at the earliest six months after the last one. A month that is too short ends on its last day.
  assert.equal(count(on('2027-02-28'), [first]), 0);
  assert.equal(count(on('2027-02-27'), [first]), 1);
  assert.equal(count(on('2020-01-01'), [first]), 1, 'a day that has passed');
  // In a release: six months after that one, however many came since, and never before the day that was told.
  assert.equal(count(on('2027-06-01'), [first, second]), 0);
  assert.equal(count(on('2027-06-01'), [first, second, third]), 0);
  assert.equal(count(on('2027-05-31'), [first, second, third]), 1, 'the last release told a later day');
  assert.equal(count(on('2027-05-29'), [first, { ...second, deprecated: [{ where: 'Query.a', reason: 'Use b instead, from 2027-05-29 on.' }] }]), 1);
  // Taken back in between, it begins anew.
  assert.equal(count(on('2027-06-01'), [second, { ...third, deprecated: [] }]), 1);
});

test('days are those of the calendar', () => {
  assert.deepEqual(['2026-11-30', '2026-08-31', '2027-08-31', '2026-01-15'].map(sixMonthsAfter), ['2027-05-30', '2027-02-28', '2028-02-29', '2026-07-15']);
  assert.deepEqual(['from 2028-02-29 on', '2027-02-29', 'none', '2027-01-01 and 2027-01-01'].map(dayIn), ['2028-02-29', null, null, '2027-01-01']);
  assert.equal(dayIn(today()), today());
});

test('a release is what its sums say, to the byte', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'releases-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const sum = (text) => createHash('sha256').update(text).digest('hex');
  const write = (version, name, text) => {
    mkdirSync(join(folder, version), { recursive: true });
    writeFileSync(join(folder, version, name), text);
    return `${sum(text)}  ${version}/${name}\n`;
  };
  const sums = (text) => writeFileSync(join(folder, 'SHA256SUMS'), text);
  assert.throws(() => kept(folder), /SHA256SUMS is not there/);
  const first = write('0.9.0', 'openapi.json', '{}') + write('0.9.0', 'schema.graphql', 'x');
  const second = write('0.10.0', 'openapi.json', '{}') + write('0.10.0', 'schema.graphql', 'x');
  sums(first);
  assert.throws(() => kept(folder), /0\.10\.0\/openapi\.json is not in SHA256SUMS/);
  sums(first + second);
  assert.deepEqual(kept(folder), ['0.9.0', '0.10.0']);
  write('0.9.0', 'schema.graphql', 'y');
  assert.throws(() => kept(folder), /^Error: 0\.9\.0\/schema\.graphql is not what was released: its sum is not that of SHA256SUMS$/);
  write('0.9.0', 'schema.graphql', 'x');
  sums(first + second + `${sum('z')}  0.9.0/more.json\n`);
  assert.throws(() => kept(folder), /0\.9\.0\/more\.json is in SHA256SUMS and not there/);
  sums(first + second + first);
  assert.throws(() => kept(folder), /one twice/);
  sums(`${first}${second}nothing\n`);
  assert.throws(() => kept(folder), /a line that is none/);
  sums(first + second);
  rmSync(join(folder, '0.9.0/schema.graphql'));
  assert.throws(() => kept(folder), /0\.9\.0\/schema\.graphql is in SHA256SUMS and not there/);
  sums(first.split('\n')[0] + '\n' + second);
  assert.throws(() => kept(folder), /0\.9\.0\/schema\.graphql is not there/);
  mkdirSync(join(folder, 'next'));
  assert.throws(() => kept(folder), /next is no version/);
});

test('each release has a heading with its day', () => {
  const changelog = (heading) => `# Changelog\n\n## Unreleased\n\n${heading}\n\nWords.\n\n## 0.1.0 (2026-11-30)\n`;
  assert.deepEqual([...days(changelog('## 0.2.0 (2027-01-31)'), ['0.1.0', '0.2.0'])], [['0.2.0', '2027-01-31'], ['0.1.0', '2026-11-30']]);
  for (const bad of ['## 0.2.0', '## 0.2.0 (soon)', '## 0.2.0 (2027-02-30)']) assert.throws(() => days(changelog(bad), ['0.1.0', '0.2.0']), /heading of 0\.2\.0 .* has no day/, bad);
  assert.throws(() => days(changelog('## 0.2.0 (2027-01-31)'), ['0.1.0']), /which openapi\/released does not keep/);
  assert.throws(() => days(changelog(''), ['0.1.0', '0.2.0']), /no heading for 0\.2\.0/);
});
