/** Suggests the command that an unknown word was probably meant to be. */
import { nearName } from '@novacron/contract/problem/find-near-name';
import type { Command } from 'commander';

/** Verbs of kubectl, terraform, incus and others, with those of this command line. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  add: ['create'],
  annotate: ['update'],
  acknowledge: ['ack'],
  cat: ['show'],
  check: ['validate'],
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
  inspect: ['inspect', 'show'],
  instance: ['vm'],
  instances: ['vm'],
  kill: ['delete', 'stop'],
  label: ['update'],
  launch: ['create', 'start'],
  lint: ['validate'],
  log: ['logs', 'console'],
  logs: ['console'],
  ls: ['list'],
  maintenance: ['drain'],
  machine: ['vm'],
  machines: ['vm'],
  modify: ['update'],
  move: ['migrate'],
  mv: ['rename'],
  new: ['create'],
  patch: ['update'],
  pause: ['hold'],
  pod: ['vm'],
  pods: ['vm'],
  poweroff: ['stop'],
  ps: ['list'],
  freeze: ['pause'],
  remove: ['delete'],
  rename: ['rename', 'update'],
  replace: ['apply', 'update'],
  resize: ['update', 'scale'],
  resolve: ['ack'],
  restart: ['reboot'],
  resume: ['release'],
  rm: ['delete'],
  rerun: ['retry', 'run'],
  run: ['create'],
  set: ['update'],
  serial: ['console'],
  shutdown: ['stop'],
  ssh: ['console'],
  status: ['show'],
  submit: ['run'],
  suspend: ['pause'],
  tail: ['logs'],
  terminate: ['delete'],
  top: ['usage'],
  trigger: ['run'],
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

const COPIES =
  'novacron storage create --source-snapshot-id, of a volume; root disks are not copied';

const PUSH = 'novacron workflow push FILE';

const WITH_SCHEDULES = 'novacron workflow show NAME, whose starts are its schedules and triggers';

/** Equivalent commands of another noun, by the noun and the word. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'config current-context': 'novacron profile show',
  'config get-contexts': 'novacron profile list',
  'config use-context': 'novacron profile use',
  'config view': 'novacron config show, of a server; novacron profile show, of this user',
  'novacron annotate': 'novacron vm update --label',
  'novacron api-resources': 'novacron --help',
  'novacron auth': 'novacron whoami',
  'novacron cluster-info': 'novacron whoami',
  'novacron expose': 'novacron security-group create',
  'novacron label': 'novacron vm update --label',
  'novacron monitor': 'novacron events --follow',
  'novacron rollout': 'novacron vm restart or novacron group replace-members',
  'novacron version': 'novacron --version, or novacron whoami for that of the server',
  'novacron schedule': WITH_SCHEDULES,
  'novacron schedules': WITH_SCHEDULES,
  'vm clone': COPIES,
  'vm copy': COPIES,
  'vm cp': COPIES,
  'vm snapshot': 'novacron snapshot create, of a volume',
  'workflow apply': PUSH,
  'workflow create': PUSH,
  'workflow schedules': WITH_SCHEDULES,
  'workflow signal': 'novacron execution signal',
  'workflow start': 'novacron workflow run',
  'workflow update': PUSH,
  'workflow dry-run': 'novacron workflow plan FILE',
};

function suggestionFor(group: Command, word: string, next?: string): string | undefined {
  const place = `${group.name()} ${word}`;
  if (Object.hasOwn(ELSEWHERE, place)) return ELSEWHERE[place];
  const { commands, parent } = group;
  const isOfTop = WHOLE_COMMANDS.has(word) && parent?.parent === null;
  if (isOfTop && hasCommand(group, 'update')) return wholeCommand(parent, group, word);
  const admin = commands.find((each) => each.name() === 'admin');
  if (admin !== undefined && hasCommand(admin, word)) return `${group.name()} admin ${word}`;
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

/** Commands of the top that kubectl users may look for below a noun. */
const WHOLE_COMMANDS: ReadonlySet<string> = new Set(['apply', 'diff', 'edit']);

function wholeCommand(top: Command, group: Command, word: string): string {
  return word === 'edit' ? `${top.name()} edit ${group.name()}` : `${top.name()} ${word} -f FILE`;
}

/** The command that puts the noun first: `novacron vm list` for `get vms`. */
function turnedWords(
  top: Command,
  verbs: readonly string[],
  next: string | undefined,
): string | undefined {
  // kubectl's form is `vm/web-01`, too.
  const [word = ''] = (next ?? '').split('/');
  const words = [word, ...(Object.hasOwn(SYNONYMS, word) ? (SYNONYMS[word] ?? []) : [])];
  const noun = top.commands.find((each) =>
    [each.name(), ...each.aliases()].some((name) => words.includes(name)),
  );
  if (noun === undefined) return undefined;
  const known = verbs.filter((verb) => hasCommand(noun, verb));
  // A plural asks for the list.
  const isPlural = word.endsWith('s') && word !== noun.name() && word === next;
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
