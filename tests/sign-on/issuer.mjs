// A real OpenID Connect issuer for the tests: node issuer.mjs PORT KID
// Prints a line when it listens. Clients get JWT access tokens by their credentials; CLAIMS maps a client to extra claims.
import { generateKeyPairSync } from "node:crypto";
import { Provider } from "oidc-provider";

const [port, kid] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const claims = {
  "city-approver": { name: "Trần Văn Bình", agency: "bao-hai-phong", groups: ["haidang-approver", "staff"] },
  "city-auditor": { name: "Lê Thị Cúc", groups: ["haidang-auditor"] },
  "city-stranger": { groups: ["haidang-approver"] },
};
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
const client = (client_id) => ({
  client_id, client_secret: `${client_id}-secret`, grant_types: ["client_credentials"], redirect_uris: [], response_types: [],
});
const provider = new Provider(issuer, {
  clients: Object.keys(claims).map(client),
  jwks: { keys: [key] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => "urn:haidang",
      getResourceServerInfo: (_, resource) => ({
        scope: "read", audience: resource, accessTokenTTL: 600, accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } },
      }),
    },
  },
  extraTokenClaims: (_, token) => claims[token.clientId],
});
provider.listen(Number(port), "127.0.0.1", () => console.log(`listening on ${issuer}`));
