/** Binds every row of the operations table to the use case that answers it. */
import {
  type OperationName,
  operationRow,
  type ParsedInputOf,
} from '@novacron/contract/operations';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { createLimiter, rateLimited } from './access-limiter.ts';
import { createRefusalRecorder } from './access-refusals.ts';
import type { Application, CallContext } from './application.ts';
import { listAudit } from './audit.ts';
import { type AuditChain, createAuditChain } from './audit-chain.ts';
import { verifyAuditChain } from './audit-chain-verify.ts';
import type { AppDeps, InstanceDeps } from './deps.ts';
import { confirmKeys, listKeys } from './idempotency.ts';
import { authenticate } from './identity/authenticate.ts';
import { acceptedKeys, rotateSigningKey } from './identity/signing-keys.ts';
import { createToken } from './identity/tokens.ts';
import { createApiKey, deleteApiKey, listApiKeys } from './identity.ts';
import { nameInstance, type Surroundings } from './instance.ts';
import { createLeaseKeeper, type LeaseKeeper, serverLeaseId } from './leases.ts';
import { answerOperation } from './operations/answer-operation.ts';
import {
  createOperationExecutor,
  type OperationExecutor,
} from './operations/execute-operations.ts';
import { cancelOperation, retryOperation } from './operations/steer-operations.ts';
import { type PrepareByOperation, previewAdmission } from './preview-admission.ts';
import {
  getNode,
  getOperation,
  getResource,
  getTemplate,
  listEvents,
  listNodes,
  listOperations,
  listResources,
  listTemplates,
  waitForOperation,
} from './read-resources.ts';
import { createEventRelay, type EventRelay } from './relay-events.ts';
import { reportDrift } from './report-drift.ts';
import { toNetwork, toPolicy, toVm, toVolume } from './resources/answer-resource.ts';
import {
  prepareNetworkCreate,
  prepareNetworkDelete,
  prepareNetworkUpdate,
} from './resources/prepare-network.ts';
import {
  preparePolicyCreate,
  preparePolicyDelete,
  preparePolicyUpdate,
} from './resources/prepare-policy.ts';
import { prepareVmCreate } from './resources/prepare-vm-create.ts';
import { prepareVmDelete } from './resources/prepare-vm-delete.ts';
import { prepareVmMigrate } from './resources/prepare-vm-migrate.ts';
import { prepareVmStart, prepareVmStop } from './resources/prepare-vm-power.ts';
import { prepareVmUpdate } from './resources/prepare-vm-update.ts';
import {
  prepareVolumeCreate,
  prepareVolumeDelete,
  prepareVolumeUpdate,
} from './resources/prepare-volume.ts';
import { startReconcilers } from './start-reconcilers.ts';
import { type AdmittedWrite, admitWrite, type Prepare } from './write.ts';

type Handler<Name extends OperationName> = (
  input: ParsedInputOf<Name>,
  context: CallContext,
) => Promise<Result<unknown, Problem>>;

type Handlers = { readonly [Name in OperationName]: Handler<Name> };

/** The application with what its composition root must start and stop. */
export interface RunningApplication {
  readonly application: Application;
  readonly executor: OperationExecutor;
  readonly relay: EventRelay;
  /** What this server may do among several; started before the executor resumes, stopped last. */
  readonly leases: LeaseKeeper;
}

const PREPARE_BY: PrepareByOperation = {
  'vm.create': prepareVmCreate,
  'vm.update': prepareVmUpdate,
  'vm.delete': prepareVmDelete,
  'network.create': prepareNetworkCreate,
  'network.update': prepareNetworkUpdate,
  'network.delete': prepareNetworkDelete,
  'volume.create': prepareVolumeCreate,
  'volume.update': prepareVolumeUpdate,
  'volume.delete': prepareVolumeDelete,
  'policy.create': preparePolicyCreate,
  'policy.update': preparePolicyUpdate,
  'policy.delete': preparePolicyDelete,
};

