import { BigNumber, fromDouble, parseDecimal } from './big-number.ts';
import { type CtyFields, type CtyPrimitive, type CtyType, formatCtyType } from './cty-type.ts';
import { isRecord } from './is-record.ts';
import { mapRecord } from './map-values.ts';
import type { Path, PathStep } from './path.ts';
import { isUnknown } from './unknown.ts';
import { Dynamic, type Value } from './value.ts';

/** One place where data does not fit its type. */
export interface Mismatch {
  readonly path: Path;
  readonly message: string;
}

/** A value that fits its type, and whatever did not fit (replaced by null). */
export interface CastResult {
  readonly value: Value;
  readonly mismatches: readonly Mismatch[];
}

/**
 * Casts the result of a handler to a type: absent attributes become null, bigints become numbers,
 * strings are normalized to Unicode form NFC as Terraform does.
 * @param input - anything at all
 * @returns the value together with every place that does not fit
 */
export function castValue(type: CtyType, input: unknown): CastResult {
  const mismatches: Mismatch[] = [];
  const value = cast(type, input, { path: [], mismatches });
  return { value, mismatches };
}

/**
 * Current position of a cast: steps are pushed and popped along the way, and copied for a mismatch
 * only.
 */
interface Position {
  readonly path: PathStep[];
  readonly mismatches: Mismatch[];
}

function cast(type: CtyType, input: unknown, at: Position): Value {
  if (input === null || input === undefined) return null;
  if (isUnknown(input)) return input;
  if (typeof type === 'string') return castPrimitive(type, input, at);
  switch (type[0]) {
    case 'list':
    case 'set':
    case 'tuple':
      return castSequence(type, input, at);
    case 'map':
      return castMap(type[1], input, at);
    case 'object':
      return castObject(type[1], input, at);
  }
}

function castPrimitive(type: CtyPrimitive, input: unknown, at: Position): Value {
  switch (type) {
    case 'string':
      return typeof input === 'string' ? input.normalize('NFC') : misfit(type, input, at);
    case 'bool':
      return typeof input === 'boolean' ? input : misfit(type, input, at);
    case 'number':
      return castNumber(input) ?? misfit(type, input, at);
    case 'dynamic':
      if (!(input instanceof Dynamic)) return misfit(type, input, at);
      return new Dynamic(input.type, cast(input.type, input.value, at));
  }
}

function castNumber(input: unknown): number | BigNumber | undefined {
  if (input instanceof BigNumber) return input;
  if (typeof input === 'bigint') return parseDecimal(input.toString());
  if (typeof input !== 'number' || Number.isNaN(input)) return undefined;
  // The shortest decimal is meant, not its binary neighbour; only huge integers need care.
  return Number.isInteger(input) ? fromDouble(input) : input;
}

function castSequence(
  type: Extract<CtyType, readonly ['list' | 'set' | 'tuple', unknown]>,
  input: unknown,
  at: Position,
): Value {
  if (!Array.isArray(input)) return misfit(type, input, at);
  if (type[0] === 'tuple') {
    if (input.length !== type[1].length) return misfit(type, input, at);
    return type[1].map((element, index) => castAt(element, input[index], at, index));
  }
  const [kind, element] = type;
  // An element of a set has no address, so its mismatch is reported at the set.
  return Array.from(input, (item, index) =>
    kind === 'set' ? cast(element, item, at) : castAt(element, item, at, index),
  );
}

function castMap(element: CtyType, input: unknown, at: Position): Value {
  if (!isRecord(input)) return misfit(['map', element], input, at);
  const entries = Object.entries(input).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, castAt(element, item, at, { key })]),
  );
}

function castObject(fields: CtyFields, input: unknown, at: Position): Value {
  if (!isRecord(input)) return misfit(['object', fields], input, at);
  for (const name of Object.keys(input)) {
    if (Object.hasOwn(fields, name)) continue;
    at.mismatches.push({ path: [...at.path], message: `has no attribute "${name}"` });
  }
  return mapRecord(fields, (field, name) =>
    castAt(field, Object.hasOwn(input, name) ? input[name] : null, at, name),
  );
}

function castAt(type: CtyType, input: unknown, at: Position, step: PathStep): Value {
  at.path.push(step);
  const value = cast(type, input, at);
  at.path.pop();
  return value;
}

function misfit(type: CtyType, input: unknown, { path, mismatches }: Position): null {
  mismatches.push({
    path: [...path],
    message: `${formatCtyType(type)} expected, got ${nameKind(input)}`,
  });
  return null;
}

function nameKind(input: unknown): string {
  if (Array.isArray(input)) return `a sequence of ${input.length}`;
  return Number.isNaN(input) ? 'NaN' : typeof input;
}
