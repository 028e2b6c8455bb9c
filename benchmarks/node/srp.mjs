// The arithmetic of one sign-in: the public key, the signature for the server's, and the time stamp that it is for.

import { createHmac } from "node:crypto";
import identity from "amazon-cognito-identity-js";
import { createPasswordHash, createSrpSession, signSrpSession } from "cognito-srp-helper";

const { AuthenticationHelper, DateHelper } = identity;

export function prepare({ pool, user, password, salt, srp_b: srpB, secret_block: secretBlock }) {
  const challenge = {
    ChallengeParameters: { SALT: salt, SECRET_BLOCK: secretBlock, SRP_B: srpB, USER_ID_FOR_SRP: user },
  };
  const group = pool.split("_")[1];
  // Numbers of the library's own, which it does not export.
  const sample = new AuthenticationHelper(group);
  const Integer = sample.N.constructor;

  return {
    "cognito-srp-helper": () => {
      const hash = createPasswordHash(user, password, pool);
      const session = signSrpSession(createSrpSession(user, hash, pool), challenge);
      return [session.largeA, session.passwordSignature, session.timestamp];
    },
    "amazon-cognito-identity-js": () => {
      const helper = new AuthenticationHelper(group);
      let publicKey;
      let sessionKey;
      const given = (take) => (error, value) => {
        if (error) throw error;
        take(value);
      };
      helper.getLargeAValue(given((value) => (publicKey = value.toString(16))));
      helper.getPasswordAuthenticationKey(
        user, password, new Integer(srpB, 16), new Integer(salt, 16), given((value) => (sessionKey = value)),
      );
      // The last step stands in the middle of its CognitoUser: here with Node's own HMAC, which is quicker than its.
      const timestamp = new DateHelper().getNowString();
      const mac = createHmac("sha256", Buffer.from(sessionKey));
      mac.update(group).update(user).update(Buffer.from(secretBlock, "base64")).update(timestamp);
      return [publicKey, mac.digest("base64"), timestamp];
    },
  };
}
