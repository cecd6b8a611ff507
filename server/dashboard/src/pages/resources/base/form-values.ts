/** Values typed into a form, and the input built from them. */
import type { Item } from '../../../api/queries.ts';
import type { FieldMeta } from '../../../metadata/shapes.ts';

/** The texts of a form by field; a field that is left alone has none. */
export type FormValues = Readonly<Record<string, string>>;

/** An input, or what is wrong with single fields. */
export interface ReadForm {
  readonly input: Readonly<Record<string, unknown>>;
  readonly errors: Readonly<Record<string, string>>;
}

/** Reads all fields. Empty ones are left out, so that the server applies its defaults. */
export function readForm(fields: readonly FieldMeta[], values: FormValues): ReadForm {
  const input: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const text = (values[field.name] ?? '').trim();
    if (text === '') {
      if (field.required) errors[field.name] = 'is required';
      continue;
    }
    const read = readField(field, text);
    if (read.error === undefined) input[field.name] = read.value;
    else errors[field.name] = read.error;
  }
  return { input, errors };
}

interface ReadField {
  readonly value?: unknown;
  readonly error?: string;
}

function readField(field: FieldMeta, text: string): ReadField {
  switch (field.type) {
    case 'integer':
    case 'number':
      return readNumber(field, text);
    case 'boolean':
      return { value: text === 'true' };
    case 'texts':
    case 'choices':
      return { value: listOf(text) };
    case 'map':
      return readMap(text);
    case 'json':
      return readJson(text);
    default:
      return { value: text };
  }
}

function readNumber({ type, min, max }: FieldMeta, text: string): ReadField {
  const value = Number(text);
  if (Number.isNaN(value)) return { error: 'must be a number' };
  if (type === 'integer' && !Number.isInteger(value)) return { error: 'must be a whole number' };
  if (min !== undefined && value < min) return { error: `must be at least ${min}` };
  if (max !== undefined && value > max) return { error: `must be at most ${max}` };
  return { value };
}

function listOf(text: string): readonly string[] {
  return text
    .split(/[\n,]/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** `name=value` pairs, one a line or with commas between them. */
function readMap(text: string): ReadField {
  const pairs = listOf(text).map((each) => each.split('='));
  const wrong = pairs.find(([name, ...rest]) => !name || rest.length === 0);
  if (wrong !== undefined) return { error: `has no = in "${wrong.join('=')}": write name=value` };
  return { value: Object.fromEntries(pairs.map(([name, ...rest]) => [name, rest.join('=')])) };
}

function readJson(text: string): ReadField {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return { error: 'is not valid JSON' };
  }
}

/** A value as the text that a form begins with. */
export function writeField(field: FieldMeta, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (field.type === 'json') return JSON.stringify(value, null, 2);
  if (field.type === 'long' && typeof value === 'object') return JSON.stringify(value, null, 2);
  if (Array.isArray(value)) return value.map(String).join('\n');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, each]) => `${name}=${String(each)}`)
      .join('\n');
  }
  return String(value);
}

/** The texts that a form of a resource begins with; of none, those of an empty form. */
export function writeForm(fields: readonly FieldMeta[], item: Item | undefined): FormValues {
  return Object.fromEntries(
    fields.map((field) => [field.name, writeField(field, item?.[field.name])]),
  );
}
