/**
 * A write between its check and its plan. The check reads what can be known without the fleet,
 * which is all that policies are asked; the plan chooses nodes. A write that policies deny is never
 * placed.
 */
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import type { KernelDeps } from '../context/deps.ts';
import { concatSagas } from '../operations/saga.ts';
import type { PreparedWrite, WriteScope } from './prepared-write.ts';

/** The fields of a write that policies read. */
export type WriteFields = Pick<PreparedWrite, 'resourceKind' | 'target' | 'before' | 'wanted'>;

/** Nodes that a VM may not be placed on, by name: why, in a clause about the node. */
export type AvoidedNodes = Readonly<Record<string, string>>;

type Planned = Result<PreparedWrite, readonly Problem[]>;

/** A write whose plan depends on the fleet. */
export interface PlacingWrite extends WriteFields {
  /** Reads the fleet, chooses nodes and plans the saga. */
  readonly place: (avoidedNodes?: AvoidedNodes) => Promise<Planned>;
}

/** A checked write; one that needs nothing of the fleet is planned already. */
export type CheckedWrite = PlacingWrite | PreparedWrite;

/** Checks one kind of write; returns all problems at once. */
export type Check<Input, Deps extends KernelDeps = KernelDeps> = (
  input: Input,
  scope: WriteScope<Deps>,
) => Promise<Result<CheckedWrite, readonly Problem[]>>;

/** Plans a checked write that the policies allow. */
export async function placeWrite(
  write: CheckedWrite,
  avoidedNodes?: AvoidedNodes,
): Promise<Planned> {
  return 'place' in write ? write.place(avoidedNodes) : ok(write);
}

/** Checks and plans a write in one go, for callers whose own write asked the policies already. */
export async function planChecked(
  checked: Result<CheckedWrite, readonly Problem[]>,
): Promise<Planned> {
  return checked.ok ? placeWrite(checked.value) : checked;
}

/** Extends the plan of a checked write, as soon as it is made. */
export async function extendPlan(
  checked: Result<CheckedWrite, readonly Problem[]>,
  extend: (write: PreparedWrite) => PreparedWrite | Promise<PreparedWrite>,
): Promise<Result<CheckedWrite, readonly Problem[]>> {
  return continuePlan(checked, async (write) => ok(await extend(write)));
}

/** Commits changes with a write, such as those that use its approval up. */
export function reserveAlso<Input, Deps extends KernelDeps>(
  check: Check<Input, Deps>,
  reserve: ChangeSet,
): Check<Input, Deps> {
  return async (input, scope) =>
    extendPlan(await check(input, scope), (write) => {
      return { ...write, saga: concatSagas(write.saga, { reserve }) };
    });
}

/** Extends a plan as {@link extendPlan} does; the extension may refuse the write. */
export async function continuePlan(
  checked: Result<CheckedWrite, readonly Problem[]>,
  next: (write: PreparedWrite) => Promise<Planned>,
): Promise<Result<CheckedWrite, readonly Problem[]>> {
  if (!checked.ok) return checked;
  const write = checked.value;
  if (!('place' in write)) return next(write);
  const place: PlacingWrite['place'] = async (avoidedNodes) => {
    const placed = await write.place(avoidedNodes);
    return placed.ok ? next(placed.value) : placed;
  };
  return ok({ ...write, place });
}
