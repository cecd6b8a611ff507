import type { CtyType } from '../../cty/cty-type.ts';
import type { ValueRecord } from '../../cty/value.ts';
import type { DynamicValue } from '../../gen/tfplugin6.ts';
import { objectFromWire } from './translate-value.ts';

/** Terraform processes ten objects at a time by default, and each without interruption. */
const VALUES_KEPT_MAX = 256;

/**
 * Caches the objects that were decoded or encoded last, by their bytes. In a plan Terraform sends
 * each of them again: an answer is the input of the next call, and a validated object is planned.
 */
export interface ValueCache {
  /**
   * Reads an object of the protocol; null where there is none.
   * @throws CtyError when it does not fit the type
   */
  readonly read: (type: CtyType, wire: DynamicValue | undefined) => ValueRecord | null;
  /** Stores an object that is about to be returned. */
  readonly note: (type: CtyType, wire: DynamicValue, value: ValueRecord) => void;
}

/** Creates an empty cache. */
export function createValueCache(): ValueCache {
  const known = new Map<string, { readonly type: CtyType; readonly value: ValueRecord }>();

  function keep(key: string, type: CtyType, value: ValueRecord): void {
    const oldest = known.size < VALUES_KEPT_MAX ? undefined : known.keys().next().value;
    if (oldest !== undefined) known.delete(oldest);
    known.set(key, { type, value });
  }

  return {
    read: (type, wire) => {
      if (wire === undefined || wire.msgpack.length === 0) return objectFromWire(type, wire);
      const key = keyOf(wire);
      const found = known.get(key);
      if (found?.type === type) return found.value;
      const value = objectFromWire(type, wire);
      if (value !== null) keep(key, type, value);
      return value;
    },
    note: (type, wire, value) => keep(keyOf(wire), type, value),
  };
}

/** One character per byte: the fastest conversion to a string. */
function keyOf({ msgpack: { buffer, byteOffset, byteLength } }: DynamicValue): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
