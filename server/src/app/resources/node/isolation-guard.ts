/**
 * The VMs that a node stops by itself when it is isolated, as its agent has confirmed them with the
 * last heartbeat that was stored, and whether they have stopped.
 */
import {
  type AgentAnnouncement,
  IsolationGuard,
} from '@novacron/contract/agent/agent-announcement';
import type { NodeIsolation } from '@novacron/contract/fleet/node';
import { canonicalJson } from '@novacron/contract/json';
import { Timestamp } from '@novacron/contract/schema/resource';
import { z } from 'zod';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { parseStored } from '../../rows/parse-stored.ts';

/** Content of `guard_json`: what was confirmed, and with which heartbeat. */
export const StoredGuard = IsolationGuard.extend({ incarnation: z.string(), beat: z.int() });
export type StoredGuard = z.infer<typeof StoredGuard>;

/** Content of `lease_fence_json`: the lease of this guard has expired on a node that was lost. */
export const LeaseFence = z.looseObject({
  at: Timestamp,
  guard: StoredGuard,
  seen_ms: z.int().describe('`last_seen_at_ms` of the node then: it was not heard since'),
});
export type LeaseFence = z.infer<typeof LeaseFence>;

/** Reads it; undefined where the node has confirmed nothing, or the row is damaged. */
export function guardOf({
  guard_json: text,
}: Pick<NodeRow, 'guard_json'>): StoredGuard | undefined {
  return text === null ? undefined : StoredGuard.safeParse(parseStored(text)).data;
}

/**
 * Returns the guard state to store with a heartbeat. A heartbeat sent before the stored one changes
 * nothing: by now its node may guard other VMs. A heartbeat that guards nothing is stored as well,
 * so that no earlier one follows it.
 */
export function guardText(said: AgentAnnouncement, known: NodeRow | undefined): string | null {
  const stored = known === undefined ? undefined : guardOf(known);
  const { isolation_guard: guard, incarnation = '', beat = 0 } = said;
  if (stored === undefined && guard === undefined) return null;
  if (stored !== undefined && isEarlier({ incarnation, beat }, stored)) {
    return known?.guard_json ?? null;
  }
  const { lease_ms, vms } = guard ?? { lease_ms: stored?.lease_ms ?? 0, vms: [] };
  return canonicalJson({ incarnation, beat, lease_ms, vms });
}

function isEarlier(
  left: Pick<StoredGuard, 'incarnation' | 'beat'>,
  right: Pick<StoredGuard, 'incarnation' | 'beat'>,
): boolean {
  if (left.incarnation !== right.incarnation) return left.incarnation < right.incarnation;
  return left.beat < right.beat;
}

/** The fence of its VMs by time; undefined where they may run, or it was heard since. */
export function leaseFenceOf(
  row: Pick<NodeRow, 'status' | 'guard_json' | 'lease_fence_json' | 'last_seen_at_ms'>,
): LeaseFence | undefined {
  const { status, lease_fence_json: text, guard_json, last_seen_at_ms } = row;
  if (text === null || status !== 'lost') return undefined;
  const fence = LeaseFence.safeParse(parseStored(text)).data;
  if (fence?.seen_ms !== last_seen_at_ms) return undefined;
  // A heartbeat since then has another guard.
  return canonicalJson({ ...fence.guard }) === guard_json ? fence : undefined;
}

/** Returns the isolation state shown to users; null if the node guards nothing. */
export function isolationOf(row: NodeRow): NodeIsolation | null {
  const guard = guardOf(row);
  if (guard === undefined || guard.vms.length === 0) return null;
  const fence = leaseFenceOf(row);
  return {
    kind: fence === undefined ? 'guards' : 'lease-expired',
    lease_seconds: guard.lease_ms / MS_PER_SECOND,
    vms: guard.vms,
    at: fence?.at ?? null,
  };
}

const MS_PER_SECOND = 1_000;
