import { describe, expect, test } from '@jest/globals';
import type { Logger } from '@novacron/runtime/logger';
import { createJsonLogger, type LogLevel } from './json-logger.ts';

function logWith(level: LogLevel, use: (logger: Logger) => void): unknown[] {
  const lines: string[] = [];
  use(createJsonLogger({ level, clock: { nowMs: () => 7 }, write: (line) => lines.push(line) }));
  return lines.map((line) => JSON.parse(line));
}

describe('the log of an agent', () => {
  test.each([
    ['debug', ['d', 'i', 'w', 'e']],
    ['info', ['i', 'w', 'e']],
    ['warn', ['w', 'e']],
    ['error', ['e']],
    ['silent', []],
  ] as const)('at level %s says %j', (level, expected) => {
    const said = logWith(level, (logger) => {
      logger.debug({}, 'd');
      logger.info({}, 'i');
      logger.warn({}, 'w');
      logger.error({}, 'e');
    });
    expect(said).toMatchObject(expected.map((msg) => ({ msg })));
  });

  test('is lines of JSON with the fields, and with what caused a cause', () => {
    const cause = new Error('cannot write', { cause: new Error('disk full') });
    const [line] = logWith('info', (logger) => logger.warn({ node: 'n', cause }, 'trouble'));
    expect(line).toEqual({
      level: 40,
      time: 7,
      name: 'novacron-agent',
      node: 'n',
      msg: 'trouble',
      cause: expect.stringMatching(/Error: cannot write[\s\S]*caused by Error: disk full/),
    });
  });

  test('takes whatever was thrown for a cause', () => {
    const said = logWith('info', (logger) => logger.error({ cause: 'a text' }, 'trouble'));
    expect(said).toMatchObject([{ cause: 'a text' }]);
  });
});
