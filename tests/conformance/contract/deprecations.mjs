// What is deprecated says what to use instead and the one day from which it may be gone: six months or more after the release that said so first.
// Of what is gone the changes tell `gone`: {reasons}, what was said of it in the last release, null where nothing was.
import { buildSchema } from 'graphql';
import { dayIn, sixMonthsAfter, without } from './days.mjs';
import { operations } from './openapi.mjs';
import { members } from './sdl.mjs';

/** Words beside the day. */
const says = (text) => dayIn(text) !== null && without(text).trim().split(/\s+/).length >= 3;

/** What is deprecated in a GraphQL schema, as {where, reason}. */
export function ofSdl(sdl) {
  return members(buildSchema(sdl)).filter(({ reason }) => reason !== null).map(({ where, reason }) => ({ where, reason }));
}

/** What is deprecated in an OpenAPI document, as {where, reason}. */
export function ofOpenApi(document) {
  const found = [];
  const look = (where, thing, isMap = false) => {
    if (thing === null || typeof thing !== 'object') return;
    if (!isMap && thing.deprecated === true) found.push({ where, reason: thing.description ?? '' });
    for (const [key, inner] of Object.entries(thing)) {
      if (!isMap && (key === 'example' || key === 'examples')) continue;
      // A parameter is the same wherever it stands among the others.
      const name = Array.isArray(thing) && inner?.in !== undefined ? `${inner.in} ${inner.name}` : key;
      look(`${where}/${name}`, inner, !isMap && key === 'properties');
    }
  };
  for (const [name, operation] of operations(document)) look(name, operation);
  look('components', document.components);
  return found;
}

/** All that is deprecated in both descriptions. */
export const deprecated = ({ sdl, document }) => [...ofSdl(sdl), ...ofOpenApi(document)];

/**
 * What is wrong with what is deprecated now, as {where, fault}. Releases are {version, on, deprecated}, the oldest first; what none of them
 * says is deprecated can at best be so in one that comes later than the last.
 */
export function faults(now, releases) {
  const marks = releases.map((release) => ({ ...release, marked: new Map(release.deprecated.map(({ where, reason }) => [where, reason])) }));
  return now.flatMap(({ where, reason }) => {
    if (!says(reason)) return [{ where, fault: 'does not say what to use instead and the one day from which it may be gone' }];
    const day = dayIn(reason);
    let [first] = marks.slice(-1);
    for (const mark of marks.toReversed()) {
      if (!mark.marked.has(where)) break;
      first = mark;
    }
    if (first === undefined) return [];
    const earliest = sixMonthsAfter(first.on);
    if (day < earliest) return [{ where, fault: `may be gone on ${day}, and not before ${earliest}, six months after ${first.version} (${first.on})` }];
    const before = dayIn(marks.at(-1).marked.get(where));
    return before !== null && day < before ? [{ where, fault: `may be gone on ${day}, and ${marks.at(-1).version} says ${before}` }] : [];
  });
}

/** What an entry of the changelog must say of what is gone; null where nothing: `not deprecated before`, or `before its day`. */
export function mustBeSaid({ reasons }, today) {
  if (reasons.includes(null)) return 'not deprecated before';
  return reasons.some((reason) => (dayIn(reason) ?? '9999-12-31') > today) ? 'before its day' : null;
}
