// Where the operations of an OpenAPI document are found and who is let in, seen by a client that was written for the older document.
// Must not know of what is sent and answered; that is openapi.mjs.
import { gone } from './schemas.mjs';

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** Addresses, with the values of their variables where they have any. Where none are said there is one, `/`. */
const addresses = (servers = []) => (servers.length > 0 ? servers : [{ url: '/' }]).map(({ url, variables }) => (variables ? `${url} ${JSON.stringify(variables)}` : url));

/** Addresses that are no more. */
export function ofServers(told, where, older, newer) {
  const now = new Set(addresses(newer));
  for (const address of addresses(older)) if (!now.has(address)) told('breaking', `${where}: ${address} was removed`, gone());
}

const schemesOf = (document) => document.components?.securitySchemes ?? {};

/** What a client does for a scheme; `bearerFormat` and the description are for people. */
const PARTS = ['type', 'scheme', 'in', 'name', 'openIdConnectUrl', 'flows'];
const part = (scheme, name) => (name === 'scheme' ? scheme[name]?.toLowerCase() : scheme[name]);
const isSameScheme = (a, b) => PARTS.every((name) => same(part(a, name), part(b, name)));

/** Schemes that are no more, or of which a client must do something else. */
export function ofSchemes(told, older, newer) {
  for (const [name, before] of Object.entries(schemesOf(older))) {
    const after = schemesOf(newer)[name];
    if (after === undefined) told('breaking', `security scheme ${name}: was removed`, gone());
    else if (before.type !== after.type) told('breaking', `security scheme ${name}: type ${before.type} became ${after.type}`);
    else {
      for (const key of PARTS) {
        if (!same(part(before, key), part(after, key))) told('breaking', `security scheme ${name}: ${key} ${JSON.stringify(before[key])} became ${JSON.stringify(after[key])}`);
      }
    }
  }
}

/** Ways to be let in: each the schemes that must be met together, with their scopes. */
const ways = (document, { security = document.security ?? [] }) => (security.length > 0 ? security : [{}]);

/** Ways that were enough and are not any more. A scheme of another name that asks a client for the same may let in others. */
export function letsIn(told, name, [older, before], [newer, after]) {
  const now = ways(newer, after);
  const isEnough = (way, isMet) => now.some((other) => Object.entries(other).every(([scheme, scopes]) => isMet(way, scheme, scopes)));
  const covers = (had, scopes) => scopes.every((scope) => had.includes(scope));
  const byName = (way, scheme, scopes) => way[scheme] !== undefined && covers(way[scheme], scopes);
  const byWhatIsDone = (way, scheme, scopes) => Object.entries(way).some(([own, had]) => {
    const [then, since] = [schemesOf(older)[own], schemesOf(newer)[scheme]];
    return then !== undefined && since !== undefined && isSameScheme(then, since) && covers(had, scopes);
  });
  for (const way of ways(older, before)) {
    if (isEnough(way, byName)) continue;
    const called = Object.entries(way).map(([scheme, scopes]) => [scheme, ...scopes].join(' ')).join(' with ');
    if (called === '') told('breaking', `${name}: needs a token now`);
    else if (isEnough(way, byWhatIsDone)) told('dangerous', `${name}: ${called} may not be enough any more`);
    else told('breaking', `${name}: ${called} is not enough any more`);
  }
}
