/**
 * A root of its own: the worker thread in which models are trained and predict. What they learn is
 * decided by the engine, which the adapters may not know.
 */
import { hash } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import { canonicalJson } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  type ModelContent,
  readModelFile,
  writeModelFile,
} from '@novacron/contract/training/model-file';
import { makeRng } from '@novacron/engine/rng';
import { explainTrial } from '@novacron/engine/training/explain-trial';
import type { TimedTable } from '@novacron/engine/training/model/table';
import type { TrainedModel } from '@novacron/engine/training/model/training';
import { COMPARED_ROWS_MIN, planComparison } from '@novacron/engine/training/plan-comparison';
import { planDrift } from '@novacron/engine/training/plan-drift';
import { planNextRow, planTable } from '@novacron/engine/training/plan-table';
import { planPredictions, planTraining } from '@novacron/engine/training/plan-training';
import { planTrial } from '@novacron/engine/training/plan-trial';
import { serveTasks } from './adapters/threads/serve-tasks.ts';
import type {
  ModelAnswer,
  ModelOutcome,
  ModelTask,
  TrainedFile,
  TrainingTask,
} from './ports/models.ts';

type Task = { readonly train: TrainingTask } | { readonly run: ModelTask };

type Outcome<Answer> = ModelOutcome<Answer>;

type AnswerOf<Kind extends ModelAnswer['kind']> = Extract<ModelAnswer, { readonly kind: Kind }>;

/** Rows of which another worker has to predict the same. */
const PROBE_ROWS = 16;

serveTasks((task: Task) => ('train' in task ? train(task.train) : run(task.run)));

function train(task: TrainingTask): Outcome<TrainedFile> {
  const { kind, target, series, alarmAbove, seed, trainedAt } = task;
  const { times, ...table } = planTable(series);
  const request = { table, order: 'time' as const, gapRows: series.horizon, alarmAbove };
  const trained = planTraining(request, { rng: makeRng(`${seed}`) });
  if (!trained.ok) {
    const { detail, remedy } = trained.error;
    return { kind: 'refused', why: `${detail} ${remedy}` };
  }
  const { features, evaluation, rules, trees, profile } = trained.value;
  const rows = table.target.length;
  const tableSha256 = sumOf(table, times);
  const file = writeModelFile(
    {
      kind,
      target,
      features,
      data: { sha256: tableSha256, rows, order: 'time', seed },
      trained_at: trainedAt,
      evaluation,
      rules,
      profile,
      trees,
    },
    sha256,
  );
  const lastS = times[evaluation.rowsTrained - 1] ?? 0;
  const trainedToS = lastS + series.stepS;
  const probe = probeOf(trained.value, table);
  return {
    kind: 'done',
    answer: {
      file,
      evaluation,
      treesGrown: trees.trees.length,
      rows,
      sha256: tableSha256,
      trainedToS,
      probe,
    },
  };
}

/** The last rows, and what is predicted for them here. */
function probeOf(
  { features, trees }: Pick<TrainedModel, 'features' | 'trees'>,
  table: Pick<TimedTable, 'columns'>,
): TrainedFile['probe'] {
  const columns = table.columns.map((column) => column.slice(-PROBE_ROWS));
  const values = Array.from(planPredictions({ trees }, columns));
  const rows = values.map((_, row) => {
    const cells = features.map((name, at): [string, number | null] => {
      const value = columns[at]?.[row] ?? Number.NaN;
      return [name, Number.isNaN(value) ? null : value];
    });
    return Object.fromEntries(cells);
  });
  return { rows, values };
}

/** SHA-256 of a table in canonical JSON; NaN is null there. */
function sumOf({ features, columns, target }: Omit<TimedTable, 'times'>, times: Float64Array) {
  const plain = (values: Float64Array) =>
    Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  const [first, ...others] = [times, target, ...columns].map(plain);
  return sha256(canonicalJson({ features, times: first, columns: others }));
}

function run(task: ModelTask): Outcome<ModelAnswer> {
  switch (task.kind) {
    case 'predict':
      return predict(task);
    case 'compare':
      return compare(task);
    case 'watch':
      return watch(task);
    case 'trial':
      return measureTrial(task);
  }
}

