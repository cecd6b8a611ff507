import type { CompiledRule } from '../../../ports/policy-runtime.ts';

/** The paths of a text's rules below `data`; the package, where it is the module of a bundle. */
export function rulePathsOf({
  packageName,
  ruleNames,
}: Pick<CompiledRule, 'packageName' | 'ruleNames'>): readonly string[] {
  return ruleNames?.map((name) => `${packageName}.${name}`) ?? [packageName];
}
