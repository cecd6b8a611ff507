// Builtins that encode and decode: JSON, base64, hexadecimal, URL queries.

import { makeObject, type RegoValue } from '../../values/rego-value.ts';
import {
  asPairs,
  asString,
  asStrings,
  fail,
  type HostBuiltin,
  type HostBuiltins,
} from '../host/host-builtin.ts';
import { indentJson, isJson, marshalJson, parseJson } from '../json/json-text.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decodeBase64(text: string): string {
  const packed = text.replace(/[\r\n]/g, '');
  if (!BASE64.test(packed)) return fail('the text is not base64');
  return Buffer.from(packed, 'base64').toString('utf8');
}

/** Decodes base64 in the alphabet for URLs, padded or not. */
export function decodeBase64Url(text: string): Buffer {
  const bare = text.replace(/=+$/, '');
  if (!/^[A-Za-z0-9_-]*$/.test(bare) || bare.length % 4 === 1) {
    return fail('the text is not base64 for URLs');
  }
  return Buffer.from(bare, 'base64url');
}

/** Encodes bytes in the alphabet for URLs, without padding. */
export function encodeBase64Url(bytes: Buffer | string): string {
  return Buffer.from(bytes).toString('base64url');
}

function padded(text: string): string {
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

function encodeQuery(text: string): string {
  const encoded = encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
  return encoded
    .replace(/%20/g, '+')
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Stands before the digits of an escaped byte; it is not a character of any text. */
const MARK = '\ufffe';
const ESCAPED = new RegExp(`((?:${MARK}[0-9A-Fa-f]{2})+)`);

function decodeQuery(text: string): string {
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/%[0-9A-Fa-f]{2}|%/g, (code) =>
      code === '%' ? fail('a "%" is not followed by two digits') : `${MARK}${code.slice(1)}`,
    );
  const parts = bytes.split(ESCAPED);
  return parts
    .map((part, index) =>
      index % 2 === 0 ? part : Buffer.from(part.replaceAll(MARK, ''), 'hex').toString('utf8'),
    )
    .join('');
}

function encodeQueryObject([object]: readonly RegoValue[]): RegoValue {
  const pairs = asPairs(object).flatMap(([key, value]) => {
    const values = typeof value === 'string' ? [value] : asStrings(value);
    return values.map((each) => `${encodeQuery(asString(key))}=${encodeQuery(each)}`);
  });
  return pairs.join('&');
}

function decodeQueryObject([text]: readonly RegoValue[]): RegoValue {
  const values = new Map<string, string[]>();
  for (const part of asString(text).split('&')) {
    if (part === '') continue;
    const [key = '', ...rest] = part.split('=');
    const name = decodeQuery(key);
    values.set(name, [...(values.get(name) ?? []), decodeQuery(rest.join('='))]);
  }
  return makeObject([...values]);
}

// As soon as a prefix or an indentation is given, or "pretty" is true, each member has a line.
function marshalWithOptions([value, options]: readonly RegoValue[]): RegoValue {
  const given = new Map(asPairs(options).map(([key, each]) => [asString(key), each] as const));
  for (const name of given.keys()) {
    if (!['pretty', 'indent', 'prefix'].includes(name)) fail(`"${name}" is not an option`);
  }
  const prefix = asString(given.get('prefix') ?? '');
  const indent = asString(given.get('indent') ?? '\t');
  const pretty = given.get('pretty') ?? (given.has('prefix') || given.has('indent'));
  if (typeof pretty !== 'boolean') return fail('"pretty" is not a boolean');
  return pretty ? prefix + indentJson(value ?? null, prefix, indent) : marshalJson(value ?? null);
}

const onText = (change: (text: string) => RegoValue): HostBuiltin => {
  return ([text]) => change(asString(text));
};

/** The builtins that encode and decode. */
export const ENCODING_BUILTINS: HostBuiltins = {
  'json.marshal': ([value]) => marshalJson(value ?? null),
  'json.marshal_with_options': marshalWithOptions,
  'json.unmarshal': onText(parseJson),
  'json.is_valid': ([text]) => typeof text === 'string' && isJson(text),
  'base64.encode': onText((text) => Buffer.from(text, 'utf8').toString('base64')),
  'base64.decode': onText(decodeBase64),
  'base64.is_valid': onText((text) => BASE64.test(text.replace(/[\r\n]/g, ''))),
  'base64url.encode': onText((text) => padded(encodeBase64Url(text))),
  'base64url.encode_no_pad': onText((text) => encodeBase64Url(text)),
  'base64url.decode': onText((text) => decodeBase64Url(text).toString('utf8')),
  'hex.encode': onText((text) => Buffer.from(text, 'utf8').toString('hex')),
  'hex.decode': onText((text) =>
    /^([0-9a-fA-F]{2})*$/.test(text)
      ? Buffer.from(text, 'hex').toString('utf8')
      : fail('the text is not hexadecimal'),
  ),
  'urlquery.encode': onText(encodeQuery),
  'urlquery.decode': onText(decodeQuery),
  'urlquery.encode_object': encodeQueryObject,
  'urlquery.decode_object': decodeQueryObject,
};
