import type { Path } from '../../cty/path.ts';
import { isValueRecord, type Value, type ValueRecord } from '../../cty/value.ts';
import type { Nesting } from '../schema/attribute.ts';

/** Two objects at the same position of two nested values. */
export interface ElementPair {
  readonly step: Path;
  readonly left: ValueRecord;
  readonly right: ValueRecord;
}

/**
 * Pairs the objects of two nested values: lists by index, maps by key. Sets are paired by position,
 * which is only meaningful for two versions of the same set.
 * @returns undefined when the two do not have the same elements
 */
export function pairElements(
  nesting: Nesting,
  left: Value,
  right: Value,
): readonly ElementPair[] | undefined {
  if (nesting === 'single') return collect([[[], left, right]]);
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return undefined;
    return collect(
      left.map((item: Value, index) => [nesting === 'set' ? [] : [index], item, right[index]]),
    );
  }
  if (!isValueRecord(left) || !isValueRecord(right)) return undefined;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return undefined;
  return collect(keys.map((key) => [[{ key }], left[key], right[key]]));
}

type Candidate = readonly [Path, Value | undefined, Value | undefined];

function collect(candidates: readonly Candidate[]): readonly ElementPair[] | undefined {
  const pairs: ElementPair[] = [];
  for (const [step, left, right] of candidates) {
    if (!isValueRecord(left) || !isValueRecord(right)) return undefined;
    pairs.push({ step, left, right });
  }
  return pairs;
}
