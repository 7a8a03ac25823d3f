// How much slower a normal client is answered while others ask for the worst they can.
// usage: node tests/bench/hostile.mjs BASE TOKEN [SECONDS]        e.g. http://127.0.0.1:8080, a token of any account, 8 seconds an attack
// The normal client asks one thing after another on one connection, from a thread of its own. Each attack comes from an address of its own,
// at the limits of the public; as attackers have machines of their own, what runs them yields to all else on this one (`chrt --idle`).
// Prints median and p99 of each attack, beside the same without any in the rounds before and after it; ends with 1 where a p99 is twice
// that or more. Two rows do not count: what a body of 10 MB costs this machine when it is sent to a thread that only reads, and what is let
// in and takes long to answer. Before the end a client that asks by long documents, new ones each time, is measured so against the attacks
// by documents.
// The server wants more open files than the attack of sockets takes (`ulimit -n`). Attacks are bounded in number and time, and go to this
// machine alone.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import { Worker, isMainThread, parentPort, threadId, workerData } from 'node:worker_threads';

const [base, token, seconds = '8'] = process.argv.slice(2);
if (!/^http:\/\/127\.\d+\.\d+\.\d+:\d+$/.test(base ?? '')) throw new Error('usage: node hostile.mjs http://127.0.0.1:PORT TOKEN [SECONDS]');
const { hostname, port } = new URL(base);
const SECONDS = Number(seconds) * 1000;
const HOSTILE = '127.0.1.1';
const calm = new http.Agent({ keepAlive: true, maxSockets: 1 });
let attacks = 0;
const attacker = () => new http.Agent({ keepAlive: true, maxSockets: 16, localAddress: `127.0.2.${++attacks}` });
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function ask(agent, { at = port, method = 'POST', path = '/graphql', headers = {}, body = '' }) {
  return new Promise((done) => {
    const request = http.request({ hostname, port: at, method, path, agent, headers, timeout: 30_000 }, (reply) => {
      let begin = '';
      reply.on('data', (bytes) => { if (begin.length < 10) begin += bytes.toString('latin1', 0, 10); });
      reply.on('end', () => done(begin.startsWith('{"errors"') ? `${reply.statusCode} with errors` : `${reply.statusCode}`)).on('error', () => done('0'));
    });
    request.on('error', () => done('0')).on('timeout', () => request.destroy());
    request.end(body);
  });
}

const graphql = (query) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
const NORMAL = {
  headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  body: JSON.stringify({ query: '{ tasks(first: 20) { totalCount nodes { code name group { code } assignments { agency { code name } } } } }' }),
};

/** A document of some 4 KiB that nobody has sent before. */
let drawn = 0;
const novel = (token) => ({
  headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
  body: JSON.stringify({ query: `query New${++drawn}Of${threadId}At${process.pid} { tasks(first: 20) { totalCount nodes { ${'code name '.repeat(360)} } } }` }),
});

const doubling = (levels) =>
  '{ ...F0 } ' + [...Array(levels).keys()].map((i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ') + ` fragment F${levels} on Query { __typename }`;
const ATTACKS = {
  'deep (nested 5,000 times)': graphql('{ programmes { nodes ' + '{groups{tasks'.repeat(5000) + '{code}' + '}}'.repeat(5000) + ' } }'),
  'deep (within the text limit)': graphql('{ programmes { nodes ' + '{ groups { tasks { programme '.repeat(20) + '{ code }' + ' } } }'.repeat(20) + ' } }'),
  'wide (9,000 fields)': graphql('{ tasks { nodes { ' + 'code '.repeat(9000) + '} } }'),
  'aliased (2,500 root fields)': graphql('{ ' + [...Array(2500).keys()].map((i) => `a${i}: programmes { totalCount }`).join(' ') + ' }'),
  'the largest that is let in': graphql('{ tasks(first: 200) { nodes { id code name assignments { agency { code name } role } occurrences { year status } } } }'),
  'introspection five times': graphql('{ ' + [...Array(5).keys()].map((i) => `a${i}: __schema { types { name fields { name type { name kind ofType { name } } } } }`).join(' ') + ' }'),
  'circular fragments': graphql('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'),
  'doubling fragments (60 levels)': graphql(doubling(60)),
  'directives × 10,000': graphql('{ __typename ' + '@skip(if:0)'.repeat(9000) + '@a'.repeat(1000) + ' }'),
  'unknown directives × 10,000': graphql('{ __typename ' + '@a'.repeat(10_000) + ' }'),
  'batch × 1,000': { headers: { 'content-type': 'application/json' }, body: JSON.stringify(Array(1000).fill({ query: '{__typename}' })) },
};
/** Its bytes are made once: making them again for each request would keep this machine busy, and no attacker's does. */
const LONG = { headers: { 'content-type': 'application/json' }, body: Buffer.from('{"query":"' + ' '.repeat(10_000_000) + '"}') };

async function calmly({ milliseconds, isNovel }) {
  const taken = [];
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    const wanted = isNovel ? novel(token) : NORMAL;
    const started = performance.now();
    const status = await ask(calm, wanted);
    if (status !== '200') throw new Error(`the normal client is answered ${status}`);
    taken.push(performance.now() - started);
    await sleep(2);
  }
  taken.sort((a, b) => a - b);
  return { n: taken.length, p50: taken[taken.length >> 1], p99: taken[Math.floor(taken.length * 0.99)] };
}

/** Answers each connection at once, and reads what comes. */
function onlyReads() {
  const reader = net.createServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.write('HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')).resume();
  });
  reader.listen(0, hostname, () => parentPort.postMessage(reader.address().port));
}

