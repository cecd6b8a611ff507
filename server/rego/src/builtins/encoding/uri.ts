// URIs in their parts (RFC 3986), with what Go's net/url accepts: OPA's builtins are made of it.

import { makeObject, type RegoValue } from '../../values/rego-value.ts';
import { asString, fail, type HostBuiltins } from '../host/host-builtin.ts';

type Uri = {
  readonly scheme: string;
  readonly hostname: string;
  readonly port: string;
  readonly path: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly fragment: string;
};

/** Letters that stand for themselves in a host; what else is ASCII is no part of one. */
const HOST_LETTER = /^[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]$/;
/** Characters that a path may contain unescaped. */
const PATH_LETTER = /^[A-Za-z0-9\-_.~$&+,/:;=@]$/;
const USER_INFO = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
const PORT = /^(?::\d*)?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these make a URI invalid.
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Takes a URI apart; fails where it is none. */
function parseUri(text: string): Uri {
  if (CONTROL.test(text)) return fail('a URI has no control characters');
  const [beforeFragment = '', fragment = ''] = cut(text, '#');
  const { scheme, rest: afterScheme } = splitScheme(beforeFragment);
  const [rest = '', rawQuery = ''] = cut(afterScheme, '?');
  const named = { scheme, rawQuery, fragment: unescapeText(fragment) };
  const none = { hostname: '', port: '', path: '', rawPath: '' };
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...none, ...named };
    if (rest.split('/')[0]?.includes(':')) return fail('its first segment has a colon');
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'));
  const [, authority = '', rawPath = ''] = hasAuthority
    ? (/^\/\/([^/]*)(.*)$/s.exec(rest) ?? [])
    : ['', '', rest];
  const path = unescapeText(rawPath);
  // The raw form is only remembered where it is not the usual one.
  const isUsual = escapePath(path) === rawPath;
  return { ...named, ...parseAuthority(authority), path, rawPath: isUsual ? path : rawPath };
}

function cut(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function splitScheme(text: string): { readonly scheme: string; readonly rest: string } {
  if (text.startsWith(':')) return fail('its scheme is missing');
  const [whole = '', scheme = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text) ?? [];
  return { scheme: scheme.toLowerCase(), rest: text.slice(whole.length) };
}

function parseAuthority(authority: string): Pick<Uri, 'hostname' | 'port'> {
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? '' : authority.slice(0, at);
  if (!USER_INFO.test(user)) return fail('its user is not valid');
  unescapeText(user);
  const host = parseHost(authority.slice(at + 1));
  const colon = host.lastIndexOf(':');
  const hasPort = colon >= 0 && PORT.test(host.slice(colon));
  const bare = hasPort ? host.slice(0, colon) : host;
  const isBracketed = bare.startsWith('[') && bare.endsWith(']');
  return {
    hostname: isBracketed ? bare.slice(1, -1) : bare,
    port: hasPort ? host.slice(colon + 1) : '',
  };
}

function parseHost(host: string): string {
  const open = host.lastIndexOf('[');
  if (open > 0) return fail('its host is not valid');
  if (open < 0) {
    const colon = host.lastIndexOf(':');
    if (colon >= 0 && !PORT.test(host.slice(colon))) return fail('its port is not a number');
    return unescapeHost(host);
  }
  const end = host.lastIndexOf(']');
  if (end < 0) return fail('its host lacks "]"');
  if (!PORT.test(host.slice(end + 1))) return fail('its port is not a number');
  const [address = '', zone] = host.slice(1, end).split(/%25(.*)/s);
  if (!isIpv6(unescapeHost(address)) || zone === '') return fail('its address is not one of IPv6');
  const inZone = zone === undefined ? '' : `%${unescapeText(zone)}`;
  return `[${unescapeHost(address)}${inZone}]${host.slice(end + 1)}`;
}

/** Addresses that end with one of IPv4 included. */
function isIpv6(text: string): boolean {
  const tail = /(?:^|:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text)?.[1];
  if (tail?.split('.').some((part) => Number(part) > 255 || /^0\d/.test(part))) return false;
  const plain = tail === undefined ? text : `${text.slice(0, -tail.length)}0:0`;
  const [left = '', right, ...more] = plain.split('::');
  if (more.length > 0) return false;
  const groups = [left, right ?? ''].flatMap((part) => (part === '' ? [] : part.split(':')));
  if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  return right === undefined ? groups.length === 8 : groups.length < 8;
}

function unescapeHost(host: string): string {
  for (const [byte] of host.matchAll(/%(?:[0-9A-Fa-f]{2})?/g)) {
    // Only bytes that are not ASCII are escaped in a host.
    if (byte !== '%25' && !/^%[89A-Fa-f]/.test(byte)) return fail('its host has an escape');
  }
  const bare = host.replace(/%[0-9A-Fa-f]{2}/g, '');
  for (const letter of bare) {
    if (letter < '\u0080' && !HOST_LETTER.test(letter)) return fail('its host is not valid');
  }
  return unescapeText(host);
}

/** Without its escapes, which are bytes of UTF-8. */
function unescapeText(text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return fail('a "%" is not followed by two digits');
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

function escapePath(path: string): string {
  return [...path]
    .map((letter) => (PATH_LETTER.test(letter) ? letter : escapeLetter(letter)))
    .join('');
}

function escapeLetter(letter: string): string {
  return Buffer.from(letter, 'utf8').toString('hex').toUpperCase().replace(/../g, '%$&');
}

/** The names of the parts in the object that `uri.parse` makes. */
const NAMES = [
  ['scheme', 'scheme'],
  ['hostname', 'hostname'],
  ['port', 'port'],
  ['path', 'path'],
  ['raw_path', 'rawPath'],
  ['raw_query', 'rawQuery'],
  ['fragment', 'fragment'],
] as const;

function toObject(uri: Uri): RegoValue {
  const pairs = NAMES.map(([name, part]) => [name, uri[part]] as const);
  return makeObject(pairs.filter(([, value]) => value !== ''));
}

function isUri(text: RegoValue | undefined): boolean {
  // The empty text is a URI, but one that policies hardly mean.
  if (typeof text !== 'string' || text === '') return false;
  try {
    parseUri(text);
    return true;
  } catch {
    return false;
  }
}

/** The builtins over URIs. */
export const URI_BUILTINS: HostBuiltins = {
  'uri.parse': ([text]) => toObject(parseUri(asString(text))),
  'uri.is_valid': ([text]) => isUri(text),
};
