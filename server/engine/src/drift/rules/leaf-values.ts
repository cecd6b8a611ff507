/** Leaves: the smallest parts of a resource that drift one by one. */
import type { Field, FieldTable } from '@novacron/contract/field';
import { equalJson, type Json, type JsonObject } from '@novacron/contract/json';
import type { FieldValues } from '../model.ts';

/** One leaf on both sides; null where it is absent. */
export interface Leaf {
  /** `memory_gb`, or the field and the key of a map: `metadata.tier`. */
  readonly path: string;
  readonly row: Field;
  readonly field: string;
  /** Key within the map; undefined for a field that is no map. */
  readonly key: string | undefined;
  /** Whether the apply gave it; `default`: it was silent, or older than the field. */
  readonly basis: 'given' | 'default';
  readonly was: Json;
  readonly is: Json;
}

/**
 * Pairs the leaves of what was applied with those of what is, in the table's order and, within a
 * map, by key. Fields that a deployment cannot own are left out; unknown fields are too.
 */
export function pairLeaves(
  table: FieldTable,
  values: { readonly applied: FieldValues; readonly current: FieldValues },
): readonly Leaf[] {
  return Object.entries(table)
    .filter(([, row]) => canDrift(row))
    .flatMap(([field, row]) => {
      // What was never said is the default, also where the row is older than the field.
      const was = values.applied[field] ?? row.default ?? null;
      const is = values.current[field] ?? row.default ?? null;
      const basis = (values.applied[field] ?? null) === null ? 'default' : 'given';
      return splitField({ path: field, row, field, key: undefined, basis, was, is });
    });
}

/**
 * Whether a field belongs to its user and can be read back: what NovaCron writes itself, computes
 * or never shows is not compared.
 */
function canDrift(row: Field): boolean {
  return row.owner === 'user' && row.presence !== 'computed' && row.secrecy !== 'write-only';
}

/** Whether a leaf was given a value by the apply. */
export function isApplied({ was, basis }: Leaf): boolean {
  return was !== null && basis === 'given';
}

/** Whether a leaf is no longer what was applied. Lists keep their order, maps have none. */
export function hasDrifted({ was, is }: Leaf): boolean {
  return !equalJson(was, is);
}

/** A map becomes a leaf a key, so that an empty map and none are the same; others stay whole. */
function splitField(leaf: Leaf): readonly Leaf[] {
  const { was, is } = leaf;
  const before = was === null ? {} : was;
  const after = is === null ? {} : is;
  if ((was === null && is === null) || !isMap(before) || !isMap(after)) return [leaf];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.map((key) => ({
    ...leaf,
    path: `${leaf.path}.${key}`,
    key,
    was: valueAt(before, key),
    is: valueAt(after, key),
  }));
}

/** The value of a key of its own; `toString` is a label like any other. */
export function valueAt(map: JsonObject, key: string): Json {
  return Object.hasOwn(map, key) ? (map[key] ?? null) : null;
}

/** Whether a value is a JSON object. */
export function isMap(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
