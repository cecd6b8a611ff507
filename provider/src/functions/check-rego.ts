/** `check_rego`: reports mistakes of a policy before anything is planned. */

import { ArgumentError, defineFunction } from '../framework/provider-function.ts';
import { string } from '../framework/schema/attributes.ts';

/** A long list hides the first mistake, which often causes the others. */
const PROBLEMS_SHOWN_MAX = 10;

/** `rule = provider::novacron::check_rego(file("access.rego"))` */
export const checkRego = defineFunction({
  summary: 'Checks a Rego policy',
  description:
    'Returns the text of a policy unchanged if a server would store it, and otherwise fails ' +
    'with every mistake, its row and its column. The same compiler runs on the server, with ' +
    'the same input: a field or an action that policies are never asked about is a mistake. ' +
    'A text that compiles is tried as on the server, with one question of each kind that it ' +
    'decides: one that answers none of them, or is of type `access` and can allow nothing, ' +
    "is refused. Type, mode, actions and selector are those of the text's `# METADATA` " +
    'comment.',
  parameters: [{ name: 'rule', description: 'The Rego module, v0 or v1 syntax.', type: string }],
  returns: string,
  call: async ([rule]) => {
    // At the level that a server accepts a new text with. Most runs do not use it, so the compiler
    // is loaded on demand.
    const { findMistakes } = await import('./find-mistakes.ts');
    const { what, mistakes } = findMistakes(rule);
    if (mistakes.length === 0) return rule;
    const shown = mistakes
      .slice(0, PROBLEMS_SHOWN_MAX)
      .map(({ row, column, message }) => `row ${row}, column ${column}: ${message}`);
    const more = mistakes.length - shown.length;
    if (more > 0) shown.push(`and ${more} more`);
    throw new ArgumentError(0, `${what}.\n${shown.join('\n')}`);
  },
});
