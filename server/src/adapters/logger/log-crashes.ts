import type { Logger } from '@novacron/runtime/logger';

const CRASH_EXIT_CODE = 1;

/**
 * Lets the process end after a bug with a line in the log like any other, not with a bare stack,
 * which no program that reads the log understands. An unhandled rejection is a bug too.
 */
export function logCrashes(logger: Logger): void {
  process.on('uncaughtException', (cause: unknown, origin) => {
    logger.error({ cause, origin }, 'the server crashed');
    process.exit(CRASH_EXIT_CODE);
  });
}
