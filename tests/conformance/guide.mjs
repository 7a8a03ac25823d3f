// Runs the blocks of a guide that no tour walks, marked <!-- conformance -->: a transcript of a socket is spoken as it stands, and a configuration of
// GraphQL Code Generator generates with it.
// usage: node guide.mjs BASE CREDENTIALS GUIDE
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';

const [base, credentials, guide] = process.argv.slice(2);
const here = fileURLToPath(new URL('.', import.meta.url));

/** The blocks by their language; each stands once. */
function blocks(text) {
  const found = new Map();
  for (const [, language, block] of text.matchAll(/^<!-- conformance -->\n```(\w+)\n(.*?)^```$/gms)) {
    assert.ok(!found.has(language), `two blocks in ${language}`);
    found.set(language, block);
  }
  return found;
}

/** The standing agency's token. */
async function token() {
  const { username, password } = JSON.parse(readFileSync(credentials, 'utf8')).find((account) => account.username === 'standing');
  const reply = await fetch(`${base}/api/v1/auth/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'password', username, password }) });
  assert.equal(reply.status, 200, 'the token');
  return (await reply.json()).access_token;
}

/** Sees to it that there is an event to tell: where nothing has happened yet, an agency is urged. */
async function happened(authorization) {
  const api = async (path, init = {}) => {
    const reply = await fetch(`${base}/api/v1/${path}`, { ...init, headers: { authorization, 'content-type': 'application/json', 'idempotency-key': `guide-${Date.now()}` } });
    assert.ok(reply.ok, `${path}: ${reply.status}`);
    return reply.json();
  };
  if ((await api('changes?limit=1')).items.length > 0) return;
  const { items: [overdue] } = await api('obligations?programme=HP-1593-2013&state=OVERDUE&limit=1');
  await api(`obligations/${overdue.id}/urge`, { method: 'POST', body: JSON.stringify({ text: 'Đề nghị đơn vị gửi báo cáo.' }) });
}

/** Holds what came against what the guide shows, where “…” stands for anything, and after words for whatever follows them. */
function held(shown, came, where = 'message') {
  if (typeof shown === 'string' && shown.endsWith('…')) {
    if (shown !== '…') assert.ok(String(came).startsWith(shown.slice(0, -1)), `${where}: ${came}`);
    else assert.ok(came !== undefined && came !== null, `${where}: nothing`);
  } else if (shown !== null && typeof shown === 'object') {
    assert.deepEqual(Object.keys(came ?? {}).sort(), Object.keys(shown).sort(), `${where}: ${JSON.stringify(came)}`);
    for (const [name, value] of Object.entries(shown)) held(value, came[name], `${where}.${name}`);
  } else {
    assert.deepEqual(came, shown, where);
  }
}

/** Messages that come, one after the other. */
function incoming(socket) {
  const [here, waiting] = [[], []];
  const put = (what) => (waiting.length > 0 ? waiting.shift()(what) : here.push(what));
  socket.on('message', (bytes) => put(JSON.parse(bytes)));
  socket.on('close', (code) => put(`closed with ${code}`));
  socket.on('error', (error) => put(String(error)));
  const late = () => new Promise((_, reject) => { setTimeout(() => reject(new Error('nothing came within ten seconds')), 10_000).unref(); });
  return () => (here.length > 0 ? here.shift() : Promise.race([new Promise((tell) => { waiting.push(tell); }), late()]));
}

async function spoken(transcript, filled) {
  const [opening, ...lines] = transcript.trim().split('\n');
  const [, path, protocol] = opening.match(/^GET (\S+) +Upgrade: websocket, Sec-WebSocket-Protocol: (\S+)$/) ?? assert.fail(`no opening: ${opening}`);
  const socket = new WebSocket(base.replace('http', 'ws') + path, protocol);
  const next = incoming(socket);
  await new Promise((open, fail) => { socket.once('open', open).once('error', fail); });
  assert.equal(socket.protocol, protocol);
  for (const line of lines) {
    const shown = JSON.parse(line.slice(2).replaceAll('{…}', '"…"'), (_, value) => (line[0] === '>' && typeof value === 'string' ? filled(value) : value));
    if (line.startsWith('> ')) socket.send(JSON.stringify(shown));
    else if (line.startsWith('< ')) held(shown, await next());
    else assert.fail(`neither sent nor told: ${line}`);
  }
  socket.terminate();
  return lines.length;
}

/** Generates by the configuration as it stands, but for the address, over the program of the checks; gives how much came of it. */
function generated(configuration) {
  const folder = join(here, 'clients/generated-guide');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'src'), { recursive: true });
  copyFileSync(join(here, 'clients/graphql.ts'), join(folder, 'src/graphql.ts'));
  writeFileSync(join(folder, 'codegen.json'), configuration.replace('http://127.0.0.1:8080', base));
  const done = spawnSync(join(here, 'node_modules/.bin/graphql-codegen'), ['--config', 'codegen.json'], { cwd: folder, encoding: 'utf8', env: { ...process.env, CI: '1', NO_COLOR: '1' } });
  assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
  const types = join(folder, 'src/gql/graphql.ts');
  assert.ok(existsSync(types), 'no types were generated');
  const text = readFileSync(types, 'utf8');
  assert.ok(text.includes('asOf: string;'), 'a scalar is not of the type that the configuration names');
  rmSync(folder, { recursive: true });
  return text.split('\n').length;
}

const found = blocks(readFileSync(guide, 'utf8'));
assert.deepEqual([...found.keys()].sort(), ['graphql', 'json', 'text'], `the blocks of ${guide}`);
const bearer = `Bearer ${await token()}`;
await happened(bearer);
const filled = (text) => ({ 'Bearer …': bearer, 'subscription …': found.get('graphql') })[text] ?? text;
const lines = await spoken(found.get('text'), filled);
console.log(`guide: ${lines} messages of the socket are as ${guide} shows them, and its configuration generates ${generated(found.get('json'))} lines of types`);
process.exit(0);
