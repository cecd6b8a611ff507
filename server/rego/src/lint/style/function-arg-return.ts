// Results of functions that are taken by a last argument.

import { BUILTINS } from '../../builtins/declarations/builtin-table.ts';
import type { LintRule } from '../source/model.ts';
import { literalsOf, nameOfCall } from '../source/names.ts';
import { listOption } from '../source/options.ts';

/** The rule `function-arg-return` of Regal. */
export const functionArgReturn: LintRule = {
  name: 'function-arg-return',
  category: 'style',
  level: 'error',
  check: (file, { options }) => {
    const excepted = new Set([...listOption(options['except-functions']), 'walk', 'print']);
    return literalsOf(file).flatMap(({ literal }) => {
      const call = literal.kind === 'expr' ? literal.term : undefined;
      if (call?.kind !== 'call' || call.form === 'operator') return [];
      const name = nameOfCall(call);
      const builtin = BUILTINS.get(name);
      if (builtin === undefined || excepted.has(name) || file.ruleNames.has(name)) return [];
      if (call.args.length !== builtin.args.length + 1) return [];
      const message = `Assign the result of ${name} with ":=" instead of a last argument.`;
      return [{ at: call.at, message }];
    });
  },
};
