/** An operation that this server runs: the state of its executor between two commits. */
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { type FollowedSteps, followSteps } from '@novacron/engine/sagas/rules/step-states';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type {
  OperationDefinition,
  StepAction,
  WaitingStep,
} from '../definitions/operation-definition.ts';
import { firstEntries } from './admit-operation.ts';
import { ownershipGuard } from './commit-progress.ts';

type OperationRow = Tables['operations'];

/** One run of an operation. */
export interface ActiveOperation {
  readonly row: OperationRow;
  readonly definition: OperationDefinition;
  /** The guard of each commit of the run. */
  readonly guard: Change;
  readonly log: LogEntry[];
  /** The state of its steps after the log, and after the entries that are being written. */
  readonly steps: FollowedSteps<StepAction>;
  readonly inFlight: Set<string>;
  /** Runs that wait for a person or a signal, by key: nothing of them is in progress. */
  readonly waiting: Map<string, WaitingStep>;
  /**
   * Number of times its waits were woken: a run that is woken while it checks does not begin to
   * wait.
   */
  wakes: number;
  /** Advances of one operation happen one after another. */
  turn: Promise<void>;
  /** The stored row. */
  status: string;
  cancelWake: () => void;
}

/**
 * Makes a run of an operation.
 * @param log - undefined for a new operation: its first entries, which its admission has written
 */
export function activate(
  row: OperationRow,
  definition: OperationDefinition,
  log?: readonly LogEntry[],
): ActiveOperation {
  const entries = [...(log ?? firstEntries(definition, row.created_at_ms))];
  const steps = followSteps(definition.steps);
  steps.add(entries);
  return {
    row,
    definition,
    steps,
    log: entries,
    guard: ownershipGuard(row),
    inFlight: new Set(),
    waiting: new Map(),
    wakes: 0,
    turn: Promise.resolve(),
    status: row.status,
    cancelWake: () => undefined,
  };
}
