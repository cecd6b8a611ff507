/** Suggests the command that an unknown word was probably meant to be. */
import { nearName } from '@novacron/contract/problem/find-near-name';
import type { Command } from 'commander';

/** Verbs of kubectl, terraform, incus and others, with those of this command line. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  add: ['create'],
  cat: ['show'],
  describe: ['show'],
  destroy: ['delete'],
  edit: ['update'],
  get: ['show', 'list'],
  info: ['show'],
  inspect: ['show'],
  ls: ['list'],
  modify: ['update'],
  move: ['migrate'],
  new: ['create'],
  patch: ['update'],
  ps: ['list'],
  freeze: ['pause'],
  remove: ['delete'],
  rename: ['update'],
  resize: ['update', 'scale'],
  restart: ['reboot'],
  rm: ['delete'],
  set: ['update'],
  serial: ['console'],
  status: ['show'],
  suspend: ['pause'],
  unpause: ['resume'],
  view: ['show'],
};

/** Makes a command and all commands below it refuse unknown words with a suggestion. */
export function suggestCommands(command: Command): void {
  if (command.commands.length === 0) return;
  command.on('command:*', ([word = '']: readonly string[]) => {
    refuseUnknownCommand(command, word);
  });
  for (const below of command.commands) suggestCommands(below);
}

/** Ends the command line: `word` is not a command of `group`. */
export function refuseUnknownCommand(group: Command, word: string): never {
  const suggestion = suggestionFor(group, word);
  const hint = suggestion === undefined ? '' : `\n(Did you mean ${suggestion}?)`;
  group.error(`error: unknown command '${word}'${hint}`, { code: 'commander.unknownCommand' });
}

function suggestionFor(group: Command, word: string): string | undefined {
  const { commands } = group;
  const names = commands.flatMap((each) => [each.name(), ...each.aliases()]);
  const synonyms = Object.hasOwn(SYNONYMS, word) ? (SYNONYMS[word] ?? []) : [];
  const known = synonyms.filter((each) => names.includes(each));
  if (known.length > 0) return known.join(' or ');
  const isTop = group.parent === null;
  const isVerb = synonyms.length > 0 || commands.some((each) => hasCommand(each, word));
  if (isTop && isVerb) {
    const verb = synonyms[0] ?? word;
    return `${group.name()} NOUN ${verb}, such as ${group.name()} vm ${verb}`;
  }
  return nearName(word, [...names, 'help']);
}

function hasCommand(group: Command, name: string): boolean {
  return group.commands.some((each) => each.name() === name);
}
