/** The problem about a name that nothing has. */
import { nearNames } from '@novacron/contract/problem/find-near-name';
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** A name that was looked for. */
interface UnknownName {
  /** Kind searched for, capitalized: `VM`, `Network, volume or VM`. */
  readonly head: string;
  readonly name: string;
  /** The names that there are, as far as they were read. */
  readonly known: readonly string[];
  /** Commands that list them, without the program's name. */
  readonly lists: readonly string[];
  /** Content of these lists if not names. */
  readonly shown?: string;
}

/** More suggestions are no help. */
const NEAR_NAMES_MAX = 3;

/** Returns `not-found`, with the names that are close to the one that was given. */
export function unknownName({ head, name, known, lists, shown }: UnknownName): Problem {
  const near = nearNames(name, known, NEAR_NAMES_MAX);
  const words = [near.slice(0, -1).join(', '), ...near.slice(-1)].filter(Boolean).join(' or ');
  const hint = near.length === 0 ? '' : ` Did you mean ${words}?`;
  const commands = lists.map((list) => `\`novacron ${list}\``).join(', ');
  return problem('not-found', {
    detail: `${head} ${JSON.stringify(name)} not found.${hint}`,
    remedy: `Run ${commands} to see ${shown ?? 'names and IDs'}.`,
  });
}
