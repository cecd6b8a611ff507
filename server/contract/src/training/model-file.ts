/** Models as files: JSON with a format and a checksum. The same on the server and on a machine. */
import { z } from 'zod';
import { canonicalJson } from '../json.ts';
import { err, ok, type Result } from '../result.ts';

/** Changes with each change of the content: other formats are refused. */
export const MODEL_FORMAT = 'novacron-model-1';

/**
 * How a model predicts. One more kind is one more value here, its content in `ModelFile`, and its
 * branch where files are read.
 */
export const ModelKind = z.enum(['gradient_boosting']).describe('How the model predicts');
export type ModelKind = z.infer<typeof ModelKind>;

/** Larger files are refused. Unit: characters. */
export const MODEL_FILE_LENGTH_MAX = 8_388_608;

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
  profile: z
    .array(z.strictObject({ name: z.string(), edges: numbers, shares: numbers }))
    .readonly(),
  trees: z.strictObject({ base: z.number(), trees: z.array(Tree).max(TREES_MAX).readonly() }),
});

/** What a model file contains, besides its checksum. */
export type ModelContent = z.infer<typeof Content>;

const ModelFile = Content.extend({ sha256: z.string() });

/** Makes the SHA-256 of a text, in hexadecimal. */
type Sha256 = (text: string) => string;

/** Writes a model as the text of a file. */
export function writeModelFile(content: Omit<ModelContent, 'format'>, sha256: Sha256): string {
  const whole: ModelContent = { format: MODEL_FORMAT, ...content };
  return `${JSON.stringify({ ...whole, sha256: sha256(canonicalJson(whole)) })}\n`;
}

/** Reads the text of a file. @returns why it is refused, as the end of a sentence */
export function readModelFile(text: string, sha256: Sha256): Result<ModelContent, string> {
  if (text.length > MODEL_FILE_LENGTH_MAX) return err('it is too large');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err('it is not JSON');
  }
  const read = ModelFile.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    return err(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { sha256: sum, ...content } = read.data;
  if (sha256(canonicalJson(content)) !== sum) {
    return err('its checksum is wrong; it was damaged or edited');
  }
  return ok(content);
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
