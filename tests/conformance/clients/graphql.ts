// A small client of the GraphQL interface as a frontend would write it: documents and their results are typed by the schema alone.
// usage: node graphql.js BASE
import { strict as assert } from 'node:assert';
import { print } from 'graphql';
import type { ResultOf, TypedDocumentNode } from '@graphql-typed-document-node/core';
import { graphql, useFragment as unmasked } from './generated/gql/index.js';
import { AssignmentRole, OccurrenceStatus, TaskOrderField, Direction } from './generated/gql/graphql.js';

const [base] = process.argv.slice(2);
if (base === undefined) throw new Error('usage: node graphql.js BASE');

const TaskLine = graphql(/* GraphQL */ `
  fragment TaskLine on Task {
    code
    name
    leadAgencies { code name }
    occurrences { year status dueOn timeliness(asOf: "2015-12-31") }
  }
`);

const Tasks = graphql(/* GraphQL */ `
  query Tasks($filter: TaskFilter, $first: Int!, $after: String, $orderBy: TaskOrder) {
    tasks(filter: $filter, first: $first, after: $after, orderBy: $orderBy) {
      totalCount
      nodes { id ...TaskLine }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const Overview = graphql(/* GraphQL */ `
  query Overview($programme: String!, $asOf: NaiveDate!) {
    programme(code: $programme) { code name(lang: EN) decision { number issuedOn } }
    statistics(programme: $programme, asOf: $asOf, groupBy: AGENCY) {
      rows { name tasks { assigned dueCompletionRate { numerator denominator percent } } }
    }
    deliverables(first: 3) {
      nodes { kind title details { __typename ... on PublicationDetails { languages publishedOn } } }
    }
  }
`);

const Thing = graphql(/* GraphQL */ `
  query Thing($id: ID!) { node(id: $id) { __typename id ... on Task { code } } }
`);

interface Answer<T> {
  data?: T | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
}

async function asked<R, V>(document: TypedDocumentNode<R, V>, variables: V): Promise<Answer<R>> {
  const reply = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  return (await reply.json()) as Answer<R>;
}

async function held<R, V>(document: TypedDocumentNode<R, V>, variables: V): Promise<R> {
  const { data, errors } = await asked(document, variables);
  if (errors !== undefined || data == null) throw new Error(JSON.stringify(errors));
  return data;
}

const filter = { programme: 'HP-1593-2013', leadAgency: 'so-tttt', role: AssignmentRole.Lead, throughCollectives: false };
const orderBy = { field: TaskOrderField.StartYear, direction: Direction.Desc };
const met: string[] = [];
let open = 0;
let total: number;
for (let after: string | null = null; ;) {
  const { tasks }: ResultOf<typeof Tasks> = await held(Tasks, { filter, first: 4, after, orderBy });
  total = tasks.totalCount;
  for (const node of tasks.nodes) {
    const line = unmasked(TaskLine, node);
    met.push(node.id);
    assert.ok(line.leadAgencies.some(({ code }) => code === 'so-tttt'), line.code);
    open += line.occurrences.filter(({ status }) => status !== OccurrenceStatus.Completed).length;
  }
  if (!tasks.pageInfo.hasNextPage) break;
  after = tasks.pageInfo.endCursor ?? null;
}
assert.equal(new Set(met).size, total);

const { programme, statistics, deliverables } = await held(Overview, { programme: 'HP-1593-2013', asOf: '2015-12-31' });
assert.equal(programme?.decision.number, '1593/QĐ-UBND');
for (const { tasks } of statistics.rows) {
  const { numerator, denominator, percent } = tasks.dueCompletionRate;
  assert.equal(percent == null, denominator === 0, `${numerator} of ${denominator} is ${percent}`);
}
for (const { details } of deliverables.nodes) {
  if (details.__typename === 'PublicationDetails') assert.ok(details.languages?.includes('en'));
}

const [first] = met;
assert.ok(first !== undefined);
const { node } = await held(Thing, { id: first });
assert.ok(node?.__typename === 'Task' && node.code !== '');

const { errors } = await asked(Tasks, { first: 4, after: 'x' });
assert.equal(errors?.[0]?.extensions?.code, 'CURSOR_INVALID');

console.log(`graphql: ${total} tasks in pages, ${open} years of them not completed, ${statistics.rows.length} agencies, a node, an error with its code`);
