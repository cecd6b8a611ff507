/** Splits a command line into words as a shell does, as far as examples need it. */

/** The words of a line; quotes keep blanks together. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)].map(
    ([, quoted, literal, plain]) => quoted ?? literal ?? plain ?? '',
  );
}
