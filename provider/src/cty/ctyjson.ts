import { parse } from 'lossless-json';
import { BigNumber, formatNumber, parseDecimal } from './big-number.ts';
import { CtyError } from './cty-error.ts';
import { type CtyPrimitive, type CtyType, itemType, memberType, parseCtyType } from './cty-type.ts';
import { mapItems, mapRecord, toKey } from './map-values.ts';
import type { Path } from './path.ts';
import { isUnknown } from './unknown.ts';
import { Dynamic, isValueRecord, type Value } from './value.ts';

/**
 * The form of values in state files. Its rules differ from the MessagePack form: a dynamic value
 * is `{ "type", "value" }`, and nothing can be unknown.
 */

/**
 * Matches numbers that a double may not represent exactly as written: at least sixteen characters,
 * an exponent, or a negative zero. A match inside a string only costs time.
 */
const RISKY_NUMBER = /(?:^|[:,[])\s*(?:-?[\d.]{16}|-?[\d.]+[eE]|-0)/;

/**
 * Reads JSON without losing digits of numbers. What has no number at risk is left to the engine's
 * own parser, which is ten times as fast.
 * @throws CtyError when it is not JSON
 */
export function parseJsonLossless(text: string): Value {
  try {
    if (!RISKY_NUMBER.test(text)) return JSON.parse(text);
    // The parser is typed as unknown; it returns JSON, with numbers as they were just read.
    return parse(text, null, (digits) => parseDecimal(digits) ?? null) as Value;
  } catch (error) {
    throw new CtyError([], 'the stored value is not well-formed JSON', { cause: error });
  }
}

/**
 * Gives parsed JSON its type. Tolerant to what schemas gain and lose over time: attributes that
 * the type does not have are dropped, those that the JSON does not have are null.
 * @throws CtyError at the first place that does not fit
 */
export function decodeCtyJson(type: CtyType, json: Value): Value {
  if (json === null || json === undefined) return null;
  if (typeof type === 'string') return primitiveFromJson(type, json);
  switch (type[0]) {
    case 'list':
    case 'set':
      if (!Array.isArray(json)) throw misfit(type[0]);
      return mapItems(json, (item: Value) => decodeCtyJson(type[1], item));
    case 'tuple':
      if (!Array.isArray(json) || json.length !== type[1].length) throw misfit('tuple');
      return mapItems(type[1], (element, i) => decodeCtyJson(element, json[i]));
    case 'map':
      if (!isValueRecord(json)) throw misfit('map');
      return mapRecord(json, (item) => decodeCtyJson(type[1], item), toKey);
    case 'object':
      if (!isValueRecord(json)) throw misfit('object');
      return mapRecord(type[1], (field, name) =>
        decodeCtyJson(field, Object.hasOwn(json, name) ? (json[name] ?? null) : null),
      );
  }
}

function primitiveFromJson(type: CtyPrimitive, json: Value): Value {
  switch (type) {
    case 'string':
      if (typeof json === 'string') return json;
      break;
    case 'bool':
      if (typeof json === 'boolean') return json;
      break;
    case 'number': {
      if (typeof json === 'number' || json instanceof BigNumber) return json;
      const number = typeof json === 'string' ? parseDecimal(json) : undefined;
      if (number !== undefined) return number;
      break;
    }
    case 'dynamic': {
      const inner = isValueRecord(json) ? parseCtyType(json.type) : undefined;
      if (inner === undefined || inner === 'dynamic' || !isValueRecord(json)) break;
      const value = decodeCtyJson(inner, json.value ?? null);
      return value === null ? null : new Dynamic(inner, value);
    }
  }
  throw misfit(type);
}

function misfit(type: string): CtyError {
  return new CtyError([], `a value of type ${type} was expected`);
}

/**
 * Writes a value as JSON text, every number with all its digits.
 * @throws CtyError where a value is unknown: state cannot say so
 */
export function encodeCtyJson(type: CtyType, value: Value, path: Path = []): string {
  if (value === null) return 'null';
  if (isUnknown(value)) throw new CtyError(path, 'an unknown value cannot be stored');
  if (value instanceof Dynamic) {
    const inner = encodeCtyJson(value.type, value.value, path);
    return `{"type":${JSON.stringify(value.type)},"value":${inner}}`;
  }
  if (typeof value === 'number' || value instanceof BigNumber) return formatNumber(value);
  if (typeof value !== 'object' || typeof type === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = value.map((item: Value, index) =>
      encodeCtyJson(itemType(type, index), item, [...path, index]),
    );
    return `[${items.join(',')}]`;
  }
  const members = Object.entries(value).map(([name, item]: [string, Value]) => {
    const text = encodeCtyJson(memberType(type, name), item, [...path, name]);
    return `${JSON.stringify(name)}:${text}`;
  });
  return `{${members.join(',')}}`;
}
