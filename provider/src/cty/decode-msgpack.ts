import { Decoder, ExtData, ExtensionCodec } from '@msgpack/msgpack';
import { type BigNumber, fromDouble, parseDecimal } from './big-number.ts';
import { CtyError } from './cty-error.ts';
import { type CtyPrimitive, type CtyType, parseCtyType } from './cty-type.ts';
import { isRecord } from './is-record.ts';
import { mapItems, mapRecord, PROTOTYPE, setOwn, toKey } from './map-values.ts';
import { readPlainMsgpack } from './read-plain-msgpack.ts';
import { decodeRefinements } from './refinements.ts';
import { isUnknown, UNKNOWN, Unknown } from './unknown.ts';
import { Dynamic, type Value } from './value.ts';

const EXTENSION_UNKNOWN = 0;
const EXTENSION_REFINED = 12;

const extensionCodec = new ExtensionCodec();
// Encoding does not use the library.
const encode = () => null;
extensionCodec.register({ type: EXTENSION_UNKNOWN, encode, decode: () => UNKNOWN });
extensionCodec.register({
  type: EXTENSION_REFINED,
  encode,
  decode: (bytes) => new Unknown(decodeRefinements(bytes)),
});

/** Replaces a key that the library rejects. No string contains it: it is a lone surrogate. */
const PROTOTYPE_STAND_IN = '\ud800';

/** Reads every key of a map. */
const keyDecoder = {
  canBeCached: () => true,
  decode: (bytes: Uint8Array, from: number, length: number) => {
    const key = Buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString('utf8');
    return key === PROTOTYPE ? PROTOTYPE_STAND_IN : key;
  },
};

/**
 * Reads a value of a known type.
 * @throws CtyError if the bytes are not MessagePack or contain a value of another type
 */
export function decodeMsgpack(type: CtyType, bytes: Uint8Array): Value {
  const { buffer, byteOffset, byteLength } = bytes;
  const plain = readPlainMsgpack(type, Buffer.from(buffer, byteOffset, byteLength));
  if (plain !== undefined) return plain;
  let wire: unknown;
  try {
    // One decoder a call: its state would survive an error in the middle of a document.
    wire = new Decoder({ extensionCodec, keyDecoder, useBigInt64: true }).decode(bytes);
  } catch (error) {
    throw new CtyError([], 'the value is not well-formed MessagePack', { cause: error });
  }
  return fromWire(type, wire);
}

function fromWire(type: CtyType, wire: unknown): Value {
  if (wire === null || wire === undefined) return null;
  if (isUnknown(wire)) return wire;
  // The protocol reserves all other extensions: readers take them for plain unknown values.
  if (wire instanceof ExtData) return UNKNOWN;
  if (typeof type === 'string') return primitiveFromWire(type, wire);
  switch (type[0]) {
    case 'list':
    case 'set':
      if (!Array.isArray(wire)) throw misfit(type[0]);
      return mapItems(wire, (item) => fromWire(type[1], item));
    case 'tuple':
      if (!Array.isArray(wire) || wire.length !== type[1].length) throw misfit('tuple');
      return mapItems(type[1], (element, index) => fromWire(element, wire[index]));
    case 'map':
      if (!isRecord(wire)) throw misfit('map');
      return mapRecord(withOwnKeys(wire), (item) => fromWire(type[1], item), toKey);
    case 'object': {
      if (!isRecord(wire)) throw misfit('object');
      const missing = Object.keys(type[1]).find((name) => !Object.hasOwn(wire, name));
      if (missing !== undefined) throw new CtyError([], `"${missing}" is missing`);
      return mapRecord(type[1], (field, name) => fromWire(field, wire[name]));
    }
  }
}

function withOwnKeys(wire: Readonly<Record<string, unknown>>): typeof wire {
  if (!Object.hasOwn(wire, PROTOTYPE_STAND_IN)) return wire;
  const { [PROTOTYPE_STAND_IN]: value, ...members } = wire;
  setOwn(members, PROTOTYPE, value);
  return members;
}

function primitiveFromWire(type: CtyPrimitive, wire: unknown): Value {
  switch (type) {
    case 'string':
      if (typeof wire === 'string') return wire;
      break;
    case 'bool':
      if (typeof wire === 'boolean') return wire;
      break;
    case 'number': {
      const number = numberFromWire(wire);
      if (number !== undefined) return number;
      break;
    }
    case 'dynamic':
      return dynamicFromWire(wire);
  }
  throw misfit(type);
}

function numberFromWire(wire: unknown): number | BigNumber | undefined {
  if (typeof wire === 'number') return Number.isNaN(wire) ? undefined : fromDouble(wire);
  if (typeof wire === 'bigint') return parseDecimal(wire.toString());
  return typeof wire === 'string' ? parseDecimal(wire) : undefined;
}

/** A dynamic value travels as a pair: its type in JSON, then the value itself. */
function dynamicFromWire(wire: unknown): Value {
  const [typeBytes, inner] = Array.isArray(wire) && wire.length === 2 ? wire : [];
  if (!(typeBytes instanceof Uint8Array)) throw misfit('dynamic');
  const type = parseCtyType(parseJson(typeBytes));
  if (type === undefined) throw new CtyError([], 'the type of a dynamic value is malformed');
  if (inner === null) return null;
  // A type that is dynamic again carries no value; anything else would nest without an end.
  if (type === 'dynamic') return UNKNOWN;
  return new Dynamic(type, fromWire(type, inner));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function misfit(type: string): CtyError {
  return new CtyError([], `a value of type ${type} was expected`);
}
