import type { CtyType } from './cty-type.ts';
import { equalValues } from './equal-values.ts';
import type { Path, PathStep } from './path.ts';
import { isValueRecord, type Value } from './value.ts';

/** One place where two values differ. */
export interface Difference {
  readonly path: Path;
  readonly before: Value;
  readonly after: Value;
}

/**
 * Lists the smallest places where two values of a type differ, in the order of the type. A set
 * differs as a whole, and so does a list whose length changed.
 */
export function diffValues(
  type: CtyType,
  before: Value,
  after: Value,
  path: Path = [],
): readonly Difference[] {
  if (equalValues(type, before, after)) return [];
  const pairs = pairChildren(type, before, after);
  if (pairs === undefined) return [{ path, before, after }];
  const inner = pairs.flatMap((pair) =>
    diffValues(pair.type, pair.before, pair.after, [...path, pair.step]),
  );
  // A key with null and an absent key are not equal, yet no part of them differs.
  return inner.length > 0 ? inner : [{ path, before, after }];
}

interface Pair {
  readonly step: PathStep;
  readonly type: CtyType;
  readonly before: Value;
  readonly after: Value;
}

/** The parts of two values side by side; undefined when they can only differ as a whole. */
function pairChildren(type: CtyType, before: Value, after: Value): readonly Pair[] | undefined {
  if (typeof type === 'string' || type[0] === 'set') return undefined;
  if (Array.isArray(before)) {
    if (!Array.isArray(after) || before.length !== after.length) return undefined;
    return before.map((item: Value, index) => ({
      step: index,
      type: (type[0] === 'tuple' ? type[1][index] : type[1]) as CtyType,
      before: item,
      after: after[index] as Value,
    }));
  }
  if (!isValueRecord(before) || !isValueRecord(after)) return undefined;
  if (type[0] === 'object') {
    return Object.entries(type[1]).map(([name, field]) => ({
      step: name,
      type: field,
      before: before[name] ?? null,
      after: after[name] ?? null,
    }));
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.map((key) => ({
    step: { key },
    type: type[1] as CtyType,
    before: before[key] ?? null,
    after: after[key] ?? null,
  }));
}
