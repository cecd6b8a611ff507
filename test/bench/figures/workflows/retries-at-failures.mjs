/** Share of executions that succeed although attempts fail at random, by the engine's own plans. */
import { makeRng } from '@novacron/engine/rng';
import { planNextSteps } from '@novacron/engine/sagas/plan-next-steps';
import { planRetry } from '@novacron/engine/sagas/rules/plan-retry';
import { round } from '../../statistics.mjs';

const EXECUTIONS = 10_000;
const FAILURES = 0.2;
const STEPS = 10;
const GOAL_PERCENT = 99.9;

/** Two steps of three attempts each: the sample of the format that others use. */
const SAMPLE = { steps: 2, patience: { kind: 'attempts', attemptsMax: 3 } };

export const figure = {
  name: 'retries-at-failures',
  summary: `executions of ${STEPS} steps that succeed while ${100 * FAILURES} % of attempts fail`,
  measure: async () => {
    const rng = makeRng('retries-at-failures');
    const value = shareOf(rng, { steps: STEPS });
    return {
      value,
      unit: 'percent',
      goal: GOAL_PERCENT,
      better: 'higher',
      ok: value >= GOAL_PERCENT,
      sample_percent: shareOf(rng, SAMPLE),
      repetitions: EXECUTIONS,
    };
  },
};

/** Returns the share of successful executions. Unit: percent. */
function shareOf(rng, { steps, patience }) {
  const definition = {
    steps: Array.from({ length: steps }, (_, at) => ({
      name: `step-${at}`,
      after: at === 0 ? [] : [`step-${at - 1}`],
      action: 'act',
      undo: null,
      ...(patience === undefined ? {} : { patience }),
    })),
  };
  let succeeded = 0;
  for (let number = 0; number < EXECUTIONS; number += 1) {
    if (endOf(definition, rng) === 'succeeded') succeeded += 1;
  }
  return round((100 * succeeded) / EXECUTIONS, 2);
}

/** Runs an execution in time that is only counted: each retry is made when it is due. */
function endOf(definition, rng) {
  const log = [];
  let nowMs = 0;
  for (;;) {
    const plan = planNextSteps(definition, log, nowMs);
    if (plan.kind === 'finished') return plan.status;
    const [run] = plan.runs;
    nowMs = Math.max(nowMs, run.notBeforeMs);
    const { step, direction, attempt } = run;
    log.push({ kind: 'started', step, direction, attempt, at_ms: nowMs });
    log.push(
      rng.next() < FAILURES
        ? planRetry({ run, message: 'it failed by chance', next: 'retry' }, { nowMs, rng })
        : { kind: 'succeeded', step, direction },
    );
  }
}
