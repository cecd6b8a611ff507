import { AUTONOMOUS_KINDS, CauseKind, type DriftCause } from '@novacron/contract/drift/drift';
import { equalJson } from '@novacron/contract/json';
import type { ResourceChange } from '../model/drift.ts';
import { hasDrifted, type Leaf } from './leaf-values.ts';

/** Limit of causes; the audit log has the full history. */
export const CAUSES_MAX = 10;

/**
 * Finds the causes of a drift.
 * @param drifted - the leaves that differ
 * @param changes - what the audit log says since the apply, in any order
 * @returns the changes that touched one of the leaves, latest first, one a request, at most {@link
 *   CAUSES_MAX}; refused changes and those of other fields explain nothing
 */
export function findCauses(
  drifted: readonly Leaf[],
  changes: readonly ResourceChange[],
): DriftCause[] {
  const byRequest = new Map<string, DriftCause>();
  for (const change of latestFirst(changes)) {
    if (byRequest.size === CAUSES_MAX) break;
    if (byRequest.has(change.request_id)) continue;
    if (!drifted.some((leaf) => touches(change, leaf))) continue;
    byRequest.set(change.request_id, causeOf(change));
  }
  return [...byRequest.values()];
}

/** Returns the cause of a change: who made it, with which program and when. */
export function causeOf(change: Omit<ResourceChange, 'changes' | 'outcome'>): DriftCause {
  const { principal, client, request_id, at } = change;
  return { principal, kind: kindOf(change), client, request_id, at };
}

/**
 * Splits drifted leaves into those changed by an actor, and those whose current value NovaCron has
 * set itself, within policy.
 */
export function splitByActor(
  leaves: readonly Leaf[],
  changes: readonly ResourceChange[],
): { readonly drifted: readonly Leaf[]; readonly explained: readonly Leaf[] } {
  const drifted = leaves.filter(hasDrifted);
  const autonomous = changes.filter((change) => isAutonomous(kindOf(change)));
  if (autonomous.length === 0) return { drifted, explained: [] };
  const sorted = latestFirst(changes);
  const isExplained = (leaf: Leaf): boolean => {
    const latest = sorted.find((change) => touches(change, leaf));
    if (latest === undefined || !isAutonomous(kindOf(latest))) return false;
    return equalJson(readChange(latest, leaf)?.is ?? null, leaf.is);
  };
  return {
    drifted: drifted.filter((leaf) => !isExplained(leaf)),
    explained: drifted.filter(isExplained),
  };
}

/** Returns the actor kind of an entry; `unknown` for one that a later release has added. */
function kindOf({ principal_kind: kind }: Pick<ResourceChange, 'principal_kind'>): CauseKind {
  return CauseKind.safeParse(kind).data ?? 'unknown';
}

function isAutonomous(kind: CauseKind): boolean {
  return AUTONOMOUS_KINDS.some((each) => each === kind);
}

/**
 * Timestamps of the log all have the same form (UTC, milliseconds), so text order is time order.
 */
function latestFirst(changes: readonly ResourceChange[]): readonly ResourceChange[] {
  return changes
    .filter(({ outcome }) => outcome === 'done')
    .sort((left, right) => compareText(right.at, left.at));
}

/** Whether a change altered a leaf; the log may name the leaf itself or its whole field. */
function touches(change: ResourceChange, leaf: Leaf): boolean {
  const read = readChange(change, leaf);
  return (
    read !== undefined && (change.changes[leaf.path] === read || !equalJson(read.was, read.is))
  );
}

function readChange({ changes }: ResourceChange, { path, field, pick }: Leaf) {
  if (Object.hasOwn(changes, path)) return changes[path];
  const change = Object.hasOwn(changes, field) ? changes[field] : undefined;
  return change === undefined ? undefined : { was: pick(change.was), is: pick(change.is) };
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
