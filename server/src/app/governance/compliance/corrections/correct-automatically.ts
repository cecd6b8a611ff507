/**
 * Corrects findings automatically where a tenant opted in: a dry run first, which the finding and
 * an event show; the correction an hour later, at a limited rate.
 */
import type { ComplianceSettings } from '@novacron/contract/compliance/compliance-correction';
import type { ComplianceFindingRow } from '../../../../ports/tables/policy/compliance-rows.ts';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { eventChange } from '../../../kernel/events/events.ts';
import { platformContext } from '../../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../../kernel/write/commit-changes.ts';
import { OWN_PRINCIPALS } from '../../../rows/own-principals.ts';
import { readNote } from '../finding-rows.ts';
import { beginCorrection, type CorrectionParts, tryCorrection } from './correct-finding.ts';
import { readComplianceSettings } from './correction-settings.ts';
import {
  explainChange,
  noteChange,
  type PlannedCorrection,
  planFinding,
} from './prepare-correction.ts';

const EVERY_MS = 60_000;

const HOUR_MS = 3_600_000;

/** Time between the dry run of a correction and the correction. */
const NOTICE_MS = HOUR_MS;

const FINDINGS_PER_ROUND_MAX = 100;

const CORRECTOR_NAME = OWN_PRINCIPALS.complianceCorrector;

/** Corrects them, on one of the servers of a store. */
export function automaticCorrections(parts: CorrectionParts): Reconciler {
  return {
    name: 'compliance-corrections',
    summary: 'Corrects findings of the checks that tenants opted in to.',
    everyMs: EVERY_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      const rows = await parts.deps.store.read({ from: 'compliance_settings' });
      for (const { id: tenantId } of rows) {
        const settings = await readComplianceSettings(parts.deps, tenantId);
        if (settings.auto_remediate.length > 0)
          await correctAll(parts, { tenantId, settings }, budget);
      }
      return undefined;
    },
  };
}

interface Tenant {
  readonly tenantId: string;
  readonly settings: ComplianceSettings;
}

async function correctAll(
  parts: CorrectionParts,
  { tenantId, settings }: Tenant,
  budget: ReconcilerBudget,
): Promise<void> {
  const { deps } = parts;
  const findings = await deps.store.read({
    from: 'compliance_findings',
    where: { tenant_id: tenantId, state: 'open', check_id: { in: settings.auto_remediate } },
  });
  const waiting = findings.filter((row) => ['none', 'planned'].includes(stateOf(row)));
  let left = settings.auto_per_hour_max - (await countLatest(parts, tenantId));
  for (const finding of waiting.slice(0, FINDINGS_PER_ROUND_MAX)) {
    if (!budget.mayContinue()) return;
    const planned = await planFinding(parts, finding);
    if (!planned.ok) continue;
    const isAnnounced = readNote(finding)?.change === explainChange(planned.value);
    if (!isAnnounced) await announce(parts, planned.value, budget);
    else if (isDue(parts, finding) && left > 0) {
      const begun = await beginCorrection(
        parts,
        { planned: planned.value },
        contextOf(parts, tenantId),
      );
      if (begun.ok) left -= 1;
    }
  }
}

function stateOf(finding: ComplianceFindingRow): string {
  return readNote(finding)?.state ?? 'none';
}

function isDue({ deps }: CorrectionParts, finding: ComplianceFindingRow): boolean {
  const at = readNote(finding)?.at ?? '';
  return deps.clock.nowMs() - Date.parse(at) >= NOTICE_MS;
}

/** Begun within the last hour. */
async function countLatest({ deps }: CorrectionParts, tenantId: string): Promise<number> {
  const rows = await deps.store.read({
    from: 'operations',
    where: {
      tenant_id: tenantId,
      kind: 'compliance_finding.correct',
      created_by: CORRECTOR_NAME,
      created_at_ms: { above: deps.clock.nowMs() - HOUR_MS },
    },
    damaged: 'blank',
  });
  return rows.length;
}

/** The dry run: what would be refused is not announced. */
async function announce(
  parts: CorrectionParts,
  planned: PlannedCorrection,
  { guard }: ReconcilerBudget,
): Promise<void> {
  const { deps } = parts;
  const { finding, hcl } = planned;
  const { tenant_id: tenantId } = finding;
  const isManaged = hcl.length > 0;
  const refused = isManaged
    ? undefined
    : await tryCorrection(deps, planned, contextOf(parts, tenantId));
  if (refused !== undefined) return;
  const state = isManaged ? 'proposed' : 'planned';
  const note = noteChange(deps, planned, { state, by: CORRECTOR_NAME });
  const event = eventChange(deps, {
    tenantId,
    type: `compliance_finding.correction_${state}`,
    source: CORRECTOR_NAME,
    target: finding.id,
    priority: 'normal',
    data: { check: finding.check_id, name: finding.subject_name, change: explainChange(planned) },
  });
  // A finding that was corrected or resolved meanwhile is read again in the next round.
  await commitUnder(guard, deps, [note, event]);
}

function contextOf({ deps }: CorrectionParts, tenantId: string): CallContext {
  const context = platformContext(deps, tenantId, 'policy');
  return { ...context, principal: { ...context.principal, name: CORRECTOR_NAME } };
}
