/** Names behind the filters of an empty list: a misspelt node is not a node without VMs. */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { TableCommand } from '../arguments/command-table.ts';
import { listAll } from '../client/list-all.ts';
import type { Session } from '../client/session.ts';
import { type Failure, problemFailure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';
import { unknownName } from './unknown-name.ts';

/** List that supplies the names a filter accepts. */
interface NameSource {
  /** One of them: `node`. */
  readonly words: string;
  readonly operation: OperationName;
  /** The field of the items that contains the name. */
  readonly field: string;
  /** The command that lists them, and what it shows of them. */
  readonly list: string;
  readonly shown: string;
}

const NAMES = 'names and IDs';
const NODES = { operation: 'node.list', list: 'node list' } as const;

/** The filters by names instead of ids. Principals are not on it: keys that are gone count, too. */
const SOURCES: Readonly<Record<string, NameSource>> = {
  node: { words: 'node', field: 'name', ...NODES, shown: NAMES },
  rack: { words: 'rack', field: 'rack', ...NODES, shown: 'racks' },
  role: { words: 'role', field: 'name', operation: 'role.list', list: 'role list', shown: NAMES },
  zone: { words: 'zone', field: 'zone', ...NODES, shown: 'zones' },
};

/**
 * Looks for the names of a list's filters that nothing has. It is asked about a list without items,
 * so that what remains of a removed node is still found by its name.
 * @returns `not-found` with the names that are close; undefined where all names are known, or where
 *   the caller may not list what has them
 */
export async function checkFilterNames(
  session: Session,
  { flags }: TableCommand,
  input: Fields,
): Promise<Failure | undefined> {
  for (const { field, value, nouns } of flags) {
    const source = Object.hasOwn(SOURCES, field) ? SOURCES[field] : undefined;
    const given = input[field];
    const isOfNames = value.kind === 'list' && nouns.length === 0 && Array.isArray(given);
    if (!isOfNames || source === undefined) continue;
    const items = await listAll(session, { operation: source.operation, input: {} });
    if (!items.ok) return undefined;
    const known = [...new Set(items.value.map((item) => String(item[source.field])))];
    const unknown = given.map(String).find((name) => !known.includes(name));
    if (unknown === undefined) continue;
    const { words, list, shown } = source;
    return problemFailure(
      unknownName({ head: capital(words), name: unknown, known, lists: [list], shown }),
    );
  }
  return undefined;
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
