/** VMs that are to run on another node and do not yet. */

import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { startsElsewhere } from '@novacron/contract/kinds/vm/vm-healing';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { backoffMs } from '../../kernel/arbitration/refused-writes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { isFencedOn, stateOfNode } from '../../resources/node/node-fence.ts';
import { findEarlierRecoveries } from '../../resources/vm/recover/find-earlier-recoveries.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { explainProblem } from '../../rows/explain-problem.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { findRecoverable, type RecoverableVm } from '../recovery/find-recoverable.ts';
import { findHeld } from '../recovery/hold-starts.ts';
import type { HoldReason } from './find-hold-reason.ts';
import { findRefusals, type GivenUp, type Refusal } from './find-refusals.ts';
import type { WaitingChange } from './waiting-change.ts';

/** Returns the time at which the node of a VM was last heard. Unit: ms since the Unix epoch. */
const sinceOf = ({ source }: RecoverableVm): number => source.last_seen_at_ms;

/** Finds them. */
export async function waitingRecoveries(
  deps: CapabilityDeps,
  tenantId: string,
  hold: HoldReason | undefined,
): Promise<readonly WaitingChange[]> {
  const lost = await deps.store.read({ from: 'nodes', where: { status: 'lost' } });
  if (lost.length === 0) return [];
  const silent = await findOnSilent(deps, lost);
  const dead = await findRecoverable(deps);
  const own = dead.filter(({ row }) => row.tenant_id === tenantId);
  const reasons = hold === undefined ? await reasonsOf(deps, { all: dead, own }) : null;
  const toWaiting = (
    vm: RecoverableVm,
    { reason, givenUp }: Reason,
    sinceMs: number,
  ): WaitingChange => ({
    class: 'recovery',
    who: 'recoveries',
    operation: 'vm.recover',
    target: vm.row.name,
    vmId: vm.row.id,
    sinceMs,
    reason,
    heldBy: null,
    from: null,
    ...(givenUp === undefined ? {} : { givenUp }),
  });
  return [
    ...silent
      .filter(({ row }) => row.tenant_id === tenantId)
      .map((vm) => {
        const { node } = observedOf(vm.row);
        const off = `its node ${node} does not respond, and is not known to be off`;
        return toWaiting(vm, { reason: off }, sinceOf(vm));
      }),
    ...own.flatMap((vm) => {
      const sinceMs = Math.max(sinceOf(vm), hold?.sinceMs ?? 0);
      const reason = hold ?? reasons?.get(vm.row.id);
      return reason === undefined ? [] : [toWaiting(vm, reason, sinceMs)];
    }),
  ];
}

/** VMs that start elsewhere once their node is known to be off. */
async function findOnSilent(
  { store }: CapabilityDeps,
  lost: readonly NodeRow[],
): Promise<readonly RecoverableVm[]> {
  const silent = lost.filter((row) => stateOfNode(row) === 'silent');
  const held = await store.read({
    from: 'allocations',
    where: { node_id: { in: silent.map(({ id }) => id) } },
  });
  const rows = await store.read({
    from: 'vms',
    where: { id: { in: held.map(({ vm_id }) => vm_id) } },
    damaged: 'blank',
  });
  const byName = new Map<unknown, NodeRow>(silent.map((row) => [row.name, row]));
  return mapReadable(rows, (row): readonly RecoverableVm[] => {
    const spec = desiredAs(row, VmSpec);
    const isWanted = startsElsewhere(spec.healing) && spec.power_state === 'running';
    const home = byName.get(observedOf(row).node);
    const isWaiting = isWanted && home !== undefined && !isFencedOn(home, row.id);
    return isWaiting ? [{ row, spec, source: home }] : [];
  }).flat();
}

interface Scope {
  /** Recoverable VMs of all tenants: a VM may wait for any of them. */
  readonly all: readonly RecoverableVm[];
  readonly own: readonly RecoverableVm[];
}

/** Reason why a recovery waits. */
interface Reason {
  /** A clause for people. */
  readonly reason: string;
  readonly givenUp?: GivenUp | undefined;
}

/**
 * Explains why recoveries wait without a hold, by the ids of VMs; those that begin now have no
 * reason.
 */
async function reasonsOf(
  deps: CapabilityDeps,
  { all, own }: Scope,
): Promise<ReadonlyMap<string, Reason>> {
  const sinceMs = new Map<string, number>(own.map((vm) => [vm.row.id, sinceOf(vm)]));
  const failures = await findFailures(deps, own);
  const refusals = await findRefusals(deps, 'vm.not_recovered', sinceMs);
  const logger = { info: () => undefined };
  const startable = all.map((vm) => ({ ...vm, isComing: true }));
  const held = await findHeld({ ...deps, logger }, startable);
  return new Map(
    own.flatMap(({ row: { id } }): readonly (readonly [string, Reason])[] => {
      const failed = failures.get(id);
      const refused = refusals.get(id);
      const isUndone = refused?.givenUp?.how === 'undone';
      if (failed !== undefined && !isUndone && failed.atMs > (refused?.atMs ?? 0)) {
        return [[id, { reason: failed.detail }]];
      }
      if (refused !== undefined) return [[id, toReason(refused)]];
      return held.has(id) ? [[id, { reason: 'the VMs of its start_after have not started' }]] : [];
    }),
  );
}

function toReason({ detail, givenUp }: Refusal): Reason {
  if (givenUp === null) return { reason: detail };
  if (givenUp.how === 'stuck') return { reason: detail, givenUp };
  const was = givenUp.how === 'undone' ? 'it failed and was rolled back' : 'it was refused';
  const count = `${was} ${givenUp.attempts} times in a row`;
  const again = 'is retried when nodes, quotas, policies or the VM change';
  return { reason: `${count}, and ${again}: ${detail}`, givenUp };
}

/** The last failed recovery of each VM, with those before it. */
async function findFailures(
  deps: CapabilityDeps,
  own: readonly RecoverableVm[],
): Promise<ReadonlyMap<string, { readonly atMs: number; readonly detail: string }>> {
  const sources = new Map<string, NodeRow>(own.map(({ row, source }) => [row.id, source]));
  const failed = await findEarlierRecoveries(deps, sources);
  return new Map(
    [...failed].flatMap(([id, earlier]) => {
      const [{ operation: last } = {}] = earlier;
      if (last === undefined) return [];
      const atMs = last.finished_at_ms ?? last.created_at_ms;
      const again = toTimestamp(atMs + backoffMs(earlier.length));
      const count =
        earlier.length === 1 ? 'a recovery has failed' : `${earlier.length} recoveries failed`;
      const why = explainProblem(last.problem_json);
      return [[id, { atMs, detail: `${count}, the next is at ${again}: ${why}` }] as const];
    }),
  );
}
