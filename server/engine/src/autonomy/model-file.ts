/** Decision models as text: JSON with a format and a checksum. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  readCheckedFile,
  type Sha256,
  writeCheckedFile,
} from '@novacron/contract/training/checked-file';
import { z } from 'zod';
import type { DecisionModel } from './model/decision-model.ts';
import { ACTIONS } from './shield/actions.ts';
import { FEATURES } from './shield/features.ts';

const FORMAT = 'novacron-decision-model-2';

const WIDTH_MAX = 1_024;
const LAYERS_MAX = 8;
const STEPS_MAX = 10_000;

const NAMES = { features: FEATURES.map(({ name }) => name), actions: [...ACTIONS] };

const Content = z.strictObject({
  format: z.literal(FORMAT),
  features: z.array(z.string().max(64)).max(64),
  actions: z.array(z.string().max(64)).max(64),
  widths: z.array(z.int().min(1).max(WIDTH_MAX)).min(2).max(LAYERS_MAX),
  usual: z.array(z.number()).length(FEATURES.length),
  tried: z.array(z.int().min(0)).length(ACTIONS.length),
  calibration: z
    .array(z.strictObject({ margin: z.number(), rate: z.number().min(0).max(1) }))
    .max(STEPS_MAX),
  isProven: z.boolean(),
  seed: z.string().max(256),
  episodes: z.int().min(0),
  parameters: z.array(z.number()),
});

/** Writes a model. The same model gives the same text. */
export function writeModel(model: DecisionModel, sha256: Sha256): string {
  return writeCheckedFile({ format: FORMAT, ...model, parameters: [...model.parameters] }, sha256);
}

/** Reads one. Failures: `validation-failed`, with what is wrong with the text. */
export function readModel(text: string, sha256: Sha256): Result<DecisionModel, Problem> {
  const read = readCheckedFile(text, { schema: Content, sha256 });
  if (!read.ok) return refuse(read.error);
  const { format: _format, parameters, widths, ...rest } = read.value;
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
