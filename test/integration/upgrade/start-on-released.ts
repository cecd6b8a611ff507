/** Today's application on what a released server left: its store, its keys, its agents' files. */

import { join } from 'node:path';
import { type EmbeddedFleet, startEmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { createClient } from '@novacron/contract/client/client';
import type {
  InputOf,
  OperationName,
  OutputOf,
} from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import type { Clock } from '@novacron/runtime/clock';
import { systemClock } from '@novacron/runtime/clock';
import { backgroundTimers } from '@novacron/runtime/timers';
import { createIds, systemRandom } from '@novacron/server/adapters/ids/random-ids';
import { createTokenCrypto } from '@novacron/server/adapters/jwt/create-token-crypto';
import { openStore, type StoreConfig } from '@novacron/server/adapters/open-store';
import { createPolicyRuntime } from '@novacron/server/adapters/policy/create-policy-runtime';
import { createPolicySignatures } from '@novacron/server/adapters/policy/create-policy-signatures';
import { createApplication } from '@novacron/server/app/composition/create-application';
import { completePorts } from '@novacron/server/app/composition/deps';
import { seedStore } from '@novacron/server/app/composition/seed-store';
import { beginRequest } from '@novacron/server/app/kernel/context/request-scope';
import { acquireFleetLease } from '@novacron/server/app/kernel/leases/acquire-fleet-lease';
import { createNodeRegistry } from '@novacron/server/app/resources/node/register-nodes';
import type { EgressRequest } from '@novacron/server/ports/egress';
import type { Store } from '@novacron/server/ports/store';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import type { HalfDone } from './load-half-done.ts';

/** How long nodes may take to announce themselves. */
const NODES_MS_MAX = 10_000;

/** How long after its end the released server is followed by this one. */
const PAUSE_MS = 60_000;

/** A server of today that has taken over. */
export interface Successor {
  readonly store: Store;
  /** Starts the agents, and lets operations go on where they were. */
  readonly resume: () => Promise<EmbeddedFleet>;
  readonly call: <Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
  ) => Promise<Result<OutputOf<Name>, Problem>>;
  readonly expectOk: <Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
  ) => Promise<OutputOf<Name>>;
  /** Every webhook that was sent. */
  readonly webhooks: readonly EgressRequest[];
  /** Everything that was logged as an error. */
  readonly errors: readonly string[];
  readonly stop: () => Promise<void>;
}

/**
 * Opens what was left and starts everything but the work: `resume` does that.
 * @param store - where the released rows are
 */
export async function startOnReleased(
  dataDir: string,
  { savedAtMs, fleet: fleetPlan, webhookHost, adminKey }: HalfDone,
  store: StoreConfig['store'],
): Promise<Successor> {
  const clock = clockFrom(savedAtMs + PAUSE_MS);
  const opened = await openStore(
    {
      store,
      dataDir,
      sealingKey: { kind: 'file', path: join(dataDir, 'sealing.key'), origin: 'own' },
      storeSizeMibMax: undefined,
      tlsMinVersion: undefined,
    },
    { clock, newKey: 'refuse' },
  );
  if (!opened.ok) throw new Error(opened.error.detail);
  const errors: string[] = [];
  const ignore = (): void => undefined;
  const logger = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (fields: Readonly<Record<string, unknown>>, message: string) => {
      errors.push(`${message} ${JSON.stringify(fields)} ${String(fields.cause ?? '')}`);
    },
  };
  const webhooks: EgressRequest[] = [];
  const bus = openMemoryBus();
  const deps = completePorts({
    store: opened.value.store,
    sealing: opened.value.sealing,
    clock,
    timers: backgroundTimers,
    ids: createIds(clock, systemRandom),
    rng: makeRng('successor'),
    secretRandom: systemRandom,
    bus,
    policies: createPolicyRuntime(logger),
    policySignatures: createPolicySignatures(),
    egress: {
      send: async (message) => {
        webhooks.push(message);
        return { kind: 'answered', status: 200, headers: {}, body: '', isCut: false };
      },
      sendMail: async () => ({ kind: 'refused', reason: 'sends no mail here' }),
    },
    logger,
    serverVersion: '0.0.0',
    tokens: createTokenCrypto(),
    settings: { webhookHosts: [webhookHost] },
  });
  const seeded = await seedStore(deps, fleetPlan.storage_pools);
  if (!seeded.ok) throw new Error(seeded.error.detail);
  const registry = createNodeRegistry(deps);
  const isEmbedded = store.kind === 'embedded';
  const { application, executor, relay, leases } = createApplication(deps, {
    servers: isEmbedded ? 'one' : 'several',
    events: 'reported',
  });
  const taken = isEmbedded ? ok(await leases.start()) : await acquireFleetLease(deps, leases);
  if (!taken.ok) throw new Error(taken.error.detail);
  const found = await application.authenticate(adminKey);
  if (!found.ok) throw new Error(found.error.detail);
  const principal = found.value;
  const { call } = createClient((name, rawInput) =>
    dispatch(
      { application, logger },
      {
        name,
        rawInput,
        context: {
          principal,
          requestId: application.nextRequestId(),
          client: 'rest',
          // Previews are kept for one deployment, that of the released caller.
          deployment: 'shop',
          request: beginRequest(),
          signal: new AbortController().signal,
        },
      },
    ),
  );
  let fleet: EmbeddedFleet | undefined;
  return {
    store: deps.store,
    webhooks,
    errors,
    call,
    expectOk: async (name, input) => {
      const answer = await call(name, input);
      if (answer.ok) return answer.value;
      const { code, detail, remedy } = answer.error;
      throw new Error(`${name} was refused: ${code}: ${detail} ${remedy}`);
    },
    resume: async () => {
      const { length: nodes } = fleetPlan.nodes;
      fleet = startEmbeddedFleet({
        fleet: fleetPlan,
        bus,
        dataDir: join(dataDir, 'agents'),
        clock,
        timers: backgroundTimers,
        rng: deps.rng.fork('fleet'),
      });
      await registry.waitForNodes(nodes, { timeoutMs: NODES_MS_MAX });
      await executor.resume();
      relay.signal();
      return fleet;
    },
    stop: async () => {
      executor.stop();
      registry.stop();
      await relay.stop();
      await leases.stop();
      await fleet?.stop();
      await deps.policies.close();
      await bus.close();
      await deps.store.close();
    },
  };
}

/** Goes on from a time in the past, as fast as the machine's. */
function clockFrom(startMs: number): Clock {
  const shiftMs = startMs - systemClock.nowMs();
  return { ...systemClock, nowMs: () => systemClock.nowMs() + shiftMs };
}
