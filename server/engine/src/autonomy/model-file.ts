/** Decision models as text: JSON with a schema and a checksum. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { DecisionModel } from './model/decision-model.ts';
import { ACTIONS } from './shield/actions.ts';
import { FEATURES } from './shield/features.ts';

const SCHEMA = 'novacron-decision-model-1';

/** A model has half a megabyte. Unit: characters. */
const LENGTH_MAX = 8 * 1024 * 1024;

const WIDTH_MAX = 1_024;
const LAYERS_MAX = 8;
const STEPS_MAX = 10_000;

const NAMES = { features: FEATURES.map(({ name }) => name), actions: [...ACTIONS] };

const Content = z.strictObject({
  schema: z.literal(SCHEMA),
  features: z.array(z.string().max(64)).max(64),
  actions: z.array(z.string().max(64)).max(64),
  widths: z.array(z.int().min(1).max(WIDTH_MAX)).min(2).max(LAYERS_MAX),
  usual: z.array(z.number()).length(FEATURES.length),
  tried: z.array(z.int().min(0)).length(ACTIONS.length),
  calibration: z
    .array(z.strictObject({ margin: z.number(), rate: z.number().min(0).max(1) }))
    .max(STEPS_MAX),
  seed: z.string().max(256),
  episodes: z.int().min(0),
  parameters: z.array(z.number()),
});

const ModelFile = z.strictObject({ checksum: z.string().max(8), content: z.unknown() });

/** Writes a model. The same model gives the same text. */
export function writeModel(model: DecisionModel): string {
  const { features, actions, widths, usual, tried, calibration, seed, episodes } = model;
  const content = {
    schema: SCHEMA,
    features,
    actions,
    widths,
    usual,
    tried,
    calibration,
    seed,
    episodes,
    parameters: [...model.parameters],
  };
  return `${JSON.stringify({ checksum: sumOf(JSON.stringify(content)), content })}\n`;
}

/** Reads one. Failures: `validation-failed`, with what is wrong with the text. */
export function readModel(text: string): Result<DecisionModel, Problem> {
  if (text.length > LENGTH_MAX) return refuse('it is too large');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse('it is not JSON');
  }
  const file = ModelFile.safeParse(json);
  if (!file.success) return refuse('it has no checksum and content');
  const { checksum, content } = file.data;
  if (sumOf(JSON.stringify(content)) !== checksum)
    return refuse('its checksum is wrong; it was damaged or edited');
  const read = Content.safeParse(content);
  if (!read.success) {
    const [issue] = read.error.issues;
    return refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { schema: _schema, parameters, widths, ...rest } = read.data;
  const isSame = (own: readonly string[], its: readonly string[]) => own.join() === its.join();
  if (!isSame(NAMES.features, rest.features)) return refuse('it has other features');
  if (!isSame(NAMES.actions, rest.actions)) return refuse('it has other actions');
  if (widths[0] !== FEATURES.length || widths.at(-1) !== ACTIONS.length)
    return refuse('its layers do not fit features and actions');
  const count = widths
    .slice(1)
    .reduce((sum, width, at) => sum + width * ((widths[at] ?? 0) + 1), 0);
  if (parameters.length !== count)
    return refuse(`it has ${parameters.length} parameters, and its layers ${count}`);
  return ok({ ...rest, ...NAMES, widths, parameters: Float64Array.from(parameters) });
}

function refuse(why: string): Result<never, Problem> {
  const detail = `This is not a model that can decide: ${why}.`;
  return err(
    problem('validation-failed', { detail, remedy: 'Export it again, or train a new one.' }),
  );
}

/** CRC-32, as of zip files, of the characters: it finds damage, not forgery. */
function sumOf(text: string): string {
  let sum = 0xffffffff;
  for (let at = 0; at < text.length; at += 1) {
    sum ^= text.charCodeAt(at);
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return (~sum >>> 0).toString(16).padStart(8, '0');
}
