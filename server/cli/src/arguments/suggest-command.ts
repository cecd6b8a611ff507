/** Suggests the command that an unknown word was probably meant to be. */
import { nearName } from '@novacron/contract/problem/find-near-name';
import type { Command } from 'commander';

/** Verbs of kubectl, terraform, incus and others, with those of this command line. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  add: ['create'],
  acknowledge: ['ack'],
  cat: ['show'],
  close: ['ack'],
  cordon: ['drain'],
  del: ['delete'],
  describe: ['describe', 'show'],
  destroy: ['delete'],
  edit: ['edit', 'update'],
  enumerate: ['list'],
  evict: ['drain'],
  exec: ['console'],
  find: ['list'],
  get: ['show', 'list'],
  ha: ['healing'],
  halt: ['stop'],
  host: ['node'],
  hosts: ['node'],
  image: ['template'],
  images: ['template'],
  info: ['show'],
  inspect: ['show'],
  kill: ['delete', 'stop'],
  launch: ['create', 'start'],
  logs: ['console'],
  ls: ['list'],
  maintenance: ['drain'],
  modify: ['update'],
  move: ['migrate'],
  mv: ['rename'],
  new: ['create'],
  patch: ['update'],
  pause: ['hold'],
  poweroff: ['stop'],
  ps: ['list'],
  freeze: ['pause'],
  remove: ['delete'],
  rename: ['rename', 'update'],
  resize: ['update', 'scale'],
  resolve: ['ack'],
  restart: ['reboot'],
  resume: ['release'],
  rm: ['delete'],
  run: ['create'],
  set: ['update'],
  serial: ['console'],
  shutdown: ['stop'],
  ssh: ['console'],
  status: ['show'],
  suspend: ['pause'],
  terminate: ['delete'],
  uncordon: ['activate'],
  unpause: ['resume'],
  view: ['show'],
};

/** Makes a command and all commands below it refuse unknown words with a suggestion. */
export function suggestCommands(command: Command): void {
  if (command.commands.length === 0) return;
  command.on('command:*', ([word = '', next]: readonly string[]) => {
    refuseUnknownCommand(command, word, next);
  });
  for (const below of command.commands) suggestCommands(below);
}

/**
 * Ends the command line: `word` is not a command of `group`.
 * @param next - the word behind it, which may be the noun, as in `get vms`
 */
export function refuseUnknownCommand(group: Command, word: string, next?: string): never {
  const suggestion = suggestionFor(group, word, next);
  const hint = suggestion === undefined ? '' : `\n(Did you mean ${suggestion}?)`;
  group.error(`error: unknown command '${word}'${hint}`, { code: 'commander.unknownCommand' });
}

/** What another noun does, by the noun and the word. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'vm clone':
    'novacron storage create --source-snapshot-id, of a volume; root disks are not copied',
  'vm snapshot': 'novacron snapshot create, of a volume',
};

function suggestionFor(group: Command, word: string, next?: string): string | undefined {
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
    const turned = turnedWords(group, [word, ...synonyms], next);
    if (turned !== undefined) return turned;
    const [verb] = verbs;
    if (verb === undefined) return nearName(word, [...names, 'help']);
    return `${group.name()} NOUN ${verb}, such as ${group.name()} ${nounWith(group, verb)} ${verb}`;
  }
  return nearName(word, [...names, 'help']);
}

/** The command that puts the noun first: `novacron vm list` for `get vms`. */
function turnedWords(
  top: Command,
  verbs: readonly string[],
  next: string | undefined,
): string | undefined {
  const noun = top.commands.find(
    (each) => each.name() === next || each.aliases().includes(next ?? ''),
  );
  if (noun === undefined) return undefined;
  const known = verbs.filter((verb) => hasCommand(noun, verb));
  // A plural asks for the list.
  const isPlural = next?.endsWith('s') === true && next !== noun.name();
  const verb = isPlural && known.includes('list') ? 'list' : known[0];
  return verb === undefined ? undefined : `${top.name()} ${noun.name()} ${verb}`;
}

/** A noun that has the verb: VMs, which most people mean, or the first one. */
function nounWith({ commands }: Command, verb: string): string | undefined {
  const nouns = commands.filter((each) => hasCommand(each, verb)).map((each) => each.name());
  return nouns.includes('vm') ? 'vm' : nouns[0];
}

function hasCommand(group: Command, name: string): boolean {
  return group.commands.some((each) => each.name() === name);
}
