// Fails on a change that breaks clients of the last release and that docs/schema-changelog.md does not name, and on a deprecation
// without a reason and a day. Called by ../compatibility.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ofOpenApi, ofSdl } from './deprecations.mjs';
import { changes as ofDocuments } from './openapi.mjs';
import { changes as ofSchemas } from './sdl.mjs';

const byVersion = (a, b) => a.split('.').map(Number).reduce((order, part, i) => order || part - Number(b.split('.')[i]), 0);

/** What the changelog names as changed since a version, in backticks: everything above that version's heading. */
export function named(changelog, version) {
  const heading = changelog.split('\n').findIndex((line) => line.startsWith(`## ${version}`));
  if (heading < 0) throw new Error(`docs/schema-changelog.md has no heading for ${version}, the last release`);
  const since = changelog.split('\n').slice(0, heading).join('\n');
  return new Set([...since.matchAll(/``\s?(.+?)\s?``|`([^`\n]+)`/g)].map(([, double, single]) => double ?? single));
}

/** Tells what changed and gives the number of faults. */
export function judged(title, changes, isNamed, print = console.log) {
  const breaking = changes.filter(({ severity }) => severity === 'breaking');
  const untold = breaking.filter(({ text }) => !isNamed.has(text));
  for (const { severity, text } of changes) {
    const mark = severity === 'dangerous' ? 'dangerous' : isNamed.has(text) ? 'told     ' : 'BREAKING ';
    print(`  ${mark}  ${text}`);
  }
  print(`${title}: ${breaking.length} breaking changes, ${untold.length} of them not in docs/schema-changelog.md, ${changes.length - breaking.length} dangerous`);
  return untold.length;
}

function main(root, folder) {
  const releases = join(root, 'openapi/released');
  const version = readdirSync(releases).sort(byVersion).at(-1);
  if (version === undefined) throw new Error(`${releases} is empty`);
  const read = (...path) => readFileSync(join(...path), 'utf8');
  const isNamed = named(read(root, 'docs/schema-changelog.md'), version);
  console.log(`compatibility with ${version}:`);
  const sdl = read(folder, 'schema.graphql');
  const document = JSON.parse(read(folder, 'openapi.json'));
  let faults = judged('GraphQL', ofSchemas(read(releases, version, 'schema.graphql'), sdl), isNamed);
  faults += judged('OpenAPI', ofDocuments(JSON.parse(read(releases, version, 'openapi.json')), document), isNamed);
  const deprecated = [...ofSdl(sdl), ...ofOpenApi(document)];
  const bare = deprecated.filter(({ isGood }) => !isGood);
  for (const { where } of bare) console.log(`  NO REASON WITH A DAY  ${where}`);
  console.log(`deprecations: ${deprecated.length}, ${bare.length} of them without a reason and the day from which it may be gone`);
  return faults + bare.length;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exit(main(...process.argv.slice(2)) === 0 ? 0 : 1);
