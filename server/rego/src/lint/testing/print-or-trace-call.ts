// Calls of print and trace.

import type { LintRule } from '../source/model.ts';
import { callsOf, nameOfCall } from '../source/names.ts';

/** The rule `print-or-trace-call` of Regal. */
export const printOrTraceCall: LintRule = {
  name: 'print-or-trace-call',
  category: 'testing',
  level: 'error',
  check: (file) =>
    callsOf(file).flatMap(({ call }) => {
      const name = nameOfCall(call);
      if ((name !== 'print' && name !== 'trace') || file.ruleNames.has(name)) return [];
      return [{ at: call.at, message: `Remove the call of ${name} when you are done with it.` }];
    }),
};
