import { type DestinationStream, destination, pino } from 'pino';
import type { Logger } from '../../ports/logger.ts';
import { redactFields, redactText } from './redact.ts';

/**
 * A JSON log on standard error; causes are written with their stack, secrets are not written.
 * @param level - the least important lines that are written
 * @param stream - where to write instead
 */
export function createPinoLogger(
  level: string,
  stream: DestinationStream = destination({ fd: 2, sync: true }),
): Logger {
  const log = pino(
    {
      level,
      base: { name: 'novacron' },
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
