import { decodeJwt } from "jose";
import { given, measure } from "./measure.mjs";

await measure({ jose: () => decodeJwt(given.token).email }, "ada@example.org");
