// The rules of the category bugs.

import { annotationWithoutMetadata } from './bugs/annotation-without-metadata.ts';
import { argumentAlwaysWildcard } from './bugs/argument-always-wildcard.ts';
import { constantCondition } from './bugs/constant-condition.ts';
import { deprecatedBuiltin } from './bugs/deprecated-builtin.ts';
import { duplicateRule } from './bugs/duplicate-rule.ts';
import { ifEmptyObject } from './bugs/if-empty-object.ts';
import { ifObjectLiteral } from './bugs/if-object-literal.ts';
import { importShadowsRule } from './bugs/import-shadows-rule.ts';
import { impossibleNot } from './bugs/impossible-not.ts';
import { inconsistentArgs } from './bugs/inconsistent-args.ts';
import { internalEntrypoint } from './bugs/internal-entrypoint.ts';
import { invalidMetadataAttribute } from './bugs/invalid-metadata-attribute.ts';
import { invalidRegexp } from './bugs/invalid-regexp.ts';
import { leakedInternalReference } from './bugs/leaked-internal-reference.ts';
import { notEqualsInLoop } from './bugs/not-equals-in-loop.ts';
import { redundantExistenceCheck } from './bugs/redundant-existence-check.ts';
import { redundantLoopCount } from './bugs/redundant-loop-count.ts';
import { ruleAssignsDefault } from './bugs/rule-assigns-default.ts';
import { ruleNamedIf } from './bugs/rule-named-if.ts';
import { ruleShadowsBuiltin } from './bugs/rule-shadows-builtin.ts';
import { sprintfArgumentsMismatch } from './bugs/sprintf-arguments-mismatch.ts';
import { timeNowNsTwice } from './bugs/time-now-ns-twice.ts';
import { topLevelIteration } from './bugs/top-level-iteration.ts';
import { unassignedReturnValue } from './bugs/unassigned-return-value.ts';
import { unusedOutputVariable } from './bugs/unused-output-variable.ts';
import { varShadowsBuiltin } from './bugs/var-shadows-builtin.ts';
import { zeroArityFunction } from './bugs/zero-arity-function.ts';
import type { LintRule } from './source/model.ts';

/** In the order of their names. */
export const BUGS_RULES: readonly LintRule[] = [
  annotationWithoutMetadata,
  argumentAlwaysWildcard,
  constantCondition,
  deprecatedBuiltin,
  duplicateRule,
  ifEmptyObject,
  ifObjectLiteral,
  importShadowsRule,
  impossibleNot,
  inconsistentArgs,
  internalEntrypoint,
  invalidMetadataAttribute,
  invalidRegexp,
  leakedInternalReference,
  notEqualsInLoop,
  redundantExistenceCheck,
  redundantLoopCount,
  ruleAssignsDefault,
  ruleNamedIf,
  ruleShadowsBuiltin,
  sprintfArgumentsMismatch,
  timeNowNsTwice,
  topLevelIteration,
  unassignedReturnValue,
  unusedOutputVariable,
  varShadowsBuiltin,
  zeroArityFunction,
];
