/**
 * Reverts drift automatically where a tenant wants that: never critical drift, and at a limited
 * rate.
 */
import { DRIFT_SEVERITIES, type DriftRecord } from '@novacron/contract/drift/drift';
import { isWaitingProblem } from '../../kernel/arbitration/waiting-problem.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import { driftSettings } from './drift-settings.ts';
import { type RemediationParts, remediateDrift } from './remediate-drift.ts';

/** The actor that records show for automatic reverts. */
const REMEDIATOR_NAME = OWN_PRINCIPALS.driftRemediator;

const HOUR_MS = 3_600_000;

/**
 * Reverts one new drift if its tenant wants that.
 * @returns the outcome, for the log
 */
export async function autoRemediate(
  parts: RemediationParts,
  record: DriftRecord,
  tenantId: string,
): Promise<'off' | 'too-grave' | 'too-often' | 'started' | 'waits' | 'refused'> {
  const { deps } = parts;
  const settings = await driftSettings.read(deps, tenantId);
  if (settings.auto_remediate === 'off') return 'off';
  const rank = (severity: DriftRecord['severity']) => DRIFT_SEVERITIES.indexOf(severity);
  const isGrave = rank(record.severity) < rank(settings.auto_severity_max);
  if (isGrave || record.severity === 'critical') return 'too-grave';
  const latest = await deps.store.read({
    from: 'operations',
    where: {
      tenant_id: tenantId,
      kind: 'drift.remediate',
      created_by: REMEDIATOR_NAME,
      created_at_ms: { above: deps.clock.nowMs() - HOUR_MS },
    },
    limit: settings.auto_per_hour_max,
    damaged: 'blank',
  });
  if (latest.length >= settings.auto_per_hour_max) return 'too-often';
  const ids = [record.resource_id];
  const input = { action: 'revert', ids, dry_run: false } as const;
  const done = await remediateDrift(parts, input, contextOf(parts, tenantId));
  const item = done.ok ? done.value.remediated[0] : undefined;
  if (item?.outcome === 'started') return 'started';
  return item?.problem != null && isWaitingProblem(item.problem) ? 'waits' : 'refused';
}

function contextOf({ deps }: RemediationParts, tenantId: string): CallContext {
  const context = platformContext(deps, tenantId, 'policy');
  return { ...context, principal: { ...context.principal, name: REMEDIATOR_NAME } };
}
