/** Makes texts of others harmless for a terminal. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Replaces characters that could move the cursor, recolour or reorder text by their escape
 * sequences, as labels, event data and rule texts may hold any. Line feeds and tabs stay.
 */
export function plainText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(CONTROLS, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * The same for a text that others wrote, with a mark before each further line: none begins like a
 * line of the report, or like a command to a pipeline (`::error::`).
 */
export function quotedText(text: string): string {
  return plainText(text).replace(/\n(?=.)/g, '\n  | ');
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plainText(text.replace(/\s*[\n\t]\s*/g, ' '));
}
