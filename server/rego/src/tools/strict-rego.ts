// What the strict mode of OPA refuses of texts that compile.

import { findStrictProblems } from '../check/find-unused.ts';
import { parseRego } from '../parse/parse-rego.ts';
import type { RegoVersion } from '../syntax/ast.ts';
import type { RegoProblem } from '../syntax/rego-problem.ts';

/** Texts, and options for reading them. */
export type StrictRegoOptions = {
  /** The texts by path. */
  readonly modules: Readonly<Record<string, string>>;
  /** @defaultValue `auto` */
  readonly regoVersion?: 'auto' | RegoVersion;
};

/**
 * Finds what `opa check --strict` refuses besides what any compilation does: variables, arguments
 * and imports that are used for nothing, and in version 0 duplicate imports, names of documents for
 * rules, and builtins that version 1 has no more.
 *
 * @returns the problems in the order of the text; none of a text that does not parse
 */
export function strictRego({
  modules,
  regoVersion = 'auto',
}: StrictRegoOptions): readonly RegoProblem[] {
  const parsed = Object.entries(modules).flatMap(([file, text]) => {
    const module = parseRego(text, { file, regoVersion });
    return module.ok ? [module.value] : [];
  });
  try {
    return findStrictProblems(parsed);
  } catch (cause) {
    // An expression that is too deep to say it of.
    if (cause instanceof RangeError) return [];
    throw cause;
  }
}
