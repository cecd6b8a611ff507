// Calls of functions that the configuration forbids.

import type { LintRule } from '../source/model.ts';
import { callsOf, nameOfCall } from '../source/names.ts';
import { listOption } from '../source/options.ts';

/** The rule `forbidden-function-call` of Regal. */
export const forbiddenFunctionCall: LintRule = {
  name: 'forbidden-function-call',
  category: 'custom',
  level: 'ignore',
  check: (file, { options }) => {
    const forbidden = new Set(listOption(options['forbidden-functions']));
    return callsOf(file).flatMap(({ call }) => {
      const name = nameOfCall(call);
      if (!forbidden.has(name)) return [];
      return [{ at: call.at, message: `The configuration forbids calls of ${name}.` }];
    });
  },
};
