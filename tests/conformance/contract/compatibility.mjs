// Fails on a change that breaks clients of the last release and that docs/schema-changelog.md does not name, on what is taken away without
// the time that was promised where that is not said, and on a deprecation that keeps no promise. Called by ../compatibility.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { today } from './days.mjs';
import { deprecated, faults, mustBeSaid } from './deprecations.mjs';
import { changes as ofDocuments } from './openapi.mjs';
import { releases } from './releases.mjs';
import { changes as ofSchemas } from './sdl.mjs';

/** What the changelog names as changed since a version, in backticks above that version's heading, with the entry that it stands in. */
export function named(changelog, version) {
  const lines = changelog.split('\n');
  const heading = lines.findIndex((line) => line === `## ${version}` || line.startsWith(`## ${version} `));
  if (heading < 0) throw new Error(`docs/schema-changelog.md has no heading for ${version}, the last release`);
  const entries = lines.slice(0, heading).join('\n').split(/\n(?=[-*#]|\s*\n)/);
  const names = (entry) => [...entry.matchAll(/``\s?(.+?)\s?``|`([^`\n]+)`/g)].map(([, double, single]) => double ?? single);
  return new Map(entries.flatMap((entry) => names(entry).map((name) => [name, entry.replace(/\s+/g, ' ')])));
}

/** Tells what changed and gives the number of faults. `entries` are what the changelog names, `on` is today. */
export function judged(title, changes, entries, on, print = console.log) {
  const counts = { 'BREAKING ': 0, 'TOO SOON ': 0, 'told     ': 0, dangerous: 0 };
  for (const { severity, text, gone } of changes) {
    const entry = entries.get(text);
    const lacks = gone === undefined ? null : mustBeSaid(gone, on);
    const isSaid = lacks === null || entry?.includes(lacks);
    const mark = severity === 'dangerous' ? 'dangerous' : entry === undefined ? 'BREAKING ' : isSaid ? 'told     ' : 'TOO SOON ';
    counts[mark] += 1;
    print(`  ${mark}  ${text}${severity === 'dangerous' || isSaid ? '' : ` (its entry must say “${lacks}”)`}`);
  }
  const untold = counts['BREAKING '];
  const unsaid = counts['TOO SOON '];
  print(`${title}: ${changes.length - counts.dangerous} breaking changes, ${untold} of them not in docs/schema-changelog.md and ${unsaid} not told as such, ${counts.dangerous} dangerous`);
  return untold + unsaid;
}

function main(root, folder) {
  const changelog = readFileSync(join(root, 'docs/schema-changelog.md'), 'utf8');
  const kept = releases(join(root, 'openapi/released'), changelog);
  const last = kept.at(-1);
  const entries = named(changelog, last.version);
  console.log(`compatibility with ${last.version} (${last.on}):`);
  const now = { sdl: readFileSync(join(folder, 'schema.graphql'), 'utf8'), document: JSON.parse(readFileSync(join(folder, 'openapi.json'), 'utf8')) };
  let count = judged('GraphQL', ofSchemas(last.sdl, now.sdl), entries, today());
  count += judged('OpenAPI', ofDocuments(last.document, now.document), entries, today());
  const marked = deprecated(now);
  const wrong = faults(marked, kept.map(({ version, on, ...descriptions }) => ({ version, on, deprecated: deprecated(descriptions) })));
  for (const { where, fault } of wrong) console.log(`  DEPRECATED  ${where} ${fault}`);
  console.log(`deprecations: ${marked.length}, ${wrong.length} of them against what is promised`);
  return count + wrong.length;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.exitCode = main(...process.argv.slice(2)) === 0 ? 0 : 1;
  } catch (error) {
    console.error(`compatibility: ${error.message}`);
    process.exitCode = 1;
  }
}
