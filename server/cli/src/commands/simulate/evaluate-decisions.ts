/** `novacron simulate decisions --model`: what a model would have decided where it is recorded. */
import { AutonomousDecision } from '@novacron/contract/autonomy/autonomous-decision';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainEvaluation } from '@novacron/engine/autonomy/explain-evaluation';
import type {
  Evaluation,
  Gain,
  RecordedDecision,
} from '@novacron/engine/autonomy/model/evaluation';
import { readModel } from '@novacron/engine/autonomy/model-file';
import { planEvaluation } from '@novacron/engine/autonomy/plan-evaluation';
import { z } from 'zod';
import { type Failure, findingsFailure, problemFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import { sha256 } from '../../io/sha256.ts';
import type { Outcome } from '../../operations/outcome.ts';
import type { Fields } from '../../output/fields.ts';

/** A model, and decisions that another one made. */
export interface DecisionEvaluation {
  /** File. */
  readonly model: string;
  /** File; `-` is standard input. */
  readonly records: string;
}

const Records = z.array(
  AutonomousDecision.pick({
    id: true,
    at: true,
    size_from: true,
    size_to: true,
    size_rules: true,
    state: true,
    absent: true,
    forbidden: true,
    limits: true,
    outcome: true,
  }),
);

/**
 * Evaluates it. Failures: wrong usage for a file that cannot be read; `validation-failed` for what
 * is in it; findings if the model is worse.
 */
export async function evaluateDecisions(
  io: Pick<CliIo, 'readText'>,
  { model: modelPath, records: recordsPath }: DecisionEvaluation,
): Promise<Outcome> {
  const modelText = await readTextFile(io, modelPath, 'the model');
  if (!modelText.ok) return { failure: modelText.error };
  const model = readModel(modelText.value, sha256);
  if (!model.ok) return { failure: problemFailure(model.error) };
  const text = await readTextFile(io, recordsPath, 'the decisions');
  if (!text.ok) return { failure: text.error };
  const records = readRecords(recordsPath === '-' ? 'standard input' : recordsPath, text.value);
  if (!records.ok) return { failure: records.error };
  const evaluated = planEvaluation(model.value, records.value);
  if (!evaluated.ok) return { failure: problemFailure(evaluated.error) };
  const lines = explainEvaluation(evaluated.value);
  const document = {
    kind: 'report',
    value: toAnswer(evaluated.value),
    text: `${lines.join('\n')}\n`,
  } as const;
  if (!evaluated.value.isWorse) return { document };
  return { document, failure: findingsFailure('the model would have cost more') };
}

function readRecords(place: string, text: string): Result<readonly RecordedDecision[], Failure> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err(refuse(place, 'it is not JSON'));
  }
  const read = Records.safeParse(json);
  if (read.success) return ok(read.data);
  const [issue] = read.error.issues;
  const at = [issue?.path.join('.') ?? '', issue?.message].filter(Boolean).join(': ');
  return err(refuse(place, at));
}

function refuse(place: string, why: string): Failure {
  return problemFailure(
    problem('validation-failed', {
      detail: `${place} is not a list of autonomous decisions: ${why}.`,
      remedy: 'Export them: novacron autonomous-decision list --output json.',
    }),
  );
}

function toAnswer(evaluation: Evaluation): Fields {
  const { used, leftOut, changed, model, decided, rules, isWorse } = evaluation;
  return {
    used,
    left_out: leftOut,
    changed,
    totals: { model, decided, rules },
    gain_over_decided: toShares(evaluation.overDecided),
    gain_over_rules: toShares(evaluation.overRules),
    is_worse: isWorse,
  };
}

function toShares({ estimate, lower, upper }: Gain): Fields {
  return { estimate, lower, upper };
}
