import type {
  ProviderService,
  ValidateActionRequest,
  ValidateListRequest,
  ValidateRequest,
} from '../gen/tfplugin6.ts';
import type { LoadedService } from '../goplugin/create-lazy-service.ts';
import type { Answers, CallHandler } from '../goplugin/grpc-server.ts';
import { applyResourceChange } from './calls/apply-resource-change.ts';
import { callFunction } from './calls/call-function.ts';
import {
  closeSession,
  configureProvider,
  stopProvider,
  validateProviderConfig,
} from './calls/configure-provider.ts';
import {
  closeEphemeralResource,
  openEphemeralResource,
  renewEphemeralResource,
} from './calls/ephemeral-resource.ts';
import { getFunctions, getMetadata, getProviderSchema } from './calls/get-provider-schema.ts';
import { importResourceState } from './calls/import-resource-state.ts';
import { listObjects } from './calls/list-objects.ts';
import { moveResourceState } from './calls/move-resource-state.ts';
import { planResourceChange } from './calls/plan-resource-change.ts';
import { readDataSource } from './calls/read-data-source.ts';
import { readResource } from './calls/read-resource.ts';
import { getResourceIdentitySchemas, upgradeResourceIdentity } from './calls/resource-identity.ts';
import { invokeAction, planAction } from './calls/run-action.ts';
import { upgradeResourceState } from './calls/upgrade-resource-state.ts';
import { validateBlockConfig } from './calls/validate-resource-config.ts';
import { lookUp } from './session/look-up.ts';
import { createSession, type Session, type SessionOptions } from './session/session.ts';

/**
 * Creates the handlers of all calls of version 6.10 of the plugin protocol, one file each.
 */
export function createProviderCalls(options: SessionOptions): LoadedService {
  const session = createSession(options);
  return {
    implementation: implementCalls(session),
    interrupt: () => void stopProvider(session),
    stop: (ending) => closeSession(session, ending),
  };
}

type Calls = Readonly<Record<keyof typeof ProviderService, CallHandler>>;

function implementCalls(session: Session): Calls {
  const { provider } = session;
  const serve = <Request, Response>(
    name: string,
    handle: (request: Request, session: Session) => Response | Promise<Response>,
  ) => serveCall(session, name, handle);
  return {
    getMetadata: serve('GetMetadata', () => getMetadata(provider)),
    getProviderSchema: serve('GetProviderSchema', () => getProviderSchema(provider)),
    getFunctions: serve('GetFunctions', () => getFunctions(provider)),
    validateProviderConfig: serve('ValidateProviderConfig', validateProviderConfig),
    validateResourceConfig: serve('ValidateResourceConfig', (request: ValidateRequest) =>
      provider.isDestroyRun === true
        ? { diagnostics: [] }
        : validateBlockConfig(request, session, () =>
            lookUp(provider.resources, request.type_name),
          ),
    ),
    validateDataResourceConfig: serve('ValidateDataResourceConfig', (request: ValidateRequest) =>
      validateBlockConfig(request, session, () => lookUp(provider.dataSources, request.type_name)),
    ),
    validateEphemeralResourceConfig: serve(
      'ValidateEphemeralResourceConfig',
      (request: ValidateRequest) =>
        validateBlockConfig(request, session, () =>
          lookUp(provider.ephemeralResources, request.type_name),
        ),
    ),
    configureProvider: serve('ConfigureProvider', configureProvider),
    upgradeResourceState: serve('UpgradeResourceState', upgradeResourceState),
    readResource: serve('ReadResource', readResource),
    planResourceChange: serve('PlanResourceChange', planResourceChange),
    applyResourceChange: serve('ApplyResourceChange', applyResourceChange),
    importResourceState: serve('ImportResourceState', importResourceState),
    moveResourceState: serve('MoveResourceState', moveResourceState),
    readDataSource: serve('ReadDataSource', readDataSource),
    openEphemeralResource: serve('OpenEphemeralResource', openEphemeralResource),
    renewEphemeralResource: serve('RenewEphemeralResource', renewEphemeralResource),
    closeEphemeralResource: serve('CloseEphemeralResource', closeEphemeralResource),
    callFunction: serve('CallFunction', callFunction),
    ...implementNewerCalls(session),
    stopProvider: serve('StopProvider', () => stopProvider(session)),
  };
}

type NewerCall =
  | 'getResourceIdentitySchemas'
  | 'upgradeResourceIdentity'
  | 'listResource'
  | 'validateListResourceConfig'
  | 'validateActionConfig'
  | 'planAction'
  | 'invokeAction';

/** Identities, lists and actions: a Terraform before 1.12 never calls these. */
function implementNewerCalls(session: Session): Pick<Calls, NewerCall> {
  const { provider } = session;
  return {
    getResourceIdentitySchemas: serveCall(session, 'GetResourceIdentitySchemas', () =>
      getResourceIdentitySchemas(provider),
    ),
    upgradeResourceIdentity: serveCall(session, 'UpgradeResourceIdentity', upgradeResourceIdentity),
    listResource: serveStream(session, 'ListResource', listObjects),
    validateListResourceConfig: serveCall(
      session,
      'ValidateListResourceConfig',
      ({ type_name, config }: ValidateListRequest) =>
        validateBlockConfig({ type_name, config, client_capabilities: undefined }, session, () =>
          lookUp(provider.listResources, type_name),
        ),
    ),
    validateActionConfig: serveCall(
      session,
      'ValidateActionConfig',
      ({ action_type: type_name, config }: ValidateActionRequest) =>
        validateBlockConfig({ type_name, config, client_capabilities: undefined }, session, () =>
          lookUp(provider.actions, type_name),
        ),
    ),
    planAction: serveCall(session, 'PlanAction', planAction),
    invokeAction: serveStream(session, 'InvokeAction', invokeAction),
  };
}

type Send<Response> = (response: Response) => Promise<void>;

/** A call with a stream of responses. */
function serveStream<Request, Response>(
  session: Session,
  name: string,
  handle: (request: Request, session: Session, send: Send<Response>) => Promise<void>,
): (request: Request, answers: Answers) => Promise<void> {
  return async (request, { send }) => {
    try {
      await surround(session, { name, request }, () => handle(request, session, send));
      session.log.trace('call answered', { call: name });
    } catch (error) {
      session.log.error('call failed', { call: name, error });
      throw error;
    }
  };
}

/** Errors of handlers are diagnostics already: only a bug of this layer is a gRPC error. */
function serveCall<Request, Response>(
  session: Session,
  name: string,
  handle: (request: Request, session: Session) => Response | Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const startedAtMs = performance.now();
    try {
      const response = await surround(session, { name, request }, async () =>
        handle(request, session),
      );
      const durationMs = Math.round((performance.now() - startedAtMs) * 100) / 100;
      session.log.trace('call answered', { call: name, durationMs });
      return response;
    } catch (error) {
      session.log.error('call failed', { call: name, error });
      throw error;
    }
  };
}

/** Types of resources, data sources and more, as requests name them. */
const TYPE_FIELDS = ['type_name', 'action_type'] as const;

function surround<Response>(
  { provider, client }: Session,
  { name, request }: { readonly name: string; readonly request: unknown },
  work: () => Promise<Response>,
): Promise<Response> {
  if (client === undefined || provider.surround === undefined) return work();
  const fields: Readonly<Record<string, unknown>> = Object(request);
  const type = TYPE_FIELDS.map((field) => fields[field]).find((value) => typeof value === 'string');
  return provider.surround(client.value, { call: name, type }, work);
}
