/** Binds every row of the operations table to the use case that answers it. */
import {
  type OperationName,
  operationRow,
  type ParsedInputOf,
} from '@novacron/contract/operations-table/operations';
import { err } from '@novacron/contract/result';
import { createLimiter, rateLimited } from './access-limiter.ts';
import { createRefusalRecorder } from './access-refusals.ts';
import { ANYONE_ALLOWANCE, findAnyone } from './anyone.ts';
import type { Application } from './application.ts';
import { type AuditChain, createAuditChain } from './audit-chain.ts';
import { bindAccess } from './bind-access.ts';
import { bindReads } from './bind-reads.ts';
import { bindWrites } from './bind-writes.ts';
import { checkReadiness } from './check-readiness.ts';
import type { AppDeps } from './deps.ts';
import { bindDrift } from './drift/bind-drift.ts';
import { callWrite } from './drift/call-write.ts';
import { workOnMember } from './groups/work-on-member.ts';
import type { Handler, Handlers } from './handler.ts';
import { authenticate } from './identity/authenticate.ts';
import { acceptedKeys } from './identity/signing-keys.ts';
import { nameInstance, type Surroundings } from './instance.ts';
import { joinRelays } from './join-relays.ts';
import { createLeaseKeeper, type LeaseKeeper, serverLeaseId } from './leases.ts';
import {
  createOperationExecutor,
  type OperationExecutor,
} from './operations/execute-operations.ts';
import type { StepOutcome } from './operations/operation-definition.ts';
import { watchProgress } from './operations/watch-progress.ts';
import { migrateVm } from './optimizer/migrate-vm.ts';
import { wakeNode } from './optimizer/wake-node.ts';
import { sendWebhook } from './orchestration/send-webhook.ts';
import { guardReads } from './policies/guard-reads.ts';
import { keepDecisions } from './policies/keep-decisions.ts';
import { createEventRelay, type EventRelay } from './relay-events.ts';
import { startReconcilers } from './start-reconcilers.ts';
import {
  checkTenantAccess,
  findOwnTenant,
  requireFeature,
  requirePlatform,
} from './tenants/tenant-access.ts';

/** The application with what its composition root must start and stop. */
export interface RunningApplication {
  readonly application: Application;
  readonly executor: OperationExecutor;
  readonly relay: EventRelay;
  /** What this server may do among several; started before the executor resumes, stopped last. */
  readonly leases: LeaseKeeper;
  /** Names this start of the server, whose operations are those that it admits. */
  readonly instanceId: string;
}

/** Makes the application on top of its ports; alone on its store unless said. */
export function createApplication(
  ports: AppDeps,
  surroundings: Surroundings = { servers: 'one', events: 'told' },
): RunningApplication {
  const progress = watchProgress(ports);
  const decisions = keepDecisions(ports);
  const deps = nameInstance({ ...ports, progress, decisions });
  const { servers, events } = surroundings;
  const leases = createLeaseKeeper(deps, { servers, onServerGone: () => void executor.claim() });
  const needsLease = servers === 'several' || events === 'kept';
  const published = createEventRelay(deps, { events, leases: needsLease ? leases : undefined });
  const chain = createAuditChain(deps);
  const relay = joinRelays(deps, published, chain);
  const { lookForServers } = leases;
  const executor: OperationExecutor = createOperationExecutor(deps, {
    servers,
    lookForServers,
    onEvents: relay.signal,
    // Called when a step runs, by when there is an executor.
    migrateVm: (action): Promise<StepOutcome> => migrateVm({ deps, executor }, action),
    wakeNode: (action): Promise<StepOutcome> => wakeNode({ deps, executor }, action),
    workOnMember: (action): Promise<StepOutcome> => workOnMember({ deps, executor }, action),
    callWrite: (action): Promise<StepOutcome> => callWrite({ deps, executor }, action),
    sendWebhook: (id, action) => sendWebhook(deps, id, action),
  });
  if (servers === 'several') {
    leases.keep(serverLeaseId(deps.instanceId), {
      onGained: () => void executor.claim(),
      onLost: executor.letGo,
    });
  }
  const handlers: Handlers = {
    ...bindReads(deps, executor, chain),
    ...bindWrites(deps, executor, relay),
    ...bindDrift({ deps, executor, onEvents: relay.signal }),
    ...bindAccess(deps),
  };
  const application = openDoors(deps, handlers, chain);
  const reconcilers = startReconcilers({
    ...{ deps, executor, leases, servers },
    onEvents: relay.signal,
  });
  // Reconcilers start operations: who stops these stops those.
  const stop = (): void => {
    reconcilers.stop();
    executor.stop();
    progress.stop();
    decisions.log.stop();
  };
  const { instanceId } = deps;
  return { executor: { ...executor, stop }, relay, leases, application, instanceId };
}

function openDoors(deps: AppDeps, handlers: Handlers, chain: AuditChain): Application {
  const refusals = createRefusalRecorder(deps);
  const limiter =
    deps.rateLimit === undefined ? undefined : createLimiter(deps.clock, deps.rateLimit);
  const reads = guardReads(deps);
  const anyoneLimiter = createLimiter(deps.clock, ANYONE_ALLOWANCE);
  return {
    anyone: (address) => findAnyone(deps, address),
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
      const isOpen = operationRow(name).access === 'anyone';
      const waitMs = (isOpen ? anyoneLimiter : limiter)?.take(context.principal.id) ?? 0;
      if (waitMs > 0) return err(rateLimited(waitMs));
      const served = await checkTenantAccess(deps, name, input, context.principal);
      if (!served.ok) {
        await refusals.forbidden(name, context, served.error);
        chain.signal();
        return served;
      }
      const unread = await reads.refuse(name, input, context);
      if (unread !== undefined) {
        await refusals.forbidden(name, context, unread);
        chain.signal();
        return err(unread);
      }
      // `dispatch` parsed the input by the very row that the name stands for.
      const handler = handlers[name] as Handler<OperationName>;
      const answer = await handler(input as ParsedInputOf<OperationName>, context);
      if (isOpen && !answer.ok) await refusals.forbidden(name, context, answer.error);
      // Not before: what a slow store commits later would wait for the next write.
      if (operationRow(name).effect === 'write') {
        chain.signal();
        if (name.startsWith('policy.')) reads.forget();
      }
      return answer;
    },
    requirePlatform: async (what, { principal }) =>
      requirePlatform(await findOwnTenant(deps.store, principal), what),
    requireFeature: async (feature, { principal }) =>
      requireFeature(await findOwnTenant(deps.store, principal), feature),
    tokenKeys: () => acceptedKeys(deps),
    isReady: () => checkReadiness(deps.store),
    nextRequestId: () => deps.ids.next('req'),
  };
}
