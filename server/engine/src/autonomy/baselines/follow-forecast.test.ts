/** The simple rule that models have to beat. */
import { expect, test } from '@jest/globals';
import { makeRng } from '../../rng.ts';
import { openWorld } from '../simulate/group-world.ts';
import { makeScenario } from '../simulate/make-scenario.ts';
import { doNothing, runDay } from '../simulate/run-day.ts';
import { decideByRule, followForecast } from './follow-forecast.ts';

const day = makeScenario(makeRng('rule'), 0);

/** A group of five on two nodes. @param load - forecast, in VMs that are fully used */
function groupUnder(load: number) {
  const soon = new Float64Array(day.soon.length).fill(load);
  return openWorld({ ...day, soon, disturbed: new Int32Array(soon.length), size: 5 });
}

test.each([
  ['scale_up', 3.9],
  ['wait', 3.8],
  ['wait', 3.1],
  ['scale_down', 3],
] as const)('the rule decides %s if the forecast is %d VMs', (action, load) => {
  expect(decideByRule(groupUnder(load))).toBe(action);
});

test('where the size is right, the rule leaves a node that others disturb', () => {
  const world = groupUnder(3.8);
  world.scenario.disturbed.fill(0b10);
  expect(decideByRule(world)).toBe('migrate');
});

test('the rule costs less than the size for the peak', () => {
  expect(runDay(day, followForecast).total).toBeLessThan(runDay(day, doNothing).total);
});
