/**
 * Steps that are operations of their own begin like all that NovaCron does by itself. One that has
 * to wait is tried again, as a step that has failed for now: its operation can be cancelled
 * meanwhile, and the wait survives a restart of the server.
 */
import type { IntentClass } from '@novacron/contract/healing/intent';
import type { KernelDeps } from '../context/deps.ts';
import type { StepOutcome } from '../definitions/operation-definition.ts';
import {
  outcomeOf,
  toFailedStep,
  type WriteStepParts,
  waitForEnd,
} from '../write/child-operation-step.ts';
import { beginWrite } from './begin-write.ts';
import { classOfClaim, PREEMPTION } from './claim-rows.ts';
import type { BeginParts, Begun, PlatformWrite } from './platform-write.ts';

/**
 * Time that a step waits for members of a group that are down while no work on them is under way:
 * the change may be the one that repairs them. Shorter than the time for which a rollback is tried.
 * Unit: ms.
 */
export const DOWN_MS_MAX = 600_000;

/** Dependencies of such a step. */
export type StepParts<Deps extends KernelDeps = KernelDeps> = WriteStepParts<Deps> &
  BeginParts<Deps>;

/** A write that is a step of an operation. */
export type StepWrite<Input, Deps extends KernelDeps> = PlatformWrite<Input, Deps> & {
  readonly parentId: string;
};

/** Begins the operation of a step. @returns it, or why the step has failed for now or for good */
export async function beginStep<
  Input extends Readonly<Record<string, unknown>>,
  Deps extends KernelDeps,
>(
  parts: BeginParts<Deps>,
  write: StepWrite<Input, Deps>,
): Promise<
  Extract<Begun, { readonly kind: 'started' }> | Extract<StepOutcome, { readonly kind: 'failed' }>
> {
  const begun = await beginWrite(parts, write);
  switch (begun.kind) {
    case 'started':
      return begun;
    case 'refused':
      return toFailedStep(begun.problem);
    case 'held':
      return { kind: 'failed', message: `waiting: ${begun.work} is held`, next: 'retry' };
    case 'waiting':
      return { kind: 'failed', message: `waiting: ${begun.reason}`, next: 'retry' };
  }
}

/** Begins the operation of a step and waits for its end. */
export async function runStep<
  Input extends Readonly<Record<string, unknown>>,
  Deps extends KernelDeps,
>(parts: StepParts<Deps>, write: StepWrite<Input, Deps>): Promise<StepOutcome> {
  const begun = await beginStep(parts, write);
  if (begun.kind === 'failed') return begun;
  await waitForEnd(parts, begun.operation.id);
  return outcomeOf(parts.deps, begun.operation.id);
}

/**
 * The class of a step: that of its operation, where NovaCron decided that one by itself.
 * @param otherwise - for steps of what people ask for
 */
export async function classWithin(
  { store }: Pick<KernelDeps, 'store'>,
  parentId: string,
  otherwise: IntentClass,
): Promise<IntentClass> {
  const [claim] = await store.read({
    from: 'arbiter_claims',
    where: { operation_id: parentId, who: { not: PREEMPTION } },
    limit: 1,
  });
  return claim === undefined ? otherwise : classOfClaim(claim);
}
