/** Severity of a line; Terraform filters by TF_LOG_PROVIDER. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** Structured fields of a message; never secrets. */
export type LogFields = { readonly [name: string]: unknown };

/** Writes lines for troubleshooting; users read diagnostics instead. */
export interface Logger {
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Destination of finished lines: standard error in a plugin, an array in a test. */
export type LogSink = (line: string) => void;

/** The dependencies of a logger. */
export interface LoggerOptions {
  readonly sink: LogSink;
  readonly nowMs: () => number;
  /** The least that is written; all by default. */
  readonly least?: LogLevel;
}

const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];

/**
 * Returns the lowest level that the host reads: warnings, unless TF_LOG asks for more. Writing a
 * line for every call of a big plan costs both processes time.
 */
export function minimumLevel(env: { readonly [name: string]: string | undefined }): LogLevel {
  return env.TF_LOG || env.TF_LOG_PROVIDER ? 'trace' : 'warn';
}

/**
 * A logger in the JSON form that go-plugin understands (hclog). Its reader wants exactly six
 * digits of a second; with three it would log the raw JSON as text.
 */
export function createLogger({ sink, nowMs, least = 'trace' }: LoggerOptions): Logger {
  const leastIndex = LEVELS.indexOf(least);
  const write = (level: LogLevel, message: string, fields: LogFields = {}) => {
    if (LEVELS.indexOf(level) < leastIndex) return;
    const timestamp = new Date(nowMs()).toISOString().replace('Z', '000Z');
    const head = { '@level': level, '@message': message, '@module': 'provider' };
    sink(`${stringify({ ...head, '@timestamp': timestamp, ...fields })}\n`);
  };
  return {
    trace: (message, fields) => write('trace', message, fields),
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}

/** Errors keep their whole chain of causes; whatever JSON cannot say becomes text. */
function stringify(line: LogFields): string {
  try {
    return JSON.stringify(line, (_name, value: unknown) => {
      if (value instanceof Error) return describeError(value);
      return typeof value === 'bigint' ? value.toString() : value;
    });
  } catch {
    return JSON.stringify({ '@level': line['@level'], '@message': line['@message'] });
  }
}

/** The longest chain of causes that is written; a longer one is a loop. */
const CAUSES_MAX = 8;

/** The stack of an error and of everything that caused it, for the log. */
export function describeError(error: unknown): string {
  const stacks: string[] = [];
  let current = error;
  while (current !== undefined && current !== null && stacks.length < CAUSES_MAX) {
    if (!(current instanceof Error)) return [...stacks, String(current)].join('\ncaused by: ');
    stacks.push(current.stack ?? current.message);
    current = current.cause;
  }
  return stacks.join('\ncaused by: ');
}
