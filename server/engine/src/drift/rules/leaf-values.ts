/** Leaves: the smallest parts of a resource that drift one by one. */

import { canonicalJson, equalJson, type Json, type JsonObject } from '@novacron/contract/json';
import type { Field, FieldTable } from '@novacron/contract/schema/field';
import type { FieldValues } from '../model/drift.ts';

/** One leaf on both sides; null where it is absent. */
export interface Leaf {
  /** `memory_gb`, `metadata.tier`, `dns_servers[0]`; of a set, the place among all its elements. */
  readonly path: string;
  readonly row: Field;
  readonly field: string;
  /** Finds the leaf in another value of its field. */
  readonly pick: (value: unknown) => Json;
  /** Whether the apply set it; `default`: it did not, or is older than the field. */
  readonly basis: 'given' | 'default';
  readonly was: Json;
  readonly is: Json;
}

/** Deeper values are compared as a whole: longer paths would be unreadable. */
const DEPTH_MAX = 16;

/**
 * Pairs the leaves of the baseline with those of the observed values, in the table's order and,
 * within a map, by key. Fields that a deployment cannot own and unknown fields are left out.
 */
export function pairLeaves(
  table: FieldTable,
  values: { readonly applied: FieldValues; readonly current: FieldValues },
): readonly Leaf[] {
  return Object.entries(table)
    .filter(([, row]) => canDrift(row))
    .flatMap(([field, row]) => {
      // An absent value is the default, also where the row is older than the field.
      const was = values.applied[field] ?? row.default ?? null;
      const is = values.current[field] ?? row.default ?? null;
      const basis = (values.applied[field] ?? null) === null ? 'default' : 'given';
      const leaf: Leaf = { path: field, row, field, pick: toJson, basis, was, is };
      return splitLeaf(leaf, 0);
    });
}

/**
 * Whether a field belongs to its user and can be read back, by its row: fields that NovaCron writes
 * itself, computes, changes with other resources or never shows are not compared. Lists of what a
 * resource should not have are: their baseline is an empty list.
 */
function canDrift(row: Field): boolean {
  if (row.isUnwanted === true) return true;
  const isReadBack = row.presence !== 'computed' && row.secrecy !== 'write-only';
  return row.owner === 'user' && row.volatility === 'steady' && isReadBack;
}

/** Whether the apply gave a leaf a value. */
export function isApplied({ was, basis }: Leaf): boolean {
  return was !== null && basis === 'given';
}

/** Whether a leaf differs from the baseline; lists have an order, maps and sets have none. */
export function hasDrifted({ was, is }: Leaf): boolean {
  return !equalJson(was, is);
}

/**
 * Splits maps into a leaf per key, lists and sets into one per element: empty and absent are the
 * same.
 */
function splitLeaf(leaf: Leaf, depth: number): readonly Leaf[] {
  const { was, is, row } = leaf;
  if ((was === null && is === null) || depth === DEPTH_MAX) return [leaf];
  if (isSort(was, isMap) && isSort(is, isMap)) return splitMap(leaf, depth);
  if (!isSort(was, Array.isArray) || !isSort(is, Array.isArray)) return [leaf];
  return depth === 0 && row.collection === 'set' ? splitSet(leaf) : splitList(leaf, depth);
}

function isSort(value: Json, isOne: (value: Json) => boolean): boolean {
  return value === null || isOne(value);
}

function splitMap(leaf: Leaf, depth: number): readonly Leaf[] {
  const keys = new Set(
    [leaf.was, leaf.is].flatMap((side) => (isMap(side) ? Object.keys(side) : [])),
  );
  return [...keys].sort().flatMap((key) => {
    const pick = (value: unknown) => valueAt(leaf.pick(value), key);
    return splitLeaf(
      part(leaf, `.${key}`, pick, (side) => valueAt(side, key)),
      depth + 1,
    );
  });
}

function splitList(leaf: Leaf, depth: number): readonly Leaf[] {
  const length = Math.max(elementsOf(leaf.was).length, elementsOf(leaf.is).length);
  return Array.from({ length }, (_, at) => {
    const pick = (value: unknown) => elementsOf(leaf.pick(value))[at] ?? null;
    return splitLeaf(
      part(leaf, `[${at}]`, pick, (side) => elementsOf(side)[at] ?? null),
      depth + 1,
    );
  }).flat();
}

/**
 * Returns the identity of an element: a member that is null in one may be missing in an element
 * written earlier.
 */
function textOf(element: Json): string {
  if (!isMap(element)) return canonicalJson(element);
  return canonicalJson(
    Object.fromEntries(Object.entries(element).filter(([, value]) => value !== null)),
  );
}

function byKey([left]: readonly [string, Json], [right]: readonly [string, Json]): number {
  return left < right ? -1 : 1;
}

/** Pairs the elements of a set: an element is present or absent; it has no position. */
function splitSet(leaf: Leaf): readonly Leaf[] {
  const all = [...elementsOf(leaf.was), ...elementsOf(leaf.is)];
  const byText = new Map(all.map((each) => [textOf(each), each]));
  const [before, after] = [leaf.was, leaf.is].map(
    (side) => new Set(elementsOf(side).map((each) => textOf(each))),
  );
  return [...byText].sort(byKey).map(([text, element], at) => {
    const pick = (value: unknown) =>
      elementsOf(leaf.pick(value)).some((each) => textOf(each) === text) ? element : null;
    const was = before?.has(text) ? element : null;
    return {
      ...leaf,
      path: `${leaf.path}[${at}]`,
      pick,
      was,
      is: after?.has(text) ? element : null,
    };
  });
}

function part(leaf: Leaf, step: string, pick: Leaf['pick'], from: (side: Json) => Json): Leaf {
  const [was, is] = [from(leaf.was), from(leaf.is)];
  return { ...leaf, path: `${leaf.path}${step}`, pick, was, is };
}

function elementsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Returns the value of an own key; `toString` is a label like any other. */
function valueAt(map: unknown, key: string): Json {
  return isMap(map) && Object.hasOwn(map, key) ? (map[key] ?? null) : null;
}

/** Whether a value is a JSON object. */
function isMap(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Returns a field of the audit log; null if it is absent. */
function toJson(value: unknown): Json {
  // The audit log stores fields as JSON.
  return (value ?? null) as Json;
}
