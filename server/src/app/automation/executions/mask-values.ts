/** Replaces secrets in what comes back from receivers, in the forms of `secretFormsOf`. */
import { isRecord, type Json, type JsonObject } from '@novacron/contract/json';
import { maskText, SECRET_MASK, secretFormsOf } from '@novacron/runtime/secret-forms';

/** Makes a function that masks values in texts, keys and numbers of answers. */
export function maskerOf(values: Iterable<string>): {
  readonly text: (text: string) => string;
  readonly json: (value: Json) => Json;
} {
  const forms = secretFormsOf(values);
  const text = (from: string) => maskText(from, forms);
  const json = (value: Json): Json => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number')
      return text(String(value)) === String(value) ? value : SECRET_MASK;
    if (Array.isArray(value)) return value.map((inner: Json) => json(inner));
    if (!isRecord(value)) return value;
    const object: JsonObject = value;
    return Object.fromEntries(
      Object.entries(object).map(([key, inner]): [string, Json] => [text(key), json(inner)]),
    );
  };
  return { text, json };
}
