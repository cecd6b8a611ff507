/** The changes by which the executor commits an operation's progress. */
import { applicationOfWorkflow } from '@novacron/contract/gitops/application';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { PlacementOutcome } from '@novacron/contract/placement/placement';
import { type Problem, problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';
import { encodeDefinition, type OperationDefinition } from '../definitions/operation-definition.ts';
import { eventChange } from '../events/events.ts';

type OperationRow = Tables['operations'];

/** Outcome of an operation. */
export interface OperationEnd {
  readonly status: 'succeeded' | 'failed' | 'stuck';
  /** Reason why it did not succeed; empty on success. */
  readonly message: string;
  /** `yes`: it failed, and what it did stays. */
  readonly kept?: 'yes';
}

/**
 * Appends entries to an operation's log; the guard fails when another server has appended.
 * @param seqBefore - how many entries the log has
 */
export function logChanges(
  operationId: string,
  seqBefore: number,
  entries: readonly LogEntry[],
  nowMs: number,
): Change[] {
  const otherwise = brokenLog(operationId);
  return entries.map((entry, index) =>
    logChange({ operationId, seq: seqBefore + index + 1, entry, nowMs, otherwise }),
  );
}

/** Appends one entry; `otherwise` is the problem when another server has appended. */
export function logChange(append: {
  readonly operationId: string;
  /** From 1. */
  readonly seq: number;
  readonly entry: LogEntry;
  readonly nowMs: number;
  readonly otherwise: Problem;
}): Change {
  const { operationId, seq, entry, nowMs, otherwise } = append;
  return {
    kind: 'insert',
    into: 'operation_log',
    row: {
      id: `${operationId}/${seq}`,
      operation_id: operationId,
      seq,
      entry_json: JSON.stringify(entry),
      at_ms: nowMs,
    },
    otherwise,
  };
}

/** The direction in which the operation goes from now on. */
export function statusChange(operationId: string, status: 'running' | 'undoing'): Change {
  return {
    kind: 'update',
    table: 'operations',
    id: operationId,
    set: { status },
    otherwise: brokenLog(operationId),
  };
}

/** The changes of the definition for this end. */
export function endStateChanges(definition: OperationDefinition, end: OperationEnd): ChangeSet {
  switch (end.status) {
    case 'succeeded':
      return definition.onSuccess;
    case 'failed':
      return end.kept === 'yes' ? definition.onSuccess : definition.onFailure;
    case 'stuck':
      return definition.onStuck;
  }
}

/**
 * The definition that is stored at the end. The steps remain, to be shown; the changes of the end
 * are done, so they are dropped unless the operation may be retried.
 * @param end - undefined when its changes were not made
 * @returns undefined where the definition stays as it is: long texts are not written again
 */
export function definitionAfterEnd(
  definition: OperationDefinition,
  end: OperationEnd | undefined,
): OperationDefinition | undefined {
  const { onRetry, retryFrom = [], ...rest } = definition;
  const isRetryable = end?.status === 'stuck' || (end?.status === 'failed' && retryFrom.length > 0);
  const { onSuccess, onFailure, onStuck } = rest;
  const hasMore = onSuccess.length + onFailure.length + onStuck.length + retryFrom.length > 0;
  if (isRetryable || (!hasMore && onRetry === undefined)) return undefined;
  return { ...rest, onSuccess: [], onFailure: [], onStuck: [] };
}

/**
 * The changes of the end: the row's last status, and its event.
 * @param left - the definition to store; undefined where it stays as it is
 */
export function endChanges(
  deps: Pick<KernelDeps, 'ids' | 'clock'>,
  row: OperationRow,
  left: OperationDefinition | undefined,
  end: OperationEnd,
): Change[] {
  const document = end.status === 'succeeded' ? null : toProblemDocument(toProblem(row, end));
  return [
    {
      kind: 'update',
      table: 'operations',
      id: row.id,
      set: {
        status: end.status,
        finished_at_ms: deps.clock.nowMs(),
        problem_json: document === null ? null : JSON.stringify(document),
        ...(left === undefined ? {} : { definition_json: encodeDefinition(left) }),
      },
      otherwise: brokenLog(row.id),
    },
    eventChange(deps, {
      tenantId: row.tenant_id,
      type: `${row.kind}.${end.status}`,
      source: 'operations',
      target: row.target_id,
      priority: end.status === 'succeeded' ? 'normal' : 'high',
      data: {
        operation_id: row.id,
        name: row.target_name,
        ...(document === null ? {} : { detail: document.detail, remedy: document.remedy }),
      },
    }),
  ];
}

const OUTCOMES = {
  succeeded: 'placed',
  failed: 'failed',
  stuck: 'stuck',
} as const satisfies Readonly<Record<OperationEnd['status'], PlacementOutcome>>;

/** The outcome of a placement decision whose operation has ended. */
function outcomeOf(status: OperationEnd['status']): PlacementOutcome {
  return OUTCOMES[status];
}

/** Records the end at the placement decisions of the operation that retention has left. */
export function decisionChanges(
  { clock }: Pick<KernelDeps, 'clock'>,
  { decisions = [] }: OperationDefinition,
  { status, kept }: OperationEnd,
): Change[] {
  const outcome = outcomeOf(kept === 'yes' ? 'succeeded' : status);
  const set = { executed_at_ms: clock.nowMs(), outcome };
  return decisions.map((id) => ({ kind: 'patch', table: 'placement_decisions', id, set }));
}

/** Remaining effects of a failed operation on a target that is not a resource, and the remedy. */
const WHAT_STAYS: Readonly<Record<string, string>> = {
  fleet: 'VMs that were moved stay where they are now. Fix the cause and try again.',
  node:
    'VMs that were moved stay where they are now. Fix the cause and drain the node again, or ' +
    'return it to service (novacron node activate NODE).',
};

const STEPS_STAY =
  'Steps without a compensation stay done (see novacron execution show). Fix the cause and ' +
  'run it again, or continue from a step: novacron operation retry ';

const BULK_STAYS =
  'Changes to the other VMs remain. Fix the causes and try again with the remaining VMs.';

/** Describes the remaining effects of a failed operation, and the remedy. */
function remedyOfFailure({ id, kind: name, target_kind, target_name }: OperationRow): string {
  if (name === 'vm.bulk') return BULK_STAYS;
  const application = name === 'workflow.run' ? applicationOfWorkflow(target_name) : undefined;
  if (application !== undefined) {
    const command = `novacron gitops app sync ${application}`;
    return `What was applied stays. Fix the cause and sync again: ${command}.`;
  }
  if (name === 'workflow.run') return `${STEPS_STAY}${id} --from-step STEP.`;
  const kind = ResourceKind.safeParse(target_kind);
  const own = kind.success
    ? RESOURCE_DEFINITIONS[kind.data].remedyOfFailure
    : WHAT_STAYS[target_kind];
  return own ?? 'All changes were rolled back. Fix the cause and try again.';
}

/** Returns the remedy for a VM that was created or changed, and whose guest is not ready. */
function remedyOfKept({ target_name }: OperationRow): string {
  return (
    `The VM was created as requested. Check its guest (novacron vm console ${target_name}); give ` +
    'it more time with wait_for.timeout, or wait for less.'
  );
}

function remedyOfStuck({ id, kind }: OperationRow): string {
  if (kind === 'workflow.run') {
    return (
      `See which steps were not rolled back (novacron execution inspect ${id}). Fix the cause ` +
      `and try again (novacron operation retry ${id}); or undo the steps manually and have an ` +
      `admin confirm it (novacron execution finish ${id} --reason TEXT).`
    );
  }
  return (
    `Ask an operator to check the node (novacron operation show ${id} has the steps); then ` +
    `retry it (novacron operation retry ${id}), or delete the resource.`
  );
}

function toProblem(row: OperationRow, end: OperationEnd) {
  if (end.kept === 'yes' && row.target_kind === 'vm') {
    return problem('guest-not-ready', {
      detail: `${row.kind} of ${row.target_name} failed: ${end.message}`,
      remedy: remedyOfKept(row),
      data: { kept: true },
    });
  }
  return problem('operation-failed', {
    detail: `${row.kind} of ${row.target_name} failed: ${end.message}`,
    remedy: end.status === 'stuck' ? remedyOfStuck(row) : remedyOfFailure(row),
  });
}

function brokenLog(operationId: string) {
  return problem('internal', {
    detail: `The log of ${operationId} was written by another server at the same time.`,
    remedy: 'Report this bug; the operation shows what was done.',
  });
}

/** One way to end an operation. */
interface WayToEnd {
  readonly end: OperationEnd;
  readonly settling: ChangeSet;
  /** Part of the definition that stays in the row. */
  readonly left: OperationDefinition | undefined;
}

/**
 * Lists the ways to end an operation, the best first: each later way requires less of the store.
 */
export function waysToEnd(definition: OperationDefinition, end: OperationEnd): readonly WayToEnd[] {
  const message = `${end.message || 'every step succeeded'}, but the result could not be recorded`;
  const stuck: OperationEnd = { status: 'stuck', message };
  return [
    {
      end,
      settling: endStateChanges(definition, end),
      left: definitionAfterEnd(definition, end),
    },
    {
      end: stuck,
      settling: endStateChanges(definition, stuck),
      left: definitionAfterEnd(definition, stuck),
    },
    { end: stuck, settling: [], left: definitionAfterEnd(definition, undefined) },
  ];
}
