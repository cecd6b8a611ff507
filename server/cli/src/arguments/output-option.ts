/** The flag `--output`, of which some commands take more than the others. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseTemplate } from '../output/jsonpath/parse-template.ts';
import {
  JSONPATH,
  OUTPUT_FORMATS,
  type OutputFormat,
  REPORT_FORMATS,
  TABLE_FORMATS,
} from '../output/render-output.ts';
import { COLOR_CHOICES } from '../output/style.ts';

const ALLOWED = `Allowed choices are ${OUTPUT_FORMATS.join(', ')}, ${JSONPATH}TEMPLATE.`;

/** That of every command. What only some can write is refused when the command is known. */
export function globalOutputOption(): Option {
  return new Option('-o, --output <format>', `Output format, or ${JSONPATH}TEMPLATE as in kubectl`)
    .choices(OUTPUT_FORMATS)
    .argParser((text): OutputFormat => {
      if (text.startsWith(JSONPATH)) return jsonPathFormat(text.slice(JSONPATH.length));
      const formats = [...OUTPUT_FORMATS, ...REPORT_FORMATS, ...TABLE_FORMATS];
      const format = formats.find((each) => each === text);
      if (format !== undefined) return format;
      throw new InvalidArgumentError(ALLOWED);
    });
}

/** A template that can be read; the message about another one shows where its fault is. */
function jsonPathFormat(template: string): OutputFormat {
  const parsed = parseTemplate(template);
  if (parsed.ok) return `${JSONPATH}${template}`;
  const { at, message } = parsed.error;
  throw new InvalidArgumentError(
    `At character ${at + 1}: ${message}.\n  ${template}\n  ${' '.repeat(at)}^`,
  );
}

/** Creates the option that sets when states are coloured. */
export function colorOption(): Option {
  const text = 'Colours of tables (default: auto, on a terminal; NO_COLOR and FORCE_COLOR count)';
  return new Option('--color <when>', text).choices(COLOR_CHOICES);
}

/** That of the commands which also write for code hosts; it stands in for the global one. */
export function reportOutputOption(): Option {
  return new Option('-o, --output <format>', 'Output format').choices(REPORT_FORMATS);
}

/** That of commands whose answer is a table that spreadsheets read as well. */
export function tableOutputOption(): Option {
  return new Option('-o, --output <format>', 'Output format').choices(TABLE_FORMATS);
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
  const isTemplate = own === undefined && output.startsWith(JSONPATH);
  if (choices.includes(output) || isTemplate) return;
  const allowed = own === undefined ? ALLOWED : `Allowed choices are ${choices.join(', ')}.`;
  command.error(`error: option '--output <format>' argument '${output}' is invalid. ${allowed}`);
}
