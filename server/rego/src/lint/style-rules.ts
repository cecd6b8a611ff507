// The rules of the category style.

import type { LintRule } from './source/model.ts';
import { avoidGetAndListPrefix } from './style/avoid-get-and-list-prefix.ts';
import { comprehensionTermAssignment } from './style/comprehension-term-assignment.ts';
import { defaultOverElse } from './style/default-over-else.ts';
import { defaultOverNot } from './style/default-over-not.ts';
import { detachedMetadata } from './style/detached-metadata.ts';
import { doubleNegative } from './style/double-negative.ts';
import { externalReference } from './style/external-reference.ts';
import { fileLength } from './style/file-length.ts';
import { functionArgReturn } from './style/function-arg-return.ts';
import { lineLength } from './style/line-length.ts';
import { messyRule } from './style/messy-rule.ts';
import { mixedIteration } from './style/mixed-iteration.ts';
import { noWhitespaceComment } from './style/no-whitespace-comment.ts';
import { opaFmt } from './style/opa-fmt.ts';
import { pointlessReassignment } from './style/pointless-reassignment.ts';
import { preferSnakeCase } from './style/prefer-snake-case.ts';
import { preferSomeInIteration } from './style/prefer-some-in-iteration.ts';
import { ruleLength } from './style/rule-length.ts';
import { ruleNameRepeatsPackage } from './style/rule-name-repeats-package.ts';
import { todoComment } from './style/todo-comment.ts';
import { trailingDefaultRule } from './style/trailing-default-rule.ts';
import { unconditionalAssignment } from './style/unconditional-assignment.ts';
import { unnecessarySome } from './style/unnecessary-some.ts';
import { useAssignmentOperator } from './style/use-assignment-operator.ts';
import { yodaCondition } from './style/yoda-condition.ts';

/** In the order of their names. */
export const STYLE_RULES: readonly LintRule[] = [
  avoidGetAndListPrefix,
  comprehensionTermAssignment,
  defaultOverElse,
  defaultOverNot,
  detachedMetadata,
  doubleNegative,
  externalReference,
  fileLength,
  functionArgReturn,
  lineLength,
  messyRule,
  mixedIteration,
  noWhitespaceComment,
  opaFmt,
  pointlessReassignment,
  preferSnakeCase,
  preferSomeInIteration,
  ruleLength,
  ruleNameRepeatsPackage,
  todoComment,
  trailingDefaultRule,
  unconditionalAssignment,
  unnecessarySome,
  useAssignmentOperator,
  yodaCondition,
];