/** Makes the application on top of its ports; alone on its store unless said. */
export function createApplication(
  ports: AppDeps,
  surroundings: Surroundings = { servers: 'one', events: 'told' },
): RunningApplication {
  const deps = nameInstance(ports);
  const { servers, events } = surroundings;
  const leases = createLeaseKeeper(deps, { servers, onServerGone: () => void executor.claim() });
  const needsLease = servers === 'several' || events === 'kept';
  const published = createEventRelay(deps, { events, leases: needsLease ? leases : undefined });
  const chain = createAuditChain(deps);
  const relay = joinRelays(published, chain);
  const { lookForServers } = leases;
  const executor = createOperationExecutor(deps, {
    servers,
    lookForServers,
    onEvents: relay.signal,
  });
  if (servers === 'several') {
    leases.keep(serverLeaseId(deps.instanceId), {
      onGained: () => void executor.claim(),
      onLost: executor.letGo,
    });
  }
  const handlers: Handlers = {
    ...readHandlers(deps, executor, chain),
    ...writeHandlers(deps, executor, relay),
  };
  const application = openDoors(deps, handlers, chain);
  const reconcilers = startReconcilers({ deps, executor, leases, onEvents: relay.signal });
  // Reconcilers start operations: who stops these stops those.
  const stop = (): void => {
    reconcilers.stop();
    executor.stop();
  };
  return { executor: { ...executor, stop }, relay, leases, application };
}

/** What follows behind commits, as one: events are published, audit entries chained. */
function joinRelays(events: EventRelay, chain: AuditChain): EventRelay {
  return {
    signal: () => {
      events.signal();
      chain.signal();
    },
    stop: async () => {
      await events.stop();
      await chain.stop();
    },
  };
}

function openDoors(deps: AppDeps, handlers: Handlers, chain: AuditChain): Application {
  const refusals = createRefusalRecorder(deps);
  const limiter =
    deps.rateLimit === undefined ? undefined : createLimiter(deps.clock, deps.rateLimit);
  return {
    authenticate: async (secret, requestId) => {
      const found = await authenticate(deps, secret);
      if (found.ok) return found;
      // An issuer that is away has refused nobody.
      if (found.error.problem.code === 'unauthenticated') {
        await refusals.unauthenticated(found.error, requestId);
        chain.signal();
      }
      return err(found.error.problem);
    },
    recordForbidden: async (name, context, refusal) => {
      await refusals.forbidden(name, context, refusal);
      chain.signal();
    },
    call: async (name, input, context) => {
      const waitMs = limiter?.take(context.principal.id) ?? 0;
      if (waitMs > 0) return err(rateLimited(waitMs));
      // `dispatch` parsed the input by the very row that the name stands for.
      const handler = handlers[name] as Handler<OperationName>;
      const answer = await handler(input as ParsedInputOf<OperationName>, context);
      // Not before: what a slow store commits later would wait for the next write.
      if (operationRow(name).effect === 'write') chain.signal();
      return answer;
    },
    tokenKeys: () => acceptedKeys(deps),
    isReady: () => checkReadiness(deps),
    nextRequestId: () => deps.ids.next('req'),
  };
}

function readHandlers(deps: AppDeps, executor: OperationExecutor, chain: AuditChain) {
  return {
    'vm.get': ({ id }, context) => getResource(deps, 'vm', id, context, toVm),
    'vm.list': (input, context) => listResources(deps, 'vm', input, context, toVm),
    'network.get': ({ id }, context) => getResource(deps, 'network', id, context, toNetwork),
    'network.list': (input, context) => listResources(deps, 'network', input, context, toNetwork),
    'volume.get': ({ id }, context) => getResource(deps, 'volume', id, context, toVolume),
    'volume.list': (input, context) => listResources(deps, 'volume', input, context, toVolume),
    'policy.get': ({ id }, context) => getResource(deps, 'policy', id, context, toPolicy),
    'policy.list': (input, context) => listResources(deps, 'policy', input, context, toPolicy),
    'template.get': ({ id }) => getTemplate(deps, id),
    'template.list': (input) => listTemplates(deps, input),
    'node.get': ({ id }) => getNode(deps, id),
    'node.list': (input) => listNodes(deps, input),
    'operation.get': ({ id }, context) => getOperation(deps, id, context),
    'operation.list': (input, context) => listOperations(deps, input, context),
    'operation.wait': (input, context) => waitForOperation(deps, executor, input, context),
    'event.list': (input, context) => listEvents(deps, input, context),
    'drift.report': (input, context) => reportDrift(deps, input, context),
    'audit.list': async (input, context) => ok(await listAudit(deps, input, context)),
    'audit.verify': (input, context) => verifyAuditChain({ deps, chain }, input, context),
    'admission.preview': (input, context) => previewAdmission(deps, PREPARE_BY, input, context),
    'idempotency.list': async (input, context) => ok(await listKeys(deps.store, context, input)),
    'idempotency.confirm': ({ keys }, context) => confirmKeys(deps.store, context, keys),
    'identity.whoami': async (_input, { principal }) =>
      ok({
        principal: principal.name,
        role: principal.role,
        tenant: principal.tenantId,
        server_version: deps.serverVersion,
      }),
    'api_key.list': (input, context) => listApiKeys(deps, input, context),
  } as const satisfies Partial<Handlers>;
}

