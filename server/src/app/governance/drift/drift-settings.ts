/** The drift settings of a tenant: read for answers and comparisons, and changed. */
import type { DriftSettings } from '@novacron/contract/drift/drift-remediation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Store } from '../../../ports/store.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

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
  return commitObject(deps, context, {
    operation: 'drift_settings.update',
    resourceKind: 'tenant',
    target: { id: tenantId, name: 'drift-settings' },
    before,
    wanted: after,
    changes: [
      {
        kind: 'put',
        into: 'drift_settings',
        row: { id: tenantId, settings_json: JSON.stringify(after) },
      },
    ],
    answer: { resource: after },
  });
}
