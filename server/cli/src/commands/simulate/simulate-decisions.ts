/** `novacron simulate decisions`: trains a model that decides the sizes of VM groups. */
import { createHash } from 'node:crypto';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainComparison } from '@novacron/engine/autonomy/explain-comparison';
import { writeModel } from '@novacron/engine/autonomy/model-file';
import { planCalibration } from '@novacron/engine/autonomy/plan-calibration';
import { planComparison } from '@novacron/engine/autonomy/plan-comparison';
import { planLearning } from '@novacron/engine/autonomy/plan-learning';
import { makeScenario } from '@novacron/engine/autonomy/simulate/make-scenario';
import { makeRng } from '@novacron/engine/rng';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
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

/** Most days on which networks are compared during the training, and that calibrate them. */
const CHECK_DAYS_MAX = 28;

/**
 * Trains it and compares it on days that it has not seen. The file goes to standard output, the
 * comparison to standard error. Failures: a model that is not better than the best rule.
 */
export async function simulateDecisions(
  io: Pick<CliIo, 'stderr' | 'nowMs'>,
  { days, episodes, heldBack, seed, progress: shown }: DecisionSimulation,
): Promise<Result<Document, Failure>> {
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
  if (comparison.isBetter) return ok({ kind: 'text', value: { text: writeModel(model, sha256) } });
  const detail = 'The model is not better than the best rule beyond chance.';
  const remedy = 'Nothing was written. Train with more episodes or days, or use scaling.';
  return err(problemFailure(problem('validation-failed', { detail, remedy })));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
