/** Texts of others in the lines of a report. */
import { plainText } from '@novacron/contract/formats/plain-text';

/**
 * A text that others wrote, harmless for a terminal, with a mark before each further line: none
 * begins like a line of the report, or like a command to a pipeline (`::error::`).
 */
export function quotedText(text: string): string {
  return plainText(text).replace(/\n(?=.)/g, '\n  | ');
}

/** A text on one line, harmless for a terminal. */
export function plainLine(text: string): string {
  return plainText(text.replace(/\s*[\n\t]\s*/g, ' '));
}
