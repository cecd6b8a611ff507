import { dropUnknown, isWhollyKnown } from '../../cty/is-wholly-known.ts';
import { isValueRecord, type Value, type ValueRecord } from '../../cty/value.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { checkApply } from '../../framework/planning/check-conformance.ts';
import { openPrivateState, type PrivateRecord } from '../../framework/private-state.ts';
import type { Resource } from '../../framework/resource.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import type { ApplyRequest, ApplyResponse } from '../../gen/tfplugin6.ts';
import { lookUp } from '../session/look-up.ts';
import {
  castAnswer,
  type HandlerCall,
  reportBug,
  reportViolations,
  runHandler,
} from '../session/run-handler.ts';
import { applyContext, resourceContext, type Session } from '../session/session.ts';
import { diagnosticsToWire } from '../translation/translate-diagnostics.ts';
import { objectFromWire, valueToWire } from '../translation/translate-value.ts';
import { identityToWire } from './resource-identity.ts';

/**
 * Creates, updates or deletes one object. The answer always contains what exists afterwards: a
 * create that failed half-way leaves a tainted object in the state, never a lost one.
 */
export async function applyResourceChange(
  request: ApplyRequest,
  session: Session,
): Promise<ApplyResponse> {
  const diagnostics = new Diagnostics();
  const privateRecord = openPrivateState(request.planned_private);
  const what = `apply the plan of ${request.type_name}`;
  const call = { diagnostics, log: session.log, what };
  const state = await runHandler(call, () =>
    applyObject(request, session, { diagnostics, privateRecord }),
  );
  return {
    new_state: state?.wire ?? request.prior_state,
    new_identity: state === undefined ? request.planned_identity : state.identity,
    private: privateRecord.encode(),
    diagnostics: diagnosticsToWire(diagnostics),
    legacy_type_system: false,
  };
}

interface Applying {
  readonly diagnostics: Diagnostics;
  readonly privateRecord: PrivateRecord;
}

async function applyObject(request: ApplyRequest, session: Session, applying: Applying) {
  const resource = lookUp(session.provider.resources, request.type_name);
  const { type } = resource.schema;
  const prior = objectFromWire(type, request.prior_state);
  const planned = objectFromWire(type, request.planned_state);
  const config = objectFromWire(type, request.config) ?? {};
  const verb = planned === null ? 'delete' : prior === null ? 'create' : 'update';
  const { diagnostics, privateRecord } = applying;
  const call = { diagnostics, log: session.log, what: `${verb} ${request.type_name}` };
  if (planned === null) {
    const remains = await deleteObject({ resource, session, prior, call, ...applying });
    return { wire: valueToWire(type, remains), identity: identityToWire(resource, remains) };
  }
  if (prior === null && privateRecord.refusals.length > 0) {
    diagnostics.append(privateRecord.refusals);
    return { wire: valueToWire(type, null), identity: undefined };
  }
  const state = await writeObject({ resource, session, prior, planned, config, call, ...applying });
  const identity = identityToWire(resource, isValueRecord(state) ? state : null);
  return { wire: valueToWire(type, state), identity };
}

interface DeleteStep extends Applying {
  readonly resource: Resource<Schema, unknown>;
  readonly session: Session;
  readonly prior: ValueRecord | null;
  readonly call: HandlerCall;
}

/** Returns what is left: the object, if it could not be deleted. */
async function deleteObject(step: DeleteStep): Promise<ValueRecord | null> {
  const { resource, session, prior, call, diagnostics, privateRecord } = step;
  if (prior === null) return null;
  await runHandler(call, () =>
    resource.delete(prior, resourceContext(session, diagnostics, privateRecord)),
  );
  return diagnostics.hasErrors ? prior : null;
}

interface WriteStep extends DeleteStep {
  readonly planned: ValueRecord;
  readonly config: ValueRecord;
}

async function writeObject(step: WriteStep): Promise<Value> {
  const { resource, session, prior, planned, config, call, diagnostics, privateRecord } = step;
  const partials: object[] = [];
  const answer = await runHandler(call, () => {
    const base = resourceContext(session, diagnostics, privateRecord);
    const context = applyContext(base, partials);
    return prior === null
      ? resource.create({ desired: planned, config }, context)
      : resource.update({ desired: planned, config, prior }, context);
  });
  if (answer === null && !diagnostics.hasErrors)
    reportBug('the handler returned neither a state nor an error', call);
  if (diagnostics.hasErrors) {
    return keepPartial(step, answer ? [...partials, answer] : partials);
  }
  const { attributes, type } = resource.schema;
  const state = castAnswer(type, answer, call);
  if (!isValueRecord(state)) return keepPartial(step, partials);
  if (session.conformance) reportViolations(checkApply(attributes, { planned, state }), call);
  if (isWhollyKnown(state)) return state;
  if (!session.conformance) reportBug('a value is still unknown after apply', call);
  return dropUnknown(state);
}

/**
 * Returns the state after a failure: recorded values override planned (create) or stored (update)
 * ones. Null if nothing is known to exist.
 */
function keepPartial(step: WriteStep, partials: readonly object[]): Value {
  const { resource, prior, planned, call } = step;
  if (partials.length === 0) return prior;
  const merged = Object.assign({}, prior ?? planned, ...partials);
  return dropUnknown(castAnswer(resource.schema.type, merged, call));
}
