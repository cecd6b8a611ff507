/** Reports drift: what is no longer as it was applied, by whose hand, and what is accounted for. */
import type { ParsedInputOf } from '@novacron/contract/operations';
import { ok } from '@novacron/contract/result';
import { explainDrift } from '@novacron/engine/drift/explain-drift';
import { groupByCause } from '@novacron/engine/drift/rules/group-by-cause';
import type { CallContext } from '../application.ts';
import type { AppDeps } from '../deps.ts';
import { compareResources } from './compare-resources.ts';

/** Reports every resource that is no longer as its deployment applied it. */
export async function reportDrift(
  { store }: AppDeps,
  input: ParsedInputOf<'drift.report'>,
  context: CallContext,
) {
  const found = await compareResources(store, {
    tenant_id: context.principal.tenantId,
    ...(input.resource_kind === undefined ? {} : { resource_kind: input.resource_kind }),
    ...(input.resource_id === undefined ? {} : { id: input.resource_id }),
    ...(input.deployment === undefined ? {} : { deployment: input.deployment }),
  });
  return ok({
    items: found.records.map((record) => ({ ...record, explanation: explainDrift(record) })),
    explained: found.explained,
    groups: groupByCause(found.records),
    tampered: found.tampered,
    compared: found.compared.length,
  });
}
