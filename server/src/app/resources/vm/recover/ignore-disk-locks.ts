/**
 * Recoveries in spite of locks. A lock that is held is evidence that a VM still runs, whatever was
 * confirmed about its node, so only a person with a permission of its own may say otherwise, and
 * the audit log says who did and why.
 */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { mayCall } from '../../../access/identity/may-call.ts';
import { auditChange } from '../../../kernel/audit/audit.ts';
import type { PreparedWrite } from '../../../kernel/write/prepared-write.ts';
import type { WriteScope } from '../../scope.ts';

type Input = ParsedInputOf<'vm.recover'>;

/** A VM that starts in spite of locks, where it was, and where it will be. */
interface Ignored {
  readonly row: VmRow;
  readonly source: NodeRow;
  readonly destination: NodeRow;
  readonly input: Input;
}

/** Refuses it without the permission, or without a reason; undefined where it is not asked for. */
export function refuseIgnoring(input: Input, { context }: WriteScope): Problem | undefined {
  if (!input.ignore_disk_locks) return undefined;
  const { principal } = context;
  if (!mayCall(principal, 'vm.ignore_disk_locks')) {
    return problem('forbidden', {
      detail: `The role ${principal.role} does not allow vm.ignore_disk_locks.`,
      remedy:
        'Leave out ignore_disk_locks, or ask an admin: of patterns only * includes ' +
        'vm.ignore_disk_locks.',
      fields: [{ path: ['ignore_disk_locks'], message: 'needs vm.ignore_disk_locks' }],
      data: { needed_operation: 'vm.ignore_disk_locks', role: principal.role },
    });
  }
  if (input.reason !== undefined && input.reason.trim() !== '') return undefined;
  return problem('validation-failed', {
    detail: 'A VM starts in spite of the locks of its disks only with a reason.',
    remedy: 'Say in reason how it is known that no machine writes to its disks.',
    fields: [{ path: ['reason'], message: 'is required with ignore_disk_locks' }],
  });
}

/** The write, which records who has the VM started in spite of locks, and why. */
export function ignoreLocks(
  write: PreparedWrite,
  ignored: Ignored,
  { deps, context, nowMs }: WriteScope,
): PreparedWrite {
  const { id, name } = ignored.row;
  const entry = auditChange(deps, context, {
    operation: 'vm.recover',
    outcome: 'disk-locks-ignored',
    resourceKind: 'vm',
    target: { id, name },
    changes: {
      disk_locks: { was: 'respected', is: 'ignored' },
      reason: { was: null, is: ignored.input.reason ?? null },
    },
    atMs: nowMs,
  });
  const risk = sayRisk(ignored);
  return {
    ...write,
    note: write.note === undefined ? risk : `${risk} ${write.note}`,
    notices: [risk, ...(write.notices ?? [])],
    saga: { ...write.saga, reserve: [...write.saga.reserve, entry] },
  };
}

function sayRisk({ row: { name }, source, destination }: Ignored): string {
  return (
    `The VM ${name} starts on ${destination.name} although its disks may be locked. If it still ` +
    `runs on ${source.name}, or another machine uses its disks, two write to one disk and ` +
    'destroy its content.'
  );
}
