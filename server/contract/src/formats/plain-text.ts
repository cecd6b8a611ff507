/** Makes texts of others harmless for a terminal. */

/** Control characters but line feed and tab, separators of lines, and what reorders text. */
const CONTROLS = /(?![\n\t])[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Replaces characters that could move the cursor, recolour or reorder text by their escape
 * sequences, as labels, event data and rule texts may hold any. Line feeds and tabs stay. Source of
 * the idea: N. Boucher, R. Anderson, Trojan Source, 2021.
 */
export function plainText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(CONTROLS, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
