/** Models as files: JSON with a version and a checksum. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { type Failure, usageFailure } from '../../failures/failure.ts';

const FORMAT = 'novacron-model-1';

/** More is no model of this kind. Unit: characters. */
const LENGTH_MAX = 64 * 1024 * 1024;

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
  rules: z.array(Scores.extend({ rule: z.enum(['mean', 'linear', 'last']) })).readonly(),
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
});

const Content = z.strictObject({
  format: z.literal(FORMAT),
  kind: z.literal('gradient-boosting'),
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
  trees: z.strictObject({ base: z.number(), trees: z.array(Tree).max(TREES_MAX).readonly() }),
});

/** What a model file contains, besides its checksum. */
export type ModelContent = z.infer<typeof Content>;

const ModelFile = Content.extend({ sha256: z.string() });

/** Writes a model as the text of a file. */
export function writeModel(content: Omit<ModelContent, 'format'>): string {
  const whole: ModelContent = { format: FORMAT, ...content };
  return `${JSON.stringify({ ...whole, sha256: sumOf(whole) })}\n`;
}

/** Reads the text of a file. Failures: another format, a damaged file. */
export function readModel(path: string, text: string): Result<ModelContent, Failure> {
  const refuse = (why: string) => err(usageFailure(`${path} is not a model: ${why}`));
  if (text.length > LENGTH_MAX) return refuse('it is too large');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse('it is not JSON');
  }
  const read = ModelFile.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    return refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { sha256, ...content } = read.data;
  if (sumOf(content) !== sha256) return refuse('its checksum is wrong; it was damaged or edited');
  return ok(content);
}

function sumOf(content: ModelContent): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
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
