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

/** Values of the label `env` of what is not for production. */
const OTHER_ENVIRONMENTS = new Set<string | undefined>(['staging', 'dev', 'test']);

/** The class that the label `data-class` names; undefined without a known one. */
export function dataClassOf(labels: Labels): string | undefined {
  const label = labels['data-class'];
  return DATA_CLASSES.find((known) => known === label);
}

/**
 * Whether a resource may hold data of one of the classes. Without the label it may hold all of them
 * unless it says that it is not for production: removing labels takes nothing out of scope.
 */
export function mayHold(labels: Labels, classes: readonly string[]): boolean {
  const known = dataClassOf(labels);
  return known === undefined ? !OTHER_ENVIRONMENTS.has(labels.env) : classes.includes(known);
}

/** Whether a resource needs the protection of sensitive data. */
export function isSensitive(labels: Labels, { parameters }: Surroundings): boolean {
  return mayHold(labels, parameters.sensitiveClasses);
}

/** Rank of the most sensitive class that a resource may hold, 0 (`public`) to 3. */
export function sensitivityOf(labels: Labels): number {
  const known = dataClassOf(labels);
  if (known === undefined) return mayHold(labels, []) ? RANK_MAX : 0;
  return rankOf(known);
}

/** Rank of a class, 0 (`public`) to 3; none ranks lowest. */
export function rankOf(dataClass: string | undefined): number {
  const index = DATA_CLASSES.indexOf(dataClass ?? '');
  return Math.min(Math.max(index, 0), RANK_MAX);
}
