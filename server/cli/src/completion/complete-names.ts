/** Names for the completion of command lines: quickly, or not at all. */
import { isOperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { z } from 'zod';
import { tableCommands, takesSeveral } from '../arguments/command-table.ts';
import { NOUNS } from '../arguments/nouns.ts';
import { callOperation, type Session } from '../client/session.ts';
import { columnsOf } from '../output/columns.ts';
import type { Fields } from '../output/fields.ts';
import { plainLine } from '../output/plain-text.ts';

/** Time limit for completing names. Unit: milliseconds. */
export const COMPLETION_TIMEOUT_MS = 1_000;

/** More names are no help to choose from. */
const NAMES_MAX = 200;

/** A longer description does not fit beside an id. Unit: characters. */
const ABOUT_LENGTH_MAX = 80;

const Named = z.looseObject({ id: z.string().optional(), name: z.string().optional() });
const Page = z.looseObject({ items: z.array(Named) });

/** Lists of other operations. Of recommendations, only open ones can be applied. */
const OTHER_LISTS: Readonly<Record<string, { noun: string; operation: string; input: Fields }>> = {
  recommendation: {
    noun: 'optimizer',
    operation: 'optimizer.recommend',
    input: { state: ['open'] },
  },
};

/**
 * Names of a noun's resources. Where it has no names, ids, each with a tab and what its list says
 * about it, for shells that show descriptions. Empty when anything goes wrong.
 */
export async function listNames(session: Session, noun: string): Promise<readonly string[]> {
  const asked = OTHER_LISTS[noun] ?? { noun, operation: `${noun}.list`, input: {} };
  const { operation } = asked;
  if (!isOperationName(operation)) return [];
  const hasLimit = Object.hasOwn(operationRow(operation).input.shape, 'limit');
  const input = { ...asked.input, ...(hasLimit ? { limit: NAMES_MAX } : {}) };
  const answer = await callOperation(session, operation, input, { retriesMax: 0 });
  const page = Page.safeParse(answer.ok ? answer.value : undefined);
  if (!page.success) return [];
  const { items } = page.data;
  return items.flatMap((item) => {
    if (item.name !== undefined) return [plainLine(item.name)];
    return item.id === undefined ? [] : [`${plainLine(item.id)}\t${describe(asked.noun, item)}`];
  });
}

/** The columns of its list, in a line. */
function describe(noun: string, item: Fields): string {
  const cells = columnsOf(noun, [item])
    .map(({ read }) => read(item))
    .filter((cell) => cell !== item.id && ['string', 'number'].includes(typeof cell));
  return plainLine(cells.join(' ')).slice(0, ABOUT_LENGTH_MAX);
}

/** The noun of profiles, whose names are on this machine. */
export const PROFILE_NOUN = 'profile';

/** Nouns of the places that are no rows of the operations table, by path or path and flag. */
const OTHER_PLACES: Readonly<Record<string, string>> = {
  'model card': 'model',
  'model export': 'model',
  'optimizer apply': 'recommendation',
  'policy enable': 'policy',
  'policy disable': 'policy',
  'forecast --vm': 'vm',
  'forecast --group': 'vm_group',
  'profile use': PROFILE_NOUN,
  'profile show': PROFILE_NOUN,
};

/**
 * Returns the noun whose names follow; undefined where no name does, or one of several nouns, which
 * would be dear.
 * @param path - words of the command: `vm show`
 * @param flag - the flag before the name: `--node`; undefined for an argument
 * @param given - number of arguments before it
 */
export function nounAt(path: string, flag: string | undefined, given: number): string | undefined {
  if (flag === '--profile') return PROFILE_NOUN;
  const other = OTHER_PLACES[flag === undefined ? path : `${path} ${flag}`];
  if (other !== undefined) return given === 0 || flag !== undefined ? other : undefined;
  // What can be shown can be described.
  const shown = path.replace(/ describe$/, ' show');
  const command = tableCommands().find(({ group, verb }) => {
    const own = group === undefined ? verb : `${group} ${verb}`;
    return own === path || own === shown;
  });
  if (command === undefined) return undefined;
  const { argument, flags } = command;
  if (flag === undefined) {
    return given === 0 || takesSeveral(command) ? onlyOne(argument?.nouns) : undefined;
  }
  const named = flags.find((each) => {
    const names = [each.flag, each.flag.replace(/-id(s?)$/, '$1')];
    return names.some((name) => `--${name}` === flag);
  });
  if (named === undefined) return undefined;
  // A field that is called like a noun holds a name of it: `node`.
  const isNoun = named.nouns.length === 0 && NOUNS[named.field]?.id !== undefined;
  return isNoun ? named.field : onlyOne(named.nouns);
}

function onlyOne(nouns: readonly string[] = []): string | undefined {
  return nouns.length === 1 ? nouns[0] : undefined;
}
