/** The writes of administrative objects, and how each is tried without being made. */

import type { AdministrativeWrite } from '@novacron/contract/admission/admission';
import { checkRoleCreate, checkRoleDelete, checkRoleUpdate } from '../access/roles/write-roles.ts';
import {
  checkTenantCreate,
  checkTenantDelete,
  checkTenantUpdate,
} from '../access/tenants/write-tenants.ts';
import type {
  DryRun,
  DryRuns,
} from '../governance/admission-preview/preview-administrative-write.ts';
import { tryWrite } from '../kernel/admission/try-write.ts';
import type { CallContext } from '../kernel/context/call-context.ts';
import { type CheckedObject, tryObject } from '../kernel/write/admit-object.ts';
import {
  checkPolicyDataCreate,
  checkPolicyDataDelete,
  checkPolicyDataUpdate,
} from '../policy/data/write-policy-data.ts';
import {
  checkPolicyWaiverCreate,
  checkPolicyWaiverDelete,
} from '../policy/waivers/write-waivers.ts';
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
  'tenant.create': dryRun(checkTenantCreate),
  'tenant.update': dryRun(checkTenantUpdate),
  'tenant.delete': dryRun(checkTenantDelete),
  'role.create': dryRun(checkRoleCreate),
  'role.update': dryRun(checkRoleUpdate),
  'role.delete': dryRun(checkRoleDelete),
  'reservation.create': dryRunOfPrepared('reservation.create', prepareReservationCreate),
  'reservation.delete': dryRunOfPrepared('reservation.delete', prepareReservationDelete),
  'policy_waiver.create': dryRun(checkPolicyWaiverCreate),
  'policy_waiver.delete': dryRun(checkPolicyWaiverDelete),
  'policy_data.create': dryRun(checkPolicyDataCreate),
  'policy_data.update': dryRun(checkPolicyDataUpdate),
  'policy_data.delete': dryRun(checkPolicyDataDelete),
  'workflow.create': dryRunOfPrepared('workflow.create', prepareWorkflowCreate),
  'workflow.update': dryRunOfPrepared('workflow.update', prepareWorkflowUpdate),
  'workflow.delete': dryRunOfPrepared('workflow.delete', prepareWorkflowDelete),
};

/** The dry run of a write of an object. */
function dryRun<Input>(
  check: (deps: AppDeps, input: Input, context: CallContext) => CheckedObject<unknown>,
): DryRun<AppDeps, Input> {
  return async (deps, input, context) => {
    const problem = await tryObject(deps, context, () => check(deps, input, context));
    return problem === undefined ? [] : [problem];
  };
}

/** The dry run of a write that is prepared for an operation. */
function dryRunOfPrepared<Input extends Readonly<Record<string, unknown>>>(
  operation: AdministrativeWrite,
  check: Check<Input>,
): DryRun<AppDeps, Input> {
  return async (deps, input, context) => {
    const problems = await tryWrite(operation, input, check, deps, context);
    // Another write at this moment has ended by the time of the apply.
    return problems.filter(({ code }) => code !== 'conflict');
  };
}
