/** Describes the patterns of sample data. */
import type { PatternName } from './model/sample-data.ts';
import { PATTERNS } from './rules/patterns.ts';

/** Each pattern with its description, in the order in which they are listed. */
export function explainPatterns(): readonly (readonly [PatternName, string])[] {
  // A record of a closed set of names has these and no other keys.
  const names = Object.keys(PATTERNS) as PatternName[];
  return names.map((name) => [name, PATTERNS[name].description]);
}
