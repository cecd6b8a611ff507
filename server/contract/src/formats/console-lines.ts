/**
 * The last lines of a console as plain text. Guests write what they like, so escape sequences and
 * control characters are removed, and everything has a limit.
 */

/** Lines that are kept. */
export const CONSOLE_LINES_MAX = 20;

/** The longest line that is kept. Unit: characters. */
export const CONSOLE_LINE_LENGTH_MAX = 200;

/** Length examined at the end of a longer text. Unit: characters. */
const LOOKED_AT_MAX = 16_384;

/**
 * Escape sequences of ECMA-48: control sequences (CSI), strings (OSC, DCS, SOS, PM, APC) up to
 * their terminator or the end of the line, and two-character sequences. One that the limit has cut
 * off at its beginning leaves a few printable characters.
 */
const SEQUENCES = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]?',
    '\\u001b[\\]PX^_][^\\u0007\\u001b\\n]*(?:\\u0007|\\u001b\\\\)?',
    '\\u001b[ -/]*[0-~]?',
  ].join('|'),
  'g',
);

/** Control characters, and characters that reorder or hide text. */
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/**
 * Takes the last lines that are not empty, as plain text.
 * @param text - what a guest has written
 * @returns at most {@link CONSOLE_LINES_MAX} lines of at most {@link CONSOLE_LINE_LENGTH_MAX}
 *   characters, oldest first
 */
export function toConsoleLines(text: string): readonly string[] {
  const lines = text
    .slice(-LOOKED_AT_MAX)
    .replace(SEQUENCES, '')
    .split('\n')
    // What a line was overwritten with is what a person would see.
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '')
    .map((line) => line.replaceAll('\t', ' ').replace(CONTROLS, '').trim())
    .filter((line) => line !== '')
    .map((line) =>
      line
        .slice(0, CONSOLE_LINE_LENGTH_MAX)
        .replace(/\p{Surrogate}/gu, '\ufffd')
        .trimEnd(),
    );
  return lines.slice(-CONSOLE_LINES_MAX);
}
