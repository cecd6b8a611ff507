/**
 * A line of a help text: the flag, and its description in a column of its own.
 * @param flag - without the dashes, with what stands for its value
 * @param column - where descriptions begin; that of a longer flag is on a line of its own
 */
export function usageLine(flag: string, description: string, column: number): string {
  const start = `  --${flag}`;
  const isLong = start.length + 1 > column;
  return `${isLong ? `${start}\n${' '.repeat(column)}` : start.padEnd(column)}${description}\n`;
}
