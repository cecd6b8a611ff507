// The rules of the category performance.

import { deferAssignment } from './performance/defer-assignment.ts';
import { equalsOverCount } from './performance/equals-over-count.ts';
import { nonLoopExpression } from './performance/non-loop-expression.ts';
import { walkNoPath } from './performance/walk-no-path.ts';
import { withOutsideTestContext } from './performance/with-outside-test-context.ts';
import type { LintRule } from './source/model.ts';

/** In the order of their names. */
export const PERFORMANCE_RULES: readonly LintRule[] = [
  deferAssignment,
  equalsOverCount,
  nonLoopExpression,
  walkNoPath,
  withOutsideTestContext,
];
