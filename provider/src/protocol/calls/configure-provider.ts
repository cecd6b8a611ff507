import type { ValueRecord } from '../../cty/value.ts';
import { type Diagnostic, Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { validateConfig } from '../../framework/planning/validate-config.ts';
import type {
  ConfigureRequest,
  DiagnosticsResponse,
  StopResponse,
  ValidateProviderRequest,
  ValidateProviderResponse,
} from '../../gen/tfplugin6.ts';
import type { ShutdownReason } from '../../process/shutdown-reason.ts';
import { reportBug, runHandler } from '../session/run-handler.ts';
import { baseContext, momentOf, type Session } from '../session/session.ts';
import { diagnosticsToWire } from '../translation/translate-diagnostics.ts';
import { objectFromWire } from '../translation/translate-value.ts';

/** Checks the provider block; parts of it may be unknown. */
export async function validateProviderConfig(
  request: ValidateProviderRequest,
  session: Session,
): Promise<ValidateProviderResponse> {
  const diagnostics = new Diagnostics();
  const { schema } = session.provider;
  const call = { diagnostics, log: session.log, what: 'validate the provider configuration' };
  await runHandler(call, async () => {
    const config = objectFromWire(schema.type, request.config) ?? {};
    const options = { writeOnlyAllowed: true };
    diagnostics.append(validateConfig(schema.attributes, config, options).all);
    await session.provider.validate?.(config, baseContext(session, diagnostics));
  });
  return { diagnostics: diagnosticsToWire(diagnostics) };
}

/** Creates the client that all later calls use. */
export async function configureProvider(
  request: ConfigureRequest,
  session: Session,
): Promise<DiagnosticsResponse> {
  const diagnostics = new Diagnostics();
  session.terraformVersion = request.terraform_version;
  session.hasRead = false;
  if (session.stop.signal.aborted) session.stop = new AbortController();
  const call = { diagnostics, log: session.log, what: 'configure the provider' };
  session.client = undefined;
  session.failure = undefined;
  let isImplied = false;
  const client = await runHandler(call, async () => {
    const config = objectFromWire(session.provider.schema.type, request.config) ?? {};
    isImplied = mayBeImplied(config);
    for (const earlier of session.clients) await session.provider.settle?.(earlier);
    return session.provider.configure(config, baseContext(session, diagnostics));
  });
  if (client !== undefined && client !== null) {
    session.client = { value: client };
    session.clients.push(client);
  } else if (!diagnostics.hasErrors) {
    reportBug('configure returned neither a client nor an error', call);
  }
  const isPlan = momentOf(session, request.client_capabilities) === 'plan';
  if (diagnostics.hasErrors && isPlan && isImplied) return deferErrors(session, diagnostics);
  return { diagnostics: diagnosticsToWire(diagnostics) };
}

/** Whether there may be no provider block. An empty one looks the same. */
function mayBeImplied(config: ValueRecord): boolean {
  return Object.values(config).every((value) => value === null);
}

/**
 * Leaves the errors of a configuration to the first call that needs the client. Terraform 1.11 adds
 * to an error of ConfigureProvider, where there is no provider block, that one is required, which
 * is not what is wrong. An apply has more objects than errors are read of, so there it is raised.
 */
function deferErrors(session: Session, diagnostics: Diagnostics): DiagnosticsResponse {
  const isError = ({ severity }: Diagnostic) => severity === 'error';
  // No line of a configuration says what is wrong.
  const errors = diagnostics.all.filter(isError).map((each) => ({ ...each, path: undefined }));
  session.failure = { errors, isReported: false };
  const others = new Diagnostics();
  others.append(diagnostics.all.filter((each) => !isError(each)));
  return { diagnostics: diagnosticsToWire(others) };
}

/** The user pressed ^C: aborts everything that waits. */
export function stopProvider(session: Session): StopResponse {
  session.stop.abort();
  return { Error: '' };
}

/** Closes all clients when the provider stops. */
export async function closeSession(session: Session, ending: ShutdownReason): Promise<void> {
  session.stop.abort();
  const { provider, log } = session;
  session.client = undefined;
  for (const client of session.clients.splice(0)) {
    const call = { diagnostics: new Diagnostics(), log, what: 'close the client' };
    await runHandler(call, () => provider.close?.(client, ending));
  }
}
