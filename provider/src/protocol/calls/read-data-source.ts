import { isValueRecord } from '../../cty/value.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { checkState } from '../../framework/planning/check-conformance.ts';
import type { ReadDataRequest, ReadDataResponse } from '../../gen/tfplugin6.ts';
import { lookUp } from '../session/look-up.ts';
import { castAnswer, reportBug, reportViolations, runHandler } from '../session/run-handler.ts';
import { clientContext, type Session } from '../session/session.ts';
import { diagnosticsToWire } from '../translation/translate-diagnostics.ts';
import { objectFromWire, valueToWire } from '../translation/translate-value.ts';

/** Reads a data source. Terraform waits until its arguments are known. */
export async function readDataSource(
  request: ReadDataRequest,
  session: Session,
): Promise<ReadDataResponse> {
  const diagnostics = new Diagnostics();
  const call = { diagnostics, log: session.log, what: `read data source ${request.type_name}` };
  const state = await runHandler(call, async () => {
    const source = lookUp(session.provider.dataSources, request.type_name);
    const { schema } = source;
    const config = objectFromWire(schema.type, request.config) ?? {};
    const answer = await source.read(config, clientContext(session, diagnostics));
    if (diagnostics.hasErrors) return undefined;
    const value = castAnswer(schema.type, answer, call);
    if (!isValueRecord(value)) reportBug('nothing was read and no error came back', call);
    else if (session.conformance) reportViolations(checkState(schema.attributes, value), call);
    return valueToWire(schema.type, value);
  });
  return { state, diagnostics: diagnosticsToWire(diagnostics), deferred: undefined };
}
