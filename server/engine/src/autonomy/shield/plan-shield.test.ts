/** The shield: nothing that is forbidden gets through, whatever a network values. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ActionName, Constraints, DecisionState } from '../model/decision.ts';
import { openModel, planDecision } from '../plan-decision.ts';
import { BUSY, FREE, sampleModel } from '../test-kit/samples.ts';
import { ACTIONS, sizeChangeOf } from './actions.ts';
import { planShield } from './plan-shield.ts';

const TRIED = ACTIONS.map(() => 1);
const IDLE: DecisionState = { ...BUSY, cpu_usage_soon: 20 };

function whyNot(
  action: ActionName,
  limits: Partial<Constraints>,
  state = BUSY,
): string | undefined {
  const { forbidden } = planShield(state, { ...FREE, ...limits }, TRIED);
  return forbidden.find((each) => each.action === action)?.why;
}

describe('the shield', () => {
  test('lets through what is allowed, and explains nothing then', () => {
    const { allowed, forbidden } = planShield(IDLE, FREE, TRIED);
    expect(allowed).toEqual(ACTIONS);
    expect(forbidden).toEqual([]);
  });

  test.each<[string, ActionName, Partial<Constraints>, DecisionState]>([
    ['autonomous decisions are off', 'scale_up', { mode: 'off' }, BUSY],
    ['a person holds automatic changes', 'migrate', { holdUntilMs: FREE.nowMs + 1 }, BUSY],
    ['it is not decided here', 'migrate', { outOfScope: new Set(['migrate']) }, BUSY],
    ['a policy already decides it', 'scale_up', { ownedByPolicies: new Set(['scale_up']) }, BUSY],
    ['the arbiter would not start it', 'rebalance', { grantedByArbiter: new Set(['wait']) }, BUSY],
    ['`scaling` in mode `apply`', 'scale_down', { scaling: 'apply' }, BUSY],
    ['not the one that was measured', 'scale_up', { size: 9 }, BUSY],
    ['the group has its most VMs, 10', 'scale_up', { sizeMax: 10 }, BUSY],
    ['the group has its fewest VMs, 10', 'scale_down', { sizeMin: 10 }, IDLE],
    ['used 107 % in 15 minutes', 'scale_down', {}, BUSY],
    ['no VM would gain by it', 'migrate', { moves: { migrate: 0, rebalance: 1 } }, BUSY],
    ['move 2 VMs, more than the budget of 1', 'migrate', { movesMax: 1 }, BUSY],
    ['no draft of a policy', 'adjust_policy_draft', { hasPolicyDraft: false }, BUSY],
    ['no feature that is off', 'enable_feature', { features: [] }, BUSY],
    ['no feature that is on', 'disable_feature', { features: [] }, BUSY],
  ])('says why: %s', (why, action, limits, state) => {
    expect(whyNot(action, limits, state)).toContain(why);
  });

  test('forbids what training has not tried', () => {
    const tried = ACTIONS.map((action) => (action === 'migrate' ? 0 : 1));
    const { allowed } = planShield(IDLE, FREE, tried);
    expect(allowed).toEqual(ACTIONS.filter((action) => action !== 'migrate'));
  });

  test('allows only to wait where limits are not numbers', () => {
    const unknown = { sizeMax: Number.NaN, sizeMin: Number.NaN, movesMax: Number.NaN };
    const { allowed } = planShield(BUSY, { ...FREE, ...unknown, features: [] }, TRIED);
    expect(allowed).toEqual(['adjust_policy_draft', 'wait']);
  });
});

const actions = fc.uniqueArray(fc.constantFrom(...ACTIONS)).map((all) => new Set(all));
const feature = fc.record({ name: fc.constant('cache'), isEnabled: fc.boolean() });

const constraints: fc.Arbitrary<Constraints> = fc.record({
  mode: fc.constantFrom('off', 'shadow', 'apply'),
  class: fc.constantFrom('critical', 'standard'),
  isApproved: fc.boolean(),
  holdUntilMs: fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }),
  nowMs: fc.constant(100),
  minConfidence: fc.constantFrom(0, 0.75, 1),
  size: fc.integer({ min: 1, max: 12 }),
  sizeMin: fc.integer({ min: 1, max: 6 }),
  sizeMax: fc.integer({ min: 6, max: 14 }),
  scaling: fc.constantFrom('none', 'recommend', 'apply'),
  outOfScope: actions,
  ownedByPolicies: actions,
  grantedByArbiter: actions,
  movesMax: fc.integer({ min: 0, max: 4 }),
  moves: fc.record({
    migrate: fc.integer({ min: 0, max: 5 }),
    rebalance: fc.integer({ min: 0, max: 5 }),
  }),
  features: fc.array(feature, { maxLength: 2 }),
  hasPolicyDraft: fc.boolean(),
});

const states: fc.Arbitrary<DecisionState> = fc.record({
  cpu_usage: fc.double({ min: 0, max: 100, noNaN: true }),
  memory_usage: fc.double({ min: 0, max: 100, noNaN: true }),
  network_latency: fc.double({ min: 0, max: 1_000, noNaN: true }),
  active_vms: fc.integer({ min: 1, max: 12 }),
  request_rate: fc.double({ min: 0, max: 5_000, noNaN: true }),
  error_rate: fc.double({ min: 0, max: 1, noNaN: true }),
  cpu_usage_soon: fc.double({ min: 0, max: 300, noNaN: true }),
  cpu_usage_later: fc.double({ min: 0, max: 300, noNaN: true }),
  vm_hours_per_hour: fc.double({ min: 0, max: 40, noNaN: true }),
});

/** The rules in other words, for what was decided. */
function breaksRule(action: ActionName, state: DecisionState, limits: Constraints): boolean {
  if (action === 'wait') return false;
  const isHeld = limits.holdUntilMs !== undefined && limits.holdUntilMs > limits.nowMs;
  if (limits.mode === 'off' || isHeld || limits.ownedByPolicies.has(action)) return true;
  if (!limits.grantedByArbiter.has(action)) return true;
  if (action === 'migrate' || action === 'rebalance')
    return limits.moves[action] === 0 || limits.moves[action] > limits.movesMax;
  if (action === 'adjust_policy_draft') return !limits.hasPolicyDraft;
  if (action === 'enable_feature') return limits.features.every(({ isEnabled }) => isEnabled);
  if (action === 'disable_feature') return !limits.features.some(({ isEnabled }) => isEnabled);
  const size = limits.size + sizeChangeOf(action, state, limits);
  if (limits.scaling === 'apply' || limits.size !== state.active_vms) return true;
  if (size < limits.sizeMin || size > limits.sizeMax || size === limits.size) return true;
  return action === 'scale_down' && (state.cpu_usage_soon * state.active_vms) / size > 85;
}

