// Packages and rules without annotations.

import type { LintRule } from '../source/model.ts';
import { pathOfRule } from '../source/names.ts';

/** The rule `missing-metadata` of Regal. */
export const missingMetadata: LintRule = {
  name: 'missing-metadata',
  category: 'custom',
  level: 'ignore',
  check: ({ annotations, module, tokens }) => {
    const subjects = new Set(annotations.map(({ subjectRow }) => subjectRow));
    const start = tokens[0]?.at.row ?? 1;
    const rows = new Map<string, number[]>();
    for (const rule of module.rules) {
      const name = pathOfRule(rule);
      rows.set(name, [...(rows.get(name) ?? []), rule.at.row]);
    }
    const bare = [...rows].filter(([, own]) => !own.some((row) => subjects.has(row)));
    const ofRules = bare.flatMap(([name, [row = 1]]) =>
      name.startsWith('_')
        ? []
        : [{ at: { row, column: 1 }, message: `${name} has no annotation.` }],
    );
    if (subjects.has(start)) return ofRules;
    return [
      { at: { row: start, column: 1 }, message: 'The package has no annotation.' },
      ...ofRules,
    ];
  },
};
