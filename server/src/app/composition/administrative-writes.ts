/** The previews of writes of administrative objects, and of actions. */

import {
  type AdministrativeWrite,
  PreviewableAction,
} from '@novacron/contract/admission/admission';
import { tableOf } from '@novacron/contract/closed-table';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { checkRoleCreate, checkRoleDelete, checkRoleUpdate } from '../access/roles/write-roles.ts';
import {
  checkTenantCreate,
  checkTenantDelete,
  checkTenantUpdate,
} from '../access/tenants/write-tenants.ts';
import type {
  ObjectPreview,
  ObjectPreviews,
} from '../governance/admission-preview/preview-object.ts';
import type { CallContext } from '../kernel/context/call-context.ts';
import { toWrite } from '../kernel/write/admit-write.ts';
import { previewWrite } from '../kernel/write/take-write.ts';
import { type CheckedObject, toObjectWrite } from '../kernel/write/write-object.ts';
import {
  checkBudgetCreate,
  checkBudgetDelete,
  checkBudgetUpdate,
} from '../placement/budgets/write-budgets.ts';
import {
  checkPriceListCreate,
  checkPriceListDelete,
  checkPriceListUpdate,
} from '../placement/prices/write-price-lists.ts';
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
  prepareApplicationCreate,
  prepareApplicationDelete,
  prepareApplicationUpdate,
} from '../resources/gitops-application/prepare-application.ts';
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

/** The previews by operation. */
export const OBJECT_PREVIEWS: ObjectPreviews<AppDeps> = {
  'tenant.create': ofObject('tenant.create', checkTenantCreate),
  'tenant.update': ofObject('tenant.update', checkTenantUpdate),
  'tenant.delete': ofObject('tenant.delete', checkTenantDelete),
  'role.create': ofObject('role.create', checkRoleCreate),
  'role.update': ofObject('role.update', checkRoleUpdate),
  'role.delete': ofObject('role.delete', checkRoleDelete),
  'reservation.create': ofPrepared('reservation.create', prepareReservationCreate),
  'reservation.delete': ofPrepared('reservation.delete', prepareReservationDelete),
  'policy_waiver.create': ofObject('policy_waiver.create', checkPolicyWaiverCreate),
  'policy_waiver.delete': ofObject('policy_waiver.delete', checkPolicyWaiverDelete),
  'policy_data.create': ofObject('policy_data.create', checkPolicyDataCreate),
  'policy_data.update': ofObject('policy_data.update', checkPolicyDataUpdate),
  'policy_data.delete': ofObject('policy_data.delete', checkPolicyDataDelete),
  'workflow.create': ofPrepared('workflow.create', prepareWorkflowCreate),
  'workflow.update': ofPrepared('workflow.update', prepareWorkflowUpdate),
  'workflow.delete': ofPrepared('workflow.delete', prepareWorkflowDelete),
  'gitops_application.create': ofPrepared('gitops_application.create', prepareApplicationCreate),
  'gitops_application.update': ofPrepared('gitops_application.update', prepareApplicationUpdate),
  'gitops_application.delete': ofPrepared('gitops_application.delete', prepareApplicationDelete),
  'price_list.create': ofObject('price_list.create', checkPriceListCreate),
  'price_list.update': ofObject('price_list.update', checkPriceListUpdate),
  'price_list.delete': ofObject('price_list.delete', checkPriceListDelete),
  'budget.create': ofObject('budget.create', checkBudgetCreate),
  'budget.update': ofObject('budget.update', checkBudgetUpdate),
  'budget.delete': ofObject('budget.delete', checkBudgetDelete),
  ...tableOf(PreviewableAction.options, ofAction),
};

/** The preview of a write of an object. */
function ofObject<Input>(
  name: AdministrativeWrite,
  check: (deps: AppDeps, input: Input, context: CallContext) => CheckedObject<unknown>,
): ObjectPreview<AppDeps, Input> {
  return (deps, input, context) => {
    const asked = { name, check: () => check(deps, input, context) };
    return previewWrite(deps, context, toObjectWrite(context, asked));
  };
}

/** The preview of a write that is prepared for an operation. */
function ofPrepared<Input extends Readonly<Record<string, unknown>>>(
  name: AdministrativeWrite,
  check: Check<Input>,
): ObjectPreview<AppDeps, Input> {
  return async (deps, input, context) => {
    const write = toWrite({ name, input, check }, context);
    const { problems, warnings } = await previewWrite(deps, context, write);
    // Another write at this moment has ended by the time of the apply.
    return { warnings, problems: problems.filter(({ code }) => code !== 'conflict') };
  };
}

/** The preview of an action, which is sent next: whatever refuses it now counts. */
function ofAction<Name extends PreviewableAction>(
  name: Name,
): ObjectPreview<AppDeps, ParsedInputOf<Name>> {
  return (deps, input, context) => {
    const check: Check<ParsedInputOf<Name>> = deps.writes[name];
    return previewWrite(deps, context, toWrite({ name, input, check }, context));
  };
}
