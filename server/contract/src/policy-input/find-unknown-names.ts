/** Actions and kinds that policies are narrowed to and that they are never asked about. */
import { nearName } from '../problem/find-near-name.ts';
import { INPUT_ACTIONS, INPUT_KINDS, type JudgedInput } from './judged-input.ts';

/** A name that is not known, by its place in the settings of the policy. */
export interface UnknownName {
  readonly path: readonly string[];
  readonly message: string;
}

/** Finds them. A policy for an action that never occurs would protect nothing unnoticed. */
export function findUnknownNames({ actions, kinds }: JudgedInput): readonly UnknownName[] {
  return [
    ...describe(actions ?? [], { path: ['actions'], what: 'an action', known: INPUT_ACTIONS }),
    ...describe(kinds ?? [], { path: ['selector', 'kinds'], what: 'a kind', known: INPUT_KINDS }),
  ];
}

interface Words {
  readonly path: readonly string[];
  readonly what: string;
  readonly known: readonly string[];
}

function describe(given: readonly string[], { path, what, known }: Words): readonly UnknownName[] {
  return given
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearName(name, known);
      const hint = near === undefined ? '' : `; did you mean ${near}?`;
      return { path, message: `${name} is not ${what} that policies decide${hint}` };
    });
}
