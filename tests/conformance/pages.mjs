// Drives the pages for people in a headless browser: signs in, tries an operation, runs the examples. Any request to another host,
// any error on the console and any violation of the content security policy is a fault.
// usage: node pages.mjs BASE CREDENTIALS [FOLDER]    pictures of what was seen go into FOLDER
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

const [base, credentials, pictures] = process.argv.slice(2);
const PATIENCE = 30_000;
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const browserPath = process.env.CHROMIUM ?? BROWSERS.find(existsSync);
if (browserPath === undefined) throw new Error(`no browser: ${BROWSERS.join(', ')}; name one in CHROMIUM`);
const accounts = JSON.parse(readFileSync(credentials, 'utf8'));
const person = accounts.find(({ username }) => username === 'standing');
const admin = accounts.find(({ username }) => username === 'admin');
const system = accounts.find(({ client_id }) => client_id === 'so-tttt-system');
const origin = new URL(base).origin;

const browser = await puppeteer.launch({
  executablePath: browserPath,
  // Whoever runs this as root, as builds do, has no other choice. The rest keeps the browser's own calls home out.
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--lang=vi'],
  defaultViewport: { width: 1280, height: 900 },
});

/** A page whose every fault is written down. `expected` are statuses that the page is meant to meet. */
async function opened(path, expected = []) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const faults = [];
  page.setDefaultTimeout(PATIENCE);
  await page.evaluateOnNewDocument(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== origin) faults.push(`a request to ${url}`);
  });
  page.on('requestfailed', (request) => faults.push(`${request.url()} failed: ${request.failure()?.errorText}`));
  page.on('response', (response) => {
    if (response.status() >= 400 && !expected.includes(response.status())) faults.push(`${response.url()} ${response.status()}`);
  });
  page.on('pageerror', (error) => faults.push(`an error: ${error}`));
  page.on('console', (message) => {
    const isExpected = expected.some((status) => message.text().includes(`status of ${status}`));
    if (['error', 'warn'].includes(message.type()) && !isExpected) faults.push(`the console: ${message.text()}`);
  });
  await page.goto(base + path, { waitUntil: 'load' });
  return { page, faults, close: () => context.close() };
}

async function picture(page, name) {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) });
}

const text = (page, selector) => page.$eval(selector, (element) => element.textContent);
const holds = (page, selector, wanted) =>
  page.waitForFunction((selector, wanted) => document.querySelector(selector)?.textContent.includes(wanted), {}, selector, wanted);

async function signIn(page, kind, fields) {
  await page.select('#sign-in select', kind);
  for (const [name, value] of Object.entries(fields)) await page.type(`#sign-in input[name=${name}]`, value);
  await page.click('#sign-in button[type=submit]');
}

/** Opens an operation of the REST docs, sends it, and gives the status that is shown. */
async function tried(page, operation) {
  const block = `[id$="-${operation}"]`;
  await page.waitForSelector(block);
  if (!(await page.$(`${block} .execute`))) await page.click(`${block} .opblock-summary-control`);
  await page.waitForSelector(`${block} .execute`);
  await page.click(`${block} .execute`);
  await page.waitForSelector(`${block} .live-responses-table .response-col_status`);
  await page.waitForFunction((block) => !document.querySelector(`${block} .loading-container`), {}, block);
  const body = await page.waitForSelector(`${block} .live-responses-table .microlight`);
  return { status: (await text(page, `${block} .live-responses-table tbody .response-col_status`)).trim().slice(0, 3), body: await body.evaluate((it) => it.textContent) };
}

async function restDocs() {
  const { page, faults, close } = await opened('/docs', [400, 401]); // a wrong password, and no token
  await page.waitForSelector('html[data-ready]');
  await page.waitForSelector('.opblock-tag');
  await picture(page, 'docs');
  // On a narrow screen what is wide scrolls or breaks by itself, and the page does not move sideways.
  const { width, height } = page.viewport();
  await page.setViewport({ width: 320, height });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, 'the page scrolls sideways');
  await picture(page, 'docs-narrow');
  await page.setViewport({ width, height });
  // Tags are closed at first: opened by the filter, as a reader would.
  for (const tag of await page.$$('.opblock-tag[data-tag=auth]')) await tag.click();
  const anonymous = await tried(page, 'get_me');
  assert.equal(anonymous.status, '401', 'without a token');

  await signIn(page, 'password', { username: person.username, password: 'wrong' });
  await page.waitForSelector('.sign-in-message.is-fault:not(:empty)');
  await picture(page, 'docs-refused');
  await page.$eval('#sign-in input[name=username]', (input) => (input.value = ''));
  await page.$eval('#sign-in input[name=password]', (input) => (input.value = ''));
  await signIn(page, 'password', { username: person.username, password: person.password });
  await holds(page, '.sign-in-who', person.username);
  await page.click('[id$="-get_me"] .btn-clear');
  const known = await tried(page, 'get_me');
  assert.equal(known.status, '200', known.body);
  assert.equal(JSON.parse(known.body).login, person.username);
  await picture(page, 'docs-tried');

  const revoked = page.waitForResponse((response) => response.url().endsWith('/auth/revoke'));
  await page.click('#sign-in .sign-in-inside button');
  assert.equal((await revoked).status(), 200);
  await page.waitForSelector('#sign-in form:not([hidden])');
  await page.click('[id$="-get_me"] .btn-clear');
  assert.equal((await tried(page, 'get_me')).status, '401', 'after signing out');
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  assert.ok(!/eyJ/.test(kept), `a token was kept: ${kept}`);
  await close();
  return { what: 'the REST docs: 401 without a token, 200 signed in, 401 signed out', faults };
}

