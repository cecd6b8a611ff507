/** `novacron model file`: models of tables in files, on this machine. */
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  type ModelContent,
  readModelFile,
  writeModelFile,
} from '@novacron/contract/training/model-file';
import { makeRng } from '@novacron/engine/rng';
import { explainCard, explainVerdict } from '@novacron/engine/training/explain-card';
import { planPredictions, planTraining } from '@novacron/engine/training/plan-training';
import { type Failure, problemFailure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import { sha256 } from '../../io/sha256.ts';
import type { Document } from '../../output/render-output.ts';
import { pickColumns, readColumns, toTable } from './read-table.ts';

/** What to train. */
export interface TrainRequest {
  /** A file; `-` is standard input. */
  readonly csv: string;
  /** Column to predict. */
  readonly target: string;
  readonly order: 'time' | 'none';
  readonly seed: number;
}

type Io = Pick<CliIo, 'readText' | 'stderr' | 'now'>;
type Done = Promise<Result<Document, Failure>>;

/** Trains a model. The file goes to standard output, the verdict to standard error. */
export async function trainModel(io: Io, { csv, target, order, seed }: TrainRequest): Done {
  const text = await readTextFile(io, csv, 'the table');
  if (!text.ok) return text;
  const columns = readColumns(csv, text.value);
  if (!columns.ok) return columns;
  const table = toTable(csv, columns.value, target);
  if (!table.ok) return table;
  const trained = planTraining({ table: table.value, order }, { rng: makeRng(`${seed}`) });
  if (!trained.ok) return err(problemFailure(trained.error));
  const { features, evaluation, rules, trees, profile } = trained.value;
  const content = {
    kind: 'gradient_boosting' as const,
    target,
    features,
    data: {
      sha256: sha256(text.value),
      rows: table.value.target.length,
      order,
      seed,
    },
    trained_at: io.now().toISOString(),
    evaluation,
    rules,
    profile,
    trees,
  };
  const { texts } = columns.value;
  for (const { name, line, text: cell } of texts) {
    io.stderr.write(`left out ${name}: line ${line} has the text ${cell}\n`);
  }
  io.stderr.write(`${explainVerdict(evaluation)}\n`);
  return ok({ kind: 'text', value: { text: writeModelFile(content, sha256) } });
}

/** Predicts the target for each row. Failures: a model that is not better than a rule. */
export async function predictRows(
  io: Pick<CliIo, 'readText'>,
  { model, csv }: { readonly model: string; readonly csv: string },
): Done {
  const read = await openModel(io, model);
  if (!read.ok) return read;
  const { evaluation, features, target, trees } = read.value;
  if (!evaluation.isBetter) {
    const rule = evaluation.rules[0]?.rule ?? '';
    const detail = `${model} is not better than the rule ${rule} beyond chance.`;
    const remedy = 'Use the rule, or train with more rows or other features.';
    return err(problemFailure(problem('validation-failed', { detail, remedy })));
  }
  const text = await readTextFile(io, csv, 'the table');
  if (!text.ok) return text;
  const columns = readColumns(csv, text.value);
  if (!columns.ok) return columns;
  const picked = pickColumns(csv, columns.value, features);
  if (!picked.ok) return picked;
  const predicted = Array.from(planPredictions({ trees }, picked.value));
  const rows = predicted.map((value) => `${value}\n`).join('');
  const value = predicted.map((each) => ({ [target]: each }));
  return ok({ kind: 'report', value, text: `${target}\n${rows}` });
}

/** Prints the card of a model. */
export async function showCard(
  io: Pick<CliIo, 'readText'>,
  { model }: { readonly model: string },
): Done {
  const read = await openModel(io, model);
  if (!read.ok) return read;
  const { trees: _trees, ...value } = read.value;
  return ok({ kind: 'report', value, text: `${explainCard(read.value)}\n` });
}

async function openModel(
  io: Pick<CliIo, 'readText'>,
  path: string,
): Promise<Result<ModelContent, Failure>> {
  const text = await readTextFile(io, path, 'the model');
  if (!text.ok) return text;
  const read = readModelFile(text.value, sha256);
  return read.ok ? read : err(usageFailure(`${path} is not a model: ${read.error}`));
}
