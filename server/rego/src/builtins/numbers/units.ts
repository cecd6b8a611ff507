// Builtins over versions, sizes and identifiers.

import {
  makeObject,
  numberFromText,
  type RegoValue,
  readDecimal,
} from '../../values/rego-value.ts';
import { asString, exceed, fail, type HostBuiltins } from '../host/host-builtin.ts';

const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const NUMBER = '(0|[1-9]\\d*)';
const VERSION = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${IDENTIFIERS}))?(?:\\+${IDENTIFIERS})?$`,
);

type Version = { readonly numbers: readonly bigint[]; readonly pre: readonly string[] };

function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (!match) return undefined;
  const pre = match[4] === undefined ? [] : match[4].split('.');
  return { numbers: match.slice(1, 4).map(BigInt), pre };
}

function compareBig(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareIdentifiers(a: string, b: string): number {
  const aNumeric = /^\d+$/.test(a);
  const bNumeric = /^\d+$/.test(b);
  if (aNumeric && bNumeric) return compareBig(BigInt(a), BigInt(b));
  if (aNumeric !== bNumeric) return aNumeric ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareVersions(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const order = compareBig(number, b.numbers[index] ?? 0n);
    if (order !== 0) return order;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (const [index, identifier] of a.pre.entries()) {
    const other = b.pre[index];
    const order = other === undefined ? 1 : compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return a.pre.length === b.pre.length ? 0 : -1;
}

function asVersion(value: RegoValue | undefined): Version {
  return parseVersion(asString(value)) ?? fail('the text is not a semantic version');
}

const UUID_GROUPS = [8, 4, 4, 4, 12].map((size) => `([0-9a-f]{${size}})`);
const UUID = new RegExp(`^(?:urn:uuid:)?\\{?${UUID_GROUPS.join('-?')}\\}?$`, 'i');
/** Days from the start of the Gregorian calendar to 1970, in units of 100 ns. */
const GREGORIAN_OFFSET = 122192928000000000n;
const VARIANTS: readonly (readonly [number, string])[] = [
  [0b1110, 'Future'],
  [0b1100, 'Microsoft'],
  [0b1000, 'RFC4122'],
  [0, 'Reserved'],
];

function parseUuid([value]: readonly RegoValue[]): RegoValue | undefined {
  const match = UUID.exec(asString(value));
  if (!match) return undefined;
  const hex = match.slice(1).join('').toLowerCase();
  const version = Number.parseInt(hex[12] ?? '0', 16);
  const bits = Number.parseInt(hex[16] ?? '0', 16);
  const variant = VARIANTS.find(([mask]) => (bits & mask) === mask)?.[1] ?? 'Reserved';
  const pairs: (readonly [RegoValue, RegoValue])[] = [
    ['variant', variant],
    ['version', version],
  ];
  if (version === 1 || version === 2) pairs.push(...nodeFields(hex, version));
  return makeObject(pairs);
}

function nodeFields(hex: string, version: number): readonly (readonly [string, RegoValue])[] {
  const node = hex.slice(20).match(/../g) ?? [];
  const first = Number.parseInt(node[0] ?? '0', 16);
  const low = BigInt(`0x${hex.slice(0, 8)}`);
  const stamp =
    (BigInt(`0x${hex.slice(13, 16)}`) << 48n) | (BigInt(`0x${hex.slice(8, 12)}`) << 32n) | low;
  const clock = Number.parseInt(hex.slice(16, 20), 16) & 0x3fff;
  const time = numberFromText(String((stamp - GREGORIAN_OFFSET) * 100n));
  const scope = (first & 2) === 2 ? 'local' : 'global';
  const cast = (first & 1) === 1 ? 'multicast' : 'unicast';
  const common = [
    ['nodeid', node.join('-')],
    ['macvariables', `${scope}:${cast}`],
    ['time', time],
    ['clocksequence', clock],
  ] as const;
  if (version === 1) return common;
  const domains = ['Person', 'Group', 'Org'];
  const domain = Number.parseInt(hex.slice(18, 20), 16);
  return [...common, ['id', Number(low)], ['domain', domains[domain] ?? `Domain${domain}`]];
}

const BINARY = 1024n;
const DECIMAL = 1000n;
const POWERS = ['', 'k', 'm', 'g', 't', 'p', 'e'];

function splitQuantity(value: RegoValue | undefined): readonly [string, string] {
  const text = asString(value).replaceAll('"', '');
  if (text === '') return fail('no amount is given');
  if (text.includes(' ')) return fail('an amount has no blanks');
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(text);
  if (!match) return fail('the text is not an amount such as 10Gi');
  return [match[1] ?? '', match[2] ?? ''];
}

/** Exponents of ten beyond this are refused: the digits would fill the memory. */
const EXPONENT_MAX = 1000;

// The exact product, as decimal text.
function scaled(amount: string, factor: bigint): string {
  const { sign, digits, point } = readDecimal(amount.replace(/^\+/, ''));
  if (sign === 0) return '0';
  if (Math.abs(point) > EXPONENT_MAX) return exceed('an amount is out of all proportion');
  const scale = digits.length - point;
  const product = String(BigInt(digits) * factor);
  const minus = sign < 0 ? '-' : '';
  if (scale <= 0) return minus + product + '0'.repeat(-scale);
  const padded = product.padStart(scale + 1, '0');
  const fraction = padded.slice(-scale).replace(/0+$/, '');
  return minus + padded.slice(0, -scale) + (fraction === '' ? '' : `.${fraction}`);
}

// The amount times a power of ten.
function moved(amount: string, power: number): string {
  const [mantissa, exponent = '0'] = amount.toLowerCase().split('e');
  return `${mantissa}e${Number(exponent) + power}`;
}

function factorOf(unit: string): bigint | undefined {
  const isBinary = /i$/i.test(unit);
  const power = POWERS.indexOf(unit.replace(/i$/i, '').toLowerCase());
  if (power < 0 || (isBinary && power === 0)) return undefined;
  return (isBinary ? BINARY : DECIMAL) ** BigInt(power);
}

function parseUnits([value]: readonly RegoValue[]): RegoValue {
  const [amount, unit] = splitQuantity(value);
  if (unit === 'm') return numberFromText(scaled(moved(amount, -3), 1n));
  const factor = factorOf(unit) ?? fail(`"${unit}" is not a unit`);
  return numberFromText(scaled(amount, factor));
}

function parseBytes([value]: readonly RegoValue[]): RegoValue {
  const [amount, unit] = splitQuantity(value);
  const bare = /^(?:[kmgtpe]i?)?b?$/i.test(unit) ? unit.replace(/b$/i, '') : '?';
  const factor = factorOf(bare) ?? fail(`"${unit}" is not a unit of bytes`);
  return numberFromText(scaled(amount, factor).replace(/\..*$/, ''));
}

/** The builtins over versions, sizes and identifiers. */
export const UNIT_BUILTINS: HostBuiltins = {
  'semver.compare': ([a, b]) => compareVersions(asVersion(a), asVersion(b)),
  'semver.is_valid': ([text]) => typeof text === 'string' && parseVersion(text) !== undefined,
  'uuid.parse': parseUuid,
  'units.parse': parseUnits,
  'units.parse_bytes': parseBytes,
};
