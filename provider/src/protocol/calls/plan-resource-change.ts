import type { Path } from '../../cty/path.ts';
import type { ValueRecord } from '../../cty/value.ts';
import type { PlanContext } from '../../framework/context.ts';
import { type Diagnostic, Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { checkPlan } from '../../framework/planning/check-conformance.ts';
import { planChange } from '../../framework/planning/plan-change.ts';
import { openPrivateState, type PrivateRecord } from '../../framework/private-state.ts';
import type { PlanChange, Resource } from '../../framework/resource.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import type { PlanRequest, PlanResponse } from '../../gen/tfplugin6.ts';
import { lookUp } from '../session/look-up.ts';
import {
  castAnswer,
  type HandlerCall,
  reportViolations,
  runHandler,
} from '../session/run-handler.ts';
import { momentOf, reportFailure, resourceContext, type Session } from '../session/session.ts';
import { diagnosticsToWire, pathToWire } from '../translation/translate-diagnostics.ts';
import { isNullWire, valueToWire } from '../translation/translate-value.ts';

/** Plans one object; every diagnostic reported here shows before anything is changed. */
export async function planResourceChange(
  request: PlanRequest,
  session: Session,
): Promise<PlanResponse> {
  const diagnostics = new Diagnostics();
  const privateRecord = openPrivateState(request.prior_private);
  const call = { diagnostics, log: session.log, what: `plan ${request.type_name}` };
  const moment = momentOf(session, request.client_capabilities);
  const plan = await runHandler(call, () =>
    planObject(request, session, { call, privateRecord, moment }),
  );
  return {
    planned_state: plan?.wire ?? request.prior_state,
    requires_replace: (plan?.replacePaths ?? []).map(pathToWire),
    planned_private: privateRecord.encode(),
    diagnostics: diagnosticsToWire(diagnostics),
    legacy_type_system: false,
    deferred: undefined,
    // A new object has none yet, and no change gives an object another one.
    planned_identity: request.prior_identity,
  };
}

interface Planning {
  readonly call: HandlerCall;
  readonly privateRecord: PrivateRecord;
  readonly moment: PlanContext<unknown>['moment'];
}

async function planObject(request: PlanRequest, session: Session, planning: Planning) {
  const resource = lookUp(session.provider.resources, request.type_name);
  const { attributes, type } = resource.schema;
  const prior = session.values.read(type, request.prior_state);
  if (isNullWire(request.proposed_new_state)) {
    if (prior !== null) await modify(resource, session, planning, { kind: 'delete', prior });
    return { wire: valueToWire(type, null), replacePaths: [] };
  }
  const config = session.values.read(type, request.config) ?? {};
  const clears = resource.clears?.({ privateState: planning.privateRecord.values });
  const keeps =
    prior === null
      ? undefined
      : resource.keeps?.({ prior, config }, { privateState: planning.privateRecord.values });
  const asked = { schema: resource.schema, prior, config, clears, keeps };
  const { kind, planned, replacePaths } = planChange(asked);
  const change: PlanChange<Schema> =
    kind === 'create' || prior === null
      ? { kind: 'create', config, plan: planned }
      : { kind, prior, config, plan: planned, replacePaths };
  const isHeld = change.kind === 'create' && planning.moment === 'apply';
  const patch = await (isHeld ? modifyAndHold : modify)(resource, session, planning, change);
  // Most objects of most plans: nothing is to be written again.
  if (kind === 'no-op' && patch === undefined && request.prior_state !== undefined) {
    return { wire: request.prior_state, replacePaths };
  }
  // An object type makes a record of a record.
  const patched = castAnswer(type, { ...planned, ...patch?.plan }, planning.call) as ValueRecord;
  const allPaths: readonly Path[] = [...replacePaths, ...(patch?.replacePaths ?? [])];
  if (session.conformance) {
    const check = { prior, config, planned: patched, replacePaths: allPaths };
    reportViolations(checkPlan(attributes, check), planning.call);
  }
  return { wire: valueToWire(type, patched), replacePaths: allPaths };
}

async function modify(
  resource: Resource<Schema, unknown>,
  session: Session,
  { call, privateRecord, moment }: Planning,
  change: PlanChange<Schema>,
) {
  if (reportFailure(session, call.diagnostics)) return undefined;
  const context = resourceContext(session, call.diagnostics, privateRecord);
  return resource.modifyPlan?.(change, { ...context, moment });
}

/**
 * Plans a create during the apply; its errors become part of the planned private state, and
 * ApplyResourceChange raises them. After an error of this call Terraform 1.11 does not restore the
 * object that `create_before_destroy` replaces; after an error of ApplyResourceChange it does.
 */
async function modifyAndHold(
  resource: Resource<Schema, unknown>,
  session: Session,
  planning: Planning,
  change: PlanChange<Schema>,
) {
  const diagnostics = new Diagnostics();
  const call = { ...planning.call, diagnostics };
  const patch = await runHandler(call, () =>
    modify(resource, session, { ...planning, call }, change),
  );
  const isError = ({ severity }: Diagnostic) => severity === 'error';
  planning.privateRecord.refusals = diagnostics.all.filter(isError);
  planning.call.diagnostics.append(diagnostics.all.filter((each) => !isError(each)));
  return patch;
}
