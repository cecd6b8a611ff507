// The rules of the category testing.

import type { LintRule } from './source/model.ts';
import { dubiousPrintSprintf } from './testing/dubious-print-sprintf.ts';
import { fileMissingTestSuffix } from './testing/file-missing-test-suffix.ts';
import { identicallyNamedTests } from './testing/identically-named-tests.ts';
import { metasyntacticVariable } from './testing/metasyntactic-variable.ts';
import { printOrTraceCall } from './testing/print-or-trace-call.ts';
import { testOutsideTestPackage } from './testing/test-outside-test-package.ts';
import { todoTest } from './testing/todo-test.ts';

/** In the order of their names. */
export const TESTING_RULES: readonly LintRule[] = [
  dubiousPrintSprintf,
  fileMissingTestSuffix,
  identicallyNamedTests,
  metasyntacticVariable,
  printOrTraceCall,
  testOutsideTestPackage,
  todoTest,
];
