/** Two servers on one PostgreSQL store, each with a connection, caches and threads of its own. */
import { afterEach, beforeEach } from '@jest/globals';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { type Client, createClient } from '@novacron/contract/client/client';
import { createFirstKey } from '@novacron/server/app/access/identity/first-key';
import {
  createApplication,
  type RunningApplication,
} from '@novacron/server/app/composition/create-application';
import type { CompletePorts } from '@novacron/server/app/composition/deps';
import { seedStore } from '@novacron/server/app/composition/seed-store';
import { beginRequest, type Principal } from '@novacron/server/app/kernel/context/call-context';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import {
  createVirtualTime,
  type VirtualTime,
} from '../../../../server/agent/src/test-kit/virtual-time.ts';
import {
  openAt,
  usePostgres,
} from '../../../../server/src/adapters/store/postgres/test-kit/use-postgres.ts';
import { sharedPorts } from './shared-ports.ts';

const POOLS = { ssd: { size_gb: 500 }, hdd: { size_gb: 500 }, nvme: { size_gb: 100 } };

/** A server of the pair. */
export interface Server {
  readonly deps: CompletePorts;
  readonly call: Client['call'];
  readonly stop: () => Promise<void>;
}

/** The two servers of a test. */
export interface ServerPair {
  readonly one: Server;
  readonly other: Server;
  readonly time: VirtualTime;
  /** Makes the ports of a third server, which the test starts and stops. */
  readonly openPorts: () => Promise<CompletePorts>;
}

/** Starts two servers before each test, and stops them after it. */
export function useServerPair(): () => ServerPair {
  const postgres = usePostgres();
  let pair: ServerPair;
  let remove: () => Promise<void>;

  beforeEach(async () => {
    const opened = await postgres.openStore();
    const time = createVirtualTime();
    const bus = openMemoryBus({ timers: time.timers });
    const stores: { readonly close: () => Promise<void> }[] = [];
    const openPorts = async () => {
      const store = await openAt({ url: opened.url });
      stores.push(store);
      return sharedPorts({ store, time, bus });
    };
    const first = sharedPorts({ store: opened.store, time, bus });
    let secret = '';
    const made = await createFirstKey(
      first,
      (given) => {
        secret = given;
        return { ok: true, value: undefined };
      },
      { words: 'one', discard: () => undefined },
    );
    if (!made.ok) throw new Error(made.error.detail);
    await seedStore(first, POOLS);
    const one = await startServer(first, secret);
    const other = await startServer(await openPorts(), secret);
    pair = { one, other, time, openPorts };
    remove = async () => {
      await Promise.all([one.stop(), other.stop()]);
      await bus.close();
      for (const store of stores) await store.close();
      await opened.remove();
    };
  });
  afterEach(() => remove());

  return () => pair;
}

async function startServer(deps: CompletePorts, secret: string): Promise<Server> {
  const running = createApplication(deps, { servers: 'several', events: 'kept' });
  void running.leases.start();
  const { authenticate, nextRequestId } = running.application;
  const found = await authenticate(secret, { requestId: nextRequestId() });
  if (!found.ok) throw new Error(found.error.detail);
  return {
    deps,
    call: callOf(running, deps, found.value),
    stop: async () => {
      running.executor.stop();
      void running.relay.stop();
      await deps.policies.close();
    },
  };
}

function callOf(
  { application }: RunningApplication,
  { logger }: CompletePorts,
  principal: Principal,
): Client['call'] {
  const carrier = createClient((name, rawInput) => {
    const context = {
      principal,
      requestId: application.nextRequestId(),
      client: 'rest',
      deployment: 'default',
      signal: new AbortController().signal,
      request: beginRequest(),
    } as const;
    return dispatch({ application, logger }, { name, rawInput, context });
  });
  return carrier.call;
}
