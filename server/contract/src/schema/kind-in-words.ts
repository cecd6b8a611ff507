/** Names the kinds of resources in texts. */

/** A kind in words: `security group`, `SSH key`, `VM`. */
export function wordsOf(kind: string): string {
  return kind.replaceAll('_', ' ').replace(/^(?:ssh|vm)\b/, (text) => text.toUpperCase());
}

/** One of a kind in words: `A security group`, `An SSH key`. */
export function oneOf(kind: string): string {
  const words = wordsOf(kind);
  return `${/^(?:SSH|[aeio])/.test(words) ? 'An' : 'A'} ${words}`;
}

/** Several of a kind in words: `security groups`, `policies`. */
export function pluralOf(kind: string): string {
  return `${wordsOf(kind)}s`.replace(/(?<=[^aeiou])ys$/, 'ies');
}
