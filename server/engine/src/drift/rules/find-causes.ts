import type { DriftCause } from '@novacron/contract/drift';
import { equalJson, type Json } from '@novacron/contract/json';
import type { ResourceChange } from '../model.ts';
import { isMap, type Leaf, valueAt } from './leaf-values.ts';

/** Whoever wants to see more of the history reads the audit log. */
export const CAUSES_MAX = 10;

/**
 * Finds out who made the drift.
 * @param drifted - the leaves that differ
 * @param changes - what the audit log says since the apply, in any order
 * @returns the changes that touched one of the leaves, latest first, one a request, at most
 *   {@link CAUSES_MAX}; refused changes and those of other fields explain nothing
 */
export function findCauses(
  drifted: readonly Leaf[],
  changes: readonly ResourceChange[],
): DriftCause[] {
  const latestFirst = changes
    .filter((change) => change.outcome === 'done' && drifted.some((leaf) => touches(change, leaf)))
    // The log's moments all have the same form (UTC, milliseconds), so text order is time order.
    .sort((left, right) => compareText(right.at, left.at));
  const byRequest = new Map<string, DriftCause>();
  for (const { principal, client, request_id, at } of latestFirst) {
    if (!byRequest.has(request_id))
      byRequest.set(request_id, { principal, client, request_id, at });
  }
  return [...byRequest.values()].slice(0, CAUSES_MAX);
}

/** Whether a change altered a leaf; the log may name the leaf itself or its whole field. */
function touches({ changes }: ResourceChange, { path, field, key }: Leaf): boolean {
  if (Object.hasOwn(changes, path)) return true;
  const change = key === undefined ? undefined : changes[field];
  if (change === undefined || key === undefined) return false;
  return !equalJson(keyOf(change.was, key), keyOf(change.is, key));
}

function keyOf(value: unknown, key: string): Json {
  return isMap(value) ? valueAt(value, key) : null;
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
