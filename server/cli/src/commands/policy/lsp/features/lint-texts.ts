/** Linter findings in texts, as editors show them. */
import type { LintConfig } from '@novacron/rego/lint/lint-config';
import { lintRego } from '@novacron/rego/lint-rego';
import { type Diagnostic, wordRange } from './diagnose.ts';

/**
 * Lints texts together. A mistake of the linter's kind is a warning, for the text compiles; what
 * only reads better in another way is an information.
 * @param texts - by URI
 */
export function lintTexts(
  texts: Readonly<Record<string, string>>,
  config: LintConfig | undefined,
): ReadonlyMap<string, readonly Diagnostic[]> {
  const { findings } = lintRego({ modules: texts, ...(config === undefined ? {} : { config }) });
  return new Map(
    Object.entries(texts).map(([uri, text]) => [
      uri,
      findings
        .filter(({ file }) => file === uri)
        .map(({ rule, level, message, row, column }) => ({
          range: wordRange(text, row, column),
          severity: level === 'error' ? (2 as const) : (3 as const),
          code: rule,
          source: 'novacron policy lint',
          message,
        })),
    ]),
  );
}
