/** The length of a text is checked first: what comes after it may take long for long texts. */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { isRecord } from '../json.ts';
import { isNewName } from '../schema/new-name.ts';
import { operationNames, operationRow } from './operations.ts';

interface Found {
  readonly path: string;
  readonly schema: z.core.$ZodType;
}

/** Every schema of text inside another schema. */
function findTexts(root: Found, seen: Set<z.core.$ZodType>): readonly Found[] {
  if (seen.has(root.schema)) return [];
  seen.add(root.schema);
  const { def } = root.schema._zod;
  const inner = Object.entries(def)
    .filter(([name]) => name !== 'checks')
    .flatMap(([, value]) => listSchemas(value, root.path));
  const own = def.type === 'string' ? [root] : [];
  return [...own, ...inner.flatMap((each) => findTexts(each, seen))];
}

function listSchemas(value: unknown, path: string): readonly Found[] {
  if (value instanceof z.core.$ZodType) return [{ path, schema: value }];
  if (Array.isArray(value)) return value.flatMap((each) => listSchemas(each, path));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => listSchemas(each, `${path}.${name}`));
}

/** Returns the fault in the order of a text's checks. */
function faultOf(schema: z.core.$ZodType): string | undefined {
  const checks = (schema._zod.def.checks ?? []).map((check) => check._zod.def);
  const length = checks.findIndex(({ check }) => check === 'max_length');
  const own = checks.findIndex((def) => def.check === 'custom' && !isPattern(def));
  if (length >= 0) {
    if (length > 0 && checks[length - 1]?.check !== 'min_length') return 'has a check before it';
    const isLast = length === checks.length - 1;
    return isLast || checks[length]?.abort === true ? undefined : 'goes on where it is too long';
  }
  // A pattern passes over a text once.
  return own < 0 ? undefined : 'has no limit';
}

/** A check of our own that is a pattern only. */
function isPattern(def: object): boolean {
  return Object.entries(def).some(([name, value]) => name === 'fn' && value === isNewName);
}

test('a text that is too long is checked no further, in every input', () => {
  const seen = new Set<z.core.$ZodType>();
  const texts = operationNames().flatMap((name) =>
    findTexts({ path: name, schema: operationRow(name).input }, seen),
  );
  expect(texts.length).toBeGreaterThan(100);
  const faults = texts.flatMap(({ path, schema }) => {
    const fault = faultOf(schema);
    return fault === undefined ? [] : [`${path} ${fault}`];
  });
  expect(faults).toEqual([]);
});
