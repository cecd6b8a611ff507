/** Output of `novacron server --help`, generated from the table of settings. */
import { ACTION_FLAGS } from './read-flags.ts';
import type { Setting } from './setting.ts';
import { CONFIG_FILE, type SettingName, settingRows, variablesOf } from './settings-table.ts';

const LINE_LENGTH_MAX = 100;
const INDENT = 2;
/** Column of the descriptions; a longer flag has its description on the next line. */
const COLUMN = 28;

/** The help text of the server. */
export function serverUsage(): string {
  const options = [
    { flag: `--${CONFIG_FILE.flag} ${CONFIG_FILE.placeholder}`, text: configFileText() },
    ...settingRows().map(({ name, row }) => ({
      flag: flagText(name, row),
      text: `${describeRow(row).replace(/[.]$/, '')} (${notesOf(name, row)})`,
    })),
    ...Object.entries(ACTION_FLAGS).map(([flag, text]) => ({ flag: `--${flag}`, text })),
  ];
  return `Usage: novacron server [options]

Starts the control server with its embedded store and a simulated fleet.

Options:
${options.map(({ flag, text }) => optionLines(flag, text)).join('')}
Flags override environment variables, which override the configuration file, which overrides the
defaults. The file has the same names: \`listen: 127.0.0.1:7480\`. novacron config show lists the
source of each value.

The first start creates an admin API key and writes it to admin.key in the data directory. The
server waits for PostgreSQL and NATS if they are away. SIGINT, SIGTERM and SIGHUP stop it: it
drains, parks running operations and exits with 0.

Example:
  novacron server --data-dir ./data --listen 127.0.0.1:7480
`;
}

function configFileText(): string {
  const { description, defaultName, variable } = CONFIG_FILE;
  return `${description} (default: ${defaultName} in the data directory; ${variable})`;
}

/** A flag with its value: `--listen HOST:PORT`. */
export function flagText(name: SettingName, row: Setting): string {
  return row.placeholder === undefined ? `--${name}` : `--${name} ${row.placeholder}`;
}

/** The description of a setting with its unit. */
export function describeRow(row: Setting): string {
  return row.unit === undefined ? row.description : `${row.description} Unit: ${row.unit}.`;
}

/** The default of a setting in words; undefined where nothing is the default. */
export function defaultText(row: Setting): string | undefined {
  if (row.defaultWords !== undefined) return row.defaultWords;
  if (typeof row.default === 'boolean') return row.default ? 'on' : 'off';
  return typeof row.default === 'function' ? undefined : row.default?.toString();
}

function notesOf(name: SettingName, row: Setting): string {
  const byDefault = defaultText(row);
  return [
    ...(byDefault === undefined ? [] : [`default: ${byDefault}`]),
    variablesOf(name).join(', '),
  ].join('; ');
}

function optionLines(flag: string, text: string): string {
  const lines = wrap(text, LINE_LENGTH_MAX - COLUMN);
  const [first = '', ...others] = lines.map((line) => `${' '.repeat(COLUMN)}${line}\n`);
  const start = `${' '.repeat(INDENT)}${flag}`;
  const head =
    start.length + INDENT > COLUMN ? `${start}\n${first}` : start + first.slice(start.length);
  return head + others.join('');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
