/** Binds every row of the operations table to the use case that answers it. */

import { createClient } from '@novacron/contract/client/client';
import {
  type OperationName,
  operationRow,
  type ParsedInputOf,
} from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { authenticate, type FailedAuthentication } from '../access/identity/authenticate.ts';
import { createKeyUseRecorder } from '../access/identity/key-use.ts';
import { acceptedKeys } from '../access/identity/signing-keys.ts';
import { createCallLimits, rateLimited } from '../access/limits/call-limits.ts';
import { createCallTurns } from '../access/limits/call-turns.ts';
import { createFairSlots, holderOf } from '../access/limits/fair-slots.ts';
import { createLimiter } from '../access/limits/rate-limiter.ts';
import { createUploadQuota } from '../access/quota/upload-quota.ts';
import { createRefusalRecorder, type RefusalRecorder } from '../access/refusals/record-refusals.ts';
import { createSignIns } from '../access/sessions/create-sign-ins.ts';
import { ANYONE_ALLOWANCE, findAnyone } from '../access/tenants/anonymous-principal.ts';
import { hideLoadInAnswer } from '../access/tenants/hide-load.ts';
import {
  checkTenantAccess,
  findOwnTenant,
  requireFeature,
  requirePlatform,
} from '../access/tenants/tenant-access.ts';
import { giveTurnsSafely } from '../automation/executions/concurrency/give-turns.ts';
import { createAutomationSteps } from '../automation/executions/perform-automation-step.ts';
import { createDeliveries } from '../automation/executions/webhooks/take-delivery.ts';
import { sendWebhook } from '../automation/orchestration/send-webhook.ts';
import { performBulkStep, reportFailures } from '../fleet/bulk/bulk-step.ts';
import { createCapacityPlans } from '../fleet/capacity/create-capacity-plans.ts';
import { openConsole } from '../fleet/console/open-console.ts';
import { migrateVm } from '../fleet/optimizer/migrate-vm.ts';
import { wakeNode } from '../fleet/optimizer/wake-node.ts';
import { verifyCorrection } from '../governance/compliance/corrections/verify-correction.ts';
import { performWriteStep } from '../governance/drift/remediation-step.ts';
import { createAuditChain } from '../kernel/audit/audit-chain.ts';
import type { CallContext, Sender } from '../kernel/context/call-context.ts';
import type { Handler, Handlers } from '../kernel/context/handler.ts';
import type { StepOutcome } from '../kernel/definitions/operation-definition.ts';
import { createEventRelay, type EventRelay } from '../kernel/events/relay-events.ts';
import type { Surroundings } from '../kernel/leases/instance.ts';
import { createLeaseKeeper, type LeaseKeeper, serverLeaseId } from '../kernel/leases/leases.ts';
import { selectFields } from '../kernel/lists/select-fields.ts';
import {
  createOperationExecutor,
  type OperationExecutor,
} from '../kernel/operations/execute-operations.ts';
import { runReconcilers } from '../kernel/reconcilers/run-reconcilers.ts';
import { admitStateRequests } from '../platform/terraform-states/admit-state-requests.ts';
import { guardReads } from '../policy/decide/guard-reads.ts';
import { fenceNode } from '../resources/node/fence-node.ts';
import { switchStorage } from '../resources/node/switch-storage.ts';
import { createDownloads } from '../resources/snapshot/download-exports.ts';
import { awaitGuest } from '../resources/vm/machine/await-guest.ts';
import { runInGuest } from '../resources/vm/machine/run-in-guest.ts';
import { performMemberStep } from '../resources/vm-group/perform-member-step.ts';
import { answerKeyRequests } from '../resources/volume/answer-key-requests.ts';
import { trainModel } from '../scaling/models/train-model.ts';
import { createAnalyses } from '../scaling/recommendations/create-analyses.ts';
import type { Application } from './application.ts';
import { bindAccess } from './bind-access.ts';
import { bindCapabilities } from './bind-capabilities.ts';
import { bindKernel } from './bind-kernel.ts';
import { bindPlacement } from './bind-placement.ts';
import { bindPolicy } from './bind-policy.ts';
import { bindResources } from './bind-resources.ts';
import { bindWrites } from './bind-writes.ts';
import { type AppDeps, type CompletePorts, createDeps } from './deps.ts';
import { createPostCommitTasks } from './post-commit-tasks.ts';
import { bindReaders, readAnswer } from './readers.ts';
import { listReconcilers } from './reconcilers.ts';

/** The application, with the parts that its composition root must start and stop. */
export interface RunningApplication {
  readonly application: Application;
  readonly executor: OperationExecutor;
  readonly relay: EventRelay;
  /** The leases of this server; started before the executor resumes, stopped last. */
  readonly leases: LeaseKeeper;
  /** Names this start of the server, and the owner of the operations that it admits. */
  readonly instanceId: string;
}

