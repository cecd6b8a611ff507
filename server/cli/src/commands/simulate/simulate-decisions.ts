/** `novacron simulate decisions`: trains a model that decides the sizes of VM groups. */
import { ok, type Result } from '@novacron/contract/result';
import { explainComparison } from '@novacron/engine/autonomy/explain-comparison';
import { writeModel } from '@novacron/engine/autonomy/model-file';
import { planCalibration } from '@novacron/engine/autonomy/plan-calibration';
import { planComparison } from '@novacron/engine/autonomy/plan-comparison';
import { planLearning } from '@novacron/engine/autonomy/plan-learning';
import { makeScenario } from '@novacron/engine/autonomy/simulate/make-scenario';
import { makeRng } from '@novacron/engine/rng';
import type { CliIo } from '../../io/cli-io.ts';
import { sha256 } from '../../io/sha256.ts';
import type { Document } from '../../output/render-output.ts';
import { startWorkProgress } from '../../output/work-progress.ts';

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

const UNPROVEN =
  'The model is not better than the best rule beyond chance: servers record its decisions, and ' +
  'carry none out.\n';

/** Most days on which networks are compared during the training, and that calibrate them. */
const CHECK_DAYS_MAX = 28;

/**
 * Trains it and compares it on days that it has not seen. The file goes to standard output, the
 * comparison to standard error.
 */
export async function simulateDecisions(
  io: Pick<CliIo, 'stderr' | 'nowMs'>,
  { days, episodes, heldBack, seed, progress: shown }: DecisionSimulation,
): Promise<Result<Document, never>> {
  const rng = makeRng(`${seed}`);
  const checks = Math.min(CHECK_DAYS_MAX, heldBack);
  const total = days + 2 * checks + heldBack + episodes;
  const progress = startWorkProgress(io, { what: 'simulating days', total, shown });
  let done = 0;
  const count = (more: number) => {
    done += more;
    progress.show(done);
  };
  const makeDays = (name: string, length: number) => {
    const parent = rng.fork(name);
    return Array.from({ length }, (_, at) => {
      count(1);
      return makeScenario(parent, at);
    });
  };
  let before = 0;
  const learned = planLearning(
    {
      scenarios: makeDays('training', days),
      validation: makeDays('validation', checks),
      episodes,
      seed: `${seed}`,
      onComparison: (episode) => {
        count(episode - before);
        before = episode;
      },
    },
    { rng: rng.fork('network') },
  );
  const model = planCalibration(learned, makeDays('calibration', checks));
  const comparison = planComparison(model, makeDays('held-out', heldBack));
  progress.end();
  const lines = explainComparison(comparison).map((line) => `${line}\n`);
  io.stderr.write(`On ${heldBack} days that were not learned from:\n${lines.join('')}`);
  const { isBetter: isProven } = comparison;
  if (!isProven) io.stderr.write(UNPROVEN);
  return ok({ kind: 'text', value: { text: writeModel({ ...model, isProven }, sha256) } });
}
