/**
 * What recommended sizes bring to a fleet whose VMs have our defaults: 28 days of simulated load,
 * of which the first 14 are the history and the others what comes then. The objective of a VM was
 * written down after a first run; the share of slow steps is reported beside it.
 */
import { makeRng } from '@novacron/engine/rng';
import { planVmSize } from '@novacron/engine/scaling/decide/plan-vm-size';
import { planSampleData } from '@novacron/engine/training/plan-sample-data';
import { planReplay, planTuning } from '@novacron/engine/tuning/plan-tuning';
import { round } from '../../statistics.mjs';

const PATTERNS = ['steady', 'office', 'web', 'batch', 'bursty', 'growing', 'idle'];
const VMS_PER_PATTERN = 30;
const DAYS = 14;
const STEPS_PER_DAY = 288;
const STEP_MS = 300_000;

/** A size that people choose when they do not know better. */
const DEFAULT_SIZE = { cpuCores: 8, memoryGb: 16 };
const WEIGHTS = { cpuCore: 4, memoryGb: 1 };

/** A step in which a VM wants more than this share of its CPU is slow. */
const SLOW_RATIO = 0.95;

/** The objective of a VM: no more than this share of its steps is slow, and memory never lacks. */
const SLOW_MAX = 0.05;

/** As `confidence_threshold`: what is less sure is not followed. */
const CONFIDENCE_MIN = 0.85;

const METRICS = ['cpu_utilization_ratio', 'memory_utilization_ratio'];

/** VMs with what they want of CPU and memory at each step, as if they had room for all of it. */
function makeFleet(seed) {
  const rng = makeRng(seed);
  return PATTERNS.flatMap((pattern) => {
    const request = {
      pattern,
      metrics: METRICS,
      vms: VMS_PER_PATTERN,
      startMs: 0,
      stepMs: STEP_MS,
    };
    const length = 2 * DAYS * STEPS_PER_DAY;
    const noisy = { noise: 0.05, outliers: 0.001, gaps: 0, length };
    const series = planSampleData({ ...request, ...noisy }, { rng: rng.fork(pattern) });
    return Array.from({ length: VMS_PER_PATTERN }, (_, index) => {
      const name = `${pattern}-${index + 1}`;
      const of = (metric) => series.find(({ id }) => id === `${name}/${metric}`).values;
      // Some need a part of their default size, some all of it, some more.
      const scale = 0.15 + 1.1 * rng.fork(name).next();
      return {
        name,
        cpu: Array.from(of(METRICS[0]), (ratio) => ratio * DEFAULT_SIZE.cpuCores * scale),
        memory: Array.from(
          of(METRICS[1]),
          (ratio) => ratio * DEFAULT_SIZE.memoryGb * Math.min(1, scale),
        ),
      };
    });
  });
}

const used = (wanted, size) => wanted.map((value) => Math.min(value, size));

function targetOf({ name, cpu, memory }) {
  const history = DAYS * STEPS_PER_DAY;
  const hourly = Array.from({ length: DAYS * 24 }, (_, hour) =>
    Math.max(...memory.slice(hour * 12, hour * 12 + 12)),
  );
  const { cpuCores, memoryGb } = DEFAULT_SIZE;
  const cpuUsed = used(cpu.slice(0, history), cpuCores);
  return {
    kind: 'vm',
    id: name,
    name,
    weights: WEIGHTS,
    isPriced: true,
    question: {
      name,
      cpu: { configured: cpuCores, histories: [{ values: cpuUsed, days: DAYS }], isScaled: false },
      memory: {
        configured: memoryGb,
        histories: [{ values: hourly, days: DAYS }],
        isScaled: false,
      },
    },
  };
}

/**
 * What came in the days after the recommendations. As on a server, a size that is used up is taken
 * back: here at the end of the day, after which the VM has its old one.
 */
function judge(vm, size) {
  let [slow, lacking, work, cost, cores] = [0, 0, 0, 0, 0];
  let [present, isHeld] = [size, true];
  for (let day = DAYS; day < 2 * DAYS; day += 1) {
    const [from, to] = [day * STEPS_PER_DAY, (day + 1) * STEPS_PER_DAY];
    const [cpu, memory] = [vm.cpu.slice(from, to), vm.memory.slice(from, to)];
    slow += cpu.filter((value) => value > SLOW_RATIO * present.cpuCores).length;
    lacking += memory.filter((value) => value > present.memoryGb).length;
    work += used(cpu, present.cpuCores).reduce((sum, value) => sum + value, 0);
    cost += weigh(present) / DAYS;
    cores += present.cpuCores / DAYS;
    if (isUsedUp({ cpu, memory }, present)) {
      present = largerOf(size, DEFAULT_SIZE);
      isHeld = false;
    }
  }
  const steps = DAYS * STEPS_PER_DAY;
  return { slow: slow / steps, lacking: lacking / steps, work: work / steps, cost, cores, isHeld };
}

