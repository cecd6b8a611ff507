/** Relates a write to the holders of the unique values that it takes. */
import { mayCall } from '../../access/identity/may-call.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../deps.ts';
import { readIntents, type ValueIntent } from './store-intents.ts';
import { isBusy, readHolder, revisionOf, type ValueHolder } from './unique-values.ts';
import { readValueChanges, type ValueWrite } from './value-changes.ts';

/** A value that a write takes while another object has it. */
export interface TakenValue {
  readonly value: string;
  readonly holder: ValueHolder;
  /**
   * The intent of the holder, if that gives the value up and the holder is as its plan has seen it,
   * or is being changed.
   */
  readonly leaving: ValueIntent | undefined;
  /** Whether the plan of the write makes the holder give the value up in time for the write. */
  readonly isPlanned: boolean;
}

/** Values that a write takes from other objects. */
export interface TakenValues {
  readonly taken: readonly TakenValue[];
  /** The intent of the write; undefined where no plan of the last 30 days has previewed it. */
  readonly taking: ValueIntent | undefined;
}

/** Finds the values that a write takes from others, and whether the same plan frees them. */
export async function findTakenValues(
  deps: CapabilityDeps,
  { principal }: CallContext,
  write: ValueWrite,
): Promise<TakenValues> {
  const { tenantId } = principal;
  const changes = await readValueChanges(deps.store, write, tenantId);
  const [own] = changes;
  if (own === undefined || own.takes.length === 0) return { taken: [], taking: undefined };
  // A group exchanges the names of its own members by itself.
  const ownIds = new Set(changes.map(({ id }) => id));
  const found: { readonly value: string; readonly holder: ValueHolder }[] = [];
  for (const value of own.takes) {
    const holder = await readHolder(deps.store, value, tenantId);
    if (holder !== undefined && !ownIds.has(holder.row.id)) found.push({ value, holder });
  }
  const ids = [own.id, ...found.map(({ holder }) => holder.row.id)];
  const intents = await readIntents(deps, tenantId, { ids });
  const taking = intents.get(own.id);
  const taken = found.map(({ value, holder }): TakenValue => {
    const intent = intents.get(holder.row.id);
    // The change of the holder may have begun: it has its values until the end of that.
    const isAsPlanned = isBusy(holder) || intent?.row.desired_revision === revisionOf(holder);
    const leaving = isAsPlanned && intent?.leaves.includes(value) ? intent : undefined;
    const isPlanned =
      leaving !== undefined &&
      taking?.takes.includes(value) === true &&
      taking.row.session === leaving.row.session &&
      isInTime(write, leaving) &&
      mayCall(principal, `${holder.kind}.update`);
    return { value, holder, leaving, isPlanned };
  });
  return { taken, taking };
}

/**
 * A create never takes the value of what its plan deletes: it may be the replacement of that object
 * under `create_before_destroy`, and a failed replacement must leave the object as it is.
 */
function isInTime({ operation }: ValueWrite, { row }: ValueIntent): boolean {
  return !operation.endsWith('.create') || !row.operation.endsWith('.delete');
}