/** The normal client has a thread of its own: what attackers do to theirs is not the server's doing. */
const thread = (does) => new Worker(new URL(import.meta.url), { argv: process.argv.slice(2), workerData: does });
const client = isMainThread ? thread('asks') : undefined;
if (workerData === 'asks') parentPort.on('message', async (wanted) => parentPort.postMessage(await calmly(wanted)));
if (workerData === 'only reads') onlyReads();

let isNovel = false;
function measured(milliseconds) {
  client.postMessage({ milliseconds, isNovel });
  return new Promise((done, failed) => {
    client.removeAllListeners().once('message', done).once('error', failed);
  });
}

/** Asks for the same on 16 connections, or on so many of each of several addresses, while the normal client is measured. */
async function under(what, addresses = 1) {
  let going = true;
  const statuses = {};
  const agents = [...Array(addresses).keys()].map(attacker);
  const attackers = [...Array(16 * addresses).keys()].map(async (i) => {
    while (going) {
      const status = await ask(agents[i % addresses], typeof what === 'function' ? what() : what);
      statuses[status] = (statuses[status] ?? 0) + 1;
      await sleep(160);
    }
  });
  const told = await measured(SECONDS);
  going = false;
  await Promise.all(attackers);
  agents.forEach((agent) => agent.destroy());
  return { ...told, statuses };
}

/** Sockets that send nothing, or a byte now and then, and do not read; after so long they do, and those that are still open are counted. */
async function holding(count, first, then, rest = 0) {
  const sockets = [];
  for (let i = 0; i < count; i++) {
    const socket = net.connect({ host: hostname, port, localAddress: `127.0.0.${3 + (i >> 9)}` });
    socket.on('error', () => {}).on('connect', () => first && socket.write(first));
    sockets.push(socket);
    if (i % 500 === 499) await sleep(20);
  }
  await sleep(1000);
  const open = () => sockets.filter((socket) => socket.readyState === 'open').length;
  const before = open();
  const dripping = then && setInterval(() => sockets.forEach((socket) => socket.writable && socket.write(then)), 1000);
  const told = await measured(SECONDS);
  const fresh = await ask(new http.Agent(), NORMAL);
  await sleep(rest);
  if (rest) sockets.forEach((socket) => socket.resume());
  await sleep(rest && 2000);
  const after = open();
  clearInterval(dripping);
  sockets.forEach((socket) => socket.destroy());
  await sleep(500);
  return { ...told, statuses: { 'open before': before, 'open after': after, 'a new connection': fresh } };
}

