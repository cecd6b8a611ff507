/** The command's world as Node.js offers it. */
import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import type { CliIo, TextSink } from './io/cli-io.ts';
import { createTextReader } from './io/create-text-reader.ts';
import { editText, keepText } from './io/edit-text.ts';
import { listFiles } from './io/list-files.ts';
import { openKeyboard } from './io/open-keyboard.ts';
import { readAnswer } from './io/read-answer.ts';
import { readLines } from './io/read-lines.ts';
import { readSecret } from './io/read-secret.ts';
import { replaceText } from './io/replace-text.ts';
import { runGit } from './io/run-git.ts';
import { writePrivateText } from './io/write-private-text.ts';

/** A program that the command starts, by its package. */
const PROGRAM = /^(@novacron\/(?:server|agent|runner|provider))\/(main|install-provider)$/;

/**
 * Makes the world of a real process.
 * @param release - `version`: version of this release; `isBundled`: programs are started from their
 *   bundles
 */
export function createNodeIo(release: {
  readonly version: string;
  readonly isBundled?: boolean;
}): CliIo {
  return {
    version: release.version,
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    timers: {
      after: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    },
    nowMs: () => performance.now(),
    random: Math.random,
    readText: createTextReader(process.stdin),
    readBytes: (path) => readFile(path),
    listFiles,
    replaceText,
    runGit,
    now: () => new Date(),
    writePrivateText,
    openKeyboard: (listener) => openKeyboard(process.stdin, listener),
    writeBytes: (bytes) => {
      process.stdout.write(bytes);
    },
    hasTerminal: process.stdin.isTTY === true && process.stderr.isTTY === true,
    readAnswer: (prompt) => readAnswer({ input: process.stdin, output: process.stderr }, prompt),
    readLines: (request) => {
      const { stdin: input, stdout: output } = process;
      return readLines({ input, output, isTerminal: input.isTTY === true }, request);
    },
    editText: (name, text) => editText(process.env, name, text),
    keepText,
    readSecret: (prompt) => readSecret({ input: process.stdin, output: process.stderr }, prompt),
    onInterrupt,
    loadModule: (specifier) =>
      import(release.isBundled === true ? specifier.replace(PROGRAM, '$1/bundle/$2') : specifier),
    userName: () => userInfo().username,
    homeDir: homedir,
  };
}

/** Signals that end a command: ^C or from a supervisor. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * A signal to a group reaches a command twice where its parent hands it on, as `timeout` and `npx`
 * do. Within this time it is the same one. Unit: ms.
 */
const ECHO_MS = 1_000;

/**
 * The first signal interrupts; one that comes later ends the process at once.
 * @returns what stops listening; once a signal came, the command has yet to say so
 */
function onInterrupt(callback: () => void): () => void {
  let firstMs: number | undefined;
  const leave = (): void => {
    for (const signal of SIGNALS) process.removeListener(signal, hear);
  };
  function hear(signal: NodeJS.Signals): void {
    if (firstMs === undefined) {
      firstMs = performance.now();
      callback();
    } else if (performance.now() - firstMs >= ECHO_MS) {
      leave();
      process.kill(process.pid, signal);
    }
  }
  for (const signal of SIGNALS) process.on(signal, hear);
  return () => {
    if (firstMs === undefined) leave();
  };
}

function sinkOf(stream: NodeJS.WriteStream): TextSink {
  return {
    write: (written) => {
      stream.write(written);
    },
    isTerminal: stream.isTTY === true,
    ...(stream.isTTY === true ? { columns: stream.columns } : {}),
  };
}
