import { isBundle } from '@novacron/contract/kinds/policy/policy-bundle';
import type { InputReference } from '@novacron/engine/policy/model/policy';
import type { CompiledRule } from '../../../ports/policy-runtime.ts';

/** The paths of a text's rules below `data`; the package, where an earlier release compiled it. */
export function rulePathsOf({
  packageName,
  ruleNames,
}: Pick<CompiledRule, 'packageName' | 'ruleNames'>): readonly string[] {
  return ruleNames?.map((name) => `${packageName}.${name}`) ?? [packageName];
}

const ALL: readonly InputReference[] = [{ path: [], complete: false }];

/**
 * Returns the references of a stored text below `data`. Earlier releases did not record them: a
 * text that names `data` may then read all of it. A bundle reads the documents that it contains.
 */
export function dataReferencesOf(
  rule: string,
  { dataReferences }: Pick<CompiledRule, 'dataReferences'>,
): readonly InputReference[] {
  if (dataReferences !== undefined) return dataReferences;
  return !isBundle(rule) && /\bdata\b/.test(rule) ? ALL : [];
}
