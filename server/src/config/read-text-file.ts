import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '@novacron/contract/result';

/** Reads a file that a setting names. Failure: what is wrong with it, in words. */
export function readTextFile(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (cause) {
    return err(`cannot be read: ${messageOf(cause)}`);
  }
}

/** The message of what was thrown. */
export function messageOf(cause: unknown): string {
  const { message } = Object(cause);
  return typeof message === 'string' ? message : String(cause);
}
