import { allowedNames, matchOperations } from '@novacron/contract/operations-table/permissions';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** Refuses patterns that match no operation, each with a suggestion; undefined when all match. */
export function checkPatterns(patterns: readonly string[]): Problem | undefined {
  const unknown = patterns
    .map((pattern, index) => ({ pattern, index }))
    .filter(({ pattern }) => matchOperations(pattern).length === 0);
  const [first] = unknown;
  if (first === undefined) return undefined;
  const near = nearPattern(first.pattern);
  return problem('validation-failed', {
    detail: `No operation matches ${unknown.map(({ pattern }) => pattern).join(', ')}.`,
    remedy:
      near === undefined
        ? 'Use operation names as in docs/reference, or * in place of a noun or a verb.'
        : `Did you mean ${near}?`,
    fields: unknown.map(({ pattern, index }) => {
      const meant = nearPattern(pattern);
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      return { path: ['operations', index], message: `matches no operation${hint}` };
    }),
  });
}

function nearPattern(pattern: string): string | undefined {
  const names = allowedNames();
  const nouns = new Set(names.map((name) => `${name.split('.')[0]}.*`));
  const verbs = new Set(names.map((name) => `*.${name.split('.')[1]}`));
  // Some permissions are given by their whole names only: a pattern over them matches none.
  const patterns = [...nouns, ...verbs].filter((each) => matchOperations(each).length > 0);
  return nearName(pattern, [...names, ...patterns]);
}
