// A real S3 service for the tests of the evidence store: node service.mjs PORT FOLDER
import S3rver from "s3rver";

const [port, directory] = process.argv.slice(2);
const service = new S3rver({
  address: "127.0.0.1",
  port: Number(port),
  directory,
  silent: true,
  allowMismatchedSignatures: false,
  configureBuckets: [{ name: "evidence" }],
});
await service.run();
console.log(`listening on ${port}`);
