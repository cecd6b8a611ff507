/** Violations between their rows and the engine. */
import { EnforcementMode } from '@novacron/contract/admission/policy-verdict';
import { ViolationState } from '@novacron/contract/kinds/policy/policy-violation';
import type { KnownViolation, ViolationChange } from '@novacron/engine/policy/plan-violations';
import type { Change } from '../../../ports/store.ts';
import type { PolicyViolationRow } from '../../../ports/tables/policy/policy-violation-rows.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { PLATFORM_NAME } from '../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** A violation as the engine compares it. */
export function toKnown(row: PolicyViolationRow): KnownViolation {
  return {
    id: row.id,
    state: ViolationState.parse(row.state),
    policyId: row.policy_id,
    policyName: row.policy_name,
    policyVersion: row.policy_version,
    mode: EnforcementMode.parse(row.mode),
    resourceKind: row.resource_kind,
    resourceId: row.resource_id,
    resourceName: row.resource_name,
    reasons: JSON.parse(row.reasons_json),
    waiverId: row.waiver_id,
  };
}

/** The changes of one violation, with the event that reports it. */
export function toChanges(
  deps: CapabilityDeps,
  given: {
    readonly change: ViolationChange;
    readonly before: PolicyViolationRow | undefined;
    readonly tenantId: string;
    readonly nowMs: number;
  },
): readonly Change[] {
  const { change, before, tenantId, nowMs } = given;
  const { kind, violation, state, waiverId } = change;
  const row: PolicyViolationRow = {
    id: before?.id ?? deps.ids.next('pvio'),
    tenant_id: tenantId,
    state,
    policy_id: violation.policyId,
    policy_name: violation.policyName,
    policy_version: violation.policyVersion,
    mode: violation.mode,
    resource_kind: violation.resourceKind,
    resource_id: violation.resourceId,
    resource_name: violation.resourceName,
    reasons_json: JSON.stringify(violation.reasons),
    waiver_id: waiverId,
    opened_at_ms: kind === 'opens' || before === undefined ? nowMs : before.opened_at_ms,
    changed_at_ms: nowMs,
    resolved_at_ms: state === 'resolved' ? nowMs : null,
  };
  return [
    { kind: 'put', into: 'policy_violations', row },
    eventChange(deps, {
      tenantId,
      type: `policy_violation.${kind === 'resolves' ? 'resolved' : state}`,
      source: PLATFORM_NAME,
      target: row.id,
      priority: 'normal',
      data: { policy: row.policy_name, kind: row.resource_kind, name: row.resource_name },
    }),
  ];
}
