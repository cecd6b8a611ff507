/**
 * Effect on a tenant of another tenant whose policies never end, and the cost of many policies:
 * writes beside 600 looping calls, responses under 1,000 policies, and the CPU in between.
 */
import { readFileSync } from 'node:fs';
import { Agent, request as sendRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { percentile, round } from '../../statistics.mjs';

const LOOPS_IN_FLIGHT = 600;
const LOOPING_POLICIES = 4;
const WRITES = 200;
const WRITE_PAUSE_MS = 5;
const WRITE_MS_GOAL = 100;
const RATIO_GOAL = 3;

const POLICIES = 1_000;
const ASKS = 300;
const ASK_MS_GOAL = 20;

const IDLE_MS = 30_000;
const IDLE_RATIO_GOAL = 0.02;
/** Longer than the server waits between two looks for changes. */
const SETTLED_MS = 20_000;
const SCAN_S_MAX = 400;
const TICKS_PER_S = 100;
const MS_PER_S = 1_000;

const SMALL = `package small

deny contains "too large" if input.resource.cpu_cores > 64
`;

/** Returns a policy that loops only for VMs: the trial of any other kind ends. */
const looping = (number) => `package loops${number}

deny contains "never" if {
  input.resource.type == "vm"
  count([1 | some a in range; some b in range; some c in range; a + b + c < 0]) > 0
}

range := numbers.range(1, 3000)
`;

const VM = { cpu_cores: 2, memory_gb: 4, disk_gb: 20 };

/** The p99 of a tenant's writes beside the loops, as a multiple of the p99 before. */
export const noisyNeighbour = {
  name: 'noisy-neighbour',
  summary: `writes beside ${LOOPS_IN_FLIGHT} looping calls of another tenant`,
  measure: async ({ directory, env, progress }) => {
    const args = ['--rate-limit', '1000000'];
    const server = await startServer({ dataDir: `${directory}/data`, env, args });
    const agent = new Agent({ keepAlive: true });
    try {
      const calibration = createCalibration(directory, { cpuShare: 0.5 });
      const { ask: platform } = caller(server.url, server.apiKey, agent);
      const { loud, quiet, many } = await makeTenants(server, platform, agent);
      await must(quiet.ask('policy.create', { name: 'small', type: 'resource', rule: SMALL }));
      await timeWrites(quiet, 'warm');
      calibration.sample();
      const before = percentile(await timeWrites(quiet, 'before'), 0.99);
      progress(`alone: ${round(before, 1)} ms`);
      const stopLoops = await startLoops(loud);
      const beside = percentile(await timeWrites(quiet, 'beside'), 0.99);
      const answered = await stopLoops();
      progress(`beside ${LOOPS_IN_FLIGHT} loops: ${round(beside, 1)} ms`);
      calibration.sample();
      const askMs = await timeAsks(many, progress);
      const settledS = await waitForScan(server.pid);
      const idle = await readIdleRatio(server.pid);
      const result = calibration.result();
      const value = round(beside / before, 2);
      const isQuick = beside < WRITE_MS_GOAL * result.factor && askMs < ASK_MS_GOAL * result.factor;
      return {
        value,
        unit: 'ratio',
        peer: 'the same writes alone',
        goal: RATIO_GOAL,
        better: 'lower',
        ok: value <= RATIO_GOAL && isQuick && idle < IDLE_RATIO_GOAL,
        write_p99_ms: round(beside, 1),
        write_p99_alone_ms: round(before, 1),
        ask_p99_ms: round(askMs, 1),
        idle_cpu_ratio: round(idle, 4),
        scanned_after_s: round(settledS, 0),
        loops_answered: answered,
        calibration: result,
      };
    } finally {
      agent.destroy();
      await server.stop();
    }
  },
};

/** The tenants beside the platform's own: the noisy one, the neighbour, one with many policies. */
async function makeTenants({ url }, platform, agent) {
  const tenants = {};
  for (const name of ['loud', 'quiet', 'many']) {
    const { secret } = await must(platform('tenant.create', { name }));
    tenants[name] = caller(url, secret, agent);
  }
  return tenants;
}

async function timeWrites({ ask }, prefix) {
  const times = [];
  for (let at = 0; at < WRITES; at += 1) {
    const network = { name: `${prefix}-${at}`, cidr: cidrOf(prefix, at) };
    const beganMs = performance.now();
    await must(ask('network.create', network));
    times.push(performance.now() - beganMs);
    await pause(WRITE_PAUSE_MS);
  }
  return times;
}

const PREFIXES = ['warm', 'before', 'beside'];

function cidrOf(prefix, at) {
  return `10.${PREFIXES.indexOf(prefix)}.${at}.0/24`;
}

/** Keeps the loops in flight, each sent again when it is answered, as late as it is set to. */
async function startLoops({ ask }) {
  for (let number = 0; number < LOOPING_POLICIES; number += 1) {
    const rule = looping(number);
    const policy = { name: `loops-${number}`, type: 'resource', rule };
    await must(ask('policy.create', policy));
  }
  let isOver = false;
  let answered = 0;
  const loops = Array.from({ length: LOOPS_IN_FLIGHT }, async (_, loop) => {
    for (let turn = 0; !isOver; turn += 1) {
      const resource = { ...VM, name: `loop-${loop}-${turn}` };
      const { error } = await ask('policy_decision.ask', { operation: 'vm.create', resource });
      answered += 1;
      const waitMs = error?.data?.retry_after_ms ?? MS_PER_S;
      if (!isOver) await pause(Math.min(waitMs, MS_PER_S));
    }
  });
  return async () => {
    isOver = true;
    await Promise.all(loops);
    return answered;
  };
}

async function timeAsks({ ask }, progress) {
  for (let number = 0; number < POLICIES; number += 1) {
    const rule = SMALL.replace('package small', `package small${number}`);
    await must(ask('policy.create', { name: `small-${number}`, type: 'resource', rule }));
  }
  progress(`${POLICIES} policies are there`);
  const times = [];
  for (let at = -20; at < ASKS; at += 1) {
    const resource = { ...VM, name: `vm-${at}`, cpu_cores: 1 + (Math.abs(at) % 8) };
    const beganMs = performance.now();
    await must(ask('policy_decision.ask', { operation: 'vm.create', resource }));
    if (at >= 0) times.push(performance.now() - beganMs);
  }
  return percentile(times, 0.99);
}

/** All new policies are first asked about all resources, which is not idle; answers how long. */
async function waitForScan(pid) {
  const beganMs = performance.now();
  const sinceS = () => (performance.now() - beganMs) / MS_PER_S;
  while (sinceS() < SCAN_S_MAX) {
    const before = readCpuS(pid);
    await pause(SETTLED_MS);
    if ((readCpuS(pid) - before) / (SETTLED_MS / MS_PER_S) < IDLE_RATIO_GOAL) break;
  }
  return sinceS();
}

/** The share of one core that the server takes while no request comes. */
async function readIdleRatio(pid) {
  await pause(MS_PER_S);
  const before = readCpuS(pid);
  await pause(IDLE_MS);
  return (readCpuS(pid) - before) / (IDLE_MS / MS_PER_S);
}

function readCpuS(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // proc(5): utime and stime, fields 14 and 15 of all.
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

async function must(asked) {
  const { result, error } = await asked;
  if (error !== undefined) throw new Error(error.message);
  return result;
}

/** Calls of one API key. */
function caller(url, apiKey, agent) {
  const ask = (method, params) =>
    new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${apiKey}` };
      const about = { method: 'POST', agent, headers };
      const sent = sendRequest(new URL('/rpc', url), about, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        answer.on('end', () => resolve(JSON.parse(text)));
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    });
  return { ask };
}
