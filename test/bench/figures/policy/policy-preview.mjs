/**
 * The preview of a draft over a large tenant, and what reads of the API notice of it. The rows are
 * written into the store of a stopped server as it writes them, sealed; the draft reads fields that
 * nearly all of them have different values of, so that answers are evaluated, not remembered.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { makeId } from '@novacron/contract/ids';
import { systemClock } from '@novacron/runtime/clock';
import { openStore } from '@novacron/server/adapters/open-store';
import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { createRandom } from '../../create-random.mjs';
import { percentile, round } from '../../statistics.mjs';

const RESOURCES = 10_000;
const DECISIONS = 100_000;
const ROWS_PER_COMMIT = 500;
const REPETITIONS = 3;
const GOAL_S = 10;
const MS_PER_S = 1_000;

/** Maximum ratio of the median read latency during a preview to that before it. */
const RATIO_GOAL = 4;
const SCAN_MS = 15_000;
const READS = 300;
const READ_PAUSE_MS = 10;

const RULE = `package bench

deny contains msg if {
  input.resource.memory_gb > 60
  msg := sprintf("%s has %v GB", [input.resource.name, input.resource.memory_gb])
}

deny contains "no owner" if not input.resource.metadata.owner
`;

/** Before the change: most VMs are as allowed as after it. */
const EARLIER = RULE.replace('> 60', '> 62');

export const policyPreview = {
  name: 'policy-preview',
  summary: `preview of a changed policy over ${RESOURCES} VMs and ${DECISIONS} decisions`,
  measure: async ({ directory, env, progress }) => {
    const dataDir = `${directory}/data`;
    const args = ['--rate-limit', '1000000', '--log-level', 'warn', '--decision-input-ratio', '1'];
    const made = await makeTenant({ dataDir, env, args, progress });
    const server = await startServer({ dataDir, env, args });
    try {
      const calibration = createCalibration(directory, { cpuShare: 1 });
      const ask = caller(server);
      // The new VMs are asked about by the scan for violations first.
      await pause(SCAN_MS);
      const idle = median(await timeReads(ask, (at) => at >= READS));
      const seconds = [];
      const beside = [];
      let found;
      for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
        calibration.sample();
        let isOver = false;
        const reads = timeReads(ask, () => isOver);
        const beganMs = performance.now();
        found = await preview(ask, made.policyId, repetition);
        seconds.push((performance.now() - beganMs) / MS_PER_S);
        isOver = true;
        beside.push(...(await reads));
        progress(`${repetition}/${REPETITIONS}: ${round(seconds.at(-1), 1)} s`);
        // The budget of previews is for one of them, and fills again.
        await pause(20 * MS_PER_S);
      }
      const result = calibration.result();
      const goal = round(GOAL_S * result.factor, 1);
      const value = round(median(seconds), 2);
      const ratio = round(median(beside) / idle, 2);
      return {
        value,
        unit: 's',
        goal,
        goal_unscaled: GOAL_S,
        better: 'lower',
        ok: value <= goal && ratio <= RATIO_GOAL,
        read_latency_ratio: ratio,
        read_latency_ratio_goal: RATIO_GOAL,
        read_p50_idle_ms: round(idle, 2),
        read_p99_beside_ms: round(percentile(beside, 0.99), 1),
        ...found,
        calibration: result,
      };
    } finally {
      await server.stop();
    }
  },
};

/** A server with one VM and a policy; the others are copies of its row. */
async function makeTenant({ dataDir, env, args, progress }) {
  const server = await startServer({ dataDir, env, args });
  const ask = caller(server);
  const policy = { name: 'Bench', type: 'resource', rule: EARLIER };
  const { resource } = await ask('policy.create', policy);
  const metadata = { owner: 'bench' };
  const vm = { name: 'vm', cpu_cores: 2, memory_gb: 4, disk_gb: 20, metadata };
  const { operation } = await ask('vm.create', vm);
  await ask('operation.wait', { id: operation.id, timeout_ms: 30_000 });
  await pause(MS_PER_S);
  await server.stop();
  progress(`writing ${RESOURCES} VMs and ${DECISIONS} decisions`);
  await fill(dataDir);
  return { policyId: resource.id };
}

