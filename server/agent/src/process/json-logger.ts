/** The log of an agent's own process: JSON lines, as the server writes them. */
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';

/** Levels of the log; each level includes the levels after it. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Numbers of the levels, as pino has them. */
const LEVEL_NUMBERS = { debug: 20, info: 30, warn: 40, error: 50, silent: 100 } as const;

/** Options of a logger. */
export interface JsonLoggerOptions {
  readonly level: LogLevel;
  readonly clock: Clock;
  readonly write: (line: string) => unknown;
  /** Name of the logger; the agent when absent. */
  readonly name?: string;
}

/** Makes a logger. Causes are written with their stack and with what caused them. */
export function createJsonLogger(options: JsonLoggerOptions): Logger {
  const { level, clock, write, name = 'novacron-agent' } = options;
  const logAt =
    (own: keyof Logger): Logger[typeof own] =>
    (fields, message) => {
      if (LEVEL_NUMBERS[own] < LEVEL_NUMBERS[level]) return;
      const head = { level: LEVEL_NUMBERS[own], time: clock.nowMs(), name };
      const cause = 'cause' in fields ? { cause: describeCause(fields.cause) } : {};
      write(`${JSON.stringify({ ...head, ...fields, ...cause, msg: message })}\n`);
    };
  return { debug: logAt('debug'), info: logAt('info'), warn: logAt('warn'), error: logAt('error') };
}

/** Maximum number of nested causes in a log line. */
const CAUSES_MAX = 5;

function describeCause(cause: unknown): string {
  const texts: string[] = [];
  let next = cause;
  while (next !== undefined && texts.length < CAUSES_MAX) {
    const { stack, message, cause: deeper } = Object(next);
    texts.push(String(stack ?? message ?? next));
    next = deeper;
  }
  return texts.join('\ncaused by ');
}