describe('decisions of any network', () => {
  test('are never forbidden, and never carried out without what they need', () => {
    fc.assert(
      fc.property(states, constraints, fc.integer({ min: 0, max: 50 }), (any, limits, seed) => {
        // Every second question has the measured size, so that sizes are decided at all.
        const state = seed % 2 === 0 ? { ...any, active_vms: limits.size } : any;
        const decided = planDecision(openModel(sampleModel(`${seed}`)), {
          state,
          constraints: limits,
        });
        if (!decided.ok) throw new Error(decided.error.detail);
        const { action, execution, shield, confidence } = decided.value;
        expect(breaksRule(action, state, limits)).toBe(false);
        expect(shield.allowed).toContain('wait');
        expect(shield.allowed.some((each) => breaksRule(each, state, limits))).toBe(false);
        expect(
          [...shield.allowed, ...shield.forbidden.map((each) => each.action)].toSorted(),
        ).toEqual(ACTIONS.toSorted());
        if (execution !== 'apply') return;
        expect(limits.mode).toBe('apply');
        expect(limits.class === 'standard' || limits.isApproved).toBe(true);
        expect(confidence).toBeGreaterThanOrEqual(limits.minConfidence);
      }),
      { numRuns: Math.max(500, fc.readConfigureGlobal().numRuns ?? 0) },
    );
  });
});
