// Texts without the findings of the linter that have one right form.

import { type LintFinding, type LintRegoOptions, lintRego } from '../lint-rego.ts';
import { parseRego } from '../parse/parse-rego.ts';
import { applyEdits, type TextEdit } from '../syntax/text-edit.ts';

/** Result of the fixes. */
export type FixedTexts = {
  /** Texts that are another one now, by path. */
  readonly changed: Readonly<Record<string, string>>;
  /** The findings that are gone, each as it was found. */
  readonly fixed: readonly LintFinding[];
};

/** A fix may make another finding: a text is looked at this often. */
const ROUNDS_MAX = 10;

/**
 * Fixes what the linter finds and knows a right form for. A text keeps its meaning; one that would
 * not parse afterwards is left alone.
 */
export function fixRego({ modules, ...options }: LintRegoOptions): FixedTexts {
  const texts = { ...modules };
  const fixed: LintFinding[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { findings } = lintRego({ modules: texts, ...options });
    const count = fixed.length;
    for (const file of new Set(findings.map((finding) => finding.file))) {
      const own = findings.filter((finding) => finding.file === file);
      const chosen = chooseFixes(own);
      const before = texts[file] ?? '';
      const after = applyEdits(
        before,
        chosen.flatMap(({ edits = [] }) => edits),
      );
      if (after === before || !parseRego(after, { file, regoVersion: 'auto' }).ok) continue;
      texts[file] = after;
      fixed.push(...chosen);
    }
    if (fixed.length === count) break;
  }
  const changed = Object.entries(texts).filter(([file, text]) => text !== modules[file]);
  return { changed: Object.fromEntries(changed), fixed };
}

/** Findings whose edits do not meet; the form of the whole text is left for a round of its own. */
function chooseFixes(findings: readonly LintFinding[]): readonly LintFinding[] {
  const fixable = findings.filter(({ edits = [] }) => edits.length > 0);
  const small = fixable.filter(({ rule }) => rule !== 'opa-fmt');
  const taken: TextEdit[] = [];
  return (small.length > 0 ? small : fixable).filter(({ edits = [] }) => {
    const meets = edits.some((edit) =>
      taken.some(({ start, end }) => edit.start < end && start < edit.end),
    );
    if (!meets) taken.push(...edits);
    return !meets;
  });
}
