/**
 * Decisions of policies as clients get them: through JSON-RPC in batches, and one by one through
 * the thread that evaluates them.
 */
import { readFileSync } from 'node:fs';
import { Agent, request as sendRequest } from 'node:http';
import { createPolicyRuntime } from '@novacron/server/adapters/policy/create-policy-runtime';
import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { createRandom } from '../../create-random.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { percentile, round } from '../../statistics.mjs';

const MS_PER_S = 1000;
const REPETITIONS = 5;

/** Policies of the repository, as a company might enable them together. */
const POLICIES = [
  'allowed-templates',
  'backup-label',
  'databases-not-on-public-networks',
  'development-is-small',
  'large-vms-have-a-budget',
  'memory-per-core',
  'naming-convention',
  'required-labels',
  'vm-size-limit',
];

const BATCH = 100;
const BATCHES_AT_ONCE = 4;
const BATCHES_PER_REPETITION = 100;

/** Each VM is planned, planned again while it is applied, and admitted; some are changed later. */
const ASKED_PER_VM = 3;
/** VMs that people are at work on; the others are left alone. */
const VMS_AT_WORK = 2_000;
const FLAVORS = [1, 2, 2, 4, 4, 8, 16].map((cores) => ({ cpu_cores: cores, memory_gb: cores * 4 }));
const ENVIRONMENTS = ['production', 'production', 'staging', 'development'];
const TIERS = ['web', 'db', 'cache', 'batch'];
const OWNERS = ['shop', 'search', 'billing', 'data', 'mobile'];

const textOf = (name) =>
  readFileSync(new URL(`../../../../policies/${name}/policy.rego`, import.meta.url), 'utf8');

/** Returns the policy request for a VM by number; equal numbers give equal requests. */
function questionOf(number) {
  const random = createRandom(number + 1);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const [environment, tier, owner] = [pick(ENVIRONMENTS), pick(TIERS), pick(OWNERS)];
  const fields = {
    name: `${owner}-${tier}-${String(number).padStart(5, '0')}`,
    ...pick(FLAVORS),
    disk_gb: 40,
    network_id: null,
    template_id: null,
    metadata: { environment, tier, owner, backup: 'daily', cost_center: 'AB-1234' },
  };
  const isChange = random() < 0.2;
  return {
    operation: isChange ? 'vm.update' : 'vm.create',
    resource: fields,
    ...(isChange ? { before: { ...fields, memory_gb: fields.memory_gb / 2 } } : {}),
  };
}

const decisions = {
  name: 'policy-decisions-rpc',
  summary: `decisions a second of ${POLICIES.length} policies through JSON-RPC, ${BATCH} a batch`,
  measure: async ({ directory, env, progress }) => {
    const args = ['--rate-limit', '1000000'];
    const server = await startServer({ dataDir: `${directory}/data`, env, args });
    try {
      for (const name of POLICIES) await post(server, createsPolicy(name));
      const calibration = createCalibration(directory, { cpuShare: 1 });
      const next = createBatches();
      await decideMany(server, next);
      const before = await readCache(server);
      const rates = [];
      for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
        calibration.sample();
        rates.push(await decideMany(server, next));
        progress(`${repetition}/${REPETITIONS}: ${round(rates.at(-1), 0)}/s`);
      }
      const after = await readCache(server);
      const line = calibratedLine(
        { value: median(rates), unit: '1/s', goal: 10_000, better: 'higher' },
        calibration.result(),
      );
      const hitRatio = ratioOf(before, after);
      progress('the same with a policy that reads what a write costs');
      await post(server, createsPrices());
      await post(server, createsPolicy('cost-limit'));
      await decideMany(server, next);
      const priced = await readCache(server);
      const pricedRate = await decideMany(server, next);
      const cache = {
        cache_hit_ratio: round(hitRatio, 3),
        cache_hit_ratio_goal: 0.85,
        cache_hit_ratio_with_costs: round(ratioOf(priced, await readCache(server)), 3),
        with_costs: round(pricedRate, 0),
      };
      return { ...line, ...cache, ok: line.ok && hitRatio >= 0.85, policies: POLICIES.length };
    } finally {
      await server.stop();
    }
  },
};

function createsPolicy(name) {
  const params = { name, type: 'resource', rule: textOf(name) };
  return { jsonrpc: '2.0', id: 1, method: 'policy.create', params };
}

function createsPrices() {
  const generic = { cpu_core: 0.025, memory_gb: 0.006, disk_gb: 0.0002 };
  const params = { name: 'standard', currency: 'EUR', generic };
  return { jsonrpc: '2.0', id: 1, method: 'price_list.create', params };
}

function ratioOf(before, after) {
  return (after.hit - before.hit) / (after.all - before.all);
}

