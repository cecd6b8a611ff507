/** Decides what to do for a group now, if anything. See README.md. */
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, ok, type Result } from '@novacron/contract/result';
import { explainChoice } from './explain-decision.ts';
import { bitsOf, pickBest } from './learning/pick-best.ts';
import type {
  ActionName,
  ActionRecords,
  Constraints,
  Decision,
  DecisionState,
  ExpectedImpact,
  Influence,
  ShieldResult,
} from './model/decision.ts';
import type { DecisionModel } from './model/decision-model.ts';
import {
  emptyQNetwork,
  findInputSlopes,
  makeWorkspace,
  type QNetwork,
  valueActions,
  type Workspace,
} from './network/q-network.ts';
import { ACTIONS, actionOfRule, sizeChangeOf, WAIT } from './shield/actions.ts';
import { checkState, encodeState, FEATURES } from './shield/features.ts';
import { planShield } from './shield/plan-shield.ts';
import { confidenceOf } from './trust/calibrate.ts';
import { learnConfidence } from './trust/learn-confidence.ts';

/** A model that is ready to decide; one decision at a time. */
export interface OpenedModel {
  readonly model: DecisionModel;
  readonly network: QNetwork;
  readonly space: Workspace;
  /** Inputs of the usual state. */
  readonly usual: Float64Array;
}

/** What is known and allowed. */
export interface DecisionQuestion {
  readonly state: DecisionState;
  readonly constraints: Constraints;
  /** What came of earlier decisions; absent: nothing is known. */
  readonly records?: ActionRecords;
}

/**
 * The network departs from the simple rule only for more than this: smaller differences are noise.
 * Source: Laroche et al., "Safe policy improvement with baseline bootstrapping" (2019). Unit:
 * rewards.
 */
const LEAD_MIN = 0.1;

/** Influences that a decision lists at most. */
const INFLUENCES_MAX = 3;

/** Prepares a model. */
export function openModel(model: DecisionModel): OpenedModel {
  const network = emptyQNetwork(model.widths);
  network.parameters.set(model.parameters);
  const usual = new Float64Array(FEATURES.length);
  encodeState(usualState(model), usual, 0);
  return { model, network, space: makeWorkspace(model.widths, 1), usual };
}

/**
 * Decides.
 * @param question - the state in the units of `FEATURES`: percent, milliseconds, requests a second,
 *   VM-hours an hour
 * @returns a decision with its confidence (0 to 1), reasons and expected impact;
 *   `validation-failed` for a state with a value that is not a number, or outside its range
 * @remarks What the shield forbids is not valued at all. Below `minConfidence` the decision is to
 *   wait. Waiting changes nothing, so nothing is carried out.
 */
export function planDecision(
  opened: OpenedModel,
  { state, constraints, records = {} }: DecisionQuestion,
): Result<Decision, Problem> {
  const checked = checkState(state);
  if (!checked.ok) return checked;
  const { model, network, space } = opened;
  const shield = planShield(state, constraints, model.tried);
  const [inputs = new Float64Array()] = space.outputs;
  encodeState(state, inputs, 0);
  const values = valueActions(network, space, 1);
  const rule = actionOfRule(state, constraints, shield.allowed);
  const choice = choose(values, shield, rule);
  const calibrated = confidenceOf(model.calibration, choice.margin);
  const record = records[choice.best] ?? { judged: 0, right: 0 };
  const confidence = learnConfidence(calibrated, record);
  const isSure = confidence >= constraints.minConfidence;
  const action = isSure ? choice.best : 'wait';
  assert(shield.allowed.includes(action), 'only what the shield lets through is chosen');
  const all = [...values];
  const influences = findInfluences(opened, choice, state);
  const decided = {
    action,
    execution: executionOf(action, constraints),
    confidence,
    expectedImpact: impactOf(action, { state, constraints }, values),
    influences,
    preferred: choice.best,
    vmsPreferred: sizeChangeOf(choice.best, state, constraints),
    margin: choice.margin,
    shield,
    values: all,
  };
  return ok({
    ...decided,
    reasoning: explainChoice({ ...decided, ...constraints, calibrated, record }),
  });
}

/** What has the highest value, and what it is compared with. */
interface Choice {
  readonly best: ActionName;
  /** Waiting, or the best other action if waiting is best; undefined: nothing else is allowed. */
  readonly other: ActionName | undefined;
  /** How much better the best one is. */
  readonly margin: number;
}

function choose(values: Float64Array, { allowed }: ShieldResult, rule: ActionName): Choice {
  const bits = bitsOf(allowed);
  const [first, usual] = [pickBest(values, 0, bits), ACTIONS.indexOf(rule)];
  const best = (values[first] ?? 0) - (values[usual] ?? 0) < LEAD_MIN ? usual : first;
  const isWait = best === WAIT;
  const other = isWait ? pickBest(values, 0, bits & ~(1 << WAIT)) : WAIT;
  const isAlone = other < 0;
  return {
    best: ACTIONS[best] ?? 'wait',
    other: isAlone ? undefined : ACTIONS[other],
    margin: isAlone ? Number.POSITIVE_INFINITY : (values[best] ?? 0) - (values[other] ?? 0),
  };
}

function executionOf(action: ActionName, constraints: Constraints): Decision['execution'] {
  if (action === 'wait' || constraints.mode === 'off') return 'none';
  if (constraints.mode === 'shadow') return 'shadow';
  return constraints.class === 'critical' && !constraints.isApproved ? 'approval' : 'apply';
}

function impactOf(
  action: ActionName,
  { state, constraints }: DecisionQuestion,
  values: Float64Array,
): ExpectedImpact {
  const vms = sizeChangeOf(action, state, constraints);
  const size = state.active_vms;
  const isMove = action === 'migrate' || action === 'rebalance';
  return {
    vms,
    moves: isMove ? constraints.moves[action] : 0,
    cpuUsageSoon: (state.cpu_usage_soon * size) / Math.max(1, size + vms),
    advantage: (values[ACTIONS.indexOf(action)] ?? 0) - (values[WAIT] ?? 0),
  };
}

/**
 * Contributions of the features to the margin: its slope by each input, times how far the input is
 * from the usual. Source: Shrikumar et al., "Not just a black box" (2016), gradient times input.
 */
function findInfluences(
  { model, network, space, usual }: OpenedModel,
  { best, other }: Choice,
  state: DecisionState,
): readonly Influence[] {
  const [inputs = new Float64Array()] = space.outputs;
  const [slopes = new Float64Array()] = space.slopes;
  const last = space.slopes.at(-1) ?? new Float64Array();
  last.fill(0);
  last[ACTIONS.indexOf(best)] = 1;
  if (other !== undefined) last[ACTIONS.indexOf(other)] = -1;
  findInputSlopes(network, space);
  return FEATURES.map(({ name }, at) => ({
    feature: name,
    value: state[name],
    usual: model.usual[at] ?? 0,
    share: (slopes[at] ?? 0) * ((inputs[at] ?? 0) - (usual[at] ?? 0)),
  }))
    .toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share))
    .slice(0, INFLUENCES_MAX);
}

/** The mean of each feature in the training: it stands in for one without a value. */
export function usualState({ usual: values }: Pick<DecisionModel, 'usual'>): DecisionState {
  const at = (place: number) => values[place] ?? 0;
  return {
    cpu_usage: at(0),
    memory_usage: at(1),
    network_latency: at(2),
    active_vms: at(3),
    request_rate: at(4),
    error_rate: at(5),
    cpu_usage_soon: at(6),
    cpu_usage_later: at(7),
    vm_hours_per_hour: at(8),
  };
}
