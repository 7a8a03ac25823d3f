// The releases whose descriptions are kept in openapi/released/, held by their sums: what was released is not changed unseen.
// Written by `cd openapi/released && sha256sum */* > SHA256SUMS`.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDay } from './days.mjs';

const SUMS = 'SHA256SUMS';
const FILES = ['openapi.json', 'schema.graphql'];
const VERSION = /^\d+\.\d+\.\d+$/;

const byVersion = (a, b) => a.split('.').map(Number).reduce((order, part, i) => order || part - Number(b.split('.')[i]), 0);

/** The versions that a folder keeps, the oldest first. Throws where its files are not those of its sums, to the byte and to the name. */
export function kept(folder) {
  const file = join(folder, SUMS);
  if (!existsSync(file)) throw new Error(`${file} is not there: nothing says what was released`);
  const sums = new Map();
  for (const line of readFileSync(file, 'utf8').split('\n').filter((line) => line !== '')) {
    const [, sum, path] = line.match(/^([0-9a-f]{64}) [ *](\S+)$/) ?? [];
    if (path === undefined || sums.has(path)) throw new Error(`${SUMS} has a line that is none, or one twice: ${line}`);
    sums.set(path, sum);
  }
  const versions = readdirSync(folder).filter((name) => name !== SUMS);
  const odd = versions.find((name) => !VERSION.test(name));
  if (odd !== undefined) throw new Error(`${odd} is no version`);
  if (versions.length === 0) throw new Error(`${folder} keeps no release`);
  const there = versions.flatMap((version) => readdirSync(join(folder, version)).map((name) => `${version}/${name}`));
  const faults = [
    ...there.filter((path) => !sums.has(path)).map((path) => `${path} is not in ${SUMS}`),
    ...[...sums.keys()].filter((path) => !there.includes(path)).map((path) => `${path} is in ${SUMS} and not there`),
    ...versions.flatMap((version) => FILES.map((name) => `${version}/${name}`)).filter((path) => !there.includes(path) && !sums.has(path)).map((path) => `${path} is not there`),
    ...there.filter((path) => sums.has(path) && sums.get(path) !== createHash('sha256').update(readFileSync(join(folder, path))).digest('hex'))
      .map((path) => `${path} is not what was released: its sum is not that of ${SUMS}`),
  ];
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return versions.sort(byVersion);
}

/** The days of the releases by version, from headings as `## 0.1.0 (2026-11-30)`; each kept version has one, and no other is there. */
export function days(changelog, versions) {
  const found = new Map();
  for (const [, version, rest] of changelog.matchAll(/^## (\d\S*)(.*)$/gm)) {
    const day = rest.match(/^ \((.+)\)$/)?.[1];
    if (day === undefined || !isDay(day)) throw new Error(`the heading of ${version} in docs/schema-changelog.md has no day, as in “## ${version} (2027-01-31)”`);
    if (!versions.includes(version)) throw new Error(`docs/schema-changelog.md has a heading for ${version}, which openapi/released does not keep`);
    found.set(version, day);
  }
  const lacking = versions.find((version) => !found.has(version));
  if (lacking !== undefined) throw new Error(`docs/schema-changelog.md has no heading for ${lacking}`);
  return found;
}

/** The releases with their descriptions and days, the oldest first. */
export function releases(folder, changelog) {
  const versions = kept(folder);
  const on = days(changelog, versions);
  const read = (version, name) => readFileSync(join(folder, version, name), 'utf8');
  return versions.map((version) => ({ version, on: on.get(version), sdl: read(version, 'schema.graphql'), document: JSON.parse(read(version, 'openapi.json')) }));
}
