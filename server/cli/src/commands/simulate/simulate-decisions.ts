/** `novacron simulate decisions`: trains a model that decides the sizes of VM groups. */
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Comparison, ControllerTotals } from '@novacron/engine/autonomy/model/comparison';
import { planCalibration } from '@novacron/engine/autonomy/plan-calibration';
import { planComparison } from '@novacron/engine/autonomy/plan-comparison';
import { planLearning } from '@novacron/engine/autonomy/plan-learning';
import { writePolicy } from '@novacron/engine/autonomy/policy-file';
import { makeScenario } from '@novacron/engine/autonomy/simulate/make-scenario';
import { makeRng } from '@novacron/engine/rng';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import type { Document } from '../../output/render-output.ts';
import { startWorkProgress, type WorkProgress } from '../../output/work-progress.ts';

/** What to simulate. */
export interface DecisionSimulation {
  /** Days to learn from. */
  readonly days: number;
  /** How often a day is simulated to learn from it. */
  readonly episodes: number;
  /** Days of the comparison. */
  readonly heldBack: number;
  readonly seed: number;
  readonly progress: 'shown' | 'hidden';
}

/** Most days that calibrate confidences. */
const CALIBRATION_DAYS_MAX = 28;

const NAMES: Readonly<Record<ControllerTotals['name'], string>> = {
  nothing: 'nothing',
  'scaling-and-optimizer': 'scaling with forecasts, and the optimizer',
  policy: 'the model',
  oracle: 'an oracle that knows the next hours',
};

/**
 * Trains it and compares it on days that it has not seen. The file goes to standard output, the
 * comparison to standard error. Failures: a model that is not better than the rules.
 */
export async function simulateDecisions(
  io: Pick<CliIo, 'stderr' | 'nowMs'>,
  { days, episodes, heldBack, seed, progress: shown }: DecisionSimulation,
): Promise<Result<Document, Failure>> {
  const rng = makeRng(`${seed}`);
  const calibration = Math.min(CALIBRATION_DAYS_MAX, heldBack);
  const total = days + calibration + heldBack + episodes;
  const progress = startWorkProgress(io, { what: 'simulating days', total, shown });
  const made = countUp(progress);
  const makeDays = (name: string, count: number) => {
    const parent = rng.fork(name);
    return Array.from({ length: count }, (_, at) => made(makeScenario(parent, at)));
  };
  const scenarios = makeDays('learn', days);
  const learned = planLearning(
    { scenarios, episodes, seed: `${seed}`, onEpisode: () => made(undefined) },
    { rng: rng.fork('network') },
  );
  const policy = planCalibration(learned, makeDays('calibrate', calibration));
  const comparison = planComparison(policy, makeDays('compare', heldBack));
  progress.end();
  io.stderr.write(describe(comparison));
  if (comparison.isBetter) return ok({ kind: 'text', value: { text: writePolicy(policy) } });
  const detail = 'The model is not better than scaling with forecasts beyond chance.';
  const remedy = 'Nothing was written. Train with more episodes or days, or use scaling.';
  return err(problemFailure(problem('validation-failed', { detail, remedy })));
}

function countUp(progress: WorkProgress): <T>(value: T) => T {
  let done = 0;
  return (value) => {
    done += 1;
    progress.show(done);
    return value;
  };
}

/** The comparison as lines. */
function describe({ days, controllers, saving, worstDay, agreement }: Comparison): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const lines = controllers.map(({ name, cost, misses }) => {
    return `  ${Math.round(cost).toString().padStart(8)} ${`${misses}`.padStart(8)}  ${NAMES[name]}`;
  });
  return [
    `On ${days} days that were not learned from:`,
    'VM-hours overload  what decides',
    ...lines,
    `The model costs ${percent(saving)} less than scaling; on its worst day, ${percent(worstDay)} more than nothing.`,
    `It is as good as the oracle in ${percent(agreement.agreed)} of the decisions that matter.`,
    `${percent(agreement.successful)} of its changes do no harm.`,
    '',
  ].join('\n');
}
