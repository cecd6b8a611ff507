/**
 * The effects of a write on the store and on nodes, as one value: what it reserves when it is
 * admitted, its steps, and how each of its ends is recorded. Helpers return the part of a saga that
 * concerns them; {@link concatSagas} joins the parts. Source: H. Garcia-Molina and K. Salem,
 * "Sagas" (1987).
 */
import type { ChangeSet } from '../../../ports/store.ts';
import type {
  OperationDefinition,
  OperationStepDefinition,
} from '../definitions/operation-definition.ts';

/** A saga. */
export interface Saga {
  /** Committed with the operation itself: guards, desired state, reservations. */
  readonly reserve: ChangeSet;
  /** Empty where the write has ended when it is admitted. */
  readonly steps: readonly OperationStepDefinition[];
  /** Committed when all steps have succeeded. */
  readonly finalize: ChangeSet;
  /** Committed when the steps have been undone: reverses `reserve`. */
  readonly rollback: ChangeSet;
  /** Committed when the undo failed: unlocks the resource and leaves the rest as it is. */
  readonly release: ChangeSet;
  /** Locks the resource again after `release`; without it a stuck operation is not retried. */
  readonly reacquire?: ChangeSet;
  /** Steps from which it may be retried forward, by an operator. */
  readonly retryFrom?: readonly string[];
}

/**
 * Joins parts of a saga in their order; what they roll back, in the reverse order, so that a part
 * may rely on what the parts before it have reserved.
 */
export function concatSagas(...parts: readonly Partial<Saga>[]): Saga {
  const join = (list: keyof Omit<Saga, 'steps' | 'retryFrom'>): ChangeSet =>
    parts.flatMap((part) => part[list] ?? []);
  const saga = {
    reserve: join('reserve'),
    steps: parts.flatMap(({ steps }) => steps ?? []),
    finalize: join('finalize'),
    rollback: parts.toReversed().flatMap(({ rollback }) => rollback ?? []),
    release: join('release'),
    retryFrom: parts.flatMap(({ retryFrom }) => retryFrom ?? []),
  };
  const canRetry = parts.some(({ reacquire }) => reacquire !== undefined);
  return canRetry ? { ...saga, reacquire: join('reacquire') } : saga;
}

/** The saga of a write that has ended when it is admitted. */
export function reserveOnly(reserve: ChangeSet): Saga {
  return { reserve, steps: [], finalize: [], rollback: [], release: [] };
}

/** The saga under the names that definitions of operations are stored with. */
export function toDefinition(
  saga: Omit<Saga, 'reserve'>,
): Omit<
  OperationDefinition,
  'deadlineMs' | 'decisions' | 'keptDisks' | 'leftDisks' | 'requestId' | 'trace'
> {
  const { retryFrom = [] } = saga;
  return {
    steps: saga.steps,
    onSuccess: saga.finalize,
    onFailure: saga.rollback,
    onStuck: saga.release,
    ...(retryFrom.length === 0 ? {} : { retryFrom }),
    ...(saga.reacquire === undefined ? {} : { onRetry: saga.reacquire }),
  };
}
