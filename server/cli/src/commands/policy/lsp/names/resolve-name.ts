/** Meaning of a name in a text. */
import { BUILTINS } from '@novacron/rego/builtins/declarations/builtin-table';
import type { IndexedModule, IndexedRule } from './index-module.ts';

/** The meaning of a name. */
export type Meaning =
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'input'; readonly path: readonly string[] }
  | { readonly kind: 'rules'; readonly rules: readonly IndexedRule[] }
  | { readonly kind: 'package'; readonly modules: readonly IndexedModule[] };

/**
 * Finds the meaning of a dotted name.
 * @param own - the module that it stands in
 * @param modules - all that may define it
 */
export function resolveName(
  parts: readonly string[],
  own: IndexedModule | undefined,
  modules: readonly IndexedModule[],
): Meaning | undefined {
  const [first = '', ...rest] = parts;
  const imported = own?.imports.get(first);
  if (imported !== undefined) return resolvePath([...imported, ...rest], modules);
  if (first === 'input' || first === 'data') return resolvePath(parts, modules);
  const rules = own === undefined ? [] : rulesIn(modules, own.packageName, parts);
  if (rules.length > 0) return { kind: 'rules', rules };
  // The longest beginning that is a builtin: `time.now_ns` of `time.now_ns.x`.
  for (let length = parts.length; length > 0; length -= 1) {
    const name = parts.slice(0, length).join('.');
    if (BUILTINS.has(name) && !name.startsWith('internal.')) return { kind: 'builtin', name };
  }
  return undefined;
}

function resolvePath(
  [root, ...path]: readonly string[],
  modules: readonly IndexedModule[],
): Meaning | undefined {
  if (root === 'input') return { kind: 'input', path };
  for (let length = path.length - 1; length > 0; length -= 1) {
    const packageName = path.slice(0, length).join('.');
    const rules = rulesIn(modules, packageName, path.slice(length));
    if (rules.length > 0) return { kind: 'rules', rules };
  }
  const found = modules.filter(({ packageName }) => packageName === path.join('.'));
  return found.length === 0 ? undefined : { kind: 'package', modules: found };
}

/** Rules of a package whose name the parts begin with, or that begin with the parts. */
function rulesIn(
  modules: readonly IndexedModule[],
  packageName: string,
  parts: readonly string[],
): readonly IndexedRule[] {
  const wanted = parts.join('.');
  const all = modules.filter((each) => each.packageName === packageName);
  const rules = all.flatMap((each) => each.rules);
  const exact = rules.filter(({ name }) => name === wanted);
  if (exact.length > 0) return exact;
  return rules.filter(({ name }) => wanted.startsWith(`${name}.`) || name.startsWith(`${wanted}.`));
}
