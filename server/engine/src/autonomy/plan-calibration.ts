/** Finds out how often decisions of a model are right, by their margin. See README.md. */

import { lookAhead, priceOfAction } from './baselines/look-ahead.ts';
import { decideInWorld } from './decide-in-world.ts';
import type { DecisionModel } from './model/decision-model.ts';
import { openModel } from './plan-decision.ts';
import { changeBy, observe, openWorld, passStep, type Scenario } from './simulate/group-world.ts';
import { calibrate, type MeasuredDecision } from './trust/calibrate.ts';

/** An action is as good as the oracle's if it costs at most this much more. Unit: share. */
export const TOLERANCE = 0.01;

/** Steps between two decisions that are compared: neighbours resemble each other. */
const COMPARE_EVERY = 3;

/** Calibrates. @param scenarios - days that training has not seen */
export function planCalibration(
  model: DecisionModel,
  scenarios: readonly Scenario[],
): DecisionModel {
  const opened = openModel(model);
  const measured: MeasuredDecision[] = [];
  for (const scenario of scenarios) {
    const world = openWorld(scenario);
    while (world.step < scenario.steps) {
      const { preferred, margin } = decideInWorld(opened, world, 0);
      if (world.step % COMPARE_EVERY === 0) {
        const view = lookAhead(world);
        const limit = priceOfAction(view, view.best) * (1 + TOLERANCE);
        measured.push({ margin, isConfirmed: priceOfAction(view, preferred) <= limit });
      }
      passStep(world, changeBy(world, preferred, observe(world)));
    }
  }
  return { ...model, calibration: calibrate(measured) };
}
