import { describe, expect, test } from '@jest/globals';
import { AutonomousDecision } from '@novacron/contract/autonomy/autonomous-decision';
import fc from 'fast-check';
import { explainEvaluation } from './explain-evaluation.ts';
import type { Constraints, DecisionState } from './model/decision.ts';
import type { DecisionModel } from './model/decision-model.ts';
import { openModel, planDecision } from './plan-decision.ts';
import { planEvaluation } from './plan-evaluation.ts';
import { ACTIONS } from './shield/actions.ts';
import { FEATURES } from './shield/features.ts';
import { BUSY, FREE, sampleModel } from './test-kit/samples.ts';

/** Limits of groups on servers; sizes only. */
const LIMITS: Constraints = {
  ...FREE,
  scaling: 'recommend',
  outOfScope: new Set(ACTIONS.filter((action) => !['scale_up', 'scale_down'].includes(action))),
};

interface Measured {
  readonly cpuUsage: number;
  readonly size: number;
}

/** The record of what a model decides. */
function recordOf(
  model: DecisionModel,
  {
    state,
    limits = {},
    number = 0,
    outcome = { cpuUsage: 50, size: state.active_vms },
  }: {
    readonly state: DecisionState;
    readonly limits?: Partial<Constraints>;
    readonly number?: number;
    readonly outcome?: Measured | null;
  },
): AutonomousDecision {
  const constraints = { ...LIMITS, size: state.active_vms, ...limits };
  const decided = planDecision(openModel(model), { state, constraints });
  if (!decided.ok) throw new Error(decided.error.detail);
  const { action, preferred, expectedImpact, shield } = decided.value;
  const size_to = state.active_vms + expectedImpact.vms;
  return AutonomousDecision.parse({
    id: `adec_${number.toString(10).padStart(26, '0')}`,
    at: new Date(number * 60_000).toISOString(),
    group_id: `vmg_${'0'.repeat(26)}`,
    group: 'web',
    action,
    preferred,
    size_from: state.active_vms,
    size_to,
    size_preferred: size_to,
    size_rules: state.active_vms,
    model: 'sample',
    status: 'shadow',
    detail: null,
    confidence: 0.9,
    expected_impact: {
      vms: expectedImpact.vms,
      moves: 0,
      cpu_usage_soon: 50,
      cost_per_hour: null,
      cost_per_month: null,
      currency: null,
    },
    reasoning: [],
    influences: [],
    state,
    absent: [],
    forbidden: shield.forbidden,
    limits: {
      size_min: constraints.sizeMin,
      size_max: constraints.sizeMax,
      min_confidence: constraints.minConfidence,
    },
    operation_id: null,
    outcome: outcome && {
      cpu_usage: outcome.cpuUsage,
      size: outcome.size,
      cpu_usage_decided: 50,
      was_right: true,
      preferred_was_right: true,
      advantage: 0,
    },
    override: null,
  });
}

/** One layer: each output is the bias of an action. */
function always(action: 'scale_up' | 'scale_down' | 'wait'): DecisionModel {
  const widths = [FEATURES.length, ACTIONS.length];
  const parameters = new Float64Array((FEATURES.length + 1) * ACTIONS.length);
  parameters[FEATURES.length * ACTIONS.length + ACTIONS.indexOf(action)] = 5;
  return { ...sampleModel('any'), widths, parameters };
}

const IDLE = {
  ...BUSY,
  cpu_usage: 40,
  cpu_usage_soon: 40,
  cpu_usage_later: 40,
};

/** The idle group of ten, as `wait` leaves it. */
const recordsOf = (count: number, outcome?: Measured | null) =>
  Array.from({ length: count }, (_, number) =>
    recordOf(always('wait'), {
      state: IDLE,
      number,
      ...(outcome === undefined ? {} : { outcome }),
    }),
  );

function evaluate(model: DecisionModel, records: readonly AutonomousDecision[]) {
  const evaluated = planEvaluation(model, records);
  if (!evaluated.ok) throw new Error(evaluated.error.detail);
  return evaluated.value;
}

function refusalOf(model: DecisionModel, records: readonly AutonomousDecision[]): string {
  const evaluated = planEvaluation(model, records);
  return evaluated.ok ? 'none' : evaluated.error.detail;
}

const states: fc.Arbitrary<DecisionState> = fc
  .record({
    active_vms: fc.integer({ min: 1, max: 12 }),
    cpu_usage: fc.integer({ min: 0, max: 100 }),
    cpu_usage_soon: fc.integer({ min: 0, max: 200 }),
  })
  .map((known) => ({ ...BUSY, ...known }));

