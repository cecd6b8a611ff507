/** States, constraints and models for tests. */
import { makeRng } from '../../rng.ts';
import type { Constraints, DecisionState } from '../model/decision.ts';
import type { DecisionModel } from '../model/decision-model.ts';
import { makeQNetwork } from '../network/q-network.ts';
import { ACTIONS } from '../shield/actions.ts';
import { FEATURES } from '../shield/features.ts';

/** A group that is used too much. */
export const BUSY: DecisionState = {
  cpu_usage: 85,
  memory_usage: 70,
  network_latency: 120,
  active_vms: 10,
  request_rate: 1_500,
  error_rate: 0.02,
  cpu_usage_soon: 96,
  cpu_usage_later: 110,
  vm_hours_per_hour: 13,
};

/** Everything is allowed. */
export const FREE: Constraints = {
  mode: 'apply',
  class: 'standard',
  isApproved: false,
  nowMs: 1_000_000,
  minConfidence: 0.75,
  size: 10,
  sizeMin: 2,
  sizeMax: 40,
  scaling: 'none',
  outOfScope: new Set(),
  ownedByPolicies: new Set(),
  grantedByArbiter: new Set(ACTIONS),
  movesMax: 10,
  moves: { migrate: 2, rebalance: 1 },
  features: [
    { name: 'cache', isEnabled: false },
    { name: 'preview', isEnabled: true },
  ],
  hasPolicyDraft: true,
};

/** A model with random weights that has tried everything, and is always as sure. */
export function sampleModel(seed: string, rate = 0.9): DecisionModel {
  const widths = [FEATURES.length, 16, 16, 8, ACTIONS.length];
  return {
    features: FEATURES.map(({ name }) => name),
    actions: ACTIONS,
    widths,
    parameters: makeQNetwork(widths, makeRng(seed)).parameters,
    usual: [60, 54, 50, 8, 600, 0.001, 62, 68, 10],
    tried: ACTIONS.map(() => 100),
    calibration: [{ margin: 0, rate }],
    seed,
    isProven: true,
    episodes: 1,
  };
}

/** A digest for files of tests: the engine has no SHA-256, and gets one from its callers. */
export function digest(text: string): string {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1)
    sum = (31 * sum + text.charCodeAt(at)) % 1_000_000_007;
  return `${sum}`;
}
