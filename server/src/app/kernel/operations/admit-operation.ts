/**
 * Admits an operation: its row, and in the same commit the start of its first steps. So the server
 * that runs it launches these at once, and every operation is one commit shorter.
 */
import type { Problem } from '@novacron/contract/problem/problem';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { planNextSteps } from '@novacron/engine/sagas/plan-next-steps';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';
import { encodeDefinition, type OperationDefinition } from '../definitions/operation-definition.ts';
import { logChanges } from './operation-changes.ts';
import { PARKED } from './parked-owner.ts';
import { planRound } from './plan-round.ts';

type OperationRow = Tables['operations'];

/** An operation that is about to be admitted. */
export interface NewOperation {
  readonly row: OperationRow;
  /** The first entries of its log. */
  readonly log: readonly LogEntry[];
}

/** The columns of an operation besides its definition. */
export type OperationSubject = Pick<
  OperationRow,
  | ('id' | 'tenant_id' | 'kind' | 'target_kind' | 'target_id' | 'target_name')
  | ('created_at_ms' | 'created_by')
>;

/** Plans an operation of this server; one without steps has ended. */
export function planOperation(
  { instanceId, definitions }: Pick<KernelDeps, 'instanceId' | 'definitions'>,
  subject: OperationSubject,
  definition: OperationDefinition,
): NewOperation {
  const { created_at_ms } = subject;
  const hasEnded = definition.steps.length === 0;
  const row = {
    ...subject,
    status: hasEnded ? 'succeeded' : 'running',
    definition_json: encodeDefinition(definition),
    problem_json: null,
    finished_at_ms: hasEnded ? created_at_ms : null,
    // No server runs what waits for its turn: at its deadline, one of them ends it.
    ...(definition.queuedFor === undefined
      ? { owner: instanceId, wake_at_ms: null }
      : { owner: PARKED, wake_at_ms: definition.deadlineMs ?? null }),
    fence: 1,
  };
  definitions.put(row, definition);
  return { row, log: firstEntries(definition, created_at_ms) };
}

/**
 * The first entries of an operation's log. They follow from its definition, so the server that
 * admitted it need not read them.
 */
export function firstEntries(
  definition: OperationDefinition,
  admittedAtMs: number,
): readonly LogEntry[] {
  const { queuedFor: group } = definition;
  if (group !== undefined) return [{ kind: 'queued', group }];
  const plan = planNextSteps(definition, [], admittedAtMs);
  return plan.kind === 'finished' ? [] : planRound(plan, new Set(), admittedAtMs).starts;
}

/** Inserts an operation; `otherwise` is the problem when its id is taken. */
export function insertOperation({ row, log }: NewOperation, otherwise: Problem): Change[] {
  return [
    { kind: 'insert', into: 'operations', row, otherwise },
    ...logChanges(row.id, 0, log, row.created_at_ms),
  ];
}