function isUsedUp({ cpu, memory }, size) {
  const question = (values, configured) => ({
    configured,
    histories: [{ values: used(values, configured), days: 1 }],
    isScaled: false,
  });
  const plan = planVmSize({
    name: 'vm',
    cpu: question(cpu, size.cpuCores),
    memory: question(memory, size.memoryGb),
  });
  return [plan.cpu, plan.memory].some(({ verdict, isFull }) => verdict === 'grow' && isFull);
}

const largerOf = (one, other) => ({
  cpuCores: Math.max(one.cpuCores, other.cpuCores),
  memoryGb: Math.max(one.memoryGb, other.memoryGb),
});

let measured;

function measure() {
  if (measured !== undefined) return measured;
  const fleet = makeFleet('self-optimization');
  const targets = fleet.map(targetOf);
  const begunMs = process.cpuUsage();
  const replayed = planReplay(targets);
  const changes = planTuning(targets, replayed, { rng: makeRng('1') });
  const { user, system } = process.cpuUsage(begunMs);
  const plans = new Map(changes.map(({ subject, plan }) => [subject.id, plan]));
  const sums = { before: zero(), after: zero() };
  let [followed, expected, realised, confident, held] = [0, 0, 0, 0, 0];
  for (const vm of fleet) {
    const found = plans.get(vm.name);
    const plan = (found?.confidence ?? 0) >= CONFIDENCE_MIN ? found : undefined;
    add(sums.before, judge(vm, DEFAULT_SIZE));
    const then = judge(vm, plan?.after ?? DEFAULT_SIZE);
    add(sums.after, then);
    if (plan?.target !== 'cost') continue;
    followed += 1;
    expected += plan.improvement.estimate;
    realised += 100 * (1 - then.cost / weigh(DEFAULT_SIZE));
    confident += plan.confidence;
    held += then.isHeld ? 1 : 0;
  }
  measured = {
    vms: fleet.length,
    seconds: (user + system) / 1e6,
    sums,
    expected,
    realised,
    confident,
    held,
    followed,
  };
  return measured;
}

const zero = () => ({ cost: 0, cores: 0, work: 0, slow: 0, missed: 0 });

function add(sum, { slow, lacking, work, cost, cores }) {
  sum.cost += cost;
  sum.cores += cores;
  sum.work += work;
  sum.slow += slow;
  sum.missed += slow > SLOW_MAX || lacking > 0 ? 1 : 0;
}

function weigh({ cpuCores, memoryGb }) {
  return cpuCores * WEIGHTS.cpuCore + memoryGb * WEIGHTS.memoryGb;
}

const slowness = ({ vms, sums }) => ({
  slow_steps_before: round(sums.before.slow / vms, 4),
  slow_steps_after: round(sums.after.slow / vms, 4),
  vms_missing_objective_before: sums.before.missed,
  vms_missing_objective_after: sums.after.missed,
});

const timeFigure = {
  name: 'tuning-analysis-time',
  summary: 'CPU of an analysis of 210 VMs with 14 days of 5-minute steps, replays included',
  measure: () => {
    const { seconds, vms } = measure();
    const value = round(seconds, 2);
    return { value, unit: 's', goal: 5, better: 'lower', ok: value < 5, vms };
  },
};

const costFigure = {
  name: 'tuning-cost',
  summary: 'cost of a fleet with recommended sizes in the following 14 days, over our defaults',
  measure: () => {
    const found = measure();
    const value = round(found.sums.after.cost / found.sums.before.cost, 3);
    const isServed = found.sums.after.missed <= found.sums.before.missed;
    const ok = value <= 0.75 && isServed;
    return { value, unit: 'ratio', goal: 0.75, better: 'lower', ok, ...slowness(found) };
  },
};

const utilisationFigure = {
  name: 'tuning-utilisation',
  summary: 'used share of the cores with recommended sizes, over that with our defaults',
  measure: () => {
    const found = measure();
    const { before, after } = found.sums;
    const value = round(after.work / after.cores / (before.work / before.cores), 3);
    const isServed = after.missed <= before.missed;
    const ok = value >= 1.15 && isServed;
    return { value, unit: 'ratio', goal: 1.15, better: 'higher', ok, ...slowness(found) };
  },
};

const calibrationFigure = {
  name: 'tuning-calibration',
  summary: 'distance between the saving that was estimated and the one that came, as a share of it',
  measure: () => {
    const { expected, realised, confident, held, followed } = measure();
    const value = round(Math.abs(expected - realised) / realised, 3);
    return {
      value,
      unit: 'ratio',
      goal: 0.2,
      better: 'lower',
      ok: value <= 0.2,
      confidence: round(confident / followed, 3),
      held: round(held / followed, 3),
      followed,
    };
  },
};

export const tuningFigures = [timeFigure, costFigure, utilisationFigure, calibrationFigure];
