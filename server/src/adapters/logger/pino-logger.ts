import { isatty } from 'node:tty';
import type { Logger } from '@novacron/runtime/logger';
import { type DestinationStream, destination, pino } from 'pino';
import { formatLogLine, PROGRAM } from './format-log-line.ts';
import { redactFields, redactText } from './redact.ts';

/** File descriptor of standard error. */
const STANDARD_ERROR = 2;

/**
 * Creates a logger that writes JSON lines, with the stacks of causes and without secrets.
 * @param level - the least important lines that are written
 * @param stream - standard error by default; on a terminal its lines are made for people
 */
export function createPinoLogger(
  level: string,
  stream: DestinationStream = openStandardError(),
): Logger {
  const log = pino(
    {
      level,
      base: { name: PROGRAM },
      serializers: { cause: pino.stdSerializers.err },
      formatters: { log: redactFields },
      // The last look: messages and stacks may quote what no field holds.
      hooks: { streamWrite: redactText },
    },
    stream,
  );
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}

function openStandardError(): DestinationStream {
  const stream = destination({ fd: STANDARD_ERROR, sync: true });
  if (!isatty(STANDARD_ERROR)) return stream;
  return { write: (line) => void stream.write(formatLogLine(line)) };
}
