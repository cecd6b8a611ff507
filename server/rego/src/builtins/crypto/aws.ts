// providers.aws.sign_req: signs a request with AWS Signature Version 4, as OPA does. The signature
// follows from the operands alone; nothing is sent.

import { createHash, createHmac } from 'node:crypto';
import {
  isArray,
  isObject,
  isSet,
  makeObject,
  type RegoObject,
  type RegoValue,
} from '../../values/rego-value.ts';
import { asBigInt, asPairs, BuiltinFailure, type HostBuiltins } from '../host/host-builtin.ts';
import { marshalJson } from '../json/json-text.ts';

const REQUEST_KEYS = ['method', 'url'];
const CONFIG_KEYS = ['aws_access_key', 'aws_region', 'aws_secret_access_key', 'aws_service'];
/** Proxies change these headers, so they are not signed. */
const UNSIGNED = ['authorization', 'user-agent', 'x-amzn-trace-id'];

function failType(message: string): never {
  throw new BuiltinFailure(message, 'eval_type_error');
}

function memberOf(object: RegoValue, key: string): RegoValue | undefined {
  return asPairs(object).find(([name]) => name === key)?.[1];
}

function checkStrings(object: RegoValue, keys: readonly string[], what: string): void {
  const quote = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
  const missing = keys.filter((key) => memberOf(object, key) === undefined);
  if (missing.length > 0) failType(`${what} parameters(s) are missing: {${quote(missing)}}`);
  const invalid = keys.filter((key) => typeof memberOf(object, key) !== 'string');
  if (invalid.length > 0) failType(`${what} parameters(s) are not strings: {${quote(invalid)}}`);
}

function textOf(object: RegoValue, key: string): string {
  const value = memberOf(object, key);
  return typeof value === 'string' ? value : '';
}

function readUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    return failType(`operand 1: ${JSON.stringify(text)} is not a URL`);
  }
}

function readMoment(value: RegoValue): Date {
  const date = new Date(Number(asBigInt(value) / 1_000_000n));
  const isUsable = asBigInt(value) >= 0n && !Number.isNaN(date.getTime());
  return isUsable ? date : failType('operand 3 cannot be a time in nanoseconds since 1970');
}

function digest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

function headerText(value: RegoValue): string {
  const items = isArray(value) ? value : isSet(value) ? value.items : [value];
  return items.map((item) => (typeof item === 'string' ? item : marshalJson(item))).join(',');
}

function bodyOf(request: RegoValue): string {
  const raw = memberOf(request, 'raw_body');
  if (typeof raw === 'string') return raw;
  const body = memberOf(request, 'body');
  return body === undefined ? '' : marshalJson(body);
}

// The path and the query as the request has them: a path that is not there stays empty.
function pathAndQuery(text: string): readonly [string, string] {
  const parts = /^[^:]+:\/\/[^/?#]*([^?#]*)(?:\?([^#]*))?/.exec(text);
  return [parts?.[1] ?? '', parts?.[2] ?? ''];
}

function signRequest(request: RegoObject, config: RegoValue, time: RegoValue): RegoValue {
  const url = readUrl(textOf(request, 'url'));
  const moment = readMoment(time)
    .toISOString()
    .replace(/[-:]|\.\d+/g, '');
  const bodyDigest = digest(bodyOf(request));
  const [service, region] = [textOf(config, 'aws_service'), textOf(config, 'aws_region')];
  const sessionToken = textOf(config, 'aws_session_token');
  const own: [string, string][] = [
    ['host', url.host],
    ['x-amz-date', moment],
  ];
  if (service === 's3' || service === 'glacier') own.push(['x-amz-content-sha256', bodyDigest]);
  if (sessionToken !== '') own.push(['x-amz-security-token', sessionToken]);
  const given = memberOf(request, 'headers');
  const headers = given !== undefined && isObject(given) ? given.pairs : [];
  const signed = new Map(own);
  for (const [name, value] of headers) {
    const key = String(name).toLowerCase();
    if (!UNSIGNED.includes(key)) signed.set(key, headerText(value));
  }
  const names = [...signed.keys()].sort();
  const canonical = [
    textOf(request, 'method'),
    ...pathAndQuery(textOf(request, 'url')),
    ...names.map((name) => `${name}:${signed.get(name)?.trim()}`),
    '',
    names.join(';'),
    bodyDigest,
  ].join('\n');
  const day = moment.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', moment, scope, digest(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(
    hmac,
    `AWS4${textOf(config, 'aws_secret_access_key')}`,
  );
  const authorization = [
    `AWS4-HMAC-SHA256 Credential=${textOf(config, 'aws_access_key')}/${scope}`,
    `SignedHeaders=${names.join(';')}`,
    `Signature=${hmac(key, text).toString('hex')}`,
  ].join(',');
  const all = makeObject([...headers, ...own, ['Authorization', authorization]]);
  return makeObject([...request.pairs, ['headers', all]]);
}

/** The builtins for the interfaces of cloud providers. */
export const AWS_BUILTINS: HostBuiltins = {
  'providers.aws.sign_req': ([request = null, config = null, time = null]) => {
    checkStrings(request, REQUEST_KEYS, 'operand 1: request');
    checkStrings(config, CONFIG_KEYS, 'operand 2: AWS');
    return isObject(request) ? signRequest(request, config, time) : undefined;
  },
};
