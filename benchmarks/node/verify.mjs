import { CognitoJwtVerifier } from "aws-jwt-verify";
import { createLocalJWKSet, jwtVerify } from "jose";
import { given, measure } from "./measure.mjs";

const jwks = JSON.parse(given.jwks);
const verifier = CognitoJwtVerifier.create({ userPoolId: given.pool, tokenUse: "id", clientId: given.client });
verifier.cacheJwks(jwks);
const keys = createLocalJWKSet(jwks);

await measure(
  {
    "aws-jwt-verify": () => verifier.verifySync(given.token).email,
    jose: async () => (await jwtVerify(given.token, keys, { issuer: given.issuer, audience: given.client })).payload.email,
  },
  "ada@example.org",
);
