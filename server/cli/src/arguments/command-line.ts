/** Commander's command, which goes on after a mistake: all of a line are reported at once. */
import { nearName } from '@novacron/contract/problem/find-near-name';
import { Command, InvalidArgumentError, type Option } from 'commander';

const HELP: readonly string[] = ['-h', '--help'];

/** A command that collects what is wrong with its flags, until {@link CommandLine.refuse}. */
export class CommandLine extends Command {
  /** Shared by all commands of a program. */
  readonly #mistakes: string[];
  #takesAnyFlag = false;
  /** Returns what the command line lacks. */
  missing: () => readonly string[] = () => [];

  constructor(name?: string, mistakes: string[] = []) {
    super(name);
    this.#mistakes = mistakes;
  }

  override createCommand(name?: string): CommandLine {
    return new CommandLine(name, this.#mistakes);
  }

  override addOption(option: Option): this {
    const { parseArg } = option;
    if (parseArg !== undefined) {
      option.argParser<unknown>((text, before) => {
        try {
          return parseArg(text, before);
        } catch (cause) {
          if (!(cause instanceof InvalidArgumentError)) throw cause;
          const what = `option '${option.flags}' argument '${text}' is invalid`;
          this.#mistakes.push(`error: ${what}. ${cause.message}\n`);
          return before;
        }
      });
    }
    return super.addOption(option);
  }

  override allowUnknownOption(allow = true): this {
    this.#takesAnyFlag = allow;
    return super.allowUnknownOption(allow);
  }

  override parseOptions(argv: string[]): { operands: string[]; unknown: string[] } {
    const parsed = super.parseOptions(argv);
    const { operands, unknown } = parsed;
    const flags = unknown.filter((word) => word.startsWith('-'));
    const isHelp = HELP.some((word) => unknown.includes(word));
    const isSilent = this.#takesAnyFlag || this.commands.length > 0 || isHelp;
    if (flags.length === 0 || isSilent) return parsed;
    for (const flag of flags) this.#mistakes.push(this.#unknownFlag(flag));
    // The other words may be values of these flags.
    this.allowExcessArguments();
    return {
      operands: [...operands, ...unknown.filter((word) => !flags.includes(word))],
      unknown: [],
    };
  }

  /** Returns the mistakes so far, and forgets them. */
  takeMistakes(): readonly string[] {
    return this.#mistakes.splice(0);
  }

  /** Ends the command line if anything is wrong with it. */
  refuse(): void {
    const missing = this.missing();
    if (missing.length > 0) this.#mistakes.push(`error: missing: ${missing.join(', ')}\n`);
    const last = this.#mistakes.pop();
    if (last !== undefined) this.error(last.trimEnd());
  }

  #unknownFlag(flag: string): string {
    const [name = ''] = flag.split('=');
    const isName =
      name === '--name' && this.registeredArguments.some((each) => each.name() === 'name');
    const chain: Command[] = [];
    for (let at: Command | null = this; at !== null; at = at.parent) chain.push(at);
    const known = chain.flatMap(({ options }) => options.filter(({ hidden }) => !hidden));
    const names = [
      '--help',
      ...known.flatMap(({ short, long }) => [short ?? [], long ?? []].flat()),
    ];
    const near = names.includes(name) ? undefined : nearName(name, names);
    const guess = near === undefined ? '' : `\n(Did you mean ${near}?)`;
    const hint = isName ? '\n(The name is an argument, without a flag)' : guess;
    return `error: unknown option '${flag}'${hint}\n`;
  }
}
