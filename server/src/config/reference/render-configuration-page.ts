/** The reference page of the configuration, made from the table of settings. */
import { ACTION_FLAGS } from '../read-flags.ts';
import { defaultText, describeRow, flagText } from '../server-usage.ts';
import type { Setting } from '../setting.ts';
import { CONFIG_FILE, type SettingName, settingRows, variablesOf } from '../settings-table.ts';

/** The text of `docs/reference/configuration.md`. */
export function renderConfigurationPage(): string {
  const { flag, variable, defaultName } = CONFIG_FILE;
  return `# Configuration of the server

<!-- Written by server/src/config/reference/print-configuration.ts from the table of settings. -->

Every setting of \`novacron server\` has one name. It is the flag, the key in the configuration file
and, in capitals behind \`NOVACRON_\`, the environment variable.

## Which value counts

1. a flag: \`--listen 127.0.0.1:7480\`; \`--no-insecure-listen\` turns a switch off
2. an environment variable that is not empty: \`NOVACRON_LISTEN=127.0.0.1:7480\`
3. the configuration file: \`listen: 127.0.0.1:7480\`
4. the default

\`novacron config show\` prints every value and where it comes from; it takes the flags of the
server and \`--output json\` or \`yaml\`. \`novacron server --print-config\` writes the same as a
configuration file. Passwords and tokens are shown as \`***\`.

## The configuration file

The file is YAML or JSON, one setting a line. It is named by \`--${flag}\` or \`${variable}\`;
without them \`${defaultName}\` in the data directory is read if it is there, and cannot name
another data directory. Relative paths in a file start at the directory that it is in. A key that is
no setting is refused, with a suggestion; a key without a value is ignored.

\`\`\`yaml
listen: 0.0.0.0:7480
tls-cert: tls/server.pem
tls-key: tls/server.key
log-level: warn
metrics-interval: 1m30s
\`\`\`

## Values

- a duration is numbers with their units, ms, s, m or h: \`30s\`, \`1m30s\`, \`1.5h\`; intervals
  are from 100ms to 24h
- a switch is \`true\` or \`false\`; \`yes\`, \`no\`, \`1\` and \`0\` work too
- \`store\` is \`sqlite\`, or \`postgres://USER:PASSWORD@HOST:PORT/DATABASE\`
- \`bus\` is \`memory\`, or \`nats://HOST:PORT\`, several with commas between them
- the log level may be in small or capital letters

## Settings

${settingRows()
  .map(({ name, row }) => section(name, row))
  .join('\n')}
## Other flags

${Object.entries(ACTION_FLAGS)
  .map(([name, text]) => `- \`--${name}\`: ${text}\n`)
  .join('')}`;
}

function section(name: SettingName, row: Setting): string {
  const byDefault = defaultText(row);
  const lines = [
    `- flag: \`${flagText(name, row)}\``,
    `- environment: ${variablesOf(name)
      .map((variable) => `\`${variable}\``)
      .join(', then ')}`,
    ...(byDefault === undefined ? [] : [`- default: ${codeOf(row, byDefault)}`]),
    ...(row.mask === undefined ? [] : ['- may hold secrets, which are never shown']),
  ];
  return `### ${name}\n\n${describeRow(row)}\n\n${lines.join('\n')}\n`;
}

/** Values are code; words are words. */
function codeOf(row: Setting, text: string): string {
  return row.default === undefined || typeof row.default === 'boolean' ? text : `\`${text}\``;
}
