/** The flag `--output`, of which some commands take more than the others. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { OUTPUT_FORMATS, type OutputFormat, REPORT_FORMATS } from '../output/render-output.ts';

/** That of every command. What only some can write is refused when the command is known. */
export function globalOutputOption(): Option {
  return new Option('--output <format>', 'Output format')
    .choices(OUTPUT_FORMATS)
    .argParser((text): OutputFormat => {
      const format = REPORT_FORMATS.find((each) => each === text);
      if (format !== undefined) return format;
      throw new InvalidArgumentError(`Allowed choices are ${OUTPUT_FORMATS.join(', ')}.`);
    });
}

/** That of the commands which also write for code hosts; it stands in for the global one. */
export function reportOutputOption(): Option {
  return new Option('--output <format>', 'Output format').choices(REPORT_FORMATS);
}

/** The flags of the commands above, but those that a command has itself, with more choices. */
export function globalOptionsBeside(command: Command): Option[] {
  const own = new Set(command.options.map(({ long }) => long));
  const options: Option[] = [];
  for (let above = command.parent; above !== null; above = above.parent) {
    options.push(...above.options.filter(({ hidden, long }) => !hidden && !own.has(long)));
  }
  return options;
}

/** Ends a command that cannot write what `--output` asks for: wrong usage. */
export function refuseFormat(program: Command, command: Command): void {
  const { output = 'table' } = program.opts<{ readonly output?: OutputFormat }>();
  const own = command.options.find(({ long }) => long === '--output');
  const choices: readonly string[] = own?.argChoices ?? OUTPUT_FORMATS;
  if (choices.includes(output)) return;
  const allowed = `Allowed choices are ${choices.join(', ')}.`;
  command.error(`error: option '--output <format>' argument '${output}' is invalid. ${allowed}`);
}
