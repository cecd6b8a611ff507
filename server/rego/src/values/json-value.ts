// How values cross the WebAssembly border as JSON: {"$s":[…]} is a set, {"$o":[[key,value],…]} is
// an object that JSON cannot hold, {"$n":"text"} a number that JavaScript cannot.

import {
  isArray,
  isNumber,
  isSet,
  makeObject,
  makeSet,
  numberFromText,
  numberText,
  type RegoObject,
  type RegoValue,
} from './rego-value.ts';

/** Reads what the runtime sent. */
export function decodeValue(json: unknown): RegoValue {
  if (json === null || typeof json === 'boolean' || typeof json === 'string') return json;
  if (typeof json === 'number') return numberFromText(String(json));
  if (Array.isArray(json)) return json.map(decodeValue);
  if (typeof json !== 'object') return null;
  const entries = Object.entries(json);
  const [first] = entries;
  if (entries.length === 1 && first?.[0].startsWith('$')) return decodeMark(first[0], first[1]);
  return makeObject(entries.map(([key, value]) => [key, decodeValue(value)] as const));
}

function decodeMark(mark: string, payload: unknown): RegoValue {
  if (mark === '$n') return numberFromText(String(payload));
  const items = Array.isArray(payload) ? payload : [];
  if (mark === '$s') return makeSet(items.map(decodeValue));
  return makeObject(
    items.map((pair: unknown) => {
      const [key, value] = Array.isArray(pair) ? pair : [];
      return [decodeValue(key), decodeValue(value)] as const;
    }),
  );
}

/** Writes a value so that the runtime reads back exactly the same. */
export function encodeValue(value: RegoValue): unknown {
  if (isArray(value)) return value.map(encodeValue);
  if (isNumber(value)) return typeof value === 'number' ? value : { $n: value.text };
  if (value === null || typeof value !== 'object') return value;
  if (isSet(value)) return { $s: value.items.map(encodeValue) };
  return encodeObject(value);
}

function encodeObject(object: RegoObject): unknown {
  const isPlain = object.pairs.every(([key]) => typeof key === 'string' && !isSpecialKey(key));
  if (!isPlain) {
    return { $o: object.pairs.map(([key, value]) => [encodeValue(key), encodeValue(value)]) };
  }
  return Object.fromEntries(object.pairs.map(([key, value]) => [key, encodeValue(value)]));
}

function isSpecialKey(key: string): boolean {
  return key.startsWith('$') || key === '__proto__';
}

/** Reads plain JSON, as other compilers' modules send it: sets arrive as arrays. */
export function fromJson(json: unknown): RegoValue {
  if (json === null || typeof json === 'boolean' || typeof json === 'string') return json;
  if (typeof json === 'number') return numberFromText(String(json));
  if (Array.isArray(json)) return json.map(fromJson);
  if (typeof json !== 'object') return null;
  return makeObject(Object.entries(json).map(([key, value]) => [key, fromJson(value)] as const));
}

/** Writes JSON text: sets become arrays, keys that are not strings become their JSON. */
export function toJsonText(value: RegoValue): string {
  if (isArray(value)) return `[${value.map(toJsonText).join(',')}]`;
  if (isNumber(value)) return numberText(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isSet(value)) return `[${value.items.map(toJsonText).join(',')}]`;
  return `{${value.pairs.map(pairText).join(',')}}`;
}

function pairText([key, value]: readonly [RegoValue, RegoValue]): string {
  const name = typeof key === 'string' ? key : toJsonText(key);
  return `${JSON.stringify(name)}:${toJsonText(value)}`;
}
