/** Speed of orchestration policies: one request to one policy of ten rules. */
import { parsePolicies } from '@novacron/engine/automation/orchestration/parse/parse-policies';
import { planOrchestration } from '@novacron/engine/automation/orchestration/plan-orchestration';
import { median } from 'simple-statistics';
import { createCalibration } from '../../calibrate.mjs';
import { percentile, round } from '../../statistics.mjs';

const REPETITIONS = 5;
const QUESTIONS = 200;
const RULES = 10;

/** All of it is computing. */
const CPU_SHARE = 1;

const SIMPLE = [
  { type: 'label', field: 'labels.tier', operator: 'eq', value: 'web' },
  { type: 'metric', field: 'metrics.cpu_usage', operator: 'gt', value: 0.8 },
];

const CEL = [
  'labels.tier.matches("^(w|d)+(eb|b)$")',
  'tags.exists(a, tags.exists(b, a != b && labels[a] != labels[b]))',
  'metrics.cpu_usage * 100.0 > 80.0 && !(resource.name in ["a", "b", "c"])',
];
const COMPLEX = [{ type: 'cel', expression: CEL.map((part) => `(${part})`).join(' && ') }];

const RESOURCE = {
  type: 'vm',
  name: 'web-01',
  namespace: null,
  metrics: { cpu_usage: 0.9 },
  labels: {
    tier: 'web',
    ...Object.fromEntries(Array.from({ length: 31 }, (_, at) => [`label-${at}`, 'same'])),
  },
};

function policiesWith(conditions) {
  const parameters = { direction: 'up', factor: 1.5 };
  const actions = [{ type: 'scale', parameters }];
  const rules = Array.from({ length: RULES }, () => ({
    type: 'auto_scaling',
    conditions,
    actions,
  }));
  const head = { apiVersion: 'orchestration/v1', kind: 'Policy', metadata: { name: 'bench' } };
  const parsed = parsePolicies([{ ...head, spec: { rules } }]);
  if (!parsed.ok) throw new Error(parsed.error.detail);
  return parsed.value;
}

/** The slowest in a hundred questions, compilation of the conditions included. Unit: ms. */
function askMany(policies) {
  const times = [];
  for (let question = 0; question < QUESTIONS; question += 1) {
    const startedMs = performance.now();
    const { resources } = planOrchestration({ policies, resources: [RESOURCE] }, { nowMs: 0 });
    times.push(performance.now() - startedMs);
    if (resources[0].actions.length === 0) throw new Error('nothing follows: nothing was measured');
  }
  return percentile(times, 0.99);
}

function toFigure({ name, summary, conditions, goal }) {
  return {
    name,
    summary,
    measure: async ({ directory, progress }) => {
      const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
      const policies = policiesWith(conditions);
      const values = [];
      for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
        calibration.sample();
        values.push(askMany(policies));
        progress(`${repetition}/${REPETITIONS}: ${round(values.at(-1), 3)} ms`);
      }
      const result = calibration.result();
      const value = round(median(values), 3);
      const eased = round(goal * result.factor, 2);
      const goals = { goal: eased, goal_unscaled: goal, better: 'lower', ok: value <= eased };
      return { value, unit: 'ms', ...goals, calibration: result, repetitions: REPETITIONS };
    },
  };
}

export const orchestrationFigures = [
  {
    name: 'orchestration-simple-p99',
    summary: 'slowest in a hundred plans of ten rules with labels and metrics',
    conditions: SIMPLE,
    goal: 10,
  },
  {
    name: 'orchestration-cel-p99',
    summary: 'the same with CEL: a pattern, nested lists and sums, compiled each time',
    conditions: COMPLEX,
    goal: 100,
  },
].map(toFigure);
