/** The commands that show what they would do, and ask, on a terminal. */
import { PreviewedWrite } from '@novacron/contract/admission/admission';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Fields } from '../output/fields.ts';
import type { TableCommand } from './command-table.ts';

/** Writes besides deletes that lose data, stop VMs, or take a node out of service or back. */
const ASKED: ReadonlySet<OperationName> = new Set<OperationName>([
  'enrollment.revoke',
  'node.activate',
  'node.confirm_dead',
  'node.cut_off',
  'node.drain',
  'node.fence',
  'snapshot.restore',
  'vm.bulk',
  'vm.reset',
  'vm_group.replace_members',
]);

/** Writes that are only asked about with a flag: a stop that takes the power away, for one. */
const ASKED_BY_FLAG: Partial<Readonly<Record<OperationName, readonly [string, unknown]>>> = {
  'vm.recover': ['ignore_disk_locks', true],
  'vm.stop': ['force', 'yes'],
};

/** Whether a command has the flag `--yes`, because it may ask. */
export function mayAsk(operation: OperationName): boolean {
  const isDelete = operation.endsWith('.delete');
  return isDelete || ASKED.has(operation) || ASKED_BY_FLAG[operation] !== undefined;
}

/** Whether a command asks on a terminal, unless it is given `--yes`. */
export function asksFirst(operation: OperationName, input: Fields): boolean {
  const flag = ASKED_BY_FLAG[operation];
  return mayAsk(operation) && (flag === undefined || input[flag[0]] === flag[1]);
}

/** Whether the server can be asked what a write would do. */
export function isPreviewable(operation: OperationName): boolean {
  return PreviewedWrite.safeParse(operation).success;
}

/**
 * Whether a command has a `--dry-run` of the command line, because its operation has none: it
 * describes the write, and asks the server where that can be asked.
 */
export function hasOwnDryRun({ operation, flags }: Pick<TableCommand, 'operation' | 'flags'>) {
  const isKnown = isPreviewable(operation) || mayAsk(operation);
  return isKnown && !flags.some(({ field }) => field === 'dry_run');
}
