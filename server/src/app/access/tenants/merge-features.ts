import { type FeatureChoice, featureNames } from '@novacron/contract/feature';

/**
 * Lays a choice over what was chosen before; what goes back to the default is not kept.
 * @returns the column of a tenant's row; null where everything is as by default
 */
export function mergeFeatures(before: string | null, choice: FeatureChoice): string | null {
  const kept: Readonly<Record<string, unknown>> = JSON.parse(before ?? '{}');
  const merged = featureNames().flatMap((name) => {
    const value = choice[name] === undefined ? kept[name] : choice[name];
    return typeof value === 'boolean' ? [[name, value] as const] : [];
  });
  return merged.length === 0 ? null : JSON.stringify(Object.fromEntries(merged));
}
