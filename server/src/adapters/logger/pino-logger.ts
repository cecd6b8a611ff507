import { destination, pino } from 'pino';
import type { Logger } from '../../ports/logger.ts';

/** A JSON log on standard error; causes are written with their stack. */
export function createPinoLogger(level: string): Logger {
  const log = pino(
    { level, base: { name: 'novacron' }, serializers: { cause: pino.stdSerializers.err } },
    destination({ fd: 2, sync: true }),
  );
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}
