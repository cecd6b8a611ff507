/** Models as files: JSON with a format and a checksum. The same on the server and on a machine. */
import { z } from 'zod';
import type { Result } from '../result.ts';
import { readCheckedFile, type Sha256, writeCheckedFile } from './checked-file.ts';

/** Changes with each change of the content: other formats are refused. */
export const MODEL_FORMAT = 'novacron-model-1';

/**
 * How a model predicts. One more kind is one more value here, its content in `ModelFile`, and its
 * branch where files are read.
 */
export const ModelKind = z.enum(['gradient_boosting']).describe('How the model predicts');
export type ModelKind = z.infer<typeof ModelKind>;

const TREES_MAX = 10_000;
const numbers = z.array(z.number()).readonly();
const integers = z.array(z.int()).readonly();

const Tree = z
  .strictObject({
    feature: integers,
    threshold: numbers,
    missingLeft: integers,
    left: integers,
    gain: numbers,
    value: numbers,
  })
  .refine(isTree, 'a tree does not end');

const Scores = z.strictObject({ mae: z.number(), r2: z.number() });

const Evaluation = z.strictObject({
  rowsTrained: z.int(),
  rowsHeldBack: z.int(),
  model: Scores,
  rules: z
    .array(Scores.extend({ rule: z.enum(['mean', 'linear', 'last', 'day-before']) }))
    .readonly(),
  improvement: z.strictObject({ estimate: z.number(), lower: z.number() }),
  isBetter: z.boolean(),
  settings: z
    .array(
      z.strictObject({
        trees: z.int(),
        depth: z.int(),
        learningRate: z.number(),
        leafRowsMin: z.int(),
        mae: z.number(),
      }),
    )
    .readonly(),
  importance: z.array(z.strictObject({ feature: z.string(), share: z.number() })).readonly(),
  pairs: z.array(z.strictObject({ actual: z.number(), predicted: z.number() })).readonly(),
  calibration: z.array(z.strictObject({ actual: z.number(), predicted: z.number() })).readonly(),
  robustness: z.strictObject({ noisyMae: z.number(), missingMae: z.number() }),
  alarm: z
    .strictObject({
      above: z.number(),
      share: z.number(),
      precision: z.number().nullable(),
      recall: z.number().nullable(),
      f1: z.number().nullable(),
      auc: z.number().nullable(),
    })
    .optional(),
});

const Content = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  kind: ModelKind,
  target: z.string(),
  features: z.array(z.string()).min(1).readonly(),
  /** Lineage: what it learned from. */
  data: z.strictObject({
    sha256: z.string(),
    rows: z.int(),
    order: z.enum(['time', 'none']),
    seed: z.int(),
  }),
  trained_at: z.string(),
  evaluation: Evaluation,
  /** What the simple rules have learned from the same rows. */
  rules: z.strictObject({
    mean: z.number(),
    linear: z
      .array(z.strictObject({ mean: z.number(), deviation: z.number(), weight: z.number() }))
      .readonly(),
  }),
  profile: z
    .array(z.strictObject({ name: z.string(), edges: numbers, shares: numbers }))
    .readonly(),
  trees: z.strictObject({ base: z.number(), trees: z.array(Tree).max(TREES_MAX).readonly() }),
});

/** What a model file contains, besides its checksum. */
export type ModelContent = z.infer<typeof Content>;

/** Writes a model as the text of a file. */
export function writeModelFile(content: Omit<ModelContent, 'format'>, sha256: Sha256): string {
  const whole: ModelContent = { format: MODEL_FORMAT, ...content };
  return writeCheckedFile(whole, sha256);
}

/** Reads the text of a file. @returns why it is refused, as the end of a sentence */
export function readModelFile(text: string, sha256: Sha256): Result<ModelContent, string> {
  return readCheckedFile(text, { schema: Content, sha256 });
}

/** Children come after their parents, and all lists are equally long. */
function isTree(tree: {
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly missingLeft: readonly number[];
  readonly left: readonly number[];
  readonly gain: readonly number[];
  readonly value: readonly number[];
}): boolean {
  const nodes = tree.feature.length;
  const isWhole = Object.values(tree).every((list) => list.length === nodes);
  const follows = tree.feature.every((by, node) => {
    const left = tree.left[node] ?? 0;
    return by < 0 || (left > node && left + 1 < nodes);
  });
  return nodes > 0 && isWhole && follows;
}
