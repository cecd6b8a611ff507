import { readFileSync } from 'node:fs';

/**
 * Reads a text that a prop names.
 * @param what - what it is, for who reads the problem: `policy`
 * @throws where the file cannot be read, with its name and what to do
 */
export function readFile(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(
      `The ${what} ${path} cannot be read (${(cause as NodeJS.ErrnoException).code}). ` +
        'Name a file that exists; paths are relative to where synth runs.',
      { cause },
    );
  }
}
