/** Decides whether a model still fits what comes, and whether it may act. */
import type { DriftPlan, DriftQuestion } from './model/drift.ts';
import { stabilityIndex } from './rules/measure-drift.ts';
import { meanAbsoluteError } from './rules/measure-errors.ts';
import { predictByRules } from './rules/simple-rules.ts';

/** Fewer rows say nothing about a distribution. */
const ROWS_MIN = 100;

/** A shift, by the convention of the index. */
const INDEX_MAX = 0.25;

/** Errors of this many times those of the held-back rows are of another load. */
const MAE_RATIO_MAX = 1.5;

/** Judges. A model acts on until it is known that a rule is better. */
export function planDrift({
  profile,
  maeTrained,
  target,
  predicted,
  rules,
  references,
  columns,
}: DriftQuestion): DriftPlan {
  const rows = target.length;
  if (rows < ROWS_MIN) {
    const unknown = { inputs: undefined, mae: undefined, rule: undefined };
    return { rows, ...unknown, isDrifted: false, acts: true };
  }
  const [inputs] = profile
    .map((each, at) => ({
      name: each.name,
      index: stabilityIndex(each, columns[at] ?? new Float64Array()),
    }))
    .toSorted((a, b) => b.index - a.index);
  const mae = meanAbsoluteError(target, predicted);
  const [rule] = predictByRules(rules, { columns, target, references })
    .map((each) => ({ name: each.rule, mae: meanAbsoluteError(target, each.predicted) }))
    .toSorted((a, b) => a.mae - b.mae);
  const acts = rule === undefined || mae < rule.mae;
  const isWorse = mae > MAE_RATIO_MAX * maeTrained;
  const isShifted = inputs !== undefined && inputs.index > INDEX_MAX;
  return { rows, inputs, mae, rule, isDrifted: isShifted || isWorse || !acts, acts };
}
