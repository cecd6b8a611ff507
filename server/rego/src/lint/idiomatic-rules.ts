// The rules of the category idiomatic.

import { ambiguousScope } from './idiomatic/ambiguous-scope.ts';
import { booleanAssignment } from './idiomatic/boolean-assignment.ts';
import { customHasKeyConstruct } from './idiomatic/custom-has-key-construct.ts';
import { customInConstruct } from './idiomatic/custom-in-construct.ts';
import { directoryPackageMismatch } from './idiomatic/directory-package-mismatch.ts';
import { equalsPatternMatching } from './idiomatic/equals-pattern-matching.ts';
import { inWildcardKey } from './idiomatic/in-wildcard-key.ts';
import { noDefinedEntrypoint } from './idiomatic/no-defined-entrypoint.ts';
import { nonRawRegexPattern } from './idiomatic/non-raw-regex-pattern.ts';
import { preferEqualsComparison } from './idiomatic/prefer-equals-comparison.ts';
import { preferSetOrObjectRule } from './idiomatic/prefer-set-or-object-rule.ts';
import { singleItemIn } from './idiomatic/single-item-in.ts';
import { superfluousObjectGet } from './idiomatic/superfluous-object-get.ts';
import { useArrayFlatten } from './idiomatic/use-array-flatten.ts';
import { useContains } from './idiomatic/use-contains.ts';
import { useIf } from './idiomatic/use-if.ts';
import { useInOperator } from './idiomatic/use-in-operator.ts';
import { useObjectKeys } from './idiomatic/use-object-keys.ts';
import { useObjectUnionN } from './idiomatic/use-object-union-n.ts';
import { useSomeForOutputVars } from './idiomatic/use-some-for-output-vars.ts';
import { useStringsCount } from './idiomatic/use-strings-count.ts';
import type { LintRule } from './source/model.ts';

/** In the order of their names. */
export const IDIOMATIC_RULES: readonly LintRule[] = [
  ambiguousScope,
  booleanAssignment,
  customHasKeyConstruct,
  customInConstruct,
  directoryPackageMismatch,
  equalsPatternMatching,
  inWildcardKey,
  noDefinedEntrypoint,
  nonRawRegexPattern,
  preferEqualsComparison,
  preferSetOrObjectRule,
  singleItemIn,
  superfluousObjectGet,
  useArrayFlatten,
  useContains,
  useIf,
  useInOperator,
  useObjectKeys,
  useObjectUnionN,
  useSomeForOutputVars,
  useStringsCount,
];
