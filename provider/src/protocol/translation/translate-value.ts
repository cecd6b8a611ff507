import { CtyError } from '../../cty/cty-error.ts';
import type { CtyType } from '../../cty/cty-type.ts';
import { decodeCtyJson, parseJsonLossless } from '../../cty/ctyjson.ts';
import { decodeMsgpack } from '../../cty/decode-msgpack.ts';
import { encodeMsgpack } from '../../cty/encode-msgpack.ts';
import { isValueRecord, type Value, type ValueRecord } from '../../cty/value.ts';
import type { DynamicValue, RawState } from '../../gen/tfplugin6.ts';

/**
 * Reads a value of the protocol.
 * @throws CtyError when it does not fit the type
 */
export function valueFromWire(type: CtyType, wire: DynamicValue | undefined): Value {
  if (wire === undefined) return null;
  if (wire.msgpack.length > 0) return decodeMsgpack(type, wire.msgpack);
  if (wire.json.length > 0) return decodeCtyJson(type, parseJsonLossless(textOf(wire.json)));
  return null;
}

/** MessagePack's null. */
const NIL = 0xc0;

/** Whether a value of the protocol is null, without decoding it. */
export function isNullWire(wire: DynamicValue | undefined): boolean {
  if (wire === undefined) return true;
  if (wire.msgpack.length > 0) return wire.msgpack.length === 1 && wire.msgpack[0] === NIL;
  return wire.json.length === 0 || textOf(wire.json).trim() === 'null';
}

/** Reads an object of the protocol; null where there is none. */
export function objectFromWire(type: CtyType, wire: DynamicValue | undefined): ValueRecord | null {
  const value = valueFromWire(type, wire);
  if (value === null || isValueRecord(value)) return value;
  throw new CtyError([], 'an object was expected');
}

/** Writes a value of the protocol. */
export function valueToWire(type: CtyType, value: Value): DynamicValue {
  return { msgpack: encodeMsgpack(type, value), json: NOTHING };
}

const NOTHING = Buffer.alloc(0);

/**
 * Reads stored state of whatever version as plain JSON.
 * @throws CtyError when it is from before Terraform 0.12 or no JSON object
 */
export function rawStateFromWire(raw: RawState | undefined): ValueRecord {
  if (raw === undefined || raw.json.length === 0) {
    throw new CtyError([], 'the state has the format of Terraform before 0.12');
  }
  const json = parseJsonLossless(textOf(raw.json));
  if (!isValueRecord(json)) throw new CtyError([], 'the stored state is not an object');
  return json;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
