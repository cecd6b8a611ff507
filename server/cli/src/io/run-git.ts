import { execFile } from 'node:child_process';
import { err, ok, type Result } from '@novacron/contract/result';

/** A policy has 256 KiB at most, and a bundle unpacks to as much as this. Unit: bytes. */
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** Runs Git in the working directory. The error is what Git says, or why it cannot be run. */
export function runGit(words: readonly string[]): Promise<Result<Uint8Array, string>> {
  return new Promise((resolve) => {
    const options = { maxBuffer: OUTPUT_BYTES_MAX, encoding: 'buffer' } as const;
    execFile('git', [...words], options, (cause, stdout, stderr) => {
      if (cause === null) return resolve(ok(stdout));
      const said = stderr.toString().trim();
      resolve(err(said === '' ? cause.message : said));
    });
  });
}
