/** Reads which part of a file a request carries. */
import { type Problem, problem } from '@novacron/contract/problem/problem';

/**
 * Reads the header Content-Range: `bytes 0-99/200`, or `bytes *` + `/200` to ask. The end of a part
 * is where its body ends: what a sender that hung up has sent is a shorter part.
 * @returns undefined for another form, and for a part that is not within its file
 */
export function readRange(
  header: string | undefined,
): { readonly offset: number; readonly total: number } | 'none' | undefined {
  if (header === undefined || /^bytes \*\/\d{1,15}$/.test(header)) return 'none';
  const found = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header);
  if (found === null) return undefined;
  const [offset = 0, last = 0, total = 0] = found.slice(1).map(Number);
  // Invalid by RFC 9110, section 14.4.
  return last < offset || last >= total ? undefined : { offset, total };
}

/** The problem of a header of another form. */
export function wrongRange(): Problem {
  return problem('validation-failed', {
    detail: 'The header Content-Range is not of the form: bytes 0-99/200.',
    remedy: 'Say which part of the file the body is.',
  });
}
