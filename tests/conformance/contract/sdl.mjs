// What changed between two GraphQL schemas, as graphql-js judges it. Each change is {severity, text}; the text alone names it.
import { buildSchema, findBreakingChanges, findDangerousChanges } from 'graphql';

export function changes(older, newer) {
  const [a, b] = [buildSchema(older), buildSchema(newer)];
  const told = (severity) => ({ description }) => ({ severity, text: description.replace(/\.$/, '') });
  return [...findBreakingChanges(a, b).map(told('breaking')), ...findDangerousChanges(a, b).map(told('dangerous'))];
}
