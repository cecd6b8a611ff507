/** The words that may follow on a command line. */
import { type Command, Help, type Option } from 'commander';
import { nounAt } from './complete-names.ts';

/** The first word with which completion scripts call the program; help does not show it. */
export const COMPLETE = '__complete';

/** What a completion script asks. */
export interface Tab {
  /** The word that is completed, as far as it is typed. */
  readonly current: string;
  /** The words before it, without the program's name. */
  readonly before: readonly string[];
}

/** What only a server or another package knows. */
export interface Asked {
  /** Names of a noun's resources, or of profiles, for the `--profile` of the line. */
  readonly names: (noun: string, profile: string | undefined) => Promise<readonly string[]>;
  /** Flags of a command whose arguments another package reads. */
  readonly servedFlags: (path: string) => Promise<readonly string[]>;
}

/** Reads the words of a script: `--current=WORD`, then those before it. */
export function readTab([current = '', ...before]: readonly string[]): Tab {
  return { current: current.replace('--current=', ''), before };
}

/**
 * Returns the words that may follow, also those that the current one is no beginning of: the shell
 * knows how it is quoted. None where any text may follow, such as the name of a file.
 */
export async function completeWords(
  program: Command,
  { current, before }: Tab,
  asked: Asked,
): Promise<readonly string[]> {
  const command = commandAmong(program, before);
  const path = pathOf(command);
  const previous = before.at(-1) ?? '';
  const options = optionsOf(command);
  const option = optionNamed(options, previous);
  const valued = option !== undefined && (option.required || option.optional) ? option : undefined;
  if (valued?.argChoices !== undefined) return valued.argChoices;
  const noun = nounAt(
    path,
    valued === undefined ? undefined : previous,
    argumentsOf(command, before),
  );
  // Names of another server than that of the profile are worse than none.
  const isAsked = noun !== undefined && !before.includes('--endpoint') && !current.startsWith('-');
  const names = isAsked ? await asked.names(noun, valueBehind(before, '--profile')) : [];
  if (valued !== undefined) return names;
  return [
    ...names,
    ...new Help().visibleCommands(command).flatMap(wordsOffered),
    ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    ...(await asked.servedFlags(path)),
    ...new Set(['--help', ...options.flatMap(longsOf)]),
  ];
}

/** The deepest command that the words name. */
function commandAmong(program: Command, words: readonly string[]): Command {
  return words.reduce<Command>((above, word) => {
    const isMeant = (each: Command) => each.name() === word || each.aliases().includes(word);
    return above.commands.find(isMeant) ?? above;
  }, program);
}

function pathOf(command: Command): string {
  const { parent } = command;
  if (parent === null) return '';
  return parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

/** Number of words behind the command and its flags. */
function argumentsOf(command: Command, before: readonly string[]): number {
  const depth = pathOf(command).split(' ').length;
  const options = optionsOf(command);
  const plain = before.filter((word, at) => {
    const flag = optionNamed(options, before[at - 1] ?? '');
    return !word.startsWith('-') && flag?.required !== true;
  });
  return plain.length - depth;
}

/** A command's own flags before those of all commands: its choices are the narrower ones. */
function optionsOf(command: Command): readonly Option[] {
  const above = command.parent === null ? [] : optionsOf(command.parent);
  return [...command.options.filter(({ hidden }) => !hidden), ...above];
}

function optionNamed(options: readonly Option[], word: string): Option | undefined {
  return options.find(({ short, long }) => short === word || long === word);
}

/** The name of a command, and its first alias that is another word: `storage`, `volume`. */
function wordsOffered(command: Command): readonly string[] {
  const name = command.name();
  const other = command
    .aliases()
    .find((alias) => !alias.startsWith(name) && !name.startsWith(alias));
  return other === undefined ? [name] : [name, other];
}

/** An option may have two long forms; commander keeps the first one as its short form. */
function longsOf({ short, long }: Option): readonly string[] {
  return [short, long].flatMap((flag) => (flag?.startsWith('--') === true ? [flag] : []));
}

function valueBehind(words: readonly string[], flag: string): string | undefined {
  const at = words.lastIndexOf(flag);
  return at < 0 ? undefined : words[at + 1];
}
