/**
 * Value intents: which objects take and give up unique values in a plan. Terraform changes the
 * objects of one apply in any order, so a value may be taken before its holder gives it up; a queue
 * would deadlock. Previews store intents, and a write of the same plan makes such a holder give its
 * value up at once (`vacate-values.ts`).
 */

import type { Change } from '../../../ports/store.ts';
import type { ValueIntentRow } from '../../../ports/tables/preview-tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { parseList } from '../../rows/parse-stored.ts';
import type { CapabilityDeps } from '../deps.ts';
import { readValueChanges, type ValueWrite } from './value-changes.ts';

/** Time for which a plan can be applied whose changes depend on each other. Unit: milliseconds. */
export const VALUE_INTENT_MS = 30 * 86_400_000;

/** A write that a plan has previewed. */
export interface PlannedValues extends ValueWrite {
  /** The run of the client; undefined for a preview that belongs to no plan. */
  readonly session?: string | undefined;
}

/**
 * Stores what a write of a plan does to unique values. There is at most one row an object: the
 * latest plan replaces it.
 */
export async function storeValueIntents(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  { principal: { tenantId } }: CallContext,
  { session, operation, input }: PlannedValues,
): Promise<void> {
  if (session === undefined) return;
  const changes = await readValueChanges(store, { operation, input }, tenantId);
  const puts = changes.map(({ id, revision, takes, leaves }): Change => {
    const row: ValueIntentRow = {
      id,
      tenant_id: tenantId,
      operation,
      session,
      planned_revision: revision,
      desired_revision: revision,
      takes_json: JSON.stringify(takes),
      leaves_json: JSON.stringify(leaves),
      created_at_ms: clock.nowMs(),
    };
    return { kind: 'put', into: 'value_intents', row };
  });
  // One that could not be stored is one that is refused at apply, as if it had expired.
  await commitChanges({ store }, puts);
}

/** A stored intent. */
export interface ValueIntent {
  readonly row: ValueIntentRow;
  readonly takes: readonly string[];
  readonly leaves: readonly string[];
}

/** Reads the intents of objects that have not expired, by id. */
export async function readIntents(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  tenantId: string,
  of: { readonly ids: readonly string[] } | { readonly session: string },
): Promise<ReadonlyMap<string, ValueIntent>> {
  const rows = await store.read({
    from: 'value_intents',
    where: {
      ...('ids' in of ? { id: { in: of.ids } } : { session: of.session }),
      tenant_id: tenantId,
      created_at_ms: { above: clock.nowMs() - VALUE_INTENT_MS },
    },
  });
  return new Map(
    rows.map((row) => [
      row.id,
      { row, takes: parseValues(row.takes_json), leaves: parseValues(row.leaves_json) },
    ]),
  );
}

function parseValues(text: string): readonly string[] {
  return parseList<string>(text) ?? [];
}
