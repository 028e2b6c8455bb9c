import { createPasswordHash, createSrpSession, signSrpSession } from "cognito-srp-helper";
import { given, measure } from "./measure.mjs";

const challenge = {
  ChallengeParameters: { SALT: given.salt, SECRET_BLOCK: "c2VjcmV0", SRP_B: given.srp_b, USER_ID_FOR_SRP: "ada" },
};

await measure(
  {
    "cognito-srp-helper": () => {
      const hash = createPasswordHash("ada", "Correct-Horse-7!", "us-east-1_Benchmark");
      const session = createSrpSession("ada", hash, "us-east-1_Benchmark");
      return typeof signSrpSession(session, challenge).passwordSignature;
    },
  },
  "string",
  0.1,
);
