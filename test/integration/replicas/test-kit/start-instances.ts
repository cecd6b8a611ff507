/** Several applications on one store, one bus and one fleet, in this process, on virtual time. */

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedFleet, startEmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { type Client, createClient } from '@novacron/contract/client/client';
import { makeRng } from '@novacron/engine/rng';
import { openSqliteStore } from '@novacron/server/adapters/store/sqlite/open-sqlite-store';
import { createFirstKey } from '@novacron/server/app/access/identity/first-key';
import {
  createApplication,
  type RunningApplication,
} from '@novacron/server/app/composition/create-application';
import { seedStore } from '@novacron/server/app/composition/seed-store';
import { beginRequest, type Principal } from '@novacron/server/app/kernel/context/call-context';
import { createNodeRegistry } from '@novacron/server/app/resources/node/register-nodes';
import type { Store } from '@novacron/server/ports/store';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import {
  createVirtualTime,
  type VirtualTime,
} from '../../../../server/agent/src/test-kit/virtual-time.ts';
import { type InstancePorts, makeInstancePorts } from './make-instance-ports.ts';
import { sharedPorts } from './shared-ports.ts';

/** One server. */
export interface Instance extends RunningApplication {
  readonly ports: InstancePorts;
  readonly call: Client['call'];
}

/** Everything. */
export interface Instances {
  readonly time: VirtualTime;
  readonly store: Store;
  readonly fleet: EmbeddedFleet;
  readonly instances: readonly Instance[];
  /** Every secret of a first key that some server kept, and did not take away again. */
  readonly firstKeys: readonly string[];
  readonly errors: readonly string[];
  /** Moves time until something holds. */
  readonly until: (what: string, holds: () => Promise<boolean> | boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Nothing here has to outlast a power cut. */
const MEMORY_DISK = '/dev/shm';

const STEP_MS = 50;
const STEPS_MAX = 2_000;

const FLEET = {
  nodes: ['a', 'b', 'c'].map((letter) => ({
    name: `node-${letter}`,
    zone: `zone-${letter}`,
    rack: `rack-${letter}`,
    cpu_cores: 32,
    memory_gb: 64,
    disk_gb: 1_000,
  })),
  storage_pools: { ssd: { size_gb: 500 }, hdd: { size_gb: 500 }, nvme: { size_gb: 100 } },
};

/** Starts a number of servers at the same moment, on an empty store. */
export async function startInstances(count: number): Promise<Instances> {
  const directory = mkdtempSync(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'nova-'));
  const opened = await openSqliteStore({ path: join(directory, 'novacron.db') });
  if (!opened.ok) throw new Error(opened.error.detail);
  const store = opened.value;
  const time = createVirtualTime();
  const bus = openMemoryBus({ timers: time.timers });
  const errors: string[] = [];
  const onError = (text: string) => errors.push(text);
  const metricsFile = join(directory, 'metrics.db');
  const shared = sharedPorts({ store, time, bus, onError, metricsFile });
  const { clock, timers } = shared;

  async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
    for (let steps = 0; steps < STEPS_MAX; steps += 1) {
      if (await holds()) return;
      await time.advance(STEP_MS);
    }
    throw new Error(`${what} does not come`);
  }

  const rng = makeRng('fleet');
  const allPorts = Array.from({ length: count }, () => makeInstancePorts(shared));
  const firstKeys = await createKeys(allPorts);
  await Promise.all(allPorts.map(({ deps }) => seedStore(deps, FLEET.storage_pools)));
  const registries = allPorts.map(({ deps }) => createNodeRegistry(deps));
  // As in a server: agents take over the files that earlier releases left in their directory.
  const dataDir = join(directory, 'agents');
  const fleet = startEmbeddedFleet({ fleet: FLEET, dataDir, bus, clock, timers, rng });
  const running = allPorts.map(({ deps }) =>
    createApplication(deps, { servers: 'several', events: 'kept' }),
  );
  for (const { leases } of running) void leases.start();
  await until('the nodes', async () => (await store.read({ from: 'nodes' })).length === 3);
  for (const { executor } of running) await executor.resume();
  const [secret = ''] = firstKeys;
  const instances: Instance[] = [];
  for (const [index, ports] of allPorts.entries()) {
    const application = running[index];
    if (application === undefined) continue;
    const { nextRequestId, authenticate } = application.application;
    const found = await authenticate(secret, { requestId: nextRequestId() });
    if (!found.ok) throw new Error(found.error.detail);
    instances.push({ ...application, ports, call: callOf(application, ports, found.value) });
  }
  return {
    time,
    store,
    fleet,
    instances,
    firstKeys,
    errors,
    until,
    stop: async () => {
      for (const { executor, relay, ports } of instances) {
        ports.kill();
        executor.stop();
        void relay.stop();
      }
      for (const registry of registries) registry.stop();
      await fleet.stop();
      await shared.policies.close();
      await bus.close();
      await shared.metricSeries?.close();
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** All at once, as servers that find an empty store. */
async function createKeys(allPorts: readonly InstancePorts[]): Promise<string[]> {
  const kept = new Map<number, string>();
  const made = await Promise.all(
    allPorts.map(({ deps }, index) =>
      createFirstKey(
        deps,
        (secret) => {
          kept.set(index, secret);
          return { ok: true, value: undefined };
        },
        { words: `server ${index}`, discard: () => kept.delete(index) },
      ),
    ),
  );
  for (const answer of made) if (!answer.ok) throw new Error(answer.error.detail);
  return [...kept.values()];
}

function callOf(
  { application }: RunningApplication,
  { deps }: InstancePorts,
  principal: Principal,
): Client['call'] {
  return createClient((name, rawInput) =>
    dispatch(
      { application, logger: deps.logger },
      {
        name,
        rawInput,
        context: {
          principal,
          requestId: application.nextRequestId(),
          client: 'rest',
          deployment: 'default',
          signal: new AbortController().signal,
          request: beginRequest(),
        },
      },
    ),
  ).call;
}
