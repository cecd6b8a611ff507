/** Reads the input of a list as people write it: `status=running,stopped`. */
import { z } from 'zod';
import { isRecord } from '../json.ts';
import type { OperationRow } from './operations.ts';

/**
 * Splits the values of fields that take a list: at commas, whether they come as one text or as
 * several. Names in such fields have no commas.
 * @param row - any row; inputs of operations that are not lists stay as they are
 * @param input - an input that was not parsed yet
 * @returns an input for the row's schema
 */
export function splitListValues({ listing, input: schema }: OperationRow, input: unknown): unknown {
  if (listing === undefined || !isRecord(input)) return input;
  const fields = Object.entries(input).map(([field, value]) => {
    const wanted = Object.hasOwn(schema.shape, field) ? schema.shape[field] : undefined;
    return [field, isList(wanted) ? splitValue(value) : value];
  });
  return Object.fromEntries(fields);
}

function isList(schema: unknown): boolean {
  return schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodArray;
}

function splitValue(value: unknown): unknown {
  if (typeof value === 'string') return split(value);
  if (!Array.isArray(value)) return value;
  return value.flatMap((part: unknown) => (typeof part === 'string' ? split(part) : [part]));
}

function split(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}
