import { decodeJwt } from "jose";

export const prepare = ({ token }) => ({ jose: () => decodeJwt(token).email });
