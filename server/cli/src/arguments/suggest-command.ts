/** Suggests the command that an unknown word was probably meant to be. */
import { nearName } from '@novacron/contract/problem/find-near-name';
import type { Command } from 'commander';

/** Verbs of kubectl, terraform, incus and others, with those of this command line. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  add: ['create'],
  acknowledge: ['ack'],
  cat: ['show'],
  close: ['ack'],
  destroy: ['delete'],
  edit: ['update'],
  get: ['show', 'list'],
  ha: ['healing'],
  host: ['node'],
  hosts: ['node'],
  image: ['template'],
  images: ['template'],
  info: ['show'],
  inspect: ['show'],
  ls: ['list'],
  maintenance: ['drain'],
  modify: ['update'],
  move: ['migrate'],
  new: ['create'],
  patch: ['update'],
  pause: ['hold'],
  ps: ['list'],
  freeze: ['pause'],
  remove: ['delete'],
  rename: ['update'],
  resize: ['update', 'scale'],
  resolve: ['ack'],
  restart: ['reboot'],
  resume: ['release'],
  rm: ['delete'],
  set: ['update'],
  serial: ['console'],
  status: ['show'],
  suspend: ['pause'],
  uncordon: ['activate'],
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

/** What another noun does, by the noun and the word. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'vm clone':
    'novacron storage create --source-snapshot-id, of a volume; root disks are not copied',
  'vm snapshot': 'novacron snapshot create, of a volume',
};

function suggestionFor(group: Command, word: string): string | undefined {
  const place = `${group.name()} ${word}`;
  if (Object.hasOwn(ELSEWHERE, place)) return ELSEWHERE[place];
  const { commands } = group;
  const names = commands.flatMap((each) => [each.name(), ...each.aliases()]);
  const synonyms = Object.hasOwn(SYNONYMS, word) ? (SYNONYMS[word] ?? []) : [];
  const known = synonyms.filter((each) => names.includes(each));
  if (known.length > 0) return known.join(' or ');
  const isTop = group.parent === null;
  const isVerb = synonyms.length > 0 || commands.some((each) => hasCommand(each, word));
  if (isTop && isVerb) {
    const verbs = [word, ...synonyms].filter((verb) => nounWith(group, verb) !== undefined);
    const [verb] = verbs;
    if (verb === undefined) return nearName(word, [...names, 'help']);
    return `${group.name()} NOUN ${verb}, such as ${group.name()} ${nounWith(group, verb)} ${verb}`;
  }
  return nearName(word, [...names, 'help']);
}

/** A noun that has the verb: VMs, which most people mean, or the first one. */
function nounWith({ commands }: Command, verb: string): string | undefined {
  const nouns = commands.filter((each) => hasCommand(each, verb)).map((each) => each.name());
  return nouns.includes('vm') ? 'vm' : nouns[0];
}

function hasCommand(group: Command, name: string): boolean {
  return group.commands.some((each) => each.name() === name);
}
