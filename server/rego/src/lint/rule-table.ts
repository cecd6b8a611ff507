// All rules of the linter.

import { BUGS_RULES } from './bugs-rules.ts';
import { CUSTOM_RULES } from './custom-rules.ts';
import { IDIOMATIC_RULES } from './idiomatic-rules.ts';
import { IMPORTS_RULES } from './imports-rules.ts';
import { PERFORMANCE_RULES } from './performance-rules.ts';
import type { LintRule } from './source/model.ts';
import { STYLE_RULES } from './style-rules.ts';
import { TESTING_RULES } from './testing-rules.ts';

/** Lint rules by category, then by name. */
export const LINT_RULES: readonly LintRule[] = [
  ...BUGS_RULES,
  ...IDIOMATIC_RULES,
  ...IMPORTS_RULES,
  ...PERFORMANCE_RULES,
  ...STYLE_RULES,
  ...TESTING_RULES,
  ...CUSTOM_RULES,
];