function predict({ file, from }: Extract<ModelTask, { kind: 'predict' }>): Outcome<ModelAnswer> {
  const model = open(file);
  if (!model.ok) return refused(model.error);
  const { features, trees } = model.value;
  if ('series' in from) {
    const { columns, times } = planNextRow(from.series);
    const values = planPredictions({ trees }, columns);
    const shown = Array.from(values, (value, at) => ({ atS: times[at] ?? null, value }));
    return predicted(shown);
  }
  const columns = features.map((name) =>
    Float64Array.from(from.rows, (row) => row[name] ?? Number.NaN),
  );
  const values = planPredictions({ trees }, columns);
  return predicted(Array.from(values, (value) => ({ atS: null, value })));
}

function predicted(values: AnswerOf<'predict'>['values']): Outcome<ModelAnswer> {
  const heapBytes = getHeapStatistics().used_heap_size;
  return { kind: 'done', answer: { kind: 'predict', values, heapBytes } };
}

function compare({
  series,
  afterS,
  plannedRows,
  ...files
}: Extract<ModelTask, { kind: 'compare' }>): Outcome<ModelAnswer> {
  const [champion, challenger] = [open(files.champion), open(files.challenger)];
  if (!champion.ok) return refused(`the champion: ${champion.error}`);
  if (!challenger.ok) return refused(`the challenger: ${challenger.error}`);
  const table = planTable(series);
  const first = table.times.findIndex((time) => time >= afterS);
  // The rows that the declared number ends with: later ones do not count.
  const rows = first < 0 ? 0 : Math.min(table.times.length - first, plannedRows);
  if (rows < COMPARED_ROWS_MIN) {
    return refused(
      `only ${rows} rows came that neither version has learned from; ` +
        `${COMPARED_ROWS_MIN} are needed`,
    );
  }
  const until = first + rows;
  const columns = table.columns.map((column) => column.slice(first, until));
  const plan = planComparison({
    target: table.target.slice(first, until),
    champion: planPredictions(champion.value, columns),
    challenger: planPredictions(challenger.value, columns),
    plannedRows,
  });
  const fromS = table.times[first] ?? 0;
  const toS = (table.times[until - 1] ?? 0) + series.stepS;
  return { kind: 'done', answer: { kind: 'compare', plan, fromS, toS } };
}

function watch({ file, series }: Extract<ModelTask, { kind: 'watch' }>): Outcome<ModelAnswer> {
  const model = open(file);
  if (!model.ok) return refused(model.error);
  const { profile, evaluation, rules } = model.value;
  const { target, columns, references = [] } = planTable(series);
  const maeTrained = evaluation.model.mae;
  const plan = planDrift({
    profile,
    maeTrained,
    target,
    predicted: planPredictions(model.value, columns),
    rules,
    references,
    columns,
  });
  return { kind: 'done', answer: { kind: 'watch', plan, maeTrained } };
}

function measureTrial({
  design,
  series,
  nowS,
  ...files
}: Extract<ModelTask, { kind: 'trial' }>): Outcome<ModelAnswer> {
  const [champion, challenger] = [open(files.champion), open(files.challenger)];
  if (!champion.ok) return refused(`the champion: ${champion.error}`);
  if (!challenger.ok) return refused(`the challenger: ${challenger.error}`);
  const rows = series.map(({ groupId, table }) => {
    const { times, target, columns } = planTable(table);
    return {
      groupId,
      // The step that the features are of has ended.
      madeS: times.map((atS) => atS + (1 - table.horizon) * table.stepS),
      target,
      champion: planPredictions(champion.value, columns),
      challenger: planPredictions(challenger.value, columns),
    };
  });
  const [first] = series;
  const horizonS = first === undefined ? 0 : first.table.horizon * first.table.stepS;
  const plan = planTrial(design, rows, { nowS, horizonS });
  return { kind: 'done', answer: { kind: 'trial', plan, reason: explainTrial(plan, design) } };
}

function open(file: string): Result<ModelContent, string> {
  const read = readModelFile(file, sha256);
  return read.ok ? ok(read.value) : err(`its file is not a model: ${read.error}`);
}

function refused(why: string): Outcome<never> {
  return { kind: 'refused', why };
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
