/**
 * Random decisions of 64 clients at once, through the API of a server with its durable store. After
 * each batch the store is read in one moment and held against the rules.
 */
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startServer } from '../../../demo/server.mjs';
import { startHost } from '../../ask-host.mjs';
import { createRandom } from '../../create-random.mjs';
import { describeFleet } from '../../seed-vms.mjs';
import { round } from '../../statistics.mjs';

const CLIENTS = 64;
const BATCHES = 100;
const MS_PER_S = 1000;

/** Fewer show less, and take less: `BENCH_DECISIONS=5000`. */
const DECISIONS = Number(process.env.BENCH_DECISIONS ?? 100_000);

/** About how many VMs fit in the fleet; few enough that it is full most of the time. */
const ROOM_VMS = 600;

/** Sentences of a kind that are shown; more of them say the same. */
const SHOWN_MAX = 3;

const GROUPS = 12;
const ZONES = ['zone-a', 'zone-b', 'zone-c'];
const TIERS = ['web', 'db', 'batch'];

export const figure = {
  name: 'concurrent-decisions',
  summary: `broken rules and overcommits in ${DECISIONS} random decisions, ${CLIENTS} at once`,
  measure: async ({ directory, env, progress }) => {
    const dataDir = join(directory, 'data');
    const server = await startServer({
      dataDir,
      env,
      args: describeFleet(directory, { vms: ROOM_VMS }),
    });
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
    const world = { server, agent, vms: [], counts: {}, next: 0 };
    const checker = await startHost('check-host');
    const totals = { violations: 0, overcommits: 0 };
    const startedAtMs = performance.now();
    for (let batch = 1; batch <= BATCHES; batch += 1) {
      await decideMany(world, { count: DECISIONS / BATCHES, batch });
      const found = await checker.ask({ kind: 'check', path: join(dataDir, 'novacron.db') });
      for (const [name, sentences] of Object.entries(found)) {
        totals[name] += sentences.length;
        if (sentences.length > 0) progress(`${name}: ${sentences.slice(0, SHOWN_MAX).join('; ')}`);
      }
      if (batch % 10 === 0) progress(`${batch}/${BATCHES}: ${JSON.stringify(totals)}`);
    }
    const seconds = (performance.now() - startedAtMs) / MS_PER_S;
    const conflicts = await countReplans(server);
    await checker.stop();
    agent.destroy();
    await server.stop();
    return lineOf({ totals, conflicts, seconds, counts: world.counts });
  },
};

function lineOf({ totals, conflicts, seconds, counts }) {
  const value = totals.violations + totals.overcommits;
  return {
    value,
    unit: 'count',
    goal: 0,
    better: 'lower',
    ok: value === 0,
    ...totals,
    decisions: DECISIONS,
    clients: CLIENTS,
    conflicts_retried: conflicts,
    answers: counts,
    decisions_per_second: round(DECISIONS / seconds, 0),
  };
}

/** Lets all clients decide until the given number of decisions was answered. */
async function decideMany(world, { count, batch }) {
  let left = count;
  const client = async (_, at) => {
    const random = createRandom(batch * CLIENTS + at);
    while (left > 0) {
      left -= 1;
      await decideOnce(world, random);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** Creates, moves, changes or deletes. A deletion decides nothing, so another one follows it. */
async function decideOnce(world, random) {
  for (;;) {
    const lot = random();
    const vm = world.vms[Math.floor(random() * world.vms.length)];
    if (lot < 0.6 || vm === undefined) return create(world, random);
    if (lot < 0.7) return note(world, 'move', await call(world, 'vm.migrate', { id: vm }));
    if (lot < 0.8) {
      const placement = random() < 0.5 ? null : rulesOf(random);
      return note(world, 'change', await call(world, 'vm.update', { id: vm, placement }));
    }
    await remove(world, vm);
  }
}

async function create(world, random) {
  world.next += 1;
  const name = `vm-${world.next}`;
  const group = `group-${Math.floor(random() * GROUPS)}`;
  const answer = await call(world, 'vm.create', {
    name,
    cpu_cores: 1 + Math.floor(random() * 4),
    memory_gb: 1,
    disk_gb: 10,
    ...(random() < 0.4 ? { anti_affinity: group } : {}),
    ...(random() < 0.5 ? { metadata: { tier: pick(TIERS, random) } } : {}),
    ...(random() < 0.4 ? { placement: rulesOf(random) } : {}),
  });
  note(world, 'create', answer);
  if (answer.result !== undefined) world.vms.push(answer.result.resource.id);
}

function rulesOf(random) {
  const apart = { labels: { tier: pick(TIERS, random) }, level: random() < 0.5 ? 'node' : 'rack' };
  return {
    ...(random() < 0.5 ? { zone: pick(ZONES, random) } : {}),
    ...(random() < 0.3 ? { anti_affinity: [apart] } : {}),
    ...(random() < 0.2 ? { spread_domain: 'zone' } : {}),
  };
}

/** One that is being changed is left alone. */
async function remove(world, id) {
  const { result } = await call(world, 'vm.delete', { id });
  if (result !== undefined) world.vms = world.vms.filter((each) => each !== id);
}

function pick(list, random) {
  return list[Math.floor(random() * list.length)];
}

function note({ counts }, what, { result, error }) {
  const key = `${what} ${result === undefined ? (error.data?.code ?? error.code) : 'done'}`;
  counts[key] = (counts[key] ?? 0) + 1;
}

/**
 * Without a deadline for connecting, which 64 clients of a busy machine may miss. A connection that
 * the server closed while it was idle is found out when it is used again, so that is not its fault.
 */
function call(world, method, params) {
  const { server, agent } = world;
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    authorization: `Bearer ${server.apiKey}`,
  };
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers };
    const sending = request(`${server.url}/rpc`, options, (response) => {
      resolve(text(response).then((answer) => JSON.parse(answer)));
    });
    sending.once('error', (cause) => {
      const wasIdle = sending.reusedSocket && cause.code === 'ECONNRESET';
      if (wasIdle) resolve(call(world, method, params));
      else reject(new Error(`${method} got no answer`, { cause }));
    });
    sending.end(body);
  });
}

/** Decisions that were made again after a conflict, as the server counts them. */
async function countReplans({ url, apiKey }) {
  const headers = { authorization: `Bearer ${apiKey}` };
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  const lines = text.matchAll(/^novacron_admission_replans_total\{[^}]*\} (\d+)$/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}
