/**
 * Checks that writes leave room for the VMs of lost nodes, and guards their commit. Far from the
 * limit an earlier check is enough: it says by how many units the fleet may come nearer to it, and
 * the version of the rule says by how many it has.
 */

import { startsElsewhere } from '@novacron/contract/kinds/vm/vm-healing';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { checkFailover, slotOf, unitsOf } from '@novacron/engine/healing/failover/check-failover';
import { explainUncovered } from '@novacron/engine/healing/failover/explain-failover';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { PreparedWrite } from '../../../kernel/write/prepared-write.ts';
import type { RememberedFailover } from '../../../placement/placement-memory.ts';
import { toPlacementRequest } from '../../../rows/placement-request.ts';
import { amountsOf } from '../../../rows/vm-amounts.ts';
import type { WriteScope } from '../../scope.ts';
import { applyWrites } from './fleet-after.ts';
import { ALL_UNITS, moveFailoverRule, readFailoverVersion } from './move-failover-rule.ts';
import { type ObservedFailover, observeFailover } from './observe-failover.ts';
import { insistsOnOthers, kindOf, readTakenRoom, type TakenRoom } from './taken-room.ts';

/** Maximum time to rely on a check: labels and storage of nodes are not watched. Unit: ms. */
const RECHECK_MS = 10_000;

type Scope = Pick<WriteScope, 'deps' | 'context' | 'nowMs'>;

/** Criteria by which the units of a write are counted. */
type Measure = Pick<RememberedFailover, 'slot' | 'kinds' | 'disks'> & {
  /** Tenant that makes the writes. */
  readonly tenantId: string;
};

/**
 * Checks writes of one commit.
 * @returns the guards of the commit; `no-capacity` where some nodes could not be lost any more
 */
export async function guardFailoverRoom(
  writes: readonly PreparedWrite[],
  scope: Scope,
): Promise<Result<ChangeSet, Problem>> {
  if (scope.deps.settings.failoverNodes === 0) return ok([]);
  return guardRoomTaken(
    writes.flatMap((write) => readTakenRoom(write)),
    scope,
  );
}

/** The same of what writes take, where they are not prepared. */
export async function guardRoomTaken(
  taken: readonly TakenRoom[],
  scope: Scope,
): Promise<Result<ChangeSet, Problem>> {
  const { failoverNodes: nodesMax } = scope.deps.settings;
  if (taken.length === 0) return ok([]);
  const quick = await guardFromMemory(taken, scope);
  if (quick !== undefined) return ok(quick);
  const observed = await observeFailover(scope.deps);
  const after = await applyWrites(observed, taken, scope);
  const verdict = checkFailover(after, { nodesMax, taken: after.taken });
  if (verdict.kind !== 'safe') {
    const { tenantId } = scope.context.principal;
    const asked = after.taken.flatMap(({ vmId }) => vmId ?? []);
    return err(explainUncovered(verdict, { nodesMax, tenantId, asked }));
  }
  const { version } = observed;
  const slack = Math.min(verdict.slack, ALL_UNITS - 1);
  const measure = { slot: slotOf(observed.vms), kinds: kindsOf(observed), disks: observed.disks };
  const units = countUnits(taken, { ...measure, tenantId: scope.context.principal.tenantId });
  // A VM of a new kind or size changes what the units mean.
  if (units !== undefined && taken.every(({ write }) => write === 'create')) {
    scope.deps.placementMemory.failover = {
      ...measure,
      version,
      slack,
      nodesMax,
      nodesReady: observed.rows.filter(({ status }) => status === 'ready').length,
      atMs: scope.nowMs,
    };
  }
  return ok(moveFailoverRule({ version, units: units ?? ALL_UNITS, most: version + slack }));
}

/** The guards of writes that are far enough from the limit by what an earlier check has found. */
async function guardFromMemory(
  taken: readonly TakenRoom[],
  { deps, context, nowMs }: Scope,
): Promise<ChangeSet | undefined> {
  const known = deps.placementMemory.failover;
  if (known === undefined || known.nodesMax !== deps.settings.failoverNodes) return undefined;
  if (nowMs - known.atMs > RECHECK_MS || nowMs < known.atMs) return undefined;
  const units = countUnits(taken, { ...known, tenantId: context.principal.tenantId });
  if (units === undefined) return undefined;
  const nodesReady = await deps.store.count({ from: 'nodes', where: { status: 'ready' } });
  if (nodesReady !== known.nodesReady) return undefined;
  const version = await readFailoverVersion(deps.store);
  const most = known.version + known.slack - units;
  return version > most ? undefined : moveFailoverRule({ version, units, most });
}

/** @returns undefined where a write changes what the units mean */
function countUnits(taken: readonly TakenRoom[], measure: Measure): number | undefined {
  let units = 0;
  for (const each of taken) {
    const own = unitsOfWrite(each, measure);
    if (own === undefined) return undefined;
    units += Math.max(1, own);
  }
  return units;
}

function unitsOfWrite(
  { write, nodeId, amounts, spec }: TakenRoom,
  { slot, kinds, disks, tenantId }: Measure,
): number | undefined {
  // Nothing is counted of rules about other VMs.
  if (spec !== undefined && insistsOnOthers(spec)) return undefined;
  const there = nodeId === undefined ? undefined : disks.get(nodeId);
  const mayRestart = startsElsewhere(spec?.healing);
  if (spec === undefined || !mayRestart) return unitsOf(amounts, slot, 'no');
  if (write !== 'create') return undefined;
  if (there === undefined) {
    // Where its disks are does not say which nodes can run one that gets a new root disk.
    const isRecreated = ['recreate', 'restore'].includes(spec.healing?.on_node_loss ?? '');
    return isRecreated ? undefined : unitsOf(amounts, slot, 'no');
  }
  if (!kinds.has(kindOf(toPlacementRequest(spec), { tenantId, disks: there }))) return undefined;
  return unitsOf(amountsOf(spec), slot, 'yes');
}

function kindsOf({ vms, disks, rows }: ObservedFailover): ReadonlySet<string> {
  const idOf = new Map<string, string>(rows.map(({ id, name }) => [name, id]));
  return new Set(
    vms.flatMap(({ request, restart, node, tenantId }) => {
      const there = disks.get(idOf.get(node) ?? '');
      if (restart === undefined || there === undefined) return [];
      return [kindOf(request, { tenantId, disks: there })];
    }),
  );
}
