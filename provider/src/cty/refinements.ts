import { Decoder, Encoder } from '@msgpack/msgpack';
import { BigNumber, formatNumber, fromDouble, parseDecimal } from './big-number.ts';
import type { CtyType } from './cty-type.ts';
import type { NumberBound, Refinements } from './unknown.ts';

/** The keys of the map that describes an unknown value. */
const NULLNESS = 1;
const STRING_PREFIX = 2;
const NUMBER_MIN = 3;
const NUMBER_MAX = 4;
const LENGTH_MIN = 5;
const LENGTH_MAX = 6;

/** Terraform reads at most 1024 bytes of refinements; a prefix of this size always fits. */
const STRING_PREFIX_LENGTH_MAX = 128;

/** Keeps of the refinements only what makes sense for a type: others would be an error. */
export function refinementsFor(type: CtyType, refinements: Refinements): Refinements {
  if (type === 'dynamic') return {};
  const { nullness, stringPrefix, numberMin, numberMax, lengthMin, lengthMax } = refinements;
  const isCollection = typeof type !== 'string' && ['list', 'set', 'map'].includes(type[0]);
  return {
    ...(nullness === 'not-null' && { nullness }),
    ...(type === 'string' && stringPrefix && { stringPrefix }),
    ...(type === 'number' && numberMin && { numberMin }),
    ...(type === 'number' && numberMax && { numberMax }),
    ...(isCollection && lengthMin !== undefined && { lengthMin }),
    ...(isCollection && lengthMax !== undefined && { lengthMax }),
  };
}

/** Writes refinements. The map has integer keys, which the library cannot write: done by hand. */
export function encodeRefinements(refinements: Refinements): Uint8Array {
  const { nullness, stringPrefix, numberMin, numberMax, lengthMin, lengthMax } = refinements;
  const entries: (readonly [number, unknown])[] = [];
  if (nullness !== undefined) entries.push([NULLNESS, nullness === 'null']);
  if (stringPrefix !== undefined) {
    entries.push([STRING_PREFIX, stringPrefix.slice(0, STRING_PREFIX_LENGTH_MAX)]);
  }
  if (numberMin !== undefined) entries.push([NUMBER_MIN, boundToWire(numberMin)]);
  if (numberMax !== undefined) entries.push([NUMBER_MAX, boundToWire(numberMax)]);
  if (lengthMin !== undefined) entries.push([LENGTH_MIN, lengthMin]);
  if (lengthMax !== undefined) entries.push([LENGTH_MAX, lengthMax]);
  const encoder = new Encoder();
  const parts = entries.flatMap(([key, value]) => [Uint8Array.of(key), encoder.encode(value)]);
  const fixmapHeader = 0x80 | entries.length;
  return Buffer.concat([Uint8Array.of(fixmapHeader), ...parts]);
}

function boundToWire({ text, inclusive }: NumberBound): readonly unknown[] {
  const value = parseDecimal(text);
  return [Number.isSafeInteger(value) ? value : text, inclusive];
}

/** Reads refinements; unknown keys are left out, as newer versions may add some. */
export function decodeRefinements(bytes: Uint8Array): Refinements {
  const decoder = new Decoder({ useBigInt64: true, mapKeyConverter: (key) => String(key) });
  const wire = decoder.decode(bytes);
  if (typeof wire !== 'object' || wire === null) return {};
  const entries = new Map(Object.entries(wire).map(([key, value]) => [Number(key), value]));
  const nullness: unknown = entries.get(NULLNESS);
  const prefix: unknown = entries.get(STRING_PREFIX);
  const numberMin = boundFromWire(entries.get(NUMBER_MIN));
  const numberMax = boundFromWire(entries.get(NUMBER_MAX));
  const lengthMin: unknown = entries.get(LENGTH_MIN);
  const lengthMax: unknown = entries.get(LENGTH_MAX);
  return {
    ...(typeof nullness === 'boolean' && { nullness: nullness ? 'null' : 'not-null' }),
    ...(typeof prefix === 'string' && { stringPrefix: prefix }),
    ...(numberMin && { numberMin }),
    ...(numberMax && { numberMax }),
    ...(isLength(lengthMin) && { lengthMin: Number(lengthMin) }),
    ...(isLength(lengthMax) && { lengthMax: Number(lengthMax) }),
  };
}

function isLength(wire: unknown): wire is number | bigint {
  return (typeof wire === 'number' || typeof wire === 'bigint') && wire >= 0;
}

function boundFromWire(wire: unknown): NumberBound | undefined {
  if (!Array.isArray(wire)) return undefined;
  const [number, inclusive]: readonly unknown[] = wire;
  if (typeof inclusive !== 'boolean') return undefined;
  const text = boundText(number);
  return text === undefined ? undefined : { text, inclusive };
}

function boundText(number: unknown): string | undefined {
  if (typeof number === 'bigint') return number.toString();
  if (typeof number === 'number' && Number.isFinite(number))
    return formatNumber(fromDouble(number));
  const parsed = typeof number === 'string' ? parseDecimal(number) : undefined;
  if (parsed === undefined) return undefined;
  return parsed instanceof BigNumber ? parsed.text : String(parsed);
}
