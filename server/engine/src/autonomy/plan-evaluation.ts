/**
 * Evaluates a model on recorded decisions before it replaces another. What a size would have cost
 * follows from the CPU usage that was measured, also for sizes that were not chosen. See README.md.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { PARTS } from '../training/rules/batch-means.ts';
import { compareCosts } from '../training/rules/compare-errors.ts';
import type { Constraints, DecisionState } from './model/decision.ts';
import type { DecisionModel } from './model/decision-model.ts';
import type {
  Evaluation,
  Gain,
  LeftOut,
  RecordedDecision,
  SizeTotals,
} from './model/evaluation.ts';
import { type OpenedModel, openModel, planDecision, usualState } from './plan-decision.ts';
import { type MeasuredLoad, priceSize, type SizePrice } from './plan-outcome.ts';
import { ACTIONS } from './shield/actions.ts';
import { FEATURES } from './shield/features.ts';

/** Members that are used this much may have had more to do than they could. Unit: percent. */
const SATURATED = 99;

/** Smaller shares come from rounding. */
const TINY = 1e-9;

/** A record, priced. */
interface Priced {
  readonly size: number;
  readonly record: RecordedDecision;
  readonly model: SizePrice;
  readonly decided: SizePrice;
  readonly rules: SizePrice;
}

/**
 * Evaluates it. What was forbidden then stays forbidden, and sizes stay within the recorded limits.
 * A model begins without outcomes of its own.
 * Failures: `validation-failed` for fewer than 20 records that can be used, and for a state with
 *   other measurements than the model, or with a value that is not valid.
 */
export function planEvaluation(
  model: DecisionModel,
  records: readonly RecordedDecision[],
): Result<Evaluation, Problem> {
  const opened = openModel(model);
  const leftOut: Record<LeftOut, number> = { repeated: 0, unmeasured: 0, saturated: 0 };
  const seen = new Set<string>();
  const priced: Priced[] = [];
  for (const record of records.toSorted(byTime)) {
    const load = loadOf(record, seen);
    seen.add(record.id);
    if (typeof load === 'string') {
      leftOut[load] += 1;
      continue;
    }
    const size = decideAgain(opened, record);
    if (!size.ok) return size;
    priced.push(priceRecord(record, load, size.value));
  }
  if (priced.length < PARTS) return err(tooFew(priced.length, leftOut));
  return ok(summarize(priced, leftOut));
}

function byTime(one: RecordedDecision, other: RecordedDecision): number {
  return Date.parse(one.at) - Date.parse(other.at) || (one.id < other.id ? -1 : 1);
}

/** The load that followed, or why it is not known. */
function loadOf(
  { id, outcome }: RecordedDecision,
  seen: ReadonlySet<string>,
): MeasuredLoad | LeftOut {
  if (seen.has(id)) return 'repeated';
  if (outcome === null) return 'unmeasured';
  const { cpu_usage: cpuUsage, size } = outcome;
  return cpuUsage < SATURATED ? { cpuUsage, size } : 'saturated';
}

/** The size that the model decides for what is recorded. */
function decideAgain(opened: OpenedModel, record: RecordedDecision): Result<number, Problem> {
  const state = stateOf(opened, record);
  if (!state.ok) return state;
  const constraints = limitsOf(record);
  const decided = planDecision(opened, { state: state.value, constraints });
  if (!decided.ok) return err(refuse(record, decided.error.detail));
  return ok(record.size_from + decided.value.expectedImpact.vms);
}

/** The recorded state; the model's own means stand in for what had no value. */
function stateOf({ model }: OpenedModel, record: RecordedDecision): Result<DecisionState, Problem> {
  const { state, absent } = record;
  const names = FEATURES.map(({ name }) => name);
  if (hasWrongSize(record)) return err(refuse(record, 'one of its sizes is not possible.'));
  const unknown = Object.keys(state).find((name) => !names.some((each) => each === name));
  if (unknown !== undefined) {
    return err(refuse(record, `the model does not know the measurement ${unknown}.`));
  }
  const known: Record<string, number> = {};
  for (const name of names) {
    if (!absent.includes(name)) known[name] = state[name] ?? Number.NaN;
  }
  return ok({ ...usualState(model), ...known });
}

function hasWrongSize({ size_from, size_to, size_rules, outcome }: RecordedDecision): boolean {
  const { cpu_usage = 0, size = 1 } = outcome ?? {};
  return Math.min(size_from, size_to, size_rules, cpu_usage, size - 1) < 0;
}

const ANY = { migrate: 1, rebalance: 1 };

/** What was forbidden stays so; a move that was allowed may be chosen, and changes no size. */
function limitsOf({ size_from, limits, forbidden }: RecordedDecision): Constraints {
  return {
    mode: 'shadow',
    class: 'standard',
    isApproved: false,
    nowMs: 0,
    minConfidence: limits.min_confidence,
    size: size_from,
    sizeMin: limits.size_min,
    sizeMax: limits.size_max,
    scaling: 'recommend',
    outOfScope: new Set(forbidden.map(({ action }) => action)),
    ownedByPolicies: new Set(),
    grantedByArbiter: new Set(ACTIONS),
    movesMax: 1,
    moves: ANY,
    features: [],
    hasPolicyDraft: false,
  };
}

function priceRecord(record: RecordedDecision, load: MeasuredLoad, size: number): Priced {
  return {
    size,
    record,
    model: priceSize(load, size),
    decided: priceSize(load, record.size_to),
    rules: priceSize(load, record.size_rules),
  };
}

function summarize(priced: readonly Priced[], leftOut: Evaluation['leftOut']): Evaluation {
  const pricesOf = (by: 'model' | 'decided' | 'rules') => priced.map((each) => each[by]);
  const [model, decided, rules] = [pricesOf('model'), pricesOf('decided'), pricesOf('rules')];
  const overDecided = compare(model, decided);
  return {
    used: priced.length,
    leftOut,
    changed: priced.filter(({ size, record }) => size !== record.size_to).length,
    model: addUp(model),
    decided: addUp(decided),
    rules: addUp(rules),
    overDecided,
    overRules: compare(model, rules),
    isWorse: overDecided.estimate < 0,
  };
}

function compare(own: readonly SizePrice[], others: readonly SizePrice[]): Gain {
  const totalsOf = (prices: readonly SizePrice[]) =>
    Float64Array.from(prices, ({ total }) => total);
  const { estimate, lower } = compareCosts(totalsOf(own), totalsOf(others));
  const shown = Math.abs(estimate) < TINY ? 0 : estimate;
  return { estimate: shown, lower, upper: 2 * estimate - lower };
}

function addUp(prices: readonly SizePrice[]): SizeTotals {
  const sumOf = (read: (price: SizePrice) => number) =>
    prices.reduce((sum, price) => sum + read(price), 0);
  return {
    cost: sumOf(({ cost }) => cost),
    misses: prices.filter(({ isMiss }) => isMiss).length,
    total: sumOf(({ total }) => total),
  };
}

function refuse({ id }: RecordedDecision, why: string): Problem {
  return problem('validation-failed', {
    detail: `The decision ${id} cannot be used: ${why}`,
    remedy: 'Export the decisions again, from a server of the same version.',
  });
}

function tooFew(used: number, { repeated, unmeasured, saturated }: Evaluation['leftOut']): Problem {
  return problem('validation-failed', {
    detail:
      `${used} decisions can be used, and ${PARTS} are needed: ${unmeasured} have no outcome, ` +
      `${saturated} have members in full use, ${repeated} are repeated.`,
    remedy: 'Wait for more decisions, or export all of them: --all.',
  });
}