/** Texts of batches, one after another: new VMs among those that were asked about before. */
function createBatches() {
  const random = createRandom(7);
  let vms = 0;
  return () => {
    const requests = Array.from({ length: BATCH }, (_, id) => {
      const isNew = vms === 0 || random() < 1 / ASKED_PER_VM;
      if (isNew) vms += 1;
      const number = isNew ? vms : vms - Math.floor(random() * Math.min(vms, VMS_AT_WORK));
      return { jsonrpc: '2.0', id, method: 'policy_decision.ask', params: questionOf(number) };
    });
    return JSON.stringify(requests);
  };
}

/**
 * Answers with decisions a second. What is sent is made beforehand, and of what comes back the
 * decisions are counted but not made into objects: the server computes on the same cores.
 */
async function decideMany(server, next) {
  const batches = Array.from({ length: BATCHES_PER_REPETITION }, () => Buffer.from(next()));
  const agent = new Agent({ keepAlive: true, maxSockets: BATCHES_AT_ONCE });
  let refused = 0;
  const lane = async () => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      const answers = await postBytes(server, agent, batch);
      const refusals = countIn(answers, ALLOWED_NOT);
      if (countIn(answers, ALLOWED) + refusals !== BATCH) throw new Error('not decided');
      refused += refusals;
    }
  };
  const beganMs = performance.now();
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, lane));
  const ms = performance.now() - beganMs;
  agent.destroy();
  if (refused === 0) throw new Error('every question was allowed: the policies were not asked');
  return (BATCHES_PER_REPETITION * BATCH * MS_PER_S) / ms;
}

/** Prefix of the result of a decision: nothing else in a response looks like it. */
const ALLOWED = '"result":{"allowed":true,';
const ALLOWED_NOT = '"result":{"allowed":false,';

function countIn(bytes, text) {
  let count = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) {
    count += 1;
  }
  return count;
}

function postBytes({ url, apiKey }, agent, body) {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${apiKey}`,
    'content-length': body.length,
  };
  return new Promise((resolve, reject) => {
    const sent = sendRequest(`${url}/rpc`, { method: 'POST', agent, headers }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.once('end', () => resolve(Buffer.concat(chunks)));
      answer.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

async function post(server, request) {
  const answer = JSON.parse(await postText(server, JSON.stringify(request)));
  if (answer.error !== undefined) throw new Error(JSON.stringify(answer.error));
}

async function postText({ url, apiKey }, body) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };
  return (await fetch(`${url}/rpc`, { method: 'POST', headers, body })).text();
}

/** Answers that were looked for, and those that were there, as the server counts them. */
async function readCache({ url, apiKey }) {
  const headers = { authorization: `Bearer ${apiKey}` };
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  const lines = [...text.matchAll(/^novacron_policy_cache_total\{outcome="(\w+)"\} (\d+)$/gm)];
  const counts = Object.fromEntries(lines.map(([, outcome, count]) => [outcome, Number(count)]));
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { hit: counts.hit ?? 0, all };
}

const LATENCIES = 5_000;

const latency = {
  name: 'policy-latency',
  summary: "99th percentile of one policy's answer, to the thread that evaluates it and back",
  measure: async ({ directory, progress }) => {
    const ignore = () => undefined;
    const runtime = createPolicyRuntime({
      debug: ignore,
      info: ignore,
      warn: ignore,
      error: ignore,
    });
    const text = textOf('vm-size-limit');
    const { resource } = questionOf(1);
    const question = {
      version: 1,
      action: 'create_vm',
      operation: 'vm.create',
      before: null,
      subject: { user_id: 'ci', role: 'operator', tenant: 'tnt_1' },
      resource: { type: 'vm', id: null, ...resource },
      context: { client: 'terraform' },
    };
    const ask = async () => {
      const beganMs = performance.now();
      const answer = await runtime.evaluate(text, question, { tenantId: 'tnt_1' });
      if (!answer.ok) throw new Error(answer.error.detail);
      return performance.now() - beganMs;
    };
    for (let at = 0; at < 500; at += 1) await ask();
    const calibration = createCalibration(directory, { cpuShare: 1 });
    const values = [];
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      const times = [];
      for (let at = 0; at < LATENCIES; at += 1) times.push(await ask());
      values.push(percentile(times, 0.99));
      progress(`${repetition}/${REPETITIONS}: ${round(values.at(-1), 3)} ms`);
    }
    await runtime.close();
    const result = calibration.result();
    const value = round(median(values), 3);
    const goal = round(result.factor, 3);
    return {
      value,
      unit: 'ms',
      goal,
      goal_unscaled: 1,
      better: 'lower',
      ok: value <= goal,
      calibration: result,
    };
  },
};

export const policyFigures = [decisions, latency];