function writeHandlers(deps: InstanceDeps, executor: OperationExecutor, relay: EventRelay) {
  /** Admits a write, sets its operation going and answers with what `show` finds. */
  function writes<Name extends OperationName>(
    name: Name,
    prepare: Prepare<ParsedInputOf<Name>>,
    show: ((id: string, context: CallContext) => Promise<Result<unknown, Problem>>) | undefined,
  ): Handler<Name> {
    return async (input, context) => {
      const admitted = await admitWrite<ParsedInputOf<Name> & Record<string, unknown>>(
        name,
        input,
        prepare,
        deps,
        context,
      );
      if (!admitted.ok) return admitted;
      relay.signal();
      const { admission, operation } = admitted.value;
      if (admission === 'new' && operation.status === 'running') executor.start(operation);
      return answerWrite(deps, admitted.value, show, context);
    };
  }

  const steering = { deps, executor, onEvents: relay.signal };
  const showVm = (id: string, context: CallContext) => getResource(deps, 'vm', id, context, toVm);
  const showNetwork = (id: string, context: CallContext) =>
    getResource(deps, 'network', id, context, toNetwork);
  const showVolume = (id: string, context: CallContext) =>
    getResource(deps, 'volume', id, context, toVolume);
  const showPolicy = (id: string, context: CallContext) =>
    getResource(deps, 'policy', id, context, toPolicy);

  return {
    'vm.create': writes('vm.create', prepareVmCreate, showVm),
    'vm.update': writes('vm.update', prepareVmUpdate, showVm),
    'vm.delete': writes('vm.delete', prepareVmDelete, undefined),
    'vm.migrate': writes('vm.migrate', prepareVmMigrate, showVm),
    'vm.start': writes('vm.start', prepareVmStart, showVm),
    'vm.stop': writes('vm.stop', prepareVmStop, showVm),
    'operation.cancel': (input, context) => cancelOperation(steering, input, context),
    'operation.retry': (input, context) => retryOperation(steering, input, context),
    'network.create': writes('network.create', prepareNetworkCreate, showNetwork),
    'network.update': writes('network.update', prepareNetworkUpdate, showNetwork),
    'network.delete': writes('network.delete', prepareNetworkDelete, undefined),
    'volume.create': writes('volume.create', prepareVolumeCreate, showVolume),
    'volume.update': writes('volume.update', prepareVolumeUpdate, showVolume),
    'volume.delete': writes('volume.delete', prepareVolumeDelete, undefined),
    'policy.create': writes('policy.create', preparePolicyCreate, showPolicy),
    'policy.update': writes('policy.update', preparePolicyUpdate, showPolicy),
    'policy.delete': writes('policy.delete', preparePolicyDelete, undefined),
    'token.create': (input, context) => createToken(deps, input, context),
    'signing_key.rotate': (input, context) => rotateSigningKey(deps, input, context),
    'api_key.create': (input, context) => createApiKey(deps, input, context),
    'api_key.delete': (input, context) => deleteApiKey(deps, input, context),
  } as const satisfies Partial<Handlers>;
}

async function answerWrite(
  deps: AppDeps,
  admitted: AdmittedWrite,
  show: ((id: string, context: CallContext) => Promise<Result<unknown, Problem>>) | undefined,
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const operation = await answerOperation(deps.store, admitted.operation);
  const { warnings } = admitted;
  if (show === undefined) return ok({ operation, warnings });
  const resource = await show(admitted.resourceId, context);
  if (!resource.ok) return resource;
  return ok({ resource: resource.value, operation, warnings });
}

async function checkReadiness(deps: AppDeps): Promise<Result<void, Problem>> {
  const ready = await deps.store.read({ from: 'nodes', where: { status: 'ready' }, limit: 1 });
  if (ready.length > 0) return ok(undefined);
  return err(
    problem('unavailable', {
      detail: 'No node is ready.',
      remedy: 'Start an agent, or look at why the nodes are lost: novacron node list.',
    }),
  );
}
