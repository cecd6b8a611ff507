/** Nouns of the contract, several of them, in words. */
import { wordsOf } from './nouns.ts';

/** Several of a noun: `VMs`, `policies`, `batches of VMs`. @param operation - of the command */
export function pluralOf(noun: string, operation = ''): string {
  const words = wordsOf(noun, operation);
  const [, head = words, rest = ''] = /^(\S+)( of .*)$/.exec(words) ?? [];
  if (/[^aeiou]y$/.test(head)) return `${head.slice(0, -1)}ies${rest}`;
  return /(s|x|ch|sh)$/.test(head) ? `${head}es${rest}` : `${head}s${rest}`;
}
