/** Takes an execution over whose step need not wait any more. */
import type { Change } from '../../../../ports/store.ts';
import type { Tables } from '../../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { replan } from '../../../rows/resource-problems.ts';

type OperationRow = Tables['operations'];

/** Guard: an execution goes on where it did when it was read, or is parked as it was. */
export function sameExecution({ id, owner, fence, status }: OperationRow): Change {
  const expect = { owner, fence, status };
  const otherwise = replan(`The operation ${id}`);
  return { kind: 'update', table: 'operations', id, set: {}, expect, otherwise };
}

/**
 * The execution goes on here where no server runs it, or another one; the other one is fenced off.
 * @returns the row as this server has it then; without one, it runs here already
 */
export function takeExecution(
  { instanceId }: Pick<CapabilityDeps, 'instanceId'>,
  row: OperationRow,
): { readonly row?: OperationRow; readonly change: Change } {
  const { id, owner, fence, status } = row;
  if (owner === instanceId) return { change: sameExecution(row) };
  const set = { owner: instanceId, fence: fence + 1 };
  const expect = { owner, fence, status };
  const otherwise = replan(`The operation ${id}`);
  const change = { kind: 'update', table: 'operations', id, set, expect, otherwise } as const;
  return { row: { ...row, ...set }, change };
}
