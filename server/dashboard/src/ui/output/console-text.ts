/**
 * Converts a guest's serial console or a command's output to text of bounded length. Sequences that
 * move a cursor or choose colours are removed, and other control characters are shown as symbols:
 * output of a guest or a command is never more than text.
 */

/** Text of a console. */
export interface ConsoleText {
  readonly write: (text: string) => void;
  /** All lines, oldest first. */
  readonly lines: () => readonly string[];
  /** Lines that are no longer kept. */
  readonly droppedLines: () => number;
  readonly clear: () => void;
}

/** Lines that are kept. */
export const CONSOLE_LINES_MAX = 2_000;

/** A longer line goes on in the next one. Unit: characters. */
const LINE_LENGTH_MAX = 2_000;

/** A sequence that has not ended by then is no sequence. Unit: characters. */
const SEQUENCE_LENGTH_MAX = 256;

const TAB_WIDTH = 8;
const ESCAPE = 0x1b;
const DELETE = 0x7f;
const BACKSPACE = 0x08;
const BELL = 0x07;
const SPACE = 0x20;

/** Symbols of control characters: U+2400 for U+0000. */
const SYMBOLS = 0x2400;
const DELETE_SYMBOL = '\u2421';
const UNKNOWN_SYMBOL = '\ufffd';

/** Sequence after an escape: for a cursor or colours, for a title, or two characters in all. */
const SEQUENCE = /^(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_]\P{Cc}*\p{Cc}|[ -/]*[0-OQ-WYZ\\`-~])/u;

/** The beginning of one, as far as it is there. */
const BEGINNING = /^(?:\[[0-?]*[ -/]*|[\]PX^_]\P{Cc}*|[ -/]*)$/u;

const PLAIN = /\P{Cc}+/uy;

/** Makes an empty one. */
export function createConsoleText(linesMax = CONSOLE_LINES_MAX): ConsoleText {
  let lines: string[] = [''];
  let column = 0;
  let dropped = 0;
  let pending = '';

  const newLine = (): void => {
    lines.push('');
    column = 0;
    // Many at once, so that a flood of short lines copies each of them a few times only.
    if (lines.length >= 2 * linesMax) trim();
  };
  const trim = (): void => {
    const many = Math.max(0, lines.length - linesMax);
    lines = lines.slice(many);
    dropped += many;
  };
  const put = (character: string): void => {
    if (column >= LINE_LENGTH_MAX) newLine();
    const line = lines.at(-1) ?? '';
    const before = line.slice(0, column).padEnd(column);
    lines[lines.length - 1] = before + character + line.slice(column + character.length);
    column += character.length;
  };
  const putAll = (plain: string): void => {
    // What is added at the end of a line needs no look at what was there.
    const end = lines.at(-1) ?? '';
    if (column === end.length && end.length + plain.length <= LINE_LENGTH_MAX) {
      lines[lines.length - 1] = end + plain;
      column += plain.length;
    } else for (const character of plain) put(character);
  };
  const takeControl = (code: number): void => {
    if (code === 0x0a) newLine();
    else if (code === 0x0d) column = 0;
    else if (code === BACKSPACE) column = Math.max(0, column - 1);
    else if (code === 0x09) column = (Math.floor(column / TAB_WIDTH) + 1) * TAB_WIDTH;
    else if (code === DELETE) put(DELETE_SYMBOL);
    else if (code > DELETE) put(UNKNOWN_SYMBOL);
    else if (code !== BELL) put(String.fromCharCode(SYMBOLS + code));
  };
  const take = (text: string): void => {
    let at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === ESCAPE) {
        const length = lengthOfSequence(text.slice(at + 1, at + SEQUENCE_LENGTH_MAX));
        if (length === 'unknown' && text.length - at < SEQUENCE_LENGTH_MAX) {
          pending = text.slice(at);
          return;
        }
        if (typeof length !== 'number') takeControl(ESCAPE);
        at += typeof length === 'number' ? 1 + length : 1;
      } else {
        PLAIN.lastIndex = at;
        const plain = PLAIN.exec(text)?.[0];
        if (plain === undefined) takeControl(code);
        else putAll(plain);
        at += plain?.length ?? 1;
      }
    }
  };
  return {
    write: (text) => {
      const whole = pending + text;
      pending = '';
      take(whole);
      trim();
    },
    lines: () => lines,
    droppedLines: () => dropped,
    clear: () => {
      lines = [''];
      column = 0;
      pending = '';
    },
  };
}

/** Returns the length of the sequence after an escape; `unknown` if its end has not arrived. */
function lengthOfSequence(text: string): number | 'unknown' | 'none' {
  const found = SEQUENCE.exec(text)?.[0];
  if (found === undefined) return BEGINNING.test(text) ? 'unknown' : 'none';
  if (found.codePointAt(found.length - 1) !== ESCAPE) return found.length;
  // A title ends with an escape and a backslash; another escape begins the next sequence.
  if (found.length === text.length) return 'unknown';
  return text[found.length] === '\\' ? found.length + 1 : found.length - 1;
}

/** Returns the character that a key sends with Control: `c` sends U+0003. */
export function controlOf(key: string): string {
  return String.fromCharCode((key.toUpperCase().codePointAt(0) ?? SPACE) & 0x1f);
}
