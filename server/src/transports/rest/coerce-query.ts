/** Turns the query of a URL into the input that a row's schema expects. */
import { type FieldProblem, type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';

/**
 * Reads a query by the schema's fields: numbers and booleans out of their text, arrays out of
 * repeated keys. What does not look like the wanted type stays text, so that the schema says what
 * is wrong with it. Unknown keys stay too, for the same reason.
 * Problems: `validation-failed` for a key that is repeated where one value is wanted.
 */
export function coerceQuery(
  schema: z.ZodObject,
  query: URLSearchParams,
): Result<Record<string, unknown>, Problem> {
  const input: [string, unknown][] = [];
  const repeated: FieldProblem[] = [];
  for (const key of new Set(query.keys())) {
    const texts = query.getAll(key);
    const wanted = unwrap(Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined);
    if (wanted instanceof z.ZodArray) {
      const item = unwrap(wanted.element);
      input.push([key, texts.map((text) => coerceText(item, text))]);
    } else if (texts.length === 1) {
      input.push([key, coerceText(wanted, texts[0] ?? '')]);
    } else {
      repeated.push({ path: [key], message: `is given ${texts.length} times` });
    }
  }
  if (repeated.length === 0) return ok(Object.fromEntries(input));
  const names = repeated.map((field) => field.path.join('.')).join(', ');
  return err(
    problem('validation-failed', {
      detail: `The query repeats parameters that may be set only once: ${names}.`,
      remedy: 'Send each of these query parameters once.',
      fields: repeated,
    }),
  );
}

/** The schema behind optionality and defaults. */
function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodNullable ||
    inner instanceof z.ZodDefault
  ) {
    inner = inner.unwrap();
  }
  return inner;
}

function coerceText(wanted: unknown, text: string): unknown {
  if (wanted instanceof z.ZodNumber && /^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (wanted instanceof z.ZodBoolean && text === 'true') return true;
  if (wanted instanceof z.ZodBoolean && text === 'false') return false;
  return text;
}
