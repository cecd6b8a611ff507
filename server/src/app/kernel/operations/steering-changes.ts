/** The changes that cancel, retry, pause or resume an operation, and make it this server's. */

import type { ClientName } from '@novacron/contract/access/identity';
import type { RequestId } from '@novacron/contract/ids';
import { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { replan } from '../../rows/resource-problems.ts';
import { auditChange } from '../audit/audit.ts';
import type { Actor } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { eventSource } from '../events/event-source.ts';
import { eventChange } from '../events/events.ts';
import { logChange } from './operation-changes.ts';

type OperationRow = Tables['operations'];

/** The requester: a caller, or NovaCron itself. */
export interface OperationCaller {
  readonly principal: Actor['principal'];
  readonly client: ClientName;
  readonly requestId: RequestId;
}

/** Word for each request in its event. */
const EVENT_WORDS = {
  'operation.cancel': 'cancelled',
  'operation.retry': 'retried',
  'execution.pause': 'paused',
  'execution.resume': 'resumed',
  'execution.finish': 'finished',
  'execution.dequeue': 'dequeued',
} as const;

/** The requested direction of an operation. */
export interface Steering {
  readonly name: keyof typeof EVENT_WORDS;
  /** Entries that it appends to the log. */
  readonly entries: readonly LogEntry[];
  /** Besides the log entries. */
  readonly changes: ChangeSet;
  readonly status: string;
  /** Reason, in the words of the requester, for the audit log. */
  readonly reason?: string;
}

/** The whole change set; its guards fail when the operation advanced meanwhile. */
export function steeringChanges(
  deps: KernelDeps,
  by: OperationCaller,
  from: {
    readonly row: OperationRow;
    readonly steered: OperationRow;
    readonly log: readonly LogEntry[];
  },
  { name, entries, changes, reason }: Steering,
): Change[] {
  const { row, steered, log } = from;
  const { status, owner, fence, finished_at_ms, problem_json } = steered;
  const otherwise = replan(`The operation ${row.id}`);
  const kind = ResourceKind.safeParse(row.target_kind);
  const nowMs = deps.clock.nowMs();
  return [
    {
      kind: 'update',
      table: 'operations',
      id: row.id,
      set: { status, owner, fence, finished_at_ms, problem_json },
      expect: { status: row.status, owner: row.owner, fence: row.fence },
      otherwise,
    },
    ...entries.map((entry, index) =>
      logChange({ operationId: row.id, seq: log.length + 1 + index, entry, nowMs, otherwise }),
    ),
    ...changes,
    auditChange(deps, by, {
      operation: name,
      outcome: 'done',
      resourceKind: kind.success ? kind.data : '',
      target: { id: row.target_id, name: row.target_name },
      changes: {
        operation: { was: null, is: `${row.kind} ${row.id}` },
        ...(reason === undefined ? {} : { reason: { was: null, is: reason } }),
      },
      atMs: nowMs,
    }),
    eventChange(deps, {
      tenantId: row.tenant_id,
      type: `${row.kind}.${EVENT_WORDS[name]}`,
      source: eventSource(by),
      target: row.target_id,
      priority: 'normal',
      data: { operation_id: row.id, name: row.target_name },
    }),
  ];
}
