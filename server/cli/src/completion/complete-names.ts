/** Names for the completion of command lines: quickly, or not at all. */
import { isOperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { z } from 'zod';
import { tableCommands, takesSeveral } from '../arguments/command-table.ts';
import { NOUNS } from '../arguments/nouns.ts';
import { callOperation, type Session } from '../client/session.ts';
import { plainLine } from '../output/plain-text.ts';

/** The hidden command that completion scripts call. */
export const COMPLETE_NAMES = 'complete-names';

/** Time limit for completing names. Unit: milliseconds. */
export const COMPLETION_TIMEOUT_MS = 1_000;

/** More names are no help to choose from. */
const NAMES_MAX = 200;

const Named = z.looseObject({ id: z.string().optional(), name: z.string().optional() });
const Page = z.looseObject({ items: z.array(Named) });

/** Names of a noun's resources, or ids where it has no names. Empty when anything goes wrong. */
export async function listNames(session: Session, noun: string): Promise<readonly string[]> {
  const operation = `${noun}.list`;
  if (!isOperationName(operation)) return [];
  const input = Object.hasOwn(operationRow(operation).input.shape, 'limit')
    ? { limit: NAMES_MAX }
    : {};
  const answer = await callOperation(session, operation, input, { retriesMax: 0 });
  const page = Page.safeParse(answer.ok ? answer.value : undefined);
  if (!page.success) return [];
  const names = page.data.items.map(({ id, name }) => name ?? id);
  return names.filter((name) => name !== undefined).map(plainLine);
}

/** Position where names are completed: after a command's words or after a flag. */
export interface NamePlace {
  /** `vm show`; undefined for everywhere. */
  readonly path: string | undefined;
  /** `--node`; undefined for the command's own argument. */
  readonly flag: string | undefined;
  readonly noun: string;
  /** Whether more names may follow the first one. */
  readonly several?: boolean;
}

/** The noun of profiles, whose names are on this machine. */
export const PROFILE_NOUN = 'profile';

/** All places where names are completed. Fields that take several nouns have none: that is dear. */
export function namePlaces(): readonly NamePlace[] {
  const places = tableCommands().flatMap((command) => {
    const { group, verb, argument, flags } = command;
    const path = group === undefined ? verb : `${group} ${verb}`;
    const inputs = [
      { flag: undefined, nouns: argument?.nouns ?? [] },
      ...flags.flatMap(({ field, flag, nouns }) =>
        [flag, flag.replace(/-id(s?)$/, '$1')].map((name) => ({
          flag: `--${name}`,
          // A field that is called like a noun holds a name of it: `node`.
          nouns: nouns.length === 0 && NOUNS[field]?.id !== undefined ? [field] : nouns,
        })),
      ),
    ];
    return inputs.flatMap(({ flag, nouns: [noun, second] }) =>
      noun === undefined || second !== undefined
        ? []
        : [{ path, flag, noun, several: flag === undefined && takesSeveral(command) }],
    );
  });
  // What can be shown can be described.
  const described = places
    .filter(({ path, flag }) => flag === undefined && path?.endsWith(' show') === true)
    .map((place) => ({ ...place, path: place.path?.replace(/show$/, 'describe') }));
  const behind = (path: string, noun: string): NamePlace => ({ path, flag: undefined, noun });
  return [
    ...places,
    ...described,
    behind('policy enable', 'policy'),
    behind('policy disable', 'policy'),
    { path: 'forecast', flag: '--vm', noun: 'vm' },
    { path: 'forecast', flag: '--group', noun: 'vm_group' },
    behind('profile use', PROFILE_NOUN),
    behind('profile show', PROFILE_NOUN),
    { path: undefined, flag: '--profile', noun: PROFILE_NOUN },
  ];
}
