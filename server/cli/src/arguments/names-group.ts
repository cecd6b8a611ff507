/** Decides which commands a run needs as a whole. */
import { nounAliases } from './aliases.ts';
import type { TableCommand } from './command-table.ts';

/** The command that lists the flags of all others. */
const LISTS_FLAGS = 'completion';

/**
 * Returns whether the words of a command line name the group of a command. Other groups are only
 * listed: reading the input schemas of all 300 operations would take longer than most commands.
 */
export function namesGroup(
  words: readonly string[],
  { group, noun, verb }: Pick<TableCommand, 'group' | 'noun' | 'verb'>,
): boolean {
  if (words.includes(LISTS_FLAGS)) return true;
  if (group === undefined) return words.includes(verb);
  const names = [...group.split(' '), ...nounAliases(noun, group)];
  return names.some((name) => words.some((word) => word === name || word.startsWith(`${name}/`)));
}
