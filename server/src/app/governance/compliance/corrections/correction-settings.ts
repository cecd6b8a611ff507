/** The compliance settings of a tenant: which findings are corrected automatically. */
import type { ComplianceSettings } from '@novacron/contract/compliance/compliance-correction';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import { explainAutomaticChecks } from '@novacron/engine/compliance/plan-correction';
import type { Change } from '../../../../ports/store.ts';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import {
  createTenantSettings,
  type SettingsChange,
} from '../../../kernel/write/tenant-settings.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { replan } from '../../../rows/resource-problems.ts';
import { readNote } from '../finding-rows.ts';

const settings = createTenantSettings<ComplianceSettings>({
  table: 'compliance_settings',
  operation: 'compliance_settings.update',
  resourceKind: 'compliance_settings',
  name: 'compliance-settings',
  defaults: { auto_remediate: [], auto_per_hour_max: 10 },
});

/** Reads and shows the settings. */
export const { read: readComplianceSettings, show: showComplianceSettings } = settings;

/** Changes the settings. Problems: `validation-failed`, `policy-denied`. */
export async function updateComplianceSettings(
  deps: CapabilityDeps,
  input: ParsedInputOf<'compliance_settings.update'>,
  context: CallContext,
): Promise<Result<{ readonly resource: ComplianceSettings }, Problem>> {
  const known = explainAutomaticChecks();
  const stranger = input.auto_remediate?.find((check) => !known.includes(check));
  if (stranger !== undefined) return err(notAutomatic(stranger, known));
  const { tenantId } = context.principal;
  return settings.update(deps, input, context, (change) => forgetPlanned(deps, tenantId, change));
}

/** What was announced for a check before it was removed or added is announced again. */
async function forgetPlanned(
  { store }: CapabilityDeps,
  tenantId: string,
  { before, after }: SettingsChange<ComplianceSettings>,
): Promise<readonly Change[]> {
  const [were, are] = [before.auto_remediate, after.auto_remediate];
  const removed = were.filter((check) => !are.includes(check));
  const changed = [...removed, ...are.filter((check) => !were.includes(check))];
  if (changed.length === 0) return [];
  const where = { tenant_id: tenantId, state: 'open', check_id: { in: changed } };
  const findings = await store.read({ from: 'compliance_findings', where });
  return findings
    .filter((row) => readNote(row)?.state === 'planned')
    .map(({ id, correction_json }) => ({
      kind: 'update',
      table: 'compliance_findings',
      id,
      set: { correction_json: null },
      expect: { correction_json },
      otherwise: replan('The finding'),
    }));
}

function notAutomatic(check: string, known: readonly string[]): Problem {
  return problem('validation-failed', {
    detail: `${check} has no automatic correction.`,
    remedy: `Choose among ${known.join(', ')}.`,
    fields: [{ path: ['auto_remediate'], message: `${check} has no automatic correction` }],
  });
}
