/** Derives from a planned change the write that is previewed on the server. */

import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { withAllLabels } from '../../fields/default-labels.ts';
import { changedInput, knownInput, type Values } from '../../fields/field-values.ts';
import { findMissing } from '../../fields/missing-parts.ts';
import type { ResourceKindInfo } from '../../fields/resource-kinds.ts';
import type { PrivateState } from '../../framework/private-state.ts';
import type { PlanChange } from '../../framework/resource.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import type { ResourceAnswer, Session } from '../../rpc/session.ts';
import type { Replacement } from './find-replacements.ts';
import type { PlannedWrite } from './preview-plan.ts';

/** A write without its display strings. */
export type Write = Pick<PlannedWrite, 'operation' | 'id' | 'values'>;

const NO_VALUES = { input: {}, unknown: [] };

/**
 * Returns a plan's write; undefined if there is nothing to decide.
 * @param known.replacements - why the change needs a new resource. It is planned a second time as a
 *   create; the first time it is the end of the old one.
 * @param known.keyOf - the idempotency key that a create of this input will have
 */
export function planWrite(
  change: PlanChange<Schema>,
  { kind, table }: ResourceKindInfo,
  known: {
    readonly replacements: readonly Replacement[];
    readonly keyOf: (input: Values) => string;
    /** The planned values of a create that are configured. */
    readonly said: Values;
  },
): Write | undefined {
  switch (change.kind) {
    case 'no-op':
      return undefined;
    case 'create': {
      const values = knownInput(table, withAllLabels(known.said));
      const operation = `${kind}.create`;
      if (values.unknown.length > 0) return { operation, id: undefined, values };
      // A create that succeeded but whose answer was lost must not conflict with its own name.
      const input = { ...values.input, idempotency_key: known.keyOf(values.input) };
      return { operation, id: undefined, values: { input, unknown: [] } };
    }
    case 'update': {
      const prior: Values = change.prior;
      const id = String(prior.id);
      if (known.replacements.length > 0) {
        return { operation: `${kind}.delete`, id, values: NO_VALUES };
      }
      const values = changedInput(table, withAllLabels(prior), withAllLabels(change.plan));
      const isSame = Object.keys(values.input).length === 0 && values.unknown.length === 0;
      if (isSame && findMissing(table, prior).length === 0) return undefined;
      return { operation: `${kind}.update`, id, values };
    }
    case 'delete': {
      const prior: Values = change.prior;
      return { operation: `${kind}.delete`, id: String(prior.id), values: NO_VALUES };
    }
  }
}

/** Private state key of the desired revision that belongs to the state. */
export const REVISION_KEY = 'desired_revision';

/** Private state key of the size of a group that belongs to the state. */
export const SIZE_KEY = 'size';

/**
 * Records the desired revision that belongs to a state; of a VM group its size, too, which is no
 * desired field where the configuration leaves it to the group.
 */
export function rememberRevision(privateState: PrivateState, answer: ResourceAnswer): void {
  const { desired_revision: revision, size } = answer;
  if (typeof revision === 'string') privateState.set(REVISION_KEY, revision);
  if (typeof size === 'number') privateState.set(SIZE_KEY, size);
}

/**
 * Records the revision that the plan of a delete is made from. Terraform plans the deletion of an
 * object whose block is gone before it refreshes the object, so the revision in its state is that
 * of the last run.
 */
export async function planDeleteRevision(
  {
    client: session,
    privateState,
    signal,
  }: {
    readonly client: Session;
    readonly privateState: PrivateState;
    readonly signal: AbortSignal;
  },
  kind: ResourceKind,
  id: string,
): Promise<void> {
  const found = await session.find(kind, id, signal);
  // The preview of the delete reports what is wrong.
  if (found.ok && found.value !== undefined) rememberRevision(privateState, found.value);
}
