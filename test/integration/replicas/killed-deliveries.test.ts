/**
 * Two servers on one PostgreSQL that are killed in turn while a sender delivers to webhooks, and
 * repeats with the same id what got no answer: each delivery starts exactly one execution.
 */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { OperationId } from '@novacron/contract/ids';
import { makeRng } from '@novacron/engine/rng';
import { waitUntil } from '@novacron/testing/wait-until';
import { type Call, readPages } from '../test-kit/world.ts';
import { type Cluster, startCluster } from './test-kit/start-cluster.ts';
import { callOf } from './test-kit/start-load.ts';

jest.setTimeout(400_000);

type Rng = ReturnType<typeof makeRng>;

const SEED = process.env.SEED ?? 'deliveries-1';
const SECRET = 'correct-horse-battery';
/** A webhook takes 60 deliveries at once: these are fewer, with all repeats. */
const WEBHOOKS = 8;
const DELIVERIES = 12;
/**
 * Number of parallel senders, so that several deliveries have no response when a server is killed.
 */
const SENDERS = 6;
const KILLS = 4;
const MS_PER_SECOND = 1_000;
/** Shorter than an answer of a busy server takes: such deliveries are repeated, too. */
const PATIENCE_MS = 2_000;

const textOf = (at: number) => `name: hooked-${at}
inputs: { number: integer }
steps: [{ id: pause, wait: 1ms }]
triggers: [{ webhook: { name: push, secrets: [key] }, inputs: { number: number } }]
`;

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ servers: 2, agents: 0 });
});
afterAll(() => cluster?.remove());

function must<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
}

interface Delivery {
  readonly path: string;
  readonly number: number;
}

/** Responses that senders have received. */
interface Tally {
  /** The executions that each delivery is said to have started, by its number. */
  readonly answered: Map<number, Set<string>>;
  /** Requests that got no answer at all. */
  cut: number;
  /** Answers that another request had started it. */
  repeated: number;
}

/** Sends a delivery once. @returns the execution; undefined where it is to be repeated */
async function send({ path, number }: Delivery, tally: Tally, rng: Rng) {
  const { servers } = cluster;
  const url = servers[Math.floor(rng.next() * servers.length)]?.url();
  if (url === undefined) return undefined;
  const body = JSON.stringify({ number });
  const id = `delivery-${number}`;
  const timestamp = String(Math.floor(Date.now() / MS_PER_SECOND));
  const hmac = createHmac('sha256', SECRET).update(`${id}.${timestamp}.${body}`);
  let response: Response;
  try {
    response = await fetch(`${url}${path}`, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${hmac.digest('base64')}`,
      },
    });
  } catch {
    tally.cut += 1;
    return undefined;
  }
  const answer = await response.text();
  if (response.status === 503) return undefined;
  if (!response.ok) throw new Error(`${number}: ${response.status} ${answer}`);
  const { status, execution_id } = JSON.parse(answer);
  if (status === 'repeated') tally.repeated += 1;
  return OperationId.parse(execution_id);
}

/** Sends each delivery until it is answered, and some once more. */
async function deliver(queue: Delivery[], tally: Tally, rng: Rng): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const delivery = next;
    const before = tally.answered.get(delivery.number) ?? new Set();
    const what = `an answer to ${delivery.number}`;
    const started = await waitUntil(what, () => send(delivery, tally, rng));
    tally.answered.set(delivery.number, before.add(started));
    // As senders do whose answer was lost behind a proxy.
    if (before.size === 1 && rng.next() < 0.2) {
      const again = await waitUntil(what, () => send(delivery, tally, rng));
      before.add(again);
    }
  }
}

test(`a delivery starts one execution, through ${KILLS} kills (seed ${SEED})`, async () => {
  const rng = makeRng(SEED).fork('killed-deliveries');
  const [server] = cluster.servers;
  if (server === undefined) throw new Error('there are two servers');
  const call: Call = callOf(cluster, server);
  const workflows = Array.from({ length: WEBHOOKS }, (_, at) => `hooked-${at}`);
  must(await call('secret.create', { name: 'key', value: SECRET, allowed: { workflows } }));
  const paths: string[] = [];
  for (const at of workflows.keys()) {
    const { resource } = must(await call('workflow.create', { text: textOf(at) }));
    paths.push(resource.starts[0]?.address ?? '');
  }
  const queue: Delivery[] = Array.from({ length: WEBHOOKS * DELIVERIES }, (_, number) => ({
    path: paths[number % WEBHOOKS] ?? '',
    number,
  }));
  const numbers = queue.map(({ number }) => number);
  const tally: Tally = { answered: new Map(), cut: 0, repeated: 0 };
  const senders = Array.from({ length: SENDERS }, (_, at) =>
    deliver(queue, tally, rng.fork(`sender-${at}`)),
  );
  const allSent = Promise.all(senders);
  // It is awaited below: a failure meanwhile is no unhandled one.
  allSent.catch(() => undefined);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const range = numbers.length / (KILLS + 1);
    const goal = Math.ceil((kill - rng.next()) * range);
    await waitUntil(`${goal} answers`, () => tally.answered.size >= goal || undefined);
    const victim = cluster.servers[kill % 2];
    await victim?.kill();
    await victim?.restart();
  }
  await allSent;
  const executions = await waitUntil('the executions to end', async () => {
    const all = await readPages((page) => call('execution.list', page));
    return all.every(({ finished_at }) => finished_at !== null) ? all : undefined;
  });
  expect(new Set(executions.map(({ status }) => status))).toEqual(new Set(['succeeded']));
  const started = new Map<number, Set<string>>();
  for (const { id } of executions) {
    const { inputs } = must(await call('execution.get', { id }));
    const number = Number(inputs.number);
    started.set(number, (started.get(number) ?? new Set()).add(id));
  }
  expect([...started.keys()].toSorted((a, b) => a - b)).toEqual(numbers);
  expect(started).toEqual(tally.answered);
  expect([...started.values()].map(({ size }) => size)).toEqual(numbers.map(() => 1));
  // Otherwise no kill has met a delivery, and nothing was shown.
  expect(tally.cut).toBeGreaterThan(0);
  expect(tally.repeated).toBeGreaterThan(0);
});
