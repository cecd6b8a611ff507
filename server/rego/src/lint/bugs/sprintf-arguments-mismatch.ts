// Calls of sprintf with too many or too few values.

import type { LintRule } from '../source/model.ts';
import { callsOf, nameOfCall } from '../source/names.ts';

/** The rule `sprintf-arguments-mismatch` of Regal. */
export const sprintfArgumentsMismatch: LintRule = {
  name: 'sprintf-arguments-mismatch',
  category: 'bugs',
  level: 'error',
  check: (file) =>
    callsOf(file).flatMap(({ call }) => {
      const [format, values] = call.args;
      if (nameOfCall(call) !== 'sprintf' || values?.kind !== 'array') return [];
      if (format?.kind !== 'scalar' || typeof format.value !== 'string') return [];
      const wanted = countVerbs(format.value);
      const given = values.items.length;
      if (wanted === undefined || wanted === given) return [];
      const message = `The format takes ${wanted} values, and the array has ${given}.`;
      return [{ at: format.at, message }];
    }),
};

/** Counts the values that a format takes; undefined if the format numbers them itself. */
function countVerbs(format: string): number | undefined {
  if (format.includes('[')) return undefined;
  const verbs = format.match(/%[-+# 0]*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?[a-zA-Z%]/g) ?? [];
  return verbs.reduce((sum, verb) => {
    const stars = verb.split('*').length - 1;
    return sum + stars + (verb.endsWith('%') ? 0 : 1);
  }, 0);
}
