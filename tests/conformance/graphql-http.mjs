// The audits of npm's graphql-http against a running service: every MUST, SHOULD and MAY counts.
import { serverAudits } from 'graphql-http';

const [url] = process.argv.slice(2);
const fetchFn = (target, init) => fetch(target, { ...init, signal: AbortSignal.timeout(10_000) });
let failed = 0;
const audits = serverAudits({ url, fetchFn });
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status !== 'ok') {
    failed += 1;
    console.error(`${audit.id} ${audit.name}: ${result.reason} (status ${result.response?.status})`);
  }
}
console.log(`graphql-http: ${audits.length - failed} of ${audits.length} audits hold`);
process.exit(failed === 0 && audits.length > 0 ? 0 : 1);