/** Makes the application on top of its ports; alone on its store by default. */
export function createApplication(
  ports: CompletePorts,
  surroundings: Surroundings = { servers: 'one', events: 'reported' },
): RunningApplication {
  const deps = createDeps(ports, (changes) => relay.follow(changes));
  const { servers, events } = surroundings;
  const leases = createLeaseKeeper(deps, { servers, onServerGone: () => void executor.claim() });
  const needsLease = servers === 'several' || events === 'kept';
  const published = createEventRelay(deps, { events, leases: needsLease ? leases : undefined });
  const chain = createAuditChain(deps);
  const relay = createPostCommitTasks(deps, published, chain);
  const { findLiveServers } = leases;
  // Called when a step runs, by which time there is an executor.
  const stepParts = () => ({ deps, executor });
  const executor: OperationExecutor = createOperationExecutor(deps, {
    servers,
    findLiveServers,
    onGroup: ({ groupId }) => void giveTurnsSafely(stepParts(), groupId),
    migrateVm: (id, action): Promise<StepOutcome> => migrateVm(stepParts(), id, action),
    wakeNode: (id, action): Promise<StepOutcome> => wakeNode(stepParts(), id, action),
    awaitGuest: (action): Promise<StepOutcome> => awaitGuest(deps, action),
    runInGuest: (action): Promise<StepOutcome> => runInGuest(deps, action),
    performMemberStep: (id, action): Promise<StepOutcome> =>
      performMemberStep(stepParts(), id, action),
    performWriteStep: (id, action): Promise<StepOutcome> =>
      action.findingId !== undefined && action.input === null
        ? verifyCorrection({ deps, client }, action)
        : performWriteStep(stepParts(), id, action),
    performBulkStep: (id, action): Promise<StepOutcome> => performBulkStep(stepParts(), id, action),
    automation: createAutomationSteps(() => ({
      ...stepParts(),
      findLiveServers,
      readResource: (noun, id, context) => readAnswer(deps, noun, id, context),
      read: (name, input, context) => application.call(name, input, context),
    })),
    reportFailures: (id): Promise<StepOutcome> => reportFailures(stepParts(), id),
    sendWebhook: (id, action) => sendWebhook(deps, id, action),
    trainModel: (action) => trainModel(deps, action),
    fenceNode: (action) => fenceNode(deps, action),
    switchStorage: (action) => switchStorage(deps, action),
  });
  if (servers === 'several') {
    leases.keep(serverLeaseId(deps.instanceId), {
      onGained: () => void executor.claim(),
      onLost: executor.letGo,
    });
    deps.live.follow();
    deps.prices.follow();
  }
  // NovaCron's own reads are neither limited nor asked about; the client parses the input.
  const client = createClient<CallContext>(async (name, input, context) => {
    if (context === undefined) throw new Error('a read of NovaCron needs a context');
    return callHandler(handlers, { name, input: operationRow(name).input.parse(input), context });
  });
  const plans = { capacityPlans: createCapacityPlans(deps), analyses: createAnalyses(deps) };
  const bound = { deps, executor, client, ...plans };
  const refusals = createRefusalRecorder(deps);
  const handlers: Handlers = {
    ...bindReaders(deps),
    ...bindWrites(bound),
    ...bindKernel({ ...bound, chain, refusals, reconcilers: () => reconcilers.list() }),
    ...bindAccess(bound),
    ...bindPolicy(deps),
    ...bindPlacement(deps),
    ...bindResources(bound),
    ...bindCapabilities({ ...bound, reconcilers: () => reconcilers.list() }),
  };
  const application = {
    ...guardCalls(deps, handlers, refusals),
    takeDelivery: createDeliveries({ ...bound, refusals }),
  };
  const parts = { ...bound, servers };
  const reconcilers = runReconcilers(deps, listReconcilers(parts), leases);
  const leaveKeys = answerKeyRequests(deps);
  // Reconcilers start operations, so they are stopped before the executor.
  const stop = (): void => {
    reconcilers.stop();
    leaveKeys();
    executor.stop();
    deps.progress.stop();
    deps.live.stop();
    deps.prices.stop();
    deps.decisions.log.stop();
    deps.decisions.planned.stop();
  };
  const { instanceId } = deps;
  const resume = async (): Promise<number> => {
    // What is stored counts before anything runs.
    await deps.live.load();
    await deps.prices.load();
    return executor.resume();
  };
  return { executor: { ...executor, resume, stop }, relay, leases, application, instanceId };
}

function callHandler(
  handlers: Handlers,
  call: { readonly name: OperationName; readonly input: unknown; readonly context: CallContext },
): Promise<Result<unknown, Problem>> {
  const { name, input, context } = call;
  // The input was parsed by the very row that the name stands for.
  const handler = handlers[name] as Handler<OperationName>;
  // As above.
  return handler(input as ParsedInputOf<OperationName>, context);
}

