/** Log lines for people who watch the server on a terminal; programs get the JSON itself. */

/** Names of pino's level numbers, as wide as the longest. */
const LEVEL_NAMES: Readonly<Record<number, string>> = {
  20: 'DEBUG',
  30: 'INFO ',
  40: 'WARN ',
  50: 'ERROR',
};

/** The name that every line carries. */
export const PROGRAM = 'novacron';

/** Stacks stand below their line. */
const INDENT = '    ';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Formats one JSON line of the log as `18:04:31 WARN  message key=value`, with the stack of a cause
 * below. Control characters in values are escaped, so that no value can rewrite the terminal.
 * @param line - what pino writes: one JSON object
 * @returns the text with its line feed; a line that is not a JSON object is returned unchanged
 */
export function formatLogLine(line: string): string {
  const record = parseRecord(line);
  if (record === undefined) return line;
  const { level, time, msg, cause, ...fields } = record;
  const words = [
    timeOfDay(time),
    LEVEL_NAMES[Number(level)] ?? String(level),
    oneLine(String(msg ?? '')),
    ...Object.entries(fields)
      .filter(([name, value]) => name !== 'name' || value !== PROGRAM)
      .map(([name, value]) => `${name}=${valueText(value)}`),
  ];
  return `${words.join(' ')}\n${cause === undefined ? '' : stackOf(cause)}`;
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

/** The local time of day: `18:04:31`. */
function timeOfDay(time: unknown): string {
  return new Date(Number(time)).toTimeString().slice(0, 8);
}

function valueText(value: unknown): string {
  if (typeof value === 'string' && /^[\w.:/@+-]+$/.test(value)) return value;
  return oneLine(JSON.stringify(value) ?? 'undefined');
}

function stackOf(cause: unknown): string {
  const stack = typeof cause === 'object' && cause !== null && 'stack' in cause ? cause.stack : '';
  const text = typeof stack === 'string' && stack !== '' ? stack : valueText(cause);
  return text
    .split('\n')
    .map((line) => `${INDENT}${escapeControls(line)}\n`)
    .join('');
}

function oneLine(text: string): string {
  return escapeControls(text.replaceAll('\n', ' '));
}

function escapeControls(text: string): string {
  return text.replace(
    CONTROLS,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
