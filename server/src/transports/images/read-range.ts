/** Reads which part of a file a request carries. */
import { type Problem, problem } from '@novacron/contract/problem/problem';

/**
 * Reads the header Content-Range: `bytes 0-99/200`, or `bytes *` + `/200` to ask. The end of a part
 * is where its body ends.
 * @returns undefined for another form
 */
export function readRange(
  header: string | undefined,
): { readonly offset: number; readonly total: number } | 'none' | undefined {
  if (header === undefined || /^bytes \*\/\d{1,15}$/.test(header)) return 'none';
  const [, offset, total] = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15})$/.exec(header) ?? [];
  return offset === undefined ? undefined : { offset: Number(offset), total: Number(total) };
}

/** The problem of a header of another form. */
export function wrongRange(): Problem {
  return problem('validation-failed', {
    detail: 'The header Content-Range is not of the form: bytes 0-99/200.',
    remedy: 'Say which part of the file the body is.',
  });
}
