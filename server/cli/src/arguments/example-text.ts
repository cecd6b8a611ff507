/** Examples at the end of help texts. */

/** An example of a command. */
export function exampleText(words: string): string {
  return `\nExample:\n  $ novacron ${words}`;
}
