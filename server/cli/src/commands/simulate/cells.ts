/** Allowed values of a cell: a text in a table, any value in a list. */
import { z } from 'zod';

function toNumber(value: unknown): unknown {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}

/** A number. */
export const numberCell = z.preprocess(toNumber, z.number('must be a number'));

/** A number of 0 or more. */
export const amountCell = z.preprocess(
  toNumber,
  z.number('must be a number').min(0, 'must be 0 or more'),
);

/** A whole number of 0 or more. */
export const countCell = z.preprocess(
  toNumber,
  z
    .number('must be an integer')
    .int('must be an integer')
    .min(0, 'must be 0 or more')
    .max(1_000_000, 'must be at most 1000000'),
);

/** A text; a list may hold a number instead. */
export const textCell = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z.string('must be a string').min(1, 'must not be empty'),
);

/** Some texts: a list, or `A|B` in a table. */
export const textsCell = z.preprocess(
  (value) => (typeof value === 'string' ? value.split('|') : value),
  z.array(z.string('must be strings').min(1, 'must not contain empty strings'), 'must be a list'),
);

/** Labels: an object, or `tier=web|env=test` in a table. */
export const labelsCell = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? Object.fromEntries(
          value.split('|').map((pair) => {
            const at = pair.indexOf('=');
            return at > 0 ? [pair.slice(0, at), pair.slice(at + 1)] : [pair, undefined];
          }),
        )
      : value,
  z.record(z.string(), z.string('must have the form name=value'), 'must be a map of strings'),
);
