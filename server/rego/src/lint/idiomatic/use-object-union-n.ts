// Calls of `object.union` inside each other.

import type { LintRule } from '../source/model.ts';
import { callsOf, isBuiltinCall, nameOfCall } from '../source/names.ts';

/** The rule `use-object-union-n` of Regal. */
export const useObjectUnionN: LintRule = {
  name: 'use-object-union-n',
  category: 'idiomatic',
  level: 'error',
  check: (file, { options }) =>
    callsOf(file).flatMap(({ call }) => {
      if (nameOfCall(call) !== 'object.union' || !isBuiltinCall(call, file)) return [];
      const isNested = call.args.some(
        (arg) => arg.kind === 'call' && nameOfCall(arg) === 'object.union',
      );
      if (!isNested && options['flag-all-union'] !== true) return [];
      return [{ at: call.at, message: 'object.union_n joins several objects in one call.' }];
    }),
};
