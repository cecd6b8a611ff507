// Calls of builtins whose result is not used.

import { BUILTINS } from '../../builtins/declarations/builtin-table.ts';
import type { LintRule } from '../source/model.ts';
import { isBuiltinCall, literalsOf, nameOfCall } from '../source/names.ts';

/** The rule `unassigned-return-value` of Regal. */
export const unassignedReturnValue: LintRule = {
  name: 'unassigned-return-value',
  category: 'bugs',
  level: 'error',
  check: (file) =>
    literalsOf(file).flatMap(({ literal, negated }) => {
      const call = literal.kind === 'expr' ? literal.term : undefined;
      if (call?.kind !== 'call' || negated || !isBuiltinCall(call, file)) return [];
      const builtin = BUILTINS.get(nameOfCall(call));
      if (builtin === undefined || builtin.name === 'print' || builtin.name === 'trace') return [];
      if (builtin.signature.result === 'boolean') return [];
      if (call.args.length > builtin.args.length) return [];
      const message = `The result of ${nameOf(builtin.name)} is not used; assign or compare it.`;
      return [{ at: call.at, message }];
    }),
};

function nameOf(name: string): string {
  return OPERATORS[name] ?? name;
}

const OPERATORS: Readonly<Record<string, string>> = {
  plus: '+',
  minus: '-',
  mul: '*',
  div: '/',
  rem: '%',
  or: '|',
  and: '&',
};
