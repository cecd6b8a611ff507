/** The drift settings of a tenant: read for answers and comparisons, and changed. */
import type { DriftSettings } from '@novacron/contract/drift/drift-remediation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Store } from '../../../ports/store.ts';
import { auditChange, auditRefusal } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { changedFields } from '../../rows/changed-fields.ts';

const DEFAULTS: DriftSettings = {
  threshold: 0.05,
  auto_remediate: 'off',
  auto_severity_max: 'medium',
  auto_per_hour_max: 10,
};

/** Reads the settings of tenants, by their ids; the defaults where a tenant has none. */
export async function readDriftSettings(
  store: Pick<Store, 'read'>,
  tenantIds: readonly string[],
): Promise<ReadonlyMap<string, DriftSettings>> {
  const rows = await store.read({ from: 'drift_settings', where: { id: { in: tenantIds } } });
  const said = new Map(rows.map((row) => [row.id, JSON.parse(row.settings_json)]));
  return new Map(tenantIds.map((id) => [id, { ...DEFAULTS, ...said.get(id) }]));
}

/** Reads the settings of one tenant. */
export async function settingsOf(
  store: Pick<Store, 'read'>,
  tenantId: string,
): Promise<DriftSettings> {
  return (await readDriftSettings(store, [tenantId])).get(tenantId) ?? DEFAULTS;
}

/** Shows the settings. */
export async function showDriftSettings({ store }: CapabilityDeps, { principal }: CallContext) {
  return ok(await settingsOf(store, principal.tenantId));
}

/** Changes the settings. Problems: `policy-denied`. */
export async function updateDriftSettings(
  deps: CapabilityDeps,
  input: ParsedInputOf<'drift_settings.update'>,
  context: CallContext,
): Promise<Result<{ readonly resource: DriftSettings }, Problem>> {
  const { tenantId } = context.principal;
  const before = await settingsOf(deps.store, tenantId);
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const after: DriftSettings = { ...before, ...Object.fromEntries(given) };
  const fields = { before: before, wanted: after };
  const target = { id: tenantId, name: 'drift-settings' };
  const decision = await deps.verdicts.decide(context, {
    operation: 'drift_settings.update',
    resourceKind: 'tenant',
    target,
    ...fields,
    unknown: [],
  });
  if (decision.problem !== undefined) {
    await auditRefusal(deps, context, 'drift_settings.update', target, decision.problem);
    return err(decision.problem);
  }
  const row = { id: tenantId, settings_json: JSON.stringify(after) };
  const done = await commitChanges(deps, [
    { kind: 'put', into: 'drift_settings', row },
    auditChange(deps, context, {
      operation: 'drift_settings.update',
      outcome: 'done',
      resourceKind: 'tenant',
      target,
      changes: changedFields(fields.before, fields.wanted),
    }),
  ]);
  return done.ok ? ok({ resource: after }) : done;
}
