// Calls of sprintf inside print.

import type { LintRule } from '../source/model.ts';
import { callsOf, nameOfCall } from '../source/names.ts';

/** The rule `dubious-print-sprintf` of Regal. */
export const dubiousPrintSprintf: LintRule = {
  name: 'dubious-print-sprintf',
  category: 'testing',
  level: 'error',
  check: (file) =>
    callsOf(file).flatMap(({ call }) => {
      if (nameOfCall(call) !== 'print') return [];
      return call.args.flatMap((arg) => {
        if (arg.kind !== 'call' || nameOfCall(arg) !== 'sprintf') return [];
        const message = 'print shows undefined values, sprintf does not; give the values to print.';
        return [{ at: arg.at, message }];
      });
    }),
};
