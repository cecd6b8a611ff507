import { readFileSync } from 'node:fs';

/**
 * Reads a file that is passed as a prop.
 * @param what - what it is, for the error message: `policy`
 * @throws where the file cannot be read, with its name and what to do
 */
export function readFile(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(
      `The ${what} ${path} cannot be read (${codeOf(cause)}). ` +
        'Pass an existing file; paths are relative to the directory where synth runs.',
      { cause },
    );
  }
}

/** Returns the code of a system error, such as `ENOENT`, or else the error itself. */
function codeOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause
    ? String(cause.code)
    : String(cause);
}
