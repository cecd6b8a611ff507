// References to internal rules of other packages.

import type { Term } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { isTestPath, refsOf } from '../source/names.ts';

/** The rule `leaked-internal-reference` of Regal. */
export const leakedInternalReference: LintRule = {
  name: 'leaked-internal-reference',
  category: 'bugs',
  level: 'error',
  check: (file, { options }) => {
    if (isTestPath(file.path) && options['include-test-files'] !== true) return [];
    const message =
      'A name with a leading underscore is internal to its package; do not use it here.';
    const inRefs = refsOf(file).flatMap(({ ref }) => (ref.path.some(isInternal) ? [ref] : []));
    const inImports = file.imports.filter(({ path }) => path.some((part) => part.startsWith('_')));
    return [...inImports, ...inRefs].map(({ at }) => ({ at, message }));
  },
};

function isInternal(part: Term): boolean {
  return part.kind === 'scalar' && typeof part.value === 'string' && part.value.startsWith('_');
}
