/** Ends words with a full stop, unless they end a sentence already. */
export function endSentence(words: string): string {
  return /[.?!]$/.test(words) ? words : `${words}.`;
}
