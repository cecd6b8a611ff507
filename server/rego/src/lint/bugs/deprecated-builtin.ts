// Builtins that later versions of OPA leave out.

import type { LintRule } from '../source/model.ts';
import { callsOf, nameOfCall } from '../source/names.ts';

/** The rule `deprecated-builtin` of Regal. */
export const deprecatedBuiltin: LintRule = {
  name: 'deprecated-builtin',
  category: 'bugs',
  level: 'error',
  check: (file) =>
    callsOf(file).flatMap(({ call }) => {
      const name = nameOfCall(call);
      const advice = call.form === 'named' ? DEPRECATED[name] : undefined;
      if (advice === undefined || file.ruleNames.has(name)) return [];
      return [{ at: call.at, message: `The builtin ${name} is deprecated; ${advice}.` }];
    }),
};

const DEPRECATED: Readonly<Record<string, string>> = {
  all: 'write "every x in collection { x }"',
  any: 'write "true in collection"',
  cast_array: 'build an array with a comprehension',
  cast_boolean: 'compare with true',
  cast_null: 'compare with null',
  cast_object: 'check with is_object',
  cast_set: 'build a set with a comprehension',
  cast_string: 'use format_int or sprintf',
  re_match: 'use regex.match',
  set_diff: 'write "a - b"',
  'net.cidr_overlap': 'use net.cidr_contains',
};
