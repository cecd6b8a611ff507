/**
 * A hundred VMs on twenty nodes, as few of which as possible are to be opened: proven by the solver
 * within a second, or placed within one node of the bound in 50 ms. Both at once is not asked for;
 * a batch that needs no solver counts by the time of its placement.
 */
import { draftBatch } from '@novacron/engine/batch/draft-batch';
import { planBatch } from '@novacron/engine/batch/plan-batch';
import { makeRng } from '@novacron/engine/rng';
import { createSolver } from '@novacron/server/adapters/solver/create-solver';
import { createCalibration } from '../calibrate.mjs';
import { median, round } from '../statistics.mjs';

const VMS = 100;
const NODES = 20;
const BATCHES = 12;
const MIB_PER_GB = 1024;
const NODE = { cpuCores: 96, memoryMib: 400 * MIB_PER_GB, diskGb: 1000 };
const DRAFT_MS_GOAL = 50;
const PROOF_MS_GOAL = 1000;

/** All of it is computing. */
const CPU_SHARE = 1;

const QUIET = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const figure = {
  name: 'batch-100x20',
  summary: '100 VMs on 20 nodes within one node of the bound, else proven within a second',
  measure: async ({ directory, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const solver = createSolver(QUIET);
    try {
      await placeBatch(makeBatch('warm-up'), solver);
      const runs = [];
      for (let at = 1; at <= BATCHES; at += 1) {
        calibration.sample();
        const run = await placeBatch(makeBatch(`batch-${at}`), solver);
        runs.push(run);
        progress(
          `${at}/${BATCHES}: ${run.nodes} nodes, bound ${run.bound}: ${round(run.draftMs, 1)} ms` +
            (run.proofMs === undefined ? '' : `, ${run.solver} after ${round(run.proofMs, 0)} ms`),
        );
      }
      const result = calibration.result();
      const { factor } = result;
      const goal = round(DRAFT_MS_GOAL * factor, 1);
      const value = round(median(runs.map(({ draftMs }) => draftMs)), 1);
      const isReached = ({ drafted, firstBound, draftMs, solver: end, proofMs }) =>
        (drafted - firstBound <= 1 && draftMs <= goal) ||
        (end === 'optimal' && draftMs + proofMs <= PROOF_MS_GOAL * factor);
      return {
        ...{ value, unit: 'ms', goal, goal_unscaled: DRAFT_MS_GOAL, better: 'lower' },
        ...{ ok: runs.every(isReached), calibration: result },
        within_one_node: runs.filter((run) => run.drafted - run.firstBound <= 1).length,
        proven: runs.filter((run) => run.nodes === run.bound).length,
        proof_ms_max: round(Math.max(0, ...runs.map(({ proofMs = 0 }) => proofMs)), 0),
        repetitions: BATCHES,
      };
    } finally {
      await solver.close();
    }
  },
};

async function placeBatch(input, solver) {
  const env = { nowMs: 0, rng: makeRng('batch') };
  const started = performance.now();
  const draft = draftBatch(input, env);
  const draftMs = performance.now() - started;
  if (!draft.ok) throw new Error(draft.error.detail);
  const { asked, found, bound: firstBound } = draft.value;
  const asking = performance.now();
  const answer = asked && (await solver.solve(asked.model, PROOF_MS_GOAL));
  const proofMs = asked && performance.now() - asking;
  const plan = planBatch(draft.value, answer, env);
  if (!plan.ok) throw new Error(plan.error.detail);
  const { value: nodes, bound } = plan.value;
  const drafted = found?.value ?? Number.POSITIVE_INFINITY;
  return { draftMs, proofMs, drafted, firstBound, nodes, bound, solver: answer?.kind };
}

function makeBatch(seed) {
  const rng = makeRng(seed);
  const upTo = (most) => 1 + Math.floor(rng.next() * most);
  const used = { cpuCores: 0, memoryMib: 0, diskGb: 0 };
  const nodes = Array.from({ length: NODES }, (_, at) => ({
    ...{ id: `node-${at}`, name: `node-${at}`, zone: `zone-${at % 3}`, rack: `rack-${at % 6}` },
    ...{ status: 'ready', capacity: NODE, used, vmCount: 0 },
  }));
  const asks = Array.from({ length: VMS }, (_, at) => {
    const size = { cpuCores: upTo(16), memoryMib: (2 + upTo(60)) * MIB_PER_GB, diskGb: upTo(100) };
    return { vm: { name: `vm-${at}`, ...size, labels: {} }, constraints: {}, strategy: 'pack' };
  });
  return { nodes, peers: [], asks, objective: 'nodes' };
}
