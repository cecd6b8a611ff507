/** Cost of scaled groups in the shape that weights choose, over that of the configured shape. */
import { register } from 'node:module';
import { round } from '../../statistics.mjs';

const COST_GOAL = 0.75;

/** The measure of risk and the target were chosen on traces of another seed. */
const TRACES = { seed: 'kept-back', count: 12, days: 14 };

export const shapeCostFigure = {
  name: 'group-shape-cost',
  summary: 'cost of groups in the shape that weights 0.5/0.3/0.2 choose, over the configured one',
  measure: async ({ progress }) => {
    register('../../../simulation/load-typescript.mjs', import.meta.url);
    const { compareShapes } = await import('../../../simulation/scaling/compare-shapes.ts');
    const { makeTraces } = await import('../../../simulation/scaling/traces.ts');
    const compared = makeTraces(TRACES.seed, TRACES.count, TRACES.days).map((each) => {
      const { configured, chosen } = compareShapes(each);
      const { member, size, spotSize } = chosen.shape;
      progress(`${each.trace.name}: ${size} x ${member.cpuCores} cores, ${spotSize} spot`);
      return { configured, chosen };
    });
    const sumOf = (read) => compared.reduce((sum, each) => sum + read(each), 0);
    const cost = sumOf(({ chosen }) => chosen.cost) / sumOf(({ configured }) => configured.cost);
    const [unserved, unservedBefore] = ['chosen', 'configured'].map((side) =>
      sumOf((each) => each[side].figures.unservedMinutes),
    );
    const value = round(cost, 3);
    return {
      value,
      unit: 'ratio',
      goal: COST_GOAL,
      better: 'lower',
      ok: value <= COST_GOAL && unserved <= unservedBefore,
      unserved_minutes: unserved,
      unserved_minutes_configured: unservedBefore,
      violation_minutes: sumOf(({ chosen }) => chosen.figures.violationMinutes),
      violation_minutes_configured: sumOf(({ configured }) => configured.figures.violationMinutes),
    };
  },
};