/** Connections that were answered once, and then begin a head that they do not end. */
async function stalling(count, rest) {
  const sockets = [];
  let answered = 0;
  for (let i = 0; i < count; i++) {
    const socket = net.connect({ host: hostname, port, localAddress: `127.0.0.${3 + (i >> 8)}` });
    socket.on('error', () => {}).on('connect', () => socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'));
    socket.once('data', () => { answered++; socket.write('G'); socket.resume(); });
    sockets.push(socket);
  }
  await sleep(1000);
  const told = await measured(SECONDS);
  const fresh = await ask(new http.Agent(), NORMAL);
  await sleep(rest);
  const after = sockets.filter((socket) => socket.readyState === 'open').length;
  sockets.forEach((socket) => socket.destroy());
  await sleep(500);
  return { ...told, statuses: { answered, 'open after': after, 'a new connection': fresh } };
}

/** A frame of a client. */
function frame(code, payload) {
  const long = payload.length > 65_535 ? 8 : payload.length > 125 ? 2 : 0;
  const head = Buffer.alloc(2 + long + 4);
  head[0] = 0x80 | code;
  head[1] = 0x80 | (long === 8 ? 127 : long === 2 ? 126 : payload.length);
  if (long === 8) head.writeBigUInt64BE(BigInt(payload.length), 2);
  if (long === 2) head.writeUInt16BE(payload.length, 2);
  const mask = randomBytes(4);
  mask.copy(head, 2 + long);
  return Buffer.concat([head, payload.map((byte, i) => byte ^ mask[i & 3])]);
}

/** WebSockets, opened again when they are closed, that send the same frame so often, twenty times a second. */
async function pinging(count, bytes, often) {
  const pings = Buffer.concat(Array(often).fill(frame(9, Buffer.alloc(bytes, 'x'))));
  let going = true;
  const statuses = { opened: 0, closed: 0, 'MB back': 0 };
  const open = new Set();
  const one = () => {
    if (!going) return;
    const socket = net.connect({ host: hostname, port, localAddress: HOSTILE });
    open.add(socket);
    const key = randomBytes(16).toString('base64');
    const send = setInterval(() => { if (socket.writable && !socket.writableLength && socket.upgraded) socket.write(pings); }, 50);
    socket.on('error', () => {}).on('connect', () => socket.write(
      `GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`));
    socket.once('data', () => { statuses.opened++; socket.upgraded = true; }).on('data', (data) => { statuses['MB back'] += data.length / 1e6; });
    socket.on('close', () => { clearInterval(send); open.delete(socket); statuses.closed++; setTimeout(one, 100); });
  };
  for (let i = 0; i < count; i++) one();
  const told = await measured(SECONDS);
  going = false;
  open.forEach((socket) => socket.destroy());
  await sleep(500);
  statuses['MB back'] = Math.round(statuses['MB back']);
  return { ...told, statuses };
}

/** What is let in at all, to be sure that its attacks are answered and not refused at the door. */
const LET_IN = ['the largest that is let in', 'introspection five times', 'new documents from four addresses'];

/** Lets all else go first: this thread alone, and not the client's. Without `chrt` what wakes waits for the end of its slice of time. */
function yielding() {
  try {
    execFileSync('chrt', ['--idle', '--pid', '0', String(process.pid)]);
  } catch {
    os.setPriority(os.constants.priority.PRIORITY_LOW);
  }
}

let [before, worst] = [undefined, 0];
async function row(name, attack, counts = true) {
  const told = await attack();
  if (LET_IN.includes(name) && !(told.statuses[200] > 10)) throw new Error(`${name} is not let in: ${JSON.stringify(told.statuses)}`);
  await sleep(1000);
  const after = await measured(SECONDS / 2);
  const [p50, p99] = [Math.max(before.p50, after.p50), Math.max(before.p99, after.p99)];
  const times = told.p99 / p99;
  if (counts) worst = Math.max(worst, times);
  console.log({ attack: name, 'p50 ms': told.p50.toFixed(2), 'p99 ms': told.p99.toFixed(2), 'p50 ×': (told.p50 / p50).toFixed(2), 'p99 ×': times.toFixed(2), answers: JSON.stringify(told.statuses) });
  before = after;
}
const STREAM = { accept: 'text/event-stream' };
const STREAMED = {
  'invalid as a stream, by GET': { method: 'GET', headers: STREAM, path: '/graphql?query=' + encodeURIComponent('{ tasks { nodes { ' + 'nope '.repeat(2000) + '} } }') },
  'new documents from four addresses': novel,
};
if (isMainThread) {
  await measured(2000);
  yielding();
  before = await measured(SECONDS);
  for (const [name, what] of Object.entries(ATTACKS)) await row(name, () => under(what));
  await row('body of 10 MB', () => under(LONG));
  const reader = thread('only reads');
  const at = await new Promise((told) => reader.once('message', told));
  await row('body of 10 MB, sent to what only reads', () => under({ ...LONG, at }), false);
  await reader.terminate();
  for (const [name, what] of Object.entries(STREAMED)) await row(name, () => under(what, 4), what !== novel);
  await row('slow senders × 500', () => holding(500, 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{', ' '));
  await row('slow heads × 500', () => holding(500, 'POST /graphql HTTP/1.1\r\nhost: x\r\n', 'x: y\r\n'));
  await row('stalled after an answer × 500', () => stalling(500, 10_000));
  await row('answers never read × 500', () => holding(500, 'GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n', undefined, 30_000));
  await row('20 sockets echoing pings of 100 KB', () => pinging(20, 100_000, 1));
  await row('20 sockets echoing pings of 125 bytes', () => pinging(20, 125, 100));
  await row('open sockets × 10,000', () => holding(10_000));
  const ofList = worst;
  console.log(`undisturbed p99 ${before.p99.toFixed(2)} ms; the worst attack makes it ${ofList.toFixed(2)} times as long`);
  isNovel = true;
  before = await measured(SECONDS);
  for (const name of ['wide (9,000 fields)', 'unknown directives × 10,000']) await row(`long documents of a normal client; ${name}`, () => under(ATTACKS[name]));
  for (const [name, what] of Object.entries(STREAMED)) await row(`long documents of a normal client; ${name}`, () => under(what, 4));
  await client.terminate();
  process.exit(ofList < 2 ? 0 : 1);
}
