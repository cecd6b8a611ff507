// Calls of `array.concat` inside each other.

import type { LintRule } from '../source/model.ts';
import { callsOf, isBuiltinCall, nameOfCall } from '../source/names.ts';

/** The rule `use-array-flatten` of Regal. */
export const useArrayFlatten: LintRule = {
  name: 'use-array-flatten',
  category: 'idiomatic',
  level: 'error',
  check: (file, { options }) =>
    callsOf(file).flatMap(({ call }) => {
      if (nameOfCall(call) !== 'array.concat' || !isBuiltinCall(call, file)) return [];
      const isNested = call.args.some(
        (arg) => arg.kind === 'call' && nameOfCall(arg) === 'array.concat',
      );
      const isWrapped =
        options['flag-wrapped-concat'] === true && call.args.some(({ kind }) => kind === 'array');
      if (!isNested && !isWrapped && options['flag-all-concat'] !== true) return [];
      return [{ at: call.at, message: 'array.flatten joins several arrays in one call.' }];
    }),
};
