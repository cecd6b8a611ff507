/** The kinds that an operation is about, as policies see it. */
import { RESOURCE_KINDS } from '../schema/resource-kind.ts';

/** Nouns of operations that are no kinds, and the kinds that these operations are about. */
const KINDS_OF_NOUNS: Readonly<Record<string, readonly string[]>> = {
  drift: RESOURCE_KINDS,
  drift_baseline: RESOURCE_KINDS,
  drift_settings: ['tenant'],
  model_settings: ['tenant'],
  settings: ['tenant'],
  optimizer: ['fleet'],
  compliance_finding: ['vm', 'volume'],
};

/**
 * Returns the kinds that an operation is about, in the order of the given ones.
 * @param operation - `noun.verb`, as in the operations table
 * @param kinds - all kinds that policies are asked about
 */
export function subjectsOf<Kind extends string>(
  operation: string,
  kinds: readonly Kind[],
): readonly Kind[] {
  const [noun = ''] = operation.split('.');
  const names = kinds.some((kind) => kind === noun) ? [noun] : KINDS_OF_NOUNS[noun];
  return kinds.filter((kind) => (names ?? ['operation']).includes(kind));
}
