/** Input and output of commands, replaceable so that tests run in process. */
import type { Result } from '@novacron/contract/result';

/** A stream that text goes to. */
export interface TextSink {
  readonly write: (text: string) => void;
  /** Whether a person watches: then progress is a bar that is written over. */
  readonly isTerminal: boolean;
  /** Width of the terminal in characters. */
  readonly columns?: number;
}

/** Timers as a port, so that tests wait for nothing. */
export interface Timers {
  /**
   * Calls back once after a delay.
   * @param delayMs - 0 or more
   * @returns a function that cancels the call
   */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Receives what is typed or piped. */
export interface KeyboardListener {
  readonly onBytes: (bytes: Uint8Array) => void;
  /** A pipe has ended; nothing more comes. */
  readonly onEnd: () => void;
}

/** Standard input, byte by byte. */
export interface Keyboard {
  /** Whether a person types: then each key arrives at once and nothing is shown. */
  readonly isTerminal: boolean;
  /** Begins to read. */
  readonly begin: () => void;
  /** Ends it and gives the terminal back as it was. */
  readonly close: () => void;
}

/** Options for reading lines. */
export interface LineRequest {
  /** Text before the next line; terminals only. */
  readonly prompt: () => string;
  /** Possible completions of the end of a line, and that end. */
  readonly complete: (line: string) => readonly [readonly string[], string];
}

/** Everything outside of the command besides the server. */
export interface CliIo {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Version of this release. */
  readonly version: string;
  readonly timers: Timers;
  /** A clock for spans of time, with fractions; it never goes back. Unit: milliseconds. */
  readonly nowMs: () => number;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
  /** The text of a file; `-` is standard input. Rejects like `node:fs`. */
  readonly readText: (path: string) => Promise<string>;
  /** Reads the bytes of a file. Rejects likewise. */
  readonly readBytes: (path: string) => Promise<Uint8Array>;
  /**
   * The files at and below a place, in order; those of `.git` and `node_modules` are left out.
   * Rejects likewise.
   */
  readonly listFiles: (path: string) => Promise<readonly string[]>;
  /** Replaces the text of a file that exists. Rejects likewise. */
  readonly replaceText: (path: string, text: string) => Promise<void>;
  /**
   * Runs Git where the command runs.
   * @returns what it wrote, or its own words about what went wrong
   */
  readonly runGit: (words: readonly string[]) => Promise<Result<Uint8Array, string>>;
  /** The time. */
  readonly now: () => Date;
  /**
   * Puts a file in place that only its user may read, and its directory unless that stays as it is.
   * Rejects likewise.
   */
  readonly writePrivateText: (
    path: string,
    text: string,
    directory?: 'private' | 'as-it-is',
  ) => Promise<void>;
  /** Opens standard input for what is relayed as it comes. */
  readonly openKeyboard: (listener: KeyboardListener) => Keyboard;
  /** Writes bytes to standard output as they are. */
  readonly writeBytes: (bytes: Uint8Array) => void;
  /** Whether a person reads standard error and can type an answer. */
  readonly hasTerminal: boolean;
  /** Asks and reads a line, which is shown; undefined when the person gives up. */
  readonly readAnswer: (prompt: string) => Promise<string | undefined>;
  /** The lines that are typed or piped in, until they end. */
  readonly readLines: (request: LineRequest) => AsyncIterable<string>;
  /**
   * Lets a person change a text in their editor.
   * @param name - of the file that the editor opens
   * @returns the text afterwards, or what went wrong, in words
   */
  readonly editText: (name: string, text: string) => Promise<Result<string, string>>;
  /**
   * Stores a text that a person has edited and that was not sent.
   * @param name - of the file
   * @returns where it is
   */
  readonly keepText: (name: string, text: string) => Promise<string>;
  /** Asks for a secret without showing it; undefined when the person gives up. */
  readonly readSecret: (prompt: string) => Promise<string | undefined>;
  /**
   * Calls back when the person interrupts (^C).
   * @returns a function that ends the subscription
   */
  readonly onInterrupt: (callback: () => void) => () => void;
  /** Imports a module that may not be installed. */
  readonly loadModule: (specifier: string) => Promise<unknown>;
  /** Name of the operating system's user. */
  readonly userName: () => string;
  /** The user's home directory. */
  readonly homeDir: () => string;
}

/** Waits on timers until the time is up or the signal is aborted. Never rejects. */
export function pause(timers: Timers, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = () => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = timers.after(delayMs, finish);
    signal.addEventListener('abort', finish, { once: true });
  });
}
