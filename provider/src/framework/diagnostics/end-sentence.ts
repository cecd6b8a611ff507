/** Appends a full stop, unless the text ends with a punctuation mark already. */
export function endSentence(words: string): string {
  return /[.?!]$/.test(words) ? words : `${words}.`;
}
