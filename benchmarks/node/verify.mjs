import { CognitoJwtVerifier } from "aws-jwt-verify";
import { createLocalJWKSet, jwtVerify } from "jose";

export function prepare({ token, jwks, pool, client, issuer }) {
  const verifier = CognitoJwtVerifier.create({ userPoolId: pool, tokenUse: "id", clientId: client });
  verifier.cacheJwks(jwks);
  const keys = createLocalJWKSet(jwks);
  return {
    "aws-jwt-verify": () => verifier.verifySync(token).email,
    jose: async () => (await jwtVerify(token, keys, { issuer, audience: client })).payload.email,
  };
}
