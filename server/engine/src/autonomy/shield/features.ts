/** The features of a state: units, ranges, and how they enter the network. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { DecisionState, FeatureName } from '../model/decision.ts';
import { CPU_TARGET } from './actions.ts';

/** A feature. */
export interface Feature {
  readonly name: FeatureName;
  /** For people. */
  readonly title: string;
  readonly unit: string;
  /** Values outside are refused. */
  readonly min: number;
  readonly max: number;
  readonly encode: (state: DecisionState) => number;
}

/** CPU usage above which requests wait too long. Unit: percent. */
export const CPU_LIMIT = 85;

/** VMs of a node in the training, and the most free places that matter. */
const NODE_SLOTS = 4;
const PLACES_MAX = 8;

const FREE_MAX = 3;
/** Where the inputs are centred: between needing one more VM and having one too many. */
const FREE_USUAL = 0.8;

/** VMs that are free at a usage of CPU: thresholds of decisions are whole numbers of VMs. */
function freeVms(usage: number, { active_vms: size }: DecisionState): number {
  const free = size * (1 - usage / CPU_TARGET) - FREE_USUAL;
  return Math.min(FREE_MAX, Math.max(-FREE_MAX, free));
}

/** Places on the nodes in use: with one, the next VM costs no node. */
function freePlaces({ vm_hours_per_hour, active_vms }: DecisionState): number {
  const nodes = vm_hours_per_hour - active_vms;
  return Math.min(PLACES_MAX, Math.max(0, NODE_SLOTS * nodes - active_vms));
}

/** All of them, in the order of the inputs of the network. */
export const FEATURES: readonly Feature[] = [
  {
    name: 'cpu_usage',
    title: 'CPU usage of the ready VMs',
    unit: '%',
    min: 0,
    max: 100,
    encode: (state) => freeVms(state.cpu_usage, state),
  },
  {
    name: 'memory_usage',
    title: 'memory usage',
    unit: '%',
    min: 0,
    max: 100,
    encode: ({ memory_usage }) => memory_usage / 50 - 1,
  },
  {
    name: 'network_latency',
    title: 'latency',
    unit: 'ms',
    min: 0,
    max: 600_000,
    encode: ({ network_latency }) => Math.log1p(network_latency) / 2 - 2,
  },
  {
    name: 'active_vms',
    title: 'VMs, starting ones included',
    unit: '',
    min: 0,
    max: 10_000,
    encode: ({ active_vms }) => 3 / Math.max(1, active_vms),
  },
  {
    name: 'request_rate',
    title: 'requests',
    unit: '/s',
    min: 0,
    max: 100_000_000,
    encode: ({ request_rate, active_vms }) =>
      Math.log1p(request_rate / Math.max(1, active_vms)) / 2 - 2,
  },
  {
    name: 'error_rate',
    title: 'share of requests that fail',
    unit: '',
    min: 0,
    max: 1,
    encode: ({ error_rate }) => 4 * Math.sqrt(error_rate),
  },
  {
    name: 'cpu_usage_soon',
    title: 'CPU usage expected in 15 minutes',
    unit: '%',
    min: 0,
    max: 100_000,
    encode: (state) => freeVms(state.cpu_usage_soon, state),
  },
  {
    name: 'cpu_usage_later',
    title: 'highest CPU usage expected within an hour',
    unit: '%',
    min: 0,
    max: 100_000,
    encode: (state) => freeVms(state.cpu_usage_later, state),
  },
  {
    name: 'vm_hours_per_hour',
    title: 'use of VMs and nodes',
    unit: ' VM-hours an hour',
    min: 0,
    max: 1_000_000,
    encode: (state) => freePlaces(state) / 2 - 1,
  },
];

/** Checks a state. Failures: `validation-failed` for a value that is not a number or off range. */
export function checkState(state: DecisionState): Result<DecisionState, Problem> {
  for (const { name, min, max } of FEATURES) {
    const value = state[name];
    if (Number.isFinite(value) && value >= min && value <= max) continue;
    const detail = `${name} must be a number from ${min} to ${max}, not ${value}.`;
    const remedy = 'Nothing is decided until the metric has a valid value; check its source.';
    return err(problem('validation-failed', { detail, remedy }));
  }
  return ok(state);
}

/** Writes a checked state as inputs of the network. */
export function encodeState(state: DecisionState, inputs: Float64Array, first: number): void {
  for (const [at, { encode }] of FEATURES.entries()) inputs[first + at] = encode(state);
}
