/** Cuts a stream of bytes into lines, with a limit on what is kept in memory. */

/** A line ended, or became longer than the limit. */
export interface LineSplitter {
  /**
   * Takes the next bytes of the stream.
   * @returns the lines that they complete; `too-long` from the moment that a line exceeds the limit
   */
  readonly take: (chunk: Buffer) => readonly string[] | 'too-long';
}

const NEWLINE = 0x0a;

/** Makes a splitter. @param bytesMax - longest line. Unit: bytes. */
export function createLineSplitter(bytesMax: number): LineSplitter {
  let parts: Buffer[] = [];
  let keptBytes = 0;
  let isTooLong = false;

  /** The kept bytes and the given ones as a line; undefined where it is too long. */
  function complete(tail: Buffer): string | undefined {
    if (keptBytes + tail.length > bytesMax) return undefined;
    // Characters of several bytes are decoded only once they are complete.
    const line = Buffer.concat([...parts, tail]).toString('utf8');
    parts = [];
    keptBytes = 0;
    return line;
  }

  return {
    take: (chunk) => {
      const lines: string[] = [];
      let start = 0;
      let end = chunk.indexOf(NEWLINE);
      while (!isTooLong && end >= 0) {
        const line = complete(chunk.subarray(start, end));
        if (line === undefined) isTooLong = true;
        else lines.push(line);
        start = end + 1;
        end = chunk.indexOf(NEWLINE, start);
      }
      if (isTooLong) return 'too-long';
      const rest = chunk.subarray(start);
      if (rest.length > 0) parts.push(rest);
      keptBytes += rest.length;
      if (keptBytes <= bytesMax) return lines;
      isTooLong = true;
      parts = [];
      return 'too-long';
    },
  };
}
