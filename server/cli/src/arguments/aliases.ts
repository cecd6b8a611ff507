/** Further words for nouns and verbs, as users of kubectl, incus and others know them. */
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
  const { id, aliases = [] } = NOUNS[noun] ?? {};
  const first = [...aliases, ...(SHORT_NOUNS[noun] ?? [])];
  if (id === undefined) return first;
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

/** The command that lists the flags of all others. */
const LISTS_FLAGS = 'completion';

/**
 * Returns whether the words of a command line name the group of a command. Other groups are only
 * listed: reading the input schemas of all 300 operations would take longer than most commands.
 */
export function namesGroup(
  words: readonly string[],
  {
    group,
    noun,
    verb,
  }: { readonly group: string | undefined; readonly noun: string; readonly verb: string },
): boolean {
  if (words.includes(LISTS_FLAGS)) return true;
  if (group === undefined) return words.includes(verb);
  const names = [...group.split(' '), ...nounAliases(noun, group)];
  return names.some((name) => words.some((word) => word === name || word.startsWith(`${name}/`)));
}
