/** Inputs of an operation out of its schema: valid ones, and ones in which something is off. */
import fc from 'fast-check';
import { z } from 'zod';
import { sampleOf } from './sample-values.ts';

/** Stands for a number that JSON can write and no computer can hold. */
const TOO_LARGE = '@too-large@';

const DEEP = Array.from({ length: 200 }).reduce<unknown>((inner) => ({ a: inner }), 1);

/** Values that few fields, if any, accept. */
const HOSTILE: readonly unknown[] = [
  '',
  ' ',
  'x'.repeat(100_000),
  "'; DROP TABLE vms; --",
  '" OR 1=1',
  '../../etc/passwd',
  '..',
  '/',
  '%00',
  '%2e%2e',
  'a\u0000b',
  '\ud800',
  '\u202e',
  '💥',
  '{{7*7}}',
  '__proto__',
  TOO_LARGE,
  -1,
  0,
  1.5,
  2 ** 53,
  -(2 ** 31) - 1,
  1e308,
  null,
  true,
  false,
  [],
  {},
  [null],
  [[]],
  { a: 1 },
  { toString: 1, length: 1e9 },
  DEEP,
  Array.from({ length: 3_000 }, () => 'x'),
  'vm_00000000000000000000000000',
  JSON.parse('{"__proto__": {"admin": true}}'),
  JSON.parse('{"constructor": {"prototype": {"admin": true}}}'),
];

const NUMBERS = [0, 0.5, 1, 2, 4, 5, 20, 60, 1_000];

/** JSON of an input; numbers that are too large come out as `1e400`. */
export function textOf(input: unknown): string {
  return JSON.stringify(input).replaceAll(`"${TOO_LARGE}"`, '1e400');
}

/** Anything that a stranger may put where a field is. */
export const anyHostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

/**
 * Values that a schema accepts.
 * @param known - values that mean something to the server: ids of what there is, names, texts
 */
export function anyValueOf(schema: unknown, known: readonly unknown[]): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape);
    const required = fields.filter(([, inner]) => !mayBeAbsent(inner)).map(([name]) => name);
    const model = Object.fromEntries(
      fields.map(([name, inner]) => [name, anyValueOf(inner, known)]),
    );
    return fc.record(model, { requiredKeys: required });
  }
  if (schema instanceof z.ZodNullable) {
    return fc.oneof(fc.constant(null), anyValueOf(schema.unwrap(), known));
  }
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodLazy
  ) {
    return anyValueOf(schema.unwrap(), known);
  }
  if (schema instanceof z.ZodArray) {
    return fc.array(anyValueOf(schema.element, known), { minLength: 1, maxLength: 3 });
  }
  if (schema instanceof z.ZodUnion) {
    return fc.oneof(...schema.options.map((option) => anyValueOf(option, known)));
  }
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (!(schema instanceof z.ZodType)) return fc.constant(sampleOf(schema));
  const fitting = [...known, ...NUMBERS].filter((value) => schema.safeParse(value).success);
  return fc.constantFrom(...fitting, sampleOf(schema));
}

function mayBeAbsent(schema: unknown): boolean {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
}

/** Valid inputs in which one thing, at any depth, is hostile, missing or too much. */
export function anyNearlyValid(
  schema: z.ZodObject,
  known: readonly unknown[],
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const change = fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add');
  return fc
    .tuple(anyValueOf(schema, known), fc.nat(), change, anyHostile, fc.string({ minLength: 1 }))
    .map(([input, chance, kind, hostile, extra]) => {
      const root = structuredClone(input) as Record<string, unknown>;
      const places = placesIn(root);
      const place = places[chance % Math.max(1, places.length)];
      if (place === undefined || kind === 'add') return { ...root, [extra]: hostile };
      const { holder, key } = place;
      if (kind === 'remove') Reflect.deleteProperty(holder, key);
      else holder[key] = hostile;
      return root;
    });
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  // Lists have keys too.
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}
