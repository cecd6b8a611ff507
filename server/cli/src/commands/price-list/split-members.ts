/** Splits a large JSON document into members while it is read: it is never whole in memory. */
import { JSONParser } from '@streamparser/json';

/** Which members of a document are read, and what becomes of them. */
export interface SplitRules {
  /** Members by JSONPath, such as `$.products.*`. */
  readonly members: readonly string[];
  /** Takes a member. @returns what is wrong with it, in a clause */
  readonly take: (path: readonly string[], value: unknown) => string | undefined;
}

/** Splits the chunks of one document. */
export interface Splitter {
  /** @returns where the document is broken, and how */
  readonly write: (chunk: string) => string | undefined;
  /** Ends the document. @returns likewise */
  readonly end: () => string | undefined;
}

/** Longer members are no offers, and a file without an end would fill the memory. */
const MEMBER_CHARS_MAX = 4_000_000;

/** Makes a splitter. */
export function createSplitter({ members, take }: SplitRules): Splitter {
  const parser = new JSONParser({ paths: [...members], keepStack: false });
  let last: string | undefined;
  /** Characters since the last member. */
  let unread = 0;
  let fault: string | undefined;
  parser.onValue = ({ key, stack, value }) => {
    const path = [...stack.slice(1).map((level) => level.key), key].map(String);
    last = path.join('.');
    unread = 0;
    const why = fault === undefined ? take(path, value) : undefined;
    if (why !== undefined) fault = `${last}: ${why}`;
  };
  parser.onError = ({ message }) => {
    fault ??= `${last === undefined ? 'it' : `what follows ${last}`} is not JSON: ${message}`;
  };
  // Its end is asked for with the end of the file.
  parser.onEnd = () => undefined;
  return {
    write: (chunk) => {
      parser.write(chunk);
      unread += chunk.length;
      if (unread > MEMBER_CHARS_MAX) {
        fault ??= `what follows ${last ?? 'its beginning'} is longer than 4,000,000 characters`;
      }
      return fault;
    },
    end: () => {
      if (!parser.isEnded) parser.end();
      return fault;
    },
  };
}