async function fill(dataDir) {
  const opened = await openStore(
    {
      store: { kind: 'embedded' },
      dataDir,
      sealingKey: { kind: 'file', path: `${dataDir}/sealing.key`, origin: 'own' },
      storeSizeMibMax: undefined,
      tlsMinVersion: 'TLSv1.3',
    },
    { clock: systemClock, newKey: 'refuse' },
  );
  if (!opened.ok) throw new Error(opened.error.detail);
  const { store } = opened.value;
  const [vm] = await store.read({ from: 'vms' });
  const [model] = await store.read({ from: 'policy_decisions' });
  const random = createRandom(23);
  await write(store, RESOURCES, (number) => {
    const id = idOf('vm', number);
    const name = `vm-${number}`;
    const desired = { ...JSON.parse(vm.desired_json), name, memory_gb: memoryOf(random) };
    const row = { ...vm, id, name, desired_json: JSON.stringify(desired) };
    return { kind: 'put', into: 'vms', row };
  });
  const record = JSON.parse(model.record_json);
  await write(store, DECISIONS, (number) => {
    const name = `old-${number}`;
    const { resource } = record.input;
    const input = { ...record.input, resource: { ...resource, name, memory_gb: memoryOf(random) } };
    const text = JSON.stringify({ ...record, resource_name: name, input });
    const atMs = model.at_ms - number;
    const row = { ...model, id: idOf('pdec', number), at_ms: atMs, record_json: text };
    return { kind: 'put', into: 'policy_decisions', row };
  });
  await store.close();
}

const memoryOf = (random) => 1 + Math.floor(random() * 64);

const idOf = (prefix, number) => makeId(prefix, 1_700_000_000_000 + number, new Uint8Array(10));

async function write(store, count, toChange) {
  for (let first = 1; first <= count; first += ROWS_PER_COMMIT) {
    const numbers = Array.from({ length: ROWS_PER_COMMIT }, (_, offset) => first + offset);
    const done = await store.commit(numbers.filter((number) => number <= count).map(toChange));
    if (!done.ok) throw new Error(done.error.detail);
  }
}

/** Each repetition has another text, whose answers are not remembered. */
async function preview(ask, id, repetition) {
  const input = { id, draft: { rule: `${RULE}\n# ${repetition}\n` } };
  const judged = new Map();
  let changes = 0;
  let turn = {};
  for (let parts = 1; ; parts += 1) {
    const part = await ask('policy.preview', { ...input, ...turn });
    changes += part.changes.length;
    for (const { source, count } of part.judged) {
      judged.set(source, (judged.get(source) ?? 0) + count);
    }
    if (part.unjudged.length > 0) throw new Error(JSON.stringify(part.unjudged));
    if (part.next_position === null) {
      const [resources, decisions] = [judged.get('resources'), judged.get('decisions')];
      if (resources < RESOURCES || decisions < DECISIONS) throw new Error('not all were judged');
      return { changes, parts, resources, decisions };
    }
    turn = { position: part.next_position };
  }
}

/** Reads one VM again and again. */
async function timeReads(ask, isOver) {
  const { items } = await ask('vm.list', { limit: 1 });
  const times = [];
  for (let at = 0; !isOver(at); at += 1) {
    const beganMs = performance.now();
    await ask('vm.get', { id: items[0].id });
    times.push(performance.now() - beganMs);
    await pause(READ_PAUSE_MS);
  }
  return times;
}

function caller({ url, apiKey }) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };
  return async (method, params) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const answer = await (await fetch(`${url}/rpc`, { method: 'POST', headers, body })).json();
    if (answer.error !== undefined) throw new Error(JSON.stringify(answer.error));
    return answer.result;
  };
}
