import { isValueRecord } from '../../cty/value.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { checkState } from '../../framework/planning/check-conformance.ts';
import type { Json } from '../../framework/private-state.ts';
import type {
  CloseEphemeralRequest,
  DiagnosticsResponse,
  OpenEphemeralRequest,
  OpenEphemeralResponse,
  RenewEphemeralRequest,
  RenewEphemeralResponse,
  Timestamp,
} from '../../gen/tfplugin6.ts';
import { lookUp } from '../session/look-up.ts';
import { castAnswer, reportViolations, runHandler } from '../session/run-handler.ts';
import { clientContext, type Session } from '../session/session.ts';
import { diagnosticsToWire } from '../translation/translate-diagnostics.ts';
import { objectFromWire, valueToWire } from '../translation/translate-value.ts';

/** Opens an ephemeral resource, which exists for this run only and is never stored. */
export async function openEphemeralResource(
  request: OpenEphemeralRequest,
  session: Session,
): Promise<OpenEphemeralResponse> {
  const diagnostics = new Diagnostics();
  const call = { diagnostics, log: session.log, what: `open ${request.type_name}` };
  const opened = await runHandler(call, async () => {
    const resource = lookUp(session.provider.ephemeralResources, request.type_name);
    const { schema } = resource;
    const config = objectFromWire(schema.type, request.config) ?? {};
    const answer = await resource.open(config, clientContext(session, diagnostics));
    if (answer === null) return undefined;
    const result = castAnswer(schema.type, answer.result, call);
    if (session.conformance && isValueRecord(result)) {
      reportViolations(checkState(schema.attributes, result), call);
    }
    return { ...answer, wire: valueToWire(schema.type, result) };
  });
  return {
    result: opened?.wire,
    renew_at: timestampToWire(opened?.renewAtMs),
    private: privateToWire(opened?.private),
    diagnostics: diagnosticsToWire(diagnostics),
    deferred: undefined,
  };
}

/** Renews an ephemeral resource. */
export async function renewEphemeralResource(
  request: RenewEphemeralRequest,
  session: Session,
): Promise<RenewEphemeralResponse> {
  const diagnostics = new Diagnostics();
  const call = { diagnostics, log: session.log, what: `renew ${request.type_name}` };
  const renewed = await runHandler(call, () => {
    const resource = lookUp(session.provider.ephemeralResources, request.type_name);
    const context = clientContext(session, diagnostics);
    return resource.renew?.(privateFromWire(request.private), context);
  });
  const hasNewPrivate = renewed?.private !== undefined;
  return {
    renew_at: timestampToWire(renewed?.renewAtMs),
    private: hasNewPrivate ? privateToWire(renewed.private) : request.private,
    diagnostics: diagnosticsToWire(diagnostics),
  };
}

/** Closes an ephemeral resource. */
export async function closeEphemeralResource(
  request: CloseEphemeralRequest,
  session: Session,
): Promise<DiagnosticsResponse> {
  const diagnostics = new Diagnostics();
  const call = { diagnostics, log: session.log, what: `close ${request.type_name}` };
  await runHandler(call, async () => {
    const resource = lookUp(session.provider.ephemeralResources, request.type_name);
    const context = clientContext(session, diagnostics);
    await resource.close?.(privateFromWire(request.private), context);
  });
  return { diagnostics: diagnosticsToWire(diagnostics) };
}

function timestampToWire(ms: number | undefined): Timestamp | undefined {
  if (ms === undefined) return undefined;
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: Math.floor(ms % 1000) * 1_000_000 };
}

function privateToWire(stored: Json | undefined): Buffer | undefined {
  return stored === undefined ? undefined : Buffer.from(JSON.stringify(stored));
}

function privateFromWire(bytes: Uint8Array | undefined): Json {
  if (bytes === undefined || bytes.length === 0) return null;
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}
