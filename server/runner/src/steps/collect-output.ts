/** Collects what a step prints: masked, and cut at a length while the rest is read and dropped. */
import { StringDecoder } from 'node:string_decoder';
import { maskStream } from './mask-stream.ts';

/** Longest log of a step. Unit: characters. */
export const LOG_LENGTH_MAX = 1_048_576;

/** Longest standard output that outputs of a step are taken from. Unit: characters. */
export const STDOUT_LENGTH_MAX = 65_536;

/** Output of a step. */
export interface StepOutput {
  /** Standard output and error, in the order in which they arrived. */
  readonly log: string;
  /** The beginning of standard output. */
  readonly stdout: string;
  /** Whether standard output was longer. */
  readonly isStdoutCut: boolean;
  /** The last whole line of standard output, where it is kept; empty if it is too long. */
  readonly lastLine: string;
  /** Output missing from the log. Unit: bytes. */
  readonly droppedBytes: number;
}

/** Collector of a step's output. */
export interface OutputCollector {
  readonly push: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
  /** The log so far, masked: it lags behind by the length of the longest secret. */
  readonly log: () => string;
  /** Output missing from the log so far. Unit: bytes. */
  readonly droppedBytes: () => number;
  /** Returns all of it; to be called once, at the end. */
  readonly end: () => StepOutput;
}

/**
 * Makes a collector that masks the values of secrets.
 * @param keeps - `last-line`: standard output is read to its end for its last line
 */
export function collectOutput(
  secrets: readonly string[],
  keeps: 'beginning' | 'last-line' = 'beginning',
): OutputCollector {
  const streams = { stdout: openStream(secrets), stderr: openStream(secrets) };
  let log = '';
  let stdout = '';
  let isStdoutCut = false;
  let droppedBytes = 0;
  let lastLine = '';
  let line = '';

  /** Characters of a line that is too long are counted, not stored. */
  const addLines = (text: string): void => {
    const parts = text.split('\n');
    for (const [at, part] of parts.entries()) {
      line = (line + part).slice(0, STDOUT_LENGTH_MAX + 1);
      if (at === parts.length - 1) break;
      lastLine = line.length > STDOUT_LENGTH_MAX ? '' : line;
      line = '';
    }
  };

  const add = (stream: 'stdout' | 'stderr', text: string): void => {
    const part = text.slice(0, LOG_LENGTH_MAX - log.length);
    log += part;
    droppedBytes += Buffer.byteLength(text.slice(part.length));
    if (stream === 'stderr') return;
    if (keeps === 'last-line') addLines(text);
    const kept = text.slice(0, STDOUT_LENGTH_MAX - stdout.length);
    stdout += kept;
    isStdoutCut ||= kept.length < text.length;
  };

  return {
    push: (stream, bytes) => {
      const isFull = log.length >= LOG_LENGTH_MAX;
      const isDone = stdout.length >= STDOUT_LENGTH_MAX && keeps === 'beginning';
      if (isFull && (stream === 'stderr' || isDone)) {
        // Nothing of it is shown, so that nothing of it is decoded or masked: it may have no end.
        droppedBytes += bytes.length;
        isStdoutCut ||= stream === 'stdout';
        return;
      }
      add(stream, streams[stream].push(bytes));
    },
    log: () => log,
    droppedBytes: () => droppedBytes,
    end: () => {
      add('stdout', streams.stdout.end());
      add('stderr', streams.stderr.end());
      return { log, stdout, isStdoutCut, lastLine, droppedBytes };
    },
  };
}

function openStream(secrets: readonly string[]) {
  const decoder = new StringDecoder('utf8');
  const masked = maskStream(secrets);
  return {
    push: (bytes: Buffer) => masked.push(decoder.write(bytes)),
    end: () => masked.push(decoder.end()) + masked.end(),
  };
}