/** Operations of administration have a security scheme of their own: a token of the bar goes to them as well. */
async function administration() {
  const { page, faults, close } = await opened('/docs', [401]); // no token any more
  await page.waitForSelector('html[data-ready]');
  await signIn(page, 'password', { username: admin.username, password: admin.password });
  await holds(page, '.sign-in-who', admin.username);
  await (await page.waitForSelector('.opblock-tag[data-tag=administration]')).click();
  const known = await tried(page, 'list_signing_keys');
  assert.equal(known.status, '200', known.body);
  await picture(page, 'docs-administration');
  const revoked = page.waitForResponse((response) => response.url().endsWith('/auth/revoke'));
  await page.click('#sign-in .sign-in-inside button');
  assert.equal((await revoked).status(), 200);
  await page.click('[id$="-list_signing_keys"] .btn-clear');
  assert.equal((await tried(page, 'list_signing_keys')).status, '401', 'after signing out');
  await close();
  return { what: 'the REST docs for an administrator: 200 signed in, 401 signed out', faults };
}

async function graphiql() {
  const { page, faults, close } = await opened('/graphiql');
  await page.waitForSelector('.graphiql-tab');
  await page.waitForSelector('.graphiql-query-editor .CodeMirror');
  // The first example is whole before anything is touched.
  await holds(page, '.graphiql-query-editor .CodeMirror-code', 'query Programme');
  await holds(page, '.graphiql-editor-tool .CodeMirror-code', 'HP-1593-2013');
  await picture(page, 'graphiql');
  await signIn(page, 'client_credentials', { client_id: system.client_id, client_secret: system.client_secret });
  await holds(page, '.sign-in-who', system.client_id);
  const names = await page.$$eval('.graphiql-tab-button', (tabs) => tabs.map((tab) => tab.textContent.trim()));
  assert.ok(names.length >= 5, `tabs: ${names.join(', ')}`);
  for (const [i, name] of names.entries()) {
    await (await page.$$('.graphiql-tab-button'))[i].click();
    await page.waitForFunction((i) => document.querySelectorAll('.graphiql-tab')[i].classList.contains('graphiql-tab-active'), {}, i);
    await new Promise((resolve) => setTimeout(resolve, 400)); // the editor reads a document a moment after it is shown
    const answer = page.waitForResponse((response) => response.url() === `${base}/graphql` && response.request().postData()?.includes(`query ${name}`));
    await page.click('.graphiql-execute-button');
    const { data, errors } = await (await answer).json();
    assert.ok(data && !errors, `${name}: ${JSON.stringify(errors)}`);
    assert.ok(Object.values(data).every((part) => part !== null), `${name}: ${JSON.stringify(data)}`);
    if (name === 'Reports') assert.equal(data.me.login, system.client_id, 'the examples are asked for whoever signed in');
    await page.waitForFunction(() => document.querySelector('.result-window .CodeMirror-code')?.textContent.includes('"data"'));
    await picture(page, `graphiql-${name}`);
  }
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.ok(!/eyJ/.test(kept), 'a token was kept');
  await close();
  return { what: `GraphiQL: signed in, data for each of ${names.length} examples (${names.join(', ')})`, faults };
}

/** GraphiQL on a narrow screen, and by keyboard alone. */
async function narrow() {
  const { page, faults, close } = await opened('/graphiql');
  await page.setViewport({ width: 400, height: 800 });
  await holds(page, '.graphiql-query-editor .CodeMirror-code', 'query Programme');
  await page.click('.graphiql-execute-button');
  await holds(page, '.result-window .CodeMirror-code', '"data"');
  const [editors, answer] = await Promise.all(['.graphiql-editors', '.graphiql-response'].map(async (it) => (await page.$(it)).boundingBox()));
  assert.ok(answer.y >= editors.y + editors.height, 'the answer stands below the editor');
  assert.ok(answer.width > 350 && answer.height > 300, `the answer has ${answer.width} × ${answer.height}`);
  const inEditor = () => page.evaluate(() => document.activeElement.closest('.CodeMirror') !== null);
  await page.click('.graphiql-query-editor .CodeMirror-code');
  await page.keyboard.press('Tab');
  assert.ok(await inEditor(), 'Tab indents');
  const described = await page.evaluate(() => document.getElementById(document.activeElement.getAttribute('aria-describedby'))?.textContent);
  assert.match(described ?? '', /Esc.*Tab/, 'the editor tells how to leave it');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  assert.ok(!(await inEditor()), 'Esc and Tab leave the editor');
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outline);
  assert.match(ring, /solid 2px/, 'it is seen where the focus is');
  await picture(page, 'graphiql-narrow');
  await close();
  return { what: 'GraphiQL on 400 pixels: the answer below the editor, which Esc and Tab leave', faults };
}

async function otherPages() {
  const { page, faults, close } = await opened('/');
  await picture(page, 'start');
  const links = await page.$$eval('a', (anchors) => anchors.map((anchor) => anchor.href));
  // 304: the browser has it already, and asked whether that is still so.
  for (const link of links) assert.ok([200, 304].includes((await page.goto(link)).status()), link);
  await page.goto(`${base}/problems/REPORT_REFUSED`);
  await picture(page, 'problem');
  assert.equal(await text(page, 'h1'), 'REPORT_REFUSED');
  await close();
  return { what: `the start page and its ${links.length} links`, faults };
}

let failed = false;
for (const walk of [restDocs, administration, graphiql, narrow, otherPages]) {
  try {
    const { what, faults } = await walk();
    console.log(`pages: ${what}${faults.length ? '' : '; no other host, nothing on the console'}`);
    for (const fault of faults) console.error(`pages: ${fault}`);
    failed ||= faults.length > 0;
  } catch (error) {
    console.error(`pages: ${walk.name}: ${error.stack}`);
    failed = true;
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
