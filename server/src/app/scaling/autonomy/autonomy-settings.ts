/** Whether autonomous decisions are carried out in a tenant. */
import type { AutonomySettings } from '@novacron/contract/autonomy/autonomous-decision';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Store } from '../../../ports/store.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { parseStored } from '../../rows/parse-stored.ts';

const DEFAULTS: AutonomySettings = { mode: 'shadow', min_confidence: 0.75 };

/** Reads the settings; the defaults where a tenant has none. */
export async function autonomyOf(
  store: Pick<Store, 'read'>,
  tenantId: string,
): Promise<AutonomySettings> {
  const [row] = await store.read({ from: 'autonomy_settings', where: { id: tenantId } });
  return { ...DEFAULTS, ...(row && parseStored<Partial<AutonomySettings>>(row.settings_json)) };
}

/** Shows the settings. */
export async function showAutonomySettings({ store }: CapabilityDeps, { principal }: CallContext) {
  return ok(await autonomyOf(store, principal.tenantId));
}

/** Changes the settings. Problems: `policy-denied`. */
export async function updateAutonomySettings(
  deps: CapabilityDeps,
  input: ParsedInputOf<'autonomy_settings.update'>,
  context: CallContext,
): Promise<Result<{ readonly resource: AutonomySettings }, Problem>> {
  const { tenantId } = context.principal;
  const before = await autonomyOf(deps.store, tenantId);
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const after: AutonomySettings = { ...before, ...Object.fromEntries(given) };
  const row = { id: tenantId, settings_json: JSON.stringify(after) };
  return commitObject(deps, context, {
    operation: 'autonomy_settings.update',
    resourceKind: 'autonomy_settings',
    target: { id: tenantId, name: 'autonomy-settings' },
    before,
    wanted: after,
    changes: [{ kind: 'put', into: 'autonomy_settings', row }],
    answer: { resource: after },
  });
}
