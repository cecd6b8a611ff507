/** Trains a model, and measures it beside simple rules on rows that it has not seen. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Rng } from '../env.ts';
import type { BoostedTrees, BoostingSettings } from './model/boosted-trees.ts';
import type { LearnedRules } from './model/simple-rules.ts';
import type { Table } from './model/table.ts';
import type { Evaluation, RuleScores, TrainedModel, TrainingRequest } from './model/training.ts';
import { boostTrees, predictRows } from './rules/boost-trees.ts';
import { compareErrors } from './rules/compare-errors.ts';
import { findTableFault } from './rules/find-table-fault.ts';
import { measureAlarms } from './rules/measure-alarms.ts';
import { profileColumn } from './rules/measure-drift.ts';
import { explainedVariance, meanAbsoluteError, meanOf } from './rules/measure-errors.ts';
import { measureRobustness } from './rules/measure-robustness.ts';
import { pairTenths, pickPairs } from './rules/pair-predictions.ts';
import { learnRules, predictByRules } from './rules/simple-rules.ts';
import { foldRows, holdBack, orderRows, type RowOrder, takeRows } from './rules/split-rows.ts';

const HELD_BACK = 0.2;
/** Of the rows to learn from, those that decide when to stop. */
const VALIDATION = 0.15;
const FOLDS = 4;
const TREES = 200;

function settingsOf(depth: number, learningRate: number): BoostingSettings {
  return { trees: TREES, depth, learningRate, leafRowsMin: 10 };
}

/** The grid of settings. */
const GRID = [
  settingsOf(2, 0.05),
  settingsOf(2, 0.15),
  settingsOf(4, 0.05),
  settingsOf(4, 0.15),
  settingsOf(6, 0.05),
  settingsOf(6, 0.15),
] as const;

/**
 * Trains a model: settings by cross-validation, then a comparison with rules on held-back rows.
 * Failures: `validation-failed` for a table that no model can learn from, with the reason.
 */
export function planTraining(
  { table: given, order: rowOrder, gapRows: gap = 0, alarmAbove, grid = GRID }: TrainingRequest,
  { rng }: { readonly rng: Rng },
): Result<TrainedModel, Problem> {
  const order: RowOrder = { isTimed: rowOrder === 'time', gap };
  const fault = findTableFault(given, order);
  if (fault !== undefined) return err(problem('validation-failed', fault));
  const table = order.isTimed ? withLast(given) : given;
  const rows = orderRows(table.target.length, order.isTimed ? undefined : rng.fork('rows'));
  const { train, test } = holdBack(rows, HELD_BACK, gap);
  const settings = compareSettings({ table, rows: train, order }, grid);
  const trees = grow(table, { rows: train, gap }, settings[0] ?? GRID[0]);
  const learned = takeRows(table, train);
  const rules = learnRules(learned);
  const evaluation = evaluate(
    { learned, rules, tested: takeRows(table, test), alarmAbove, rng: rng.fork('robustness') },
    trees,
    settings,
  );
  const { features } = table;
  const profile = features.map((name, at) =>
    profileColumn(name, learned.columns[at] ?? new Float64Array()),
  );
  return ok({ features, trees, evaluation, rules, profile });
}

/** Predicts the target for rows with the features of the model, in its order. */
export function planPredictions(
  { trees }: Pick<TrainedModel, 'trees'>,
  columns: Table['columns'],
): Float64Array {
  return predictRows(trees, columns);
}

/** Rows that follow each other in time have the rule `last`. */
function withLast(table: Table): Table {
  if (table.references !== undefined) return table;
  const predicted = table.target.map((_, row) => table.target[row - 1] ?? Number.NaN);
  return { ...table, references: [{ rule: 'last', predicted }] };
}

function grow(
  table: Table,
  { rows, gap }: { readonly rows: Int32Array; readonly gap: number },
  settings: BoostingSettings,
): BoostedTrees {
  const { train, test } = holdBack(rows, VALIDATION, gap);
  return boostTrees(takeRows(table, train), settings, takeRows(table, test));
}

interface Learned {
  readonly table: Table;
  readonly rows: Int32Array;
  readonly order: RowOrder;
}

function compareSettings(
  { table, rows, order }: Learned,
  grid: readonly BoostingSettings[],
): Evaluation['settings'] {
  const [only] = grid;
  if (only !== undefined && grid.length === 1) return [{ ...only, mae: Number.NaN }];
  const folds = foldRows(rows, FOLDS, order);
  const measured = grid.map((settings) => {
    const errors = folds.map(({ train, test }) => {
      const { columns, target } = takeRows(table, test);
      const trees = grow(table, { rows: train, gap: order.gap }, settings);
      return meanAbsoluteError(target, predictRows(trees, columns));
    });
    return { ...settings, mae: meanOf(Float64Array.from(errors)) };
  });
  return measured.toSorted((a, b) => a.mae - b.mae);
}

interface Split extends Pick<TrainingRequest, 'alarmAbove'> {
  readonly learned: Table;
  readonly rules: LearnedRules;
  readonly tested: Table;
  readonly rng: Rng;
}

function evaluate(
  { learned, rules, tested, alarmAbove, rng }: Split,
  trees: BoostedTrees,
  settings: Evaluation['settings'],
): Evaluation {
  const { columns, target } = tested;
  const scoresOf = (predicted: Float64Array) => ({
    mae: meanAbsoluteError(target, predicted),
    r2: explainedVariance(target, predicted),
  });
  const measured = predictByRules(rules, tested)
    .map(({ rule, predicted }) => ({ rule, predicted, ...scoresOf(predicted) }))
    .toSorted((a, b) => a.mae - b.mae);
  const model = predictRows(trees, columns);
  const improvement = compareErrors(target, model, measured[0]?.predicted ?? model);
  return {
    rowsTrained: learned.target.length,
    rowsHeldBack: target.length,
    model: scoresOf(model),
    rules: measured.map(({ rule, mae, r2 }): RuleScores => ({ rule, mae, r2 })),
    improvement,
    isBetter: improvement.lower > 0,
    settings,
    importance: importanceOf(trees, learned.features),
    pairs: pickPairs(target, model),
    calibration: pairTenths(target, model),
    robustness: measureRobustness(trees, tested, rng),
    ...(alarmAbove === undefined ? {} : { alarm: measureAlarms(target, model, alarmAbove) }),
  };
}

function importanceOf({ trees }: BoostedTrees, features: readonly string[]) {
  const gains = features.map(() => 0);
  for (const { feature, gain } of trees) {
    feature.forEach((by, node) => {
      if (by >= 0) gains[by] = (gains[by] ?? 0) + (gain[node] ?? 0);
    });
  }
  const whole = gains.reduce((sum, each) => sum + each, 0);
  return features
    .map((feature, index) => ({ feature, share: whole === 0 ? 0 : (gains[index] ?? 0) / whole }))
    .toSorted((a, b) => b.share - a.share);
}
