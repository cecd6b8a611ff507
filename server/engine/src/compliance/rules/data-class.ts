/** Data classes of labels, from the least to the most sensitive. */
import type { Surroundings } from '../model/check.ts';
import type { Labels } from '../model/facts.ts';

/** Classes in order; the last four are equally sensitive. */
export const DATA_CLASSES: readonly string[] = [
  'public',
  'internal',
  'confidential',
  'restricted',
  'pci',
  'phi',
  'pii',
];

const RANK_MAX = 3;

/** The class that the label `data-class` names; undefined without a known one. */
export function dataClassOf(labels: Labels): string | undefined {
  const label = labels['data-class'];
  return DATA_CLASSES.find((known) => known === label);
}

/** Whether a resource needs the protection of sensitive data: unlabelled production does. */
export function isSensitive(labels: Labels, { parameters }: Surroundings): boolean {
  const known = dataClassOf(labels);
  if (known === undefined) return labels.env === 'prod';
  return parameters.sensitiveClasses.includes(known);
}

/** Rank of a class, 0 (`public`) to 3; an unlabelled resource ranks lowest. */
export function rankOf(dataClass: string | undefined): number {
  const index = DATA_CLASSES.indexOf(dataClass ?? '');
  return Math.min(Math.max(index, 0), RANK_MAX);
}
