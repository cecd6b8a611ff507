/** Help of a command on one screen: a line for each flag; `--help --all` shows all of it. */
import { type Command, Help, type HelpConfiguration, type Option } from 'commander';
import { globalOptionsBeside } from '../arguments/output-option.ts';
import { mainCommands, otherCommands } from './command-groups.ts';

/** The word that asks for the whole help. */
const ALL = '--all';

/** Most flags that have a line of their own; the others are only named. */
const FLAGS_MAX = 24;

/** How the help of a command line is laid out. */
export function helpLayout(words: readonly string[]): HelpConfiguration {
  if (words.includes(ALL)) {
    return { showGlobalOptions: true, visibleGlobalOptions: globalOptionsBeside };
  }
  return {
    visibleOptions: (command) =>
      command.parent === null ? [] : flagsOf(command).slice(0, FLAGS_MAX),
    optionTerm: termOf,
    optionDescription: ({ argChoices, description }) =>
      [
        firstSentence(description),
        ...(argChoices === undefined ? [] : [argChoices.join(', ')]),
      ].join(': '),
    visibleCommands: (command) =>
      command.parent === null ? mainCommands(command) : new Help().visibleCommands(command),
    groupItems: (_items, visible, groupOf) => new Help().groupItems(visible, visible, groupOf),
    subcommandTerm: (command) => command.name(),
    subcommandDescription: (command) => firstSentence(command.description()),
    formatItem: (term, termWidth, description, { helpWidth }) => {
      const before = `  ${term.padEnd(termWidth)}  `;
      return `${before}${cutLine(description, (helpWidth ?? COLUMNS) - before.length)}`.trimEnd();
    },
    formatHelp: (command, helper) => {
      const text = Help.prototype.formatHelp.call(helper, command, helper);
      const tail = tailOf(command, helper);
      // The program has many headings: blank lines between them would take a quarter of the screen.
      return command.parent === null
        ? `${text.replace(/\n\n(?=[A-Z][a-z ]+:\n {2})/g, '\n')}${tail}`
        : `${text}${tail}`;
    },
  };
}

const COLUMNS = 80;

/** Flags in the order of the help: what must be given first; not the twins `--no-…`. */
function flagsOf(command: Command): Option[] {
  const all = command.options.filter(({ hidden }) => !hidden);
  const names = new Set(all.map(({ long }) => long));
  return all.filter(({ long, negate }) => !negate || !names.has(long?.replace('--no-', '--')));
}

/** A flag under one name: `--network <network>`. */
function termOf(option: Option): string {
  const { flags, short, long } = option;
  return short?.startsWith('--') === true ? flags.replace(`, ${long}`, '') : flags;
}

function firstSentence(text: string): string {
  const [first = ''] = text.split('\n');
  return first.replace(/\. .*$/, '').replace(/\.$/, '');
}

/** A text that fits, cut between two words. */
function cutLine(text: string, width: number): string {
  if (text.length <= width) return text;
  return `${text.slice(0, Math.max(0, width - 3)).replace(/[\s,;:(]*\S*$/, '')}...`;
}

/** What the help only names. */
function tailOf(command: Command, helper: Help): string {
  const width = helper.helpWidth ?? COLUMNS;
  const named = (what: string, names: readonly string[]) =>
    names.length === 0 ? [] : [helper.boxWrap(`${what}: ${names.join(', ')}`, width)];
  const longs = (options: readonly Option[]) => options.flatMap(({ long }) => long ?? []);
  const parts =
    command.parent === null
      ? [
          ...named('More commands', otherCommands(command)),
          ...named('Flags of all commands', longs(command.options)),
        ]
      : [
          ...named('More flags', longs(flagsOf(command).slice(FLAGS_MAX))),
          ...named('Flags of all commands', longs(globalOptionsBeside(command))),
        ];
  return `\n${[...parts, `${ALL} behind --help explains all flags and commands.`].join('\n')}\n`;
}
