/** Further words for nouns and verbs, as users of kubectl, incus and others know them. */
import type { TableCommand } from './command-table.ts';
import { NOUNS } from './nouns.ts';

/** Short names, where kubectl or the prefix of the ids suggests one. */
const SHORT_NOUNS: Readonly<Record<string, readonly string[]>> = {
  event: ['events'],
  incident: ['inc'],
  network: ['net'],
  operation: ['op'],
  orchestration_policy: ['opol'],
  policy: ['pol'],
  reservation: ['rsv'],
  security_group: ['sg'],
  snapshot: ['snap'],
  template: ['tpl'],
  vm_group: ['vmg'],
  volume: ['vol'],
};

/**
 * The further words of a noun: those of its definition, its plural and its short names.
 * @param group - the words of the command line; the last one is its own
 */
export function nounAliases(noun: string, group: string): readonly string[] {
  const { prefix, aliases = [] } = NOUNS[noun] ?? {};
  const first = [...aliases, ...(SHORT_NOUNS[noun] ?? [])];
  if (prefix === undefined) return first;
  const own = group.slice(group.lastIndexOf(' ') + 1);
  const singles = [own, noun.replaceAll('_', '-'), ...aliases];
  const all = [...first, ...singles, ...singles.map(pluralOf)];
  return [...new Set(all)].filter((word) => word !== own);
}

function pluralOf(word: string): string {
  // Storage is not counted.
  if (word === 'storage') return word;
  return word.endsWith('y') && !/[aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** Further words of verbs, by the verb. */
const VERB_ALIASES: Readonly<Record<string, readonly string[]>> = {
  delete: ['rm'],
  list: ['ls'],
  reboot: ['restart'],
  show: ['get'],
};

/** The further words of a verb; none for most. */
export function verbAliases(verb: string): readonly string[] {
  return VERB_ALIASES[verb] ?? [];
}

/**
 * Returns whether the words of a command line name the group of a command. Other groups are only
 * listed: reading the input schemas of all 300 operations would take longer than most commands.
 */
export function namesGroup(
  words: readonly string[],
  command: Pick<TableCommand, 'group' | 'noun' | 'verb'>,
): boolean {
  return placesOf(words, command).length > 0;
}

/**
 * Returns whether the words of a command line may mean a command: its group is named, and no other
 * verb follows.
 */
export function mayMean(
  words: readonly string[],
  command: Pick<TableCommand, 'group' | 'noun' | 'verb'>,
): boolean {
  const { group, verb } = command;
  // After `help` any verb may come.
  const verbs = ['help', verb, ...verbAliases(verb)];
  return placesOf(words, command).some((place) => {
    const next = words[place + 1];
    return (
      group === undefined || next === undefined || next.startsWith('-') || verbs.includes(next)
    );
  });
}

/** The places of the words that name the group of a command. */
function placesOf(
  words: readonly string[],
  { group, noun, verb }: Pick<TableCommand, 'group' | 'noun' | 'verb'>,
): readonly number[] {
  const names = group === undefined ? [verb] : [...group.split(' '), ...nounAliases(noun, group)];
  return [...words.keys()].filter((place) => {
    const word = words[place] ?? '';
    return names.some((name) => word === name || word.startsWith(`${name}/`));
  });
}
