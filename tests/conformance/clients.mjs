// Generates typed clients from what a running service publishes, compiles a small program over each in the strictest way, and runs it.
// usage: node clients.mjs BASE CREDENTIALS
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { operations } from './contract/openapi.mjs';

const [base, credentials] = process.argv.slice(2);
const here = fileURLToPath(new URL('clients', import.meta.url));
const generated = join(here, 'generated');

function run(what, command, ...args) {
  const started = Date.now();
  const done = spawnSync(command, args, { cwd: here, encoding: 'utf8', env: { ...process.env, CI: '1', NO_COLOR: '1' } });
  if (done.status !== 0) {
    console.error(`${done.stdout}${done.stderr}${done.error ?? ''}`);
    console.error(`clients: ${what} failed`);
    process.exit(1);
  }
  console.log(`clients: ${what} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return done.stdout;
}
const tool = (name) => join(here, '../node_modules/.bin', name);

async function published(path) {
  const reply = await fetch(base + path);
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return reply.text();
}

/** A program that compiles only if every JSON answer of every operation has a type that says something. */
function everyAnswer(document) {
  const lines = [
    `import type { paths } from './api.js';`,
    // Neither unknown nor an object that can have no members.
    `type Says<T> = unknown extends T ? false : Record<string, never> extends T ? (keyof T extends never ? false : string extends keyof T ? false : true) : true;`,
    `type Yes<T extends true> = T;`,
  ];
  let count = 0;
  for (const [name, operation] of operations(document)) {
    const [method, path] = name.split(' ');
    for (const [status, reply] of Object.entries(operation.responses)) {
      for (const type of Object.keys(reply.content ?? {}).filter((type) => /[/+]json$/.test(type))) {
        const at = [path, method.toLowerCase(), 'responses', /^\d+$/.test(status) ? Number(status) : status, 'content', type];
        lines.push(`export type T${count} = Yes<Says<paths${at.map((step) => `[${JSON.stringify(step)}]`).join('')}>>;`);
        count += 1;
      }
    }
  }
  return { text: lines.join('\n') + '\n', count };
}

/** Objects of which nothing is said: a client could neither write nor read their members. */
function silent(thing, where = '#') {
  if (thing === null || typeof thing !== 'object') return [];
  const isSilent = [thing.type].flat().includes('object') && !thing.properties && thing.additionalProperties === undefined && !thing.allOf;
  return [...(isSilent ? [where] : []), ...Object.entries(thing).flatMap(([name, inner]) => (name.startsWith('example') ? [] : silent(inner, `${where}/${name}`)))];
}

rmSync(generated, { recursive: true, force: true });
mkdirSync(generated);
const document = await published('/openapi.json');
writeFileSync(join(generated, 'openapi.json'), document);
const unsaid = silent(JSON.parse(document));
if (unsaid.length > 0) {
  console.error(`clients: objects that say nothing of their members: ${unsaid.join(', ')}`);
  process.exit(1);
}
writeFileSync(join(generated, 'schema.graphql'), await published('/schema.graphql'));
run('openapi-typescript generates types', tool('openapi-typescript'), 'generated/openapi.json', '-o', 'generated/api.d.ts');
run('graphql-codegen generates documents and results', tool('graphql-codegen'), '--config', 'codegen.json');
const { text, count } = everyAnswer(JSON.parse(document));
writeFileSync(join(generated, 'answers.ts'), text);
run(`the programs compile in strict mode, and ${count} answers have types`, tool('tsc'), '-p', 'tsconfig.json');
process.stdout.write(run('the REST program runs', process.execPath, 'generated/out/rest.js', base, credentials));
process.stdout.write(run('the GraphQL program runs', process.execPath, 'generated/out/graphql.js', base));
