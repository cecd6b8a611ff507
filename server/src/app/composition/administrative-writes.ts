/** The writes of administrative objects, and how each is tried without being made. */

import type { AdministrativeWrite } from '@novacron/contract/admission/admission';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { createRole, deleteRole, updateRole } from '../access/roles/write-roles.ts';
import { createTenant, deleteTenant, updateTenant } from '../access/tenants/write-tenants.ts';
import type {
  DryRun,
  DryRuns,
} from '../governance/admission-preview/preview-administrative-write.ts';
import { placeWrite, questionOf } from '../kernel/admission/checked-write.ts';
import type { CallContext } from '../kernel/context/call-context.ts';
import {
  createPolicyData,
  deletePolicyData,
  updatePolicyData,
} from '../policy/data/write-policy-data.ts';
import { createPolicyWaiver, deletePolicyWaiver } from '../policy/waivers/write-waivers.ts';
import {
  prepareReservationCreate,
  prepareReservationDelete,
} from '../resources/reservation/prepare-reservation.ts';
import type { Check } from '../resources/scope.ts';
import {
  prepareWorkflowCreate,
  prepareWorkflowDelete,
  prepareWorkflowUpdate,
} from '../resources/workflow/prepare-workflow.ts';
import type { AppDeps } from './deps.ts';

/** The dry runs by operation. */
export const DRY_RUNS: DryRuns<AppDeps> = {
  'tenant.create': dryRun(createTenant),
  'tenant.update': dryRun(updateTenant),
  'tenant.delete': dryRun(deleteTenant),
  'role.create': dryRun(createRole),
  'role.update': dryRun(updateRole),
  'role.delete': dryRun(deleteRole),
  'reservation.create': dryRunOfPrepared('reservation.create', prepareReservationCreate),
  'reservation.delete': dryRunOfPrepared('reservation.delete', prepareReservationDelete),
  'policy_waiver.create': dryRun(createPolicyWaiver),
  'policy_waiver.delete': dryRun(deletePolicyWaiver),
  'policy_data.create': dryRun(createPolicyData),
  'policy_data.update': dryRun(updatePolicyData),
  'policy_data.delete': dryRun(deletePolicyData),
  'workflow.create': dryRunOfPrepared('workflow.create', prepareWorkflowCreate),
  'workflow.update': dryRunOfPrepared('workflow.update', prepareWorkflowUpdate),
  'workflow.delete': dryRunOfPrepared('workflow.delete', prepareWorkflowDelete),
};

/** The dry run of a write that checks everything before its one commit. */
function dryRun<Input>(
  write: (deps: AppDeps, input: Input, context: CallContext) => Promise<Result<unknown, Problem>>,
): DryRun<AppDeps, Input> {
  return async (deps, input, context) => {
    const done = await write(deps, input, context);
    return done.ok ? [] : [done.error];
  };
}

/** The dry run of a write that is prepared for an operation. */
function dryRunOfPrepared<Input>(
  operation: AdministrativeWrite,
  check: Check<Input>,
): DryRun<AppDeps, Input> {
  return async (deps, input, context) => {
    const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
    const checked = await check(input, scope);
    if (!checked.ok) return lasting(checked.error);
    const asked = questionOf(operation, checked.value);
    const { problem } = await deps.verdicts.decide(context, asked);
    if (problem !== undefined) return [problem];
    const placed = await placeWrite(checked.value);
    return placed.ok ? [] : lasting(placed.error);
  };
}

/** Another write at this moment has ended by the time of the apply. */
function lasting(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ code }) => code !== 'conflict');
}
