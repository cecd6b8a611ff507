import { type FeatureChoice, featureNames } from '@novacron/contract/access/feature';

/**
 * Merges a choice of feature flags into the stored one; flags reset to the default are removed.
 * @returns the column of a tenant's row; null where all flags have their defaults
 */
export function mergeFeatures(before: string | null, choice: FeatureChoice): string | null {
  const kept: Readonly<Record<string, unknown>> = JSON.parse(before ?? '{}');
  const merged = featureNames().flatMap((name) => {
    const value = choice[name] === undefined ? kept[name] : choice[name];
    return typeof value === 'boolean' ? [[name, value] as const] : [];
  });
  return merged.length === 0 ? null : JSON.stringify(Object.fromEntries(merged));
}
