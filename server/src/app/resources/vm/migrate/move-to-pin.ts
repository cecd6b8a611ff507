/** Moves a VM to the node that a change of its configuration pins it to, before the change. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { admitWrite } from '../../../kernel/write/admit-write.ts';
import { planChecked } from '../../../kernel/write/checked-write.ts';
import type { PreparedWrite } from '../../../kernel/write/prepared-write.ts';
import type { Check, WriteScope } from '../../scope.ts';
import { keepFailoverRoom } from '../failover/keep-failover-room.ts';
import type { VmChange } from '../update/observe-vm-change.ts';
import { prepareUpdate } from '../update/prepare-vm-update.ts';
import { prepareVmMigrate } from './prepare-vm-migrate.ts';

/** Plans a change of a VM; where it pins the VM to another node, that moves first. */
export const prepareMovingUpdate: Check<ParsedInputOf<'vm.update'>> = (input, scope) =>
  prepareUpdate(input, scope, { planMove: planMoveToPin });

/** The move, and what it says of itself. */
type MoveToPin = Required<Pick<PreparedWrite, 'first' | 'notices'>>;

/**
 * Plans it. Terraform sends a change again until what it waits for has ended; other clients move
 * the VM themselves.
 * @returns undefined where the change moves nothing; the problems of the move where it cannot be
 */
async function planMoveToPin(
  { row, before, after, node, nodes }: VmChange,
  scope: WriteScope,
): Promise<Result<MoveToPin | undefined, readonly Problem[]>> {
  const pin = after.placement?.node ?? undefined;
  const isNew = pin !== (before.placement?.node ?? undefined);
  const isElsewhere = node !== undefined && node.name !== pin;
  const isKnown = nodes.some(({ name }) => name === pin);
  if (scope.context.client !== 'terraform' || !isNew || !isElsewhere || !isKnown) {
    return ok(undefined);
  }
  const input = { id: row.id, node: pin, force: true };
  const wish = { zone: after.placement?.zone ?? undefined };
  const prepare: typeof prepareVmMigrate = keepFailoverRoom((asked, within) =>
    prepareVmMigrate({ ...asked, wish }, within),
  );
  const planned = await planChecked(await prepare(input, scope));
  if (!planned.ok) return err(planned.error);
  const first = () => admitWrite('vm.migrate', input, prepare, scope.deps, scope.context);
  return ok({ first, notices: planned.value.notices ?? [] });
}
