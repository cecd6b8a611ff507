// The rules of the category custom.

import { chainedRuleBody } from './custom/chained-rule-body.ts';
import { forbiddenFunctionCall } from './custom/forbidden-function-call.ts';
import { missingMetadata } from './custom/missing-metadata.ts';
import { namingConvention } from './custom/naming-convention.ts';
import { narrowArgument } from './custom/narrow-argument.ts';
import { oneLinerRule } from './custom/one-liner-rule.ts';
import { preferValueInHead } from './custom/prefer-value-in-head.ts';
import type { LintRule } from './source/model.ts';

/** In the order of their names. */
export const CUSTOM_RULES: readonly LintRule[] = [
  chainedRuleBody,
  forbiddenFunctionCall,
  missingMetadata,
  namingConvention,
  narrowArgument,
  oneLinerRule,
  preferValueInHead,
];
