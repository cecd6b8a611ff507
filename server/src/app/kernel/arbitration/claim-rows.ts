/** Claims of the arbiter as rows. */
import { IntentClass } from '@novacron/contract/healing/intent';
import type { Intent } from '@novacron/engine/automation/arbiter/model/arbiter';
import { z } from 'zod';
import type { ArbiterClaimRow } from '../../../ports/tables/arbiter-claim-row.ts';
import { parseList } from '../../rows/parse-stored.ts';

/** A part of NovaCron asks again in this time, or has given the change up. Unit: ms. */
const GIVEN_UP_MS = 180_000;

/** Whether a change is still intended. */
export function isWaiting({ operation_id, seen_ms }: ArbiterClaimRow, nowMs: number): boolean {
  return operation_id === null && nowMs - seen_ms <= GIVEN_UP_MS;
}

/** The part of NovaCron that stops spot VMs where others need their room. */
export const PREEMPTION = 'preemption';

/** Whether it is of a VM that an operation stops for its own VM. */
export function isVictim({ who }: Pick<ArbiterClaimRow, 'who'>): boolean {
  return who === PREEMPTION;
}

/** The row of an intent; one that begins, unless said. */
export function toClaimRow(
  intent: Intent,
  { tenantId, nowMs }: { readonly tenantId: string; readonly nowMs: number },
): ArbiterClaimRow {
  const { vm, nodes } = intent;
  return {
    id: intent.id,
    tenant_id: tenantId,
    class: intent.class,
    who: intent.who,
    operation: intent.operation,
    target_name: vm?.name ?? nodes[0]?.name ?? '',
    vm_id: vm?.id ?? null,
    group_id: vm?.groupId ?? null,
    zone: vm?.zone ?? null,
    effect: vm?.effect ?? 'none',
    nodes_json: JSON.stringify(nodes),
    priority: intent.priority,
    since_ms: intent.sinceMs,
    seen_ms: nowMs,
    operation_id: null,
    parent_id: intent.parentId,
    holder: null,
    reason: null,
  };
}

const Effect = z.enum(['stops', 'interrupts', 'replaces', 'none']).catch('stops');

/** The class of a row; what a later release calls otherwise is the least urgent. */
export function classOfClaim({ class: stored }: ArbiterClaimRow): IntentClass {
  return IntentClass.catch('consolidation').parse(stored);
}

const Nodes = z
  .array(z.object({ name: z.string(), zone: z.string(), use: z.enum(['exclusive', 'shared']) }))
  .catch([]);

/** The intent of a row that waits. A later release may have written what this one does not know. */
export function toIntent(row: ArbiterClaimRow): Intent {
  const { vm_id: id, group_id: groupId, zone } = row;
  const vm = { name: row.target_name, groupId, zone, effect: Effect.parse(row.effect) };
  return {
    id: row.id,
    class: classOfClaim(row),
    who: row.who,
    operation: row.operation,
    sinceMs: row.since_ms,
    priority: row.priority,
    vm: id === null ? null : { ...vm, id, healedMs: null },
    nodes: Nodes.parse(parseList(row.nodes_json)),
    supersedes: 'no',
    parentId: row.parent_id,
    // Only the part that has it decides about itself.
    patienceMs: null,
  };
}
