/** The orchestration policies that act: those that stand as the server accepted them. */
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { UNREADABLE } from '../../rows/parse-stored.ts';
import {
  isReadable,
  type LookedAt,
  policyOf,
  type SteeringPolicy,
} from '../../rows/stored-policies.ts';
import type { PlacementDeps } from '../deps.ts';

type Needs = Pick<PlacementDeps, 'store' | 'logger' | 'decisions'>;

/** More are looked at each time. */
const REMEMBERED_MAX = 5_000;

/** Those of one tenant. */
export async function readSteering(
  deps: Needs,
  tenantId: string,
): Promise<readonly SteeringPolicy[]> {
  const where = { tenant_id: tenantId, steers: 1 };
  const from = 'orchestration_policies';
  return findSteering(deps, await deps.store.read({ from, where, damaged: 'blank' }));
}

/**
 * Those among rows; of each other one it is logged once what is wrong with it.
 * @param rows - read with `damaged: 'blank'`
 */
export async function findSteering(
  deps: Needs,
  rows: readonly PolicyRow[],
): Promise<readonly SteeringPolicy[]> {
  const { decisions } = deps;
  const memory = decisions.steering;
  const recall = (row: PolicyRow): LookedAt | undefined => {
    const known = memory.get(row.id);
    return known !== undefined && isSame(known.row, row) ? known : undefined;
  };
  const trust = decisions.memory.trust;
  if (rows.some((row) => recall(row) === undefined)) await trust?.learn();
  const found = rows.map((row) => recall(row) ?? lookAt(row));
  return found.flatMap(({ row, policy, fault }) =>
    policy === undefined || fault !== undefined ? [] : [{ row, policy }],
  );

  function lookAt(row: PolicyRow): LookedAt {
    const { id, tenant_id: tenant, name } = row;
    const seen = isReadable(row)
      ? { row, policy: policyOf(row), fault: trust?.faultOf(row) }
      : { row, policy: undefined, fault: UNREADABLE };
    if (seen.fault !== undefined) {
      const { fault } = seen;
      deps.logger.error({ id, tenant, name, fault }, 'an orchestration policy does nothing');
    }
    if (memory.size >= REMEMBERED_MAX) memory.clear();
    memory.set(id, seen);
    return seen;
  }
}

/** Lists the faults of rows that were checked, by their ids. */
export function listFaults(
  { decisions }: Pick<PlacementDeps, 'decisions'>,
  rows: readonly PolicyRow[],
): ReadonlyMap<string, string> {
  const found = rows.flatMap(({ id }) => {
    const fault = decisions.steering.get(id)?.fault;
    return fault === undefined ? [] : [[id, fault] as const];
  });
  return new Map(found);
}

function isSame(left: PolicyRow, right: PolicyRow): boolean {
  return (
    left.steers === right.steers &&
    left.revision === right.revision &&
    left.tenant_id === right.tenant_id &&
    left.observed_json === right.observed_json &&
    left.compiled_json === right.compiled_json &&
    left.desired_json === right.desired_json
  );
}
