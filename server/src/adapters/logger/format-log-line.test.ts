import { describe, expect, test } from '@jest/globals';
import { formatLogLine } from './format-log-line.ts';
import { createPinoLogger } from './pino-logger.ts';

/** Returns the log as a terminal shows it, without the time of day. */
function shown(log: (logger: ReturnType<typeof createPinoLogger>) => void): string {
  const lines: string[] = [];
  log(createPinoLogger('debug', { write: (line) => void lines.push(formatLogLine(line)) }));
  return lines.join('').replaceAll(/^\d\d:\d\d:\d\d /gm, '');
}

describe('a log line on a terminal', () => {
  test('begins with the local time of day', () => {
    const time = new Date(2026, 10, 21, 18, 4, 31).getTime();
    expect(formatLogLine(JSON.stringify({ level: 30, time, name: 'novacron', msg: 'a' }))).toBe(
      '18:04:31 INFO  a\n',
    );
  });

  test('has the level, the message and the fields, quoted where they need it', () => {
    const text = shown((logger) => {
      logger.info({ operation: 'vm.create', ms: 12, path: '/rpc' }, 'request');
      logger.warn({ note: 'two words', list: [1, 'a'], at: { zone: 'z' } }, 'a\nmessage');
      logger.debug({}, 'a');
      logger.error({}, 'b');
    });
    expect(text).toBe(
      'INFO  request operation=vm.create ms=12 path=/rpc\n' +
        'WARN  a message note="two words" list=[1,"a"] at={"zone":"z"}\n' +
        'DEBUG a\n' +
        'ERROR b\n',
    );
  });

  test('has the stack of its cause below', () => {
    const text = shown((logger) => logger.error({ cause: new Error('outer') }, 'trouble'));
    const [first, second, third] = text.split('\n');
    expect(first).toBe('ERROR trouble');
    expect(second).toBe('    Error: outer');
    expect(third).toMatch(/^ {8}at /);
  });

  test('shows no secret and moves no cursor', () => {
    const key = 'ncr_0123456789abcdefABCDEF_-xyz';
    const text = shown((logger) => logger.info({ name: '\u001b[2J\u202e', token: key }, key));
    expect(text).not.toContain(key);
    expect(text).toContain('name="\\u001b[2J\\u202e"');
    expect(text).toContain('[redacted]');
  });

  test('is left as it is when it is not a JSON object', () => {
    expect(formatLogLine('plain\n')).toBe('plain\n');
    expect(formatLogLine('null\n')).toBe('null\n');
  });
});
