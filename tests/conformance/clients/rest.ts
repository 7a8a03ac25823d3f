// A small client of the REST interface as a third party would write it: everything it uses is typed by the description alone.
// usage: node rest.js BASE CREDENTIALS
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './generated/api.js';

type Schemas = components['schemas'];
type Task = Schemas['Task'];

interface Account {
  client_id?: string;
  client_secret?: string;
}

const [base, credentials] = process.argv.slice(2);
if (base === undefined || credentials === undefined) throw new Error('usage: node rest.js BASE CREDENTIALS');
const client = createClient<paths>({ baseUrl: base });

/** What the answer holds, or an error that tells the problem. */
function held<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (data === undefined) throw new Error(`${response.url} ${response.status} ${JSON.stringify(error)}`);
  return data;
}

async function signIn(login: string): Promise<Middleware> {
  const accounts = JSON.parse(readFileSync(credentials!, 'utf8')) as Account[];
  const account = accounts.find(({ client_id }) => client_id === login);
  if (account?.client_secret === undefined) throw new Error(`no account ${login} in ${credentials}`);
  const { access_token } = held(await client.POST('/api/v1/auth/token', {
    body: { grant_type: 'client_credentials', client_id: login, client_secret: account.client_secret },
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    bodySerializer: (body) => new URLSearchParams(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
  }));
  return {
    onRequest({ request }) {
      request.headers.set('Authorization', `Bearer ${access_token}`);
      return request;
    },
  };
}

/** Every task of a programme, page by page. */
async function tasks(programme: string): Promise<Task[]> {
  const met: Task[] = [];
  for (let after: string | undefined; ;) {
    const page = held(await client.GET('/api/v1/tasks', { params: { query: { programme, limit: 7, ...(after === undefined ? {} : { after }) } } }));
    met.push(...page.items);
    if (!page.hasNext || page.endCursor == null) return met;
    after = page.endCursor;
  }
}

const programme = held(await client.GET('/api/v1/programmes/{code}', { params: { path: { code: 'HP-1593-2013' } } }));
const all = await tasks(programme.code);
assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
assert.ok(all.length >= 19, `${all.length} tasks`);
const leads = all.filter(({ leadAgencies }) => leadAgencies.includes('so-tttt'));

const { error: anonymous, response: refused } = await client.GET('/api/v1/me');
assert.equal(refused.status, 401);
assert.equal(anonymous?.code, 'UNAUTHENTICATED');

client.use(await signIn('so-tttt-system'));
const me = held(await client.GET('/api/v1/me'));
assert.deepEqual(me.roles, ['AGENCY_SYSTEM']);

const { error } = await client.POST('/api/v1/reports', {
  params: { header: { 'Idempotency-Key': `client-${Date.now()}` } },
  body: { programme: programme.code, task: 'I.1', year: 2031, percent: 40, narrative: 'Thử nghiệm.' },
});
assert.deepEqual(error?.errors?.map(({ pointer, code }) => [pointer, code]), [['/year', 'YEAR_NOT_SCHEDULED']]);

// Fields of a form that only the regime knows can be written and read.
const values: Schemas['NewReport']['values'] = { ty_le: '40', ghi_chu: null };
assert.ok(all.length > Object.keys(values).length);

// A draft leaves nothing behind: it is nobody's but its agency's, and is thrown away here.
const draft = held(await client.POST('/api/v1/reports/drafts', {
  params: { header: { 'Idempotency-Key': `client-draft-${Date.now()}` } },
  body: { programme: programme.code, task: 'I.1', year: 2014, content: { narrative: 'Bản nháp.', percent: 40, produced: [], sections: {} } },
}));
assert.equal(draft.status, 'DRAFT');
const { response: read } = await client.GET('/api/v1/reports/{id}', { params: { path: { id: draft.id } } });
const seen = read.headers.get('etag');
assert.ok(seen);
const { response: gone } = await client.DELETE('/api/v1/reports/{id}', { params: { path: { id: draft.id }, header: { 'If-Match': seen } } });
assert.equal(gone.status, 204);

console.log(`rest: ${all.length} tasks, ${leads.length} led by ${me.agency}; a report refused at its place, a draft made and thrown away`);