const limits = fc.record({
  sizeMin: fc.integer({ min: 1, max: 6 }),
  sizeMax: fc.integer({ min: 6, max: 14 }),
  minConfidence: fc.constantFrom(0.5, 0.75, 0.95),
  holdUntilMs: fc.constantFrom(undefined, FREE.nowMs + 1),
  ownedByPolicies: fc.constantFrom(new Set<never>(), new Set(['scale_up'] as const)),
  outOfScope: fc.constantFrom(LIMITS.outOfScope, new Set<never>()),
});

test('the model that has made the records decides what they say', () => {
  const cases = fc.array(fc.tuple(states, limits), {
    minLength: 20,
    maxLength: 30,
  });
  fc.assert(
    fc.property(cases, fc.integer({ min: 0, max: 1_000 }), (decided, seed) => {
      const model = sampleModel(`${seed}`);
      // What servers never offer stays away; moves they may.
      const never = { features: [], hasPolicyDraft: false };
      const records = decided.map(([state, own], number) =>
        recordOf(model, { state, limits: { ...own, ...never }, number }),
      );
      const found = evaluate(model, records);
      expect(found).toMatchObject({
        used: records.length,
        changed: 0,
        isWorse: false,
      });
      expect(found.model).toEqual(found.decided);
    }),
    { numRuns: Math.max(100, fc.readConfigureGlobal().numRuns ?? 0) },
  );
});

describe('a model', () => {
  test('with fewer members at no overload is better', () => {
    const found = evaluate(always('scale_down'), recordsOf(40));
    expect(found).toMatchObject({ changed: 40, isWorse: false });
    expect(found.model.total).toBeLessThan(found.decided.total);
    expect(explainEvaluation(found).join('\n')).toMatch(
      /40 % below that of what was decided .* The model is better, beyond chance\./,
    );
  });

  test('with an overload that was not there is worse', () => {
    const found = evaluate(always('scale_down'), recordsOf(40, { cpuUsage: 84, size: 10 }));
    expect(found).toMatchObject({
      isWorse: true,
      model: { misses: 40 },
      decided: { misses: 0 },
    });
    expect(explainEvaluation(found).join('\n')).toContain('The model is worse, beyond chance.');
  });

  test('that decides the same is as good', () => {
    expect(explainEvaluation(evaluate(always('wait'), recordsOf(20)))).toMatchInlineSnapshot(`
      [
        "20 decisions are used.",
        "Left out: 0 without an outcome, 0 with members in full use, 0 repeated.",
        "The model decides another size in 0 of them.",
        "      decided by  VM-hours  misses     total    mean",
        "      this model      16.7       0      16.7   0.833",
        "     as recorded      16.7       0      16.7   0.833",
        "       own rules      16.7       0      16.7   0.833",
        "Its total is that of what was decided. The model is as good.",
        "Its total is that of the groups' own rules.",
      ]
    `);
  });

  test('stays within what was allowed', () => {
    const held = Array.from({ length: 20 }, (_, number) => {
      return recordOf(always('wait'), {
        state: IDLE,
        number,
        limits: { holdUntilMs: 2e6 },
      });
    });
    expect(evaluate(always('scale_down'), held)).toMatchObject({ changed: 0 });
  });
});

test('records that say nothing about other sizes are left out', () => {
  const [first] = recordsOf(1);
  const others = recordsOf(23);
  const records = [
    ...others.slice(0, 20),
    ...others.slice(20, 22).map((each) => ({ ...each, outcome: null })),
    ...others.slice(22).map((each) => ({
      ...each,
      outcome: { ...outcomeOf(each), cpu_usage: 99 },
    })),
    ...(first === undefined ? [] : [first]),
  ];
  const { used, leftOut } = evaluate(always('wait'), records);
  expect([used, leftOut]).toEqual([20, { repeated: 1, unmeasured: 2, saturated: 1 }]);
});

function outcomeOf({ outcome }: AutonomousDecision) {
  if (outcome === null) throw new Error('it has no outcome');
  return outcome;
}

describe('refused', () => {
  const withState = (state: Record<string, number>) =>
    recordsOf(20).map((each) => ({ ...each, state }));
  test.each([
    ['19 decisions can be used, and 20 are needed', recordsOf(19)],
    ['0 decisions can be used, and 20 are needed: 20 have no outcome', recordsOf(20, null)],
    ['does not know the measurement disk_usage', withState({ ...IDLE, disk_usage: 1 })],
    ['cpu_usage must be a number from 0 to 100, not NaN', withState({ ...IDLE, cpu_usage: NaN })],
    ['memory_usage must be a number from 0 to 100, not NaN', withState({ cpu_usage: 1 })],
    ['one of its sizes is not possible', recordsOf(20).map((each) => ({ ...each, size_to: -1 }))],
  ])('%s', (why, records) => {
    expect(refusalOf(always('wait'), records)).toContain(why);
  });
});
