import { type FeatureChoice, featureNames } from '@novacron/contract/access/feature';
import { tableOf } from '@novacron/contract/closed-table';
import { parseStored } from '../../rows/parse-stored.ts';

/** The stored flags; where they are damaged, every flag is off: nothing is allowed by damage. */
export function readFeatures(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {};
  return parseStored(text) ?? tableOf(featureNames(), () => false);
}

/**
 * Merges a choice of feature flags into the stored one; flags reset to the default are removed.
 * @returns the column of a tenant's row; null where all flags have their defaults
 */
export function mergeFeatures(before: string | null, choice: FeatureChoice): string | null {
  const kept = readFeatures(before);
  const merged = featureNames().flatMap((name) => {
    const value = choice[name] === undefined ? kept[name] : choice[name];
    return typeof value === 'boolean' ? [[name, value] as const] : [];
  });
  return merged.length === 0 ? null : JSON.stringify(Object.fromEntries(merged));
}
