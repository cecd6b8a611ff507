/** The thresholds that models of a tenant need in each environment. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { ModelSettings } from '@novacron/contract/training/model';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { parseStored } from '../../rows/parse-stored.ts';

const DEFAULTS: ModelSettings = {
  development: { improvement_min: 0, r2_min: null, approval: 'none' },
  staging: { improvement_min: 0.05, r2_min: 0, approval: 'none' },
  production: { improvement_min: 0.1, r2_min: 0.5, approval: 'another-person' },
};

/** Reads the settings of a tenant; the defaults where it has none. */
export async function readModelSettings(
  { store }: Pick<CapabilityDeps, 'store'>,
  tenantId: string,
): Promise<ModelSettings> {
  const [row] = await store.read({ from: 'model_settings', where: { id: tenantId } });
  return { ...DEFAULTS, ...parseStored<Partial<ModelSettings>>(row?.settings_json ?? '{}') };
}

/** Shows them. */
export async function showModelSettings(deps: CapabilityDeps, { principal }: CallContext) {
  return ok(await readModelSettings(deps, principal.tenantId));
}

/** Changes them. Problems: `policy-denied`. */
export async function updateModelSettings(
  deps: CapabilityDeps,
  input: ParsedInputOf<'model_settings.update'>,
  context: CallContext,
): Promise<Result<{ readonly resource: ModelSettings }, Problem>> {
  const { tenantId } = context.principal;
  const before = await readModelSettings(deps, tenantId);
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const after: ModelSettings = { ...before, ...Object.fromEntries(given) };
  const row = { id: tenantId, settings_json: JSON.stringify(after) };
  return commitObject(deps, context, {
    operation: 'model_settings.update',
    resourceKind: 'tenant',
    target: { id: tenantId, name: 'model-settings' },
    before,
    wanted: after,
    changes: [{ kind: 'put', into: 'model_settings', row }],
    answer: { resource: after },
  });
}
