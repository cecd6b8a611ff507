// io.jwt.decode_verify: a token's signature, issuer, audience and times in one answer.

import {
  compareValues,
  isArray,
  isNumber,
  makeObject,
  numberFromText,
  type RegoValue,
} from '../../values/rego-value.ts';
import {
  asPairs,
  asString,
  BuiltinFailure,
  fail,
  type HostBuiltins,
  type HostContext,
} from '../host/host-builtin.ts';
import { isEqual, lookUpKey } from '../json/documents.ts';
import { isSigned, parseToken, SIGNATURES, type Token } from './jwt.ts';
import { divideNs } from './jwt-time.ts';

type Constraints = {
  readonly key: string;
  readonly isSecret: boolean;
  readonly algorithm: string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  /** Seconds since 1970. */
  readonly time: RegoValue;
};

const KNOWN: ReadonlySet<string> = new Set(['cert', 'secret', 'alg', 'iss', 'aud', 'time']);
const UNVERIFIED: RegoValue = [false, makeObject([]), makeObject([])];

function readConstraints(value: RegoValue | undefined, context: HostContext): Constraints {
  const given = new Map(asPairs(value).map(([key, each]) => [asString(key), each] as const));
  for (const name of given.keys()) if (!KNOWN.has(name)) fail(`"${name}" is not a constraint`);
  const text = (name: string) => {
    const each = given.get(name);
    return each === undefined ? undefined : asString(each);
  };
  const [cert, secret] = [text('cert'), text('secret')];
  const key = cert ?? secret;
  if (key === undefined || (cert !== undefined && secret !== undefined)) {
    return fail('exactly one of "cert" and "secret" is needed');
  }
  const time = given.get('time') ?? numberFromText(String(context.nowNs()));
  if (!isNumber(time)) throw new BuiltinFailure('the time is not a number');
  return {
    key,
    isSecret: cert === undefined,
    algorithm: text('alg'),
    issuer: text('iss'),
    audience: text('aud'),
    time: divideNs(time),
  };
}

function hasSignature(token: Token, { key, isSecret, algorithm }: Constraints): boolean {
  const named = lookUpKey(token.header, 'alg');
  const name = typeof named === 'string' ? named : '';
  if (algorithm !== undefined && algorithm !== name) return false;
  if (lookUpKey(token.header, 'crit') !== undefined) return false;
  if (!SIGNATURES.has(name) && name !== 'EdDSA') return false;
  return name.startsWith('HS') === isSecret && isSigned(name, token, key);
}

function numberClaim(token: Token, name: string): RegoValue | undefined {
  const claim = lookUpKey(token.payload, name);
  if (claim === undefined || isNumber(claim)) return claim;
  return fail(`the claim "${name}" is not a number`);
}

function hasClaims(token: Token, { issuer, audience, time }: Constraints): boolean {
  const iss = lookUpKey(token.payload, 'iss');
  if (issuer !== undefined && (iss === undefined || !isEqual(iss, issuer))) return false;
  const aud = lookUpKey(token.payload, 'aud');
  if ((aud === undefined) !== (audience === undefined)) return false;
  if (aud !== undefined && audience !== undefined) {
    const all = isArray(aud) ? aud : [aud];
    if (!all.some((each) => isEqual(each, audience))) return false;
  }
  const expires = numberClaim(token, 'exp');
  if (expires !== undefined && compareValues(time, expires) >= 0) return false;
  const begins = numberClaim(token, 'nbf');
  return begins === undefined || compareValues(time, begins) >= 0;
}

/** The builtin that checks all of a token. */
export const JWT_VERIFY_BUILTINS: HostBuiltins = {
  'io.jwt.decode_verify': ([text, constraints], context) => {
    const wanted = readConstraints(constraints, context);
    const token = parseToken(asString(text));
    if (!hasSignature(token, wanted) || !hasClaims(token, wanted)) return UNVERIFIED;
    return [true, token.header, token.payload];
  },
};
