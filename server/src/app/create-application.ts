/** Binds every row of the operations table to the use case that answers it. */
import type { OperationName, ParsedInputOf } from '@novacron/contract/operations';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Application, CallContext } from './application.ts';
import { listAudit } from './audit.ts';
import type { AppDeps } from './deps.ts';
import { confirmKeys } from './idempotency.ts';
import { authenticate, createApiKey, deleteApiKey, listApiKeys } from './identity.ts';
import { answerOperation } from './operations/answer-operation.ts';
import {
  createOperationExecutor,
  type OperationExecutor,
} from './operations/execute-operations.ts';
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
import { prepareVmUpdate } from './resources/prepare-vm-update.ts';
import {
  prepareVolumeCreate,
  prepareVolumeDelete,
  prepareVolumeUpdate,
} from './resources/prepare-volume.ts';
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

/** Makes the application on top of its ports. */
export function createApplication(deps: AppDeps): RunningApplication {
  const relay = createEventRelay(deps);
  const executor = createOperationExecutor(deps, relay.signal);
  const handlers = createHandlers(deps, executor, relay);
  return {
    executor,
    relay,
    application: {
      authenticate: (secret) => authenticate(deps, secret),
      call: (name, input, context) => {
        // `dispatch` parsed the input by the very row that the name stands for.
        const handler = handlers[name] as Handler<OperationName>;
        return handler(input as ParsedInputOf<OperationName>, context);
      },
      isReady: () => checkReadiness(deps),
      nextRequestId: () => deps.ids.next('req'),
    },
  };
}

function createHandlers(deps: AppDeps, executor: OperationExecutor, relay: EventRelay): Handlers {
  const read = { ...readHandlers(deps, executor) };
  const write = writeHandlers(deps, executor, relay);
  return { ...read, ...write };
}

function readHandlers(deps: AppDeps, executor: OperationExecutor) {
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
    'admission.preview': (input, context) => previewAdmission(deps, PREPARE_BY, input, context),
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

function writeHandlers(deps: AppDeps, executor: OperationExecutor, relay: EventRelay) {
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
      if (admitted.value.operation.status === 'running') {
        executor.start(admitted.value.operation);
      }
      return answerWrite(deps, admitted.value, show, context);
    };
  }

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
    'network.create': writes('network.create', prepareNetworkCreate, showNetwork),
    'network.update': writes('network.update', prepareNetworkUpdate, showNetwork),
    'network.delete': writes('network.delete', prepareNetworkDelete, undefined),
    'volume.create': writes('volume.create', prepareVolumeCreate, showVolume),
    'volume.update': writes('volume.update', prepareVolumeUpdate, showVolume),
    'volume.delete': writes('volume.delete', prepareVolumeDelete, undefined),
    'policy.create': writes('policy.create', preparePolicyCreate, showPolicy),
    'policy.update': writes('policy.update', preparePolicyUpdate, showPolicy),
    'policy.delete': writes('policy.delete', preparePolicyDelete, undefined),
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
