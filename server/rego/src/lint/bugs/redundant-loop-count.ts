// Counts of a collection before a loop over it.

import type { Term } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { nameOfCall, staticPath } from '../source/names.ts';

/** The rule `redundant-loop-count` of Regal. */
export const redundantLoopCount: LintRule = {
  name: 'redundant-loop-count',
  category: 'bugs',
  level: 'error',
  check: (file) => {
    const bodies = new Set(file.visits.flatMap(({ body }) => (body === undefined ? [] : [body])));
    return [...bodies].flatMap((body) =>
      body.flatMap((literal, index) => {
        const counted = literal.kind === 'expr' ? countedPath(literal.term) : undefined;
        const next = body[index + 1];
        if (counted === undefined || next?.kind !== 'some-in') return [];
        if (staticPath(next.collection)?.join('.') !== counted) return [];
        const message = `A loop over an empty ${counted} does nothing; remove the count before it.`;
        return [{ at: literal.at, message }];
      }),
    );
  },
};

/** Returns the path counted by `count(x) > 0` or `count(x) != 0`. */
function countedPath(term: Term): string | undefined {
  if (term.kind !== 'call' || !['gt', 'neq'].includes(nameOfCall(term))) return undefined;
  const [count, zero] = term.args;
  if (zero?.kind !== 'number' || zero.text !== '0') return undefined;
  if (count?.kind !== 'call' || nameOfCall(count) !== 'count') return undefined;
  const [collection] = count.args;
  return collection && staticPath(collection)?.join('.');
}