function guardCalls(
  deps: AppDeps,
  handlers: Handlers,
  refusals: RefusalRecorder,
): Omit<Application, 'takeDelivery'> {
  const { rateLimit, tenantRateLimit, addressRateLimit, waits } = deps.settings;
  const uses = createKeyUseRecorder(deps);
  const limits = createCallLimits(deps.clock, {
    principal: rateLimit,
    tenant: tenantRateLimit,
    address: addressRateLimit,
  });
  const turns = createCallTurns(deps.clock, limits.time);
  const waiting = waits === undefined ? undefined : createFairSlots(waits, 'waiting calls');
  const reads = guardReads(deps);
  const downloads = createDownloads(deps, refusals);
  const anyoneLimiter = createLimiter(deps.clock, ANYONE_ALLOWANCE);
  const admitAnyone = (id: string): Problem | undefined => {
    const waitMs = anyoneLimiter.take(id);
    return waitMs === 0 ? undefined : rateLimited('address', waitMs);
  };
  const recordFailure = async (
    failure: FailedAuthentication,
    sender: Sender | undefined,
  ): Promise<void> => {
    const { name, tenantId, keyId, keyPrefix } = failure;
    const who = { principal: name, tenantId, keyId, keyPrefix };
    deps.logger.warn(
      { requestId: sender?.requestId, clientAddress: sender?.clientAddress, ...who },
      'authentication failed',
    );
    await refusals.unauthenticated(failure, sender);
  };
  const runHandler = async (
    name: OperationName,
    input: unknown,
    context: CallContext,
  ): Promise<Result<unknown, Problem>> => {
    const slot = name === 'operation.wait' ? waiting?.take(holderOf(context)) : undefined;
    if (slot?.ok === false) return slot;
    try {
      // `dispatch` parsed the input.
      const full = await callHandler(handlers, { name, input, context });
      const answer = await hideLoadInAnswer(deps, context, full);
      return answer.ok ? ok(selectFields(input, answer.value)) : answer;
    } finally {
      slot?.value();
    }
  };
  return {
    anyone: (address) => findAnyone(deps, address),
    admitAddress: (address) => {
      const refusal = limits.admitAddress(address);
      return refusal === undefined ? ok(undefined) : err(refusal);
    },
    rateStandings: limits.standings,
    authenticate: async (secret, sender) => {
      const found = await authenticate(deps, secret);
      if (found.ok) {
        await uses.note(found.value);
        return found;
      }
      // An issuer that is unavailable has refused no credential.
      if (found.error.problem.code === 'unauthenticated') {
        await recordFailure(found.error, sender);
      }
      return err(found.error.problem);
    },
    signIns: createSignIns(deps, {
      onRefused: recordFailure,
      onUsed: uses.note,
    }),
    recordForbidden: async (name, context, refusal) => {
      await refusals.forbidden(name, context, refusal);
    },
    inTurn: turns.run,
    openConsole: async (ticket, context) => {
      const limited = limits.admitCall(context.principal);
      if (limited !== undefined) return err(limited);
      const served = await checkTenantAccess(deps, 'vm.console', {}, context.principal);
      if (!served.ok) return served;
      const opened = await openConsole(deps, ticket, context);
      return opened;
    },
    admitUpload: createUploadQuota(deps),
    terraformStates: admitStateRequests(deps, {
      limit: ({ principal }) => limits.admitCall(principal),
      onForbidden: (context, refusal) =>
        refusals.forbidden('terraform_state.get', context, refusal),
    }),
    admitDownload: async (request, context) => {
      const limited = limits.admitCall(context.principal);
      if (limited !== undefined) return err(limited);
      const admitted = await downloads(request, context);
      return admitted;
    },
    call: async (name, input, context) => {
      const isOpen = operationRow(name).access === 'anyone';
      const limited = isOpen
        ? admitAnyone(context.principal.id)
        : limits.admitCall(context.principal);
      if (limited !== undefined) return err(limited);
      const served = await checkTenantAccess(deps, name, input, context.principal);
      if (!served.ok) {
        await refusals.forbidden(name, context, served.error);
        return served;
      }
      const unread = await reads.refuse(name, input, context);
      if (unread !== undefined) {
        await refusals.forbidden(name, context, unread);
        return err(unread);
      }
      const answer = await runHandler(name, input, context);
      // Writes audit their refusals themselves.
      const isWrite = operationRow(name).effect === 'write';
      const isUnrecorded = isOpen || (!isWrite && !answer.ok && answer.error.code === 'forbidden');
      if (isUnrecorded && !answer.ok) await refusals.forbidden(name, context, answer.error);
      if (isWrite) {
        if (name.startsWith('policy.')) reads.forget();
      }
      return answer;
    },
    requirePlatform: async (what, { principal }) =>
      requirePlatform(await findOwnTenant(deps.store, principal), what),
    requireFeature: async (feature, { principal }) =>
      requireFeature(await findOwnTenant(deps.store, principal), feature),
    tokenKeys: () => acceptedKeys(deps),
    nextRequestId: () => deps.ids.next('req'),
  };
}
