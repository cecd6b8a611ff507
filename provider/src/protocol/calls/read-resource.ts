import { equalValues } from '../../cty/equal-values.ts';
import { isValueRecord, type ValueRecord } from '../../cty/value.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { checkRead, checkState } from '../../framework/planning/check-conformance.ts';
import { openPrivateState, type PrivateRecord } from '../../framework/private-state.ts';
import type { ReadRequest, ReadResponse } from '../../gen/tfplugin6.ts';
import { lookUp } from '../session/look-up.ts';
import { castAnswer, reportViolations, runHandler } from '../session/run-handler.ts';
import { reportFailure, resourceContext, type Session } from '../session/session.ts';
import { diagnosticsToWire } from '../translation/translate-diagnostics.ts';
import { valueToWire } from '../translation/translate-value.ts';
import { identityToWire } from './resource-identity.ts';

/** Refreshes one object. Null says that it is gone. */
export async function readResource(request: ReadRequest, session: Session): Promise<ReadResponse> {
  session.hasRead = true;
  const diagnostics = new Diagnostics();
  const privateRecord = openPrivateState(request.private);
  const call = { diagnostics, log: session.log, what: `read ${request.type_name}` };
  const state = await runHandler(call, () =>
    readObject(request, session, { ...call, privateRecord }),
  );
  return {
    // After a failure Terraform keeps what it has.
    new_state: state?.wire ?? request.current_state,
    new_identity: state === undefined ? request.current_identity : state.identity,
    private: privateRecord.encode(),
    diagnostics: diagnosticsToWire(diagnostics),
    deferred: undefined,
  };
}

interface ReadCall {
  readonly diagnostics: Diagnostics;
  readonly log: Session['log'];
  readonly what: string;
  readonly privateRecord: PrivateRecord;
}

async function readObject(request: ReadRequest, session: Session, call: ReadCall) {
  const resource = lookUp(session.provider.resources, request.type_name);
  const { schema } = resource;
  const { diagnostics, privateRecord } = call;
  const prior = session.values.read(schema.type, request.current_state);
  if (prior === null) return { wire: valueToWire(schema.type, null), identity: undefined };
  if (reportFailure(session, diagnostics)) return undefined;
  const context = resourceContext(session, diagnostics, privateRecord);
  const answer = await resource.read(prior, context);
  if (diagnostics.hasErrors) return undefined;
  // From the answer on a difference is drift.
  const { imported } = context;
  privateRecord.imported = false;
  // A handler returns values of its schema; `castAnswer` checks those that differ.
  if (answer !== null && equalValues(schema.type, prior, answer as ValueRecord)) {
    // Most objects of most plans: nothing is to be written again.
    return { wire: request.current_state, identity: identityToWire(resource, prior) };
  }
  const state = castAnswer(schema.type, answer, call);
  if (session.conformance && isValueRecord(state)) {
    reportViolations(checkAnswer(prior, state, imported), call);
  }
  const identity = identityToWire(resource, isValueRecord(state) ? state : null);
  return { wire: valueToWire(schema.type, state), identity };

  function checkAnswer(before: ValueRecord, after: ValueRecord, imported: boolean) {
    return imported
      ? checkState(schema.attributes, after)
      : checkRead(schema.attributes, { prior: before, state: after });
  }
}
