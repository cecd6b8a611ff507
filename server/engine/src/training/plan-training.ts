/** Trains a model, and measures it beside simple rules on rows that it has not seen. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Rng } from '../env.ts';
import type { BoostedTrees, BoostingSettings } from './model/boosted-trees.ts';
import type { Table } from './model/table.ts';
import type { Evaluation, RuleScores, TrainedModel, TrainingRequest } from './model/training.ts';
import { boostTrees, predictRows } from './rules/boost-trees.ts';
import { compareErrors } from './rules/compare-errors.ts';
import { findTableFault } from './rules/find-table-fault.ts';
import { fitLinear } from './rules/fit-linear.ts';
import { explainedVariance, meanAbsoluteError, meanOf } from './rules/measure-errors.ts';
import { foldRows, holdBack, orderRows, takeRows } from './rules/split-rows.ts';

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
  { table, order }: TrainingRequest,
  { rng }: { readonly rng: Rng },
): Result<TrainedModel, Problem> {
  const fault = findTableFault(table);
  if (fault !== undefined) return err(problem('validation-failed', fault));
  const isTimed = order === 'time';
  const rows = orderRows(table.target.length, isTimed ? undefined : rng.fork('rows'));
  const { train, test } = holdBack(rows, HELD_BACK);
  const settings = compareSettings(table, train, isTimed);
  const trees = grow(table, train, settings[0] ?? GRID[0]);
  const evaluation = evaluate({ table, train, test, isTimed }, trees, settings);
  return ok({ features: table.features, trees, evaluation });
}

/** Predicts the target for rows with the features of the model, in its order. */
export function planPredictions(
  { trees }: Pick<TrainedModel, 'trees'>,
  columns: Table['columns'],
): Float64Array {
  return predictRows(trees, columns);
}

function grow(table: Table, rows: Int32Array, settings: BoostingSettings): BoostedTrees {
  const { train, test } = holdBack(rows, VALIDATION);
  return boostTrees(takeRows(table, train), settings, takeRows(table, test));
}

function compareSettings(table: Table, rows: Int32Array, isTimed: boolean): Evaluation['settings'] {
  const folds = foldRows(rows, FOLDS, isTimed);
  const measured = GRID.map((settings) => {
    const errors = folds.map(({ train, test }) => {
      const { columns, target } = takeRows(table, test);
      return meanAbsoluteError(target, predictRows(grow(table, train, settings), columns));
    });
    return { ...settings, mae: meanOf(Float64Array.from(errors)) };
  });
  return measured.toSorted((a, b) => a.mae - b.mae);
}

interface Split {
  readonly table: Table;
  readonly train: Int32Array;
  readonly test: Int32Array;
  readonly isTimed: boolean;
}

function evaluate(
  { table, train, test, isTimed }: Split,
  trees: BoostedTrees,
  settings: Evaluation['settings'],
): Evaluation {
  const learned = takeRows(table, train);
  const { columns, target } = takeRows(table, test);
  const scoresOf = (predicted: Float64Array) => ({
    mae: meanAbsoluteError(target, predicted),
    r2: explainedVariance(target, predicted),
  });
  const before = isTimed
    ? takeRows(
        table,
        test.map((row) => row - 1),
      ).target
    : undefined;
  const rules = [
    { rule: 'mean' as const, predicted: target.map(() => meanOf(learned.target)) },
    { rule: 'linear' as const, predicted: fitLinear(learned)(columns) },
    ...(before === undefined ? [] : [{ rule: 'last' as const, predicted: before }]),
  ];
  const measured = rules
    .map(({ rule, predicted }) => ({ rule, predicted, ...scoresOf(predicted) }))
    .toSorted((a, b) => a.mae - b.mae);
  const model = predictRows(trees, columns);
  const improvement = compareErrors(target, model, measured[0]?.predicted ?? model);
  return {
    rowsTrained: train.length,
    rowsHeldBack: test.length,
    model: scoresOf(model),
    rules: measured.map(({ rule, mae, r2 }): RuleScores => ({ rule, mae, r2 })),
    improvement,
    isBetter: improvement.lower > 0,
    settings,
    importance: importanceOf(trees, table.features),
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
