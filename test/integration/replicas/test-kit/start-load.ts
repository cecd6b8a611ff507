/** Load on a cluster: callers that write and a client that reads, all going on elsewhere. */
import { createClient } from '@novacron/contract/client/client';
import { type CallOptions, createHttpCarrier } from '@novacron/testing/http-carrier';
import { waitUntil } from '@novacron/testing/wait-until';
import { type Caller, makeCaller } from '../../test-kit/live-client.ts';
import type { Call } from '../../test-kit/world.ts';
import type { Cluster, ClusterServer } from './start-cluster.ts';

/** No server listens there. */
const NOWHERE = 'http://127.0.0.1:9';

/** Time limit for a client to find a server that responds. Unit: milliseconds. */
const SERVICE_GAP_MS_MAX = 3_000;

const PAUSE_MS = 20;

/** Load under way. */
export interface Load {
  readonly callers: readonly Caller[];
  /** Reads from now on have to be answered within the gap, or need not be. */
  readonly expectAnswers: (expected: 'yes' | 'no') => void;
  /** Reads that were answered, and what was said of gaps and by servers that were not away. */
  readonly answered: () => number;
  readonly complaints: readonly string[];
  /** Says that a server is about to be killed, or back. */
  readonly setAway: (server: ClusterServer, away: 'yes' | 'no') => void;
  /** Ends the load; calls without a response are sent once more. */
  readonly stop: () => Promise<void>;
}

/** The client of one server; unavailable while it is away. */
export function callOf(cluster: Cluster, server: ClusterServer): Call {
  return createClient<CallOptions>((name, input, options) =>
    createHttpCarrier(server.url() ?? NOWHERE, cluster.adminKey)(name, input, options),
  ).call;
}

/** Starts a number of callers, who rotate among the servers. */
export function startLoad(cluster: Cluster, { seed, callers: count }: LoadSize): Load {
  const { servers } = cluster;
  const calls = servers.map((server) => callOf(cluster, server));
  const callers = Array.from({ length: count }, (_, index) => makeCaller(`${seed}-${index}`));
  const stop = new AbortController();
  const away = new Set<ClusterServer>();
  const complaints: string[] = [];
  let expected: 'yes' | 'no' = 'yes';
  let answered = 0;

  /** A client that has the addresses of all servers. */
  async function readSomewhere(): Promise<void> {
    const asked = expected;
    try {
      await waitUntil('an answer', () => anyAnswer(calls), { timeoutMs: SERVICE_GAP_MS_MAX });
      answered += 1;
    } catch {
      if (asked === 'yes' && expected === 'yes') {
        complaints.push(`no server answered for ${SERVICE_GAP_MS_MAX} ms`);
      }
    }
  }

  /** A client that has the address of one. */
  async function readFrom(server: ClusterServer, call: Call): Promise<void> {
    const isAway = away.has(server) || expected === 'no';
    const answer = await call('vm.list', { limit: 1 });
    if (answer.ok || isAway || away.has(server) || expected === 'no') return;
    complaints.push(answer.error.detail);
  }

  async function repeat(once: () => Promise<void>): Promise<void> {
    while (!stop.signal.aborted) {
      await once();
      await pass(PAUSE_MS);
    }
  }

  const writing = callers.map(async (caller, index) => {
    for (let at = index; !stop.signal.aborted; at += 1) {
      const call = calls[at % calls.length];
      if (call !== undefined) await caller.write(call, stop.signal);
      await pass(PAUSE_MS);
    }
  });
  const reading = [
    repeat(readSomewhere),
    ...servers.map((server, index) => repeat(() => readFrom(server, calls[index] as Call))),
  ];
  return {
    callers,
    complaints,
    answered: () => answered,
    expectAnswers: (next) => {
      expected = next;
    },
    setAway: (server, next) => {
      if (next === 'yes') away.add(server);
      else away.delete(server);
    },
    stop: async () => {
      stop.abort();
      await Promise.all([...writing, ...reading]);
      const [call] = calls;
      if (call !== undefined) await Promise.all(callers.map((caller) => caller.settle(call)));
    },
  };
}

/** Amount of load. */
export interface LoadSize {
  readonly seed: string;
  readonly callers: number;
}

async function anyAnswer(calls: readonly Call[]): Promise<true | undefined> {
  for (const call of calls) {
    const answer = await call('vm.list', { limit: 1 });
    if (answer.ok) return true;
  }
  return undefined;
}

/** Lets the load go on for a while. */
export async function pass(durationMs: number): Promise<void> {
  const endAtMs = performance.now() + durationMs;
  await waitUntil('the moment', () => (performance.now() >= endAtMs ? true : undefined));
}
