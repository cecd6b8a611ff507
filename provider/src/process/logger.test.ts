import { describe, expect, test } from '@jest/globals';
import { createLogger, describeError, minimumLevel } from './logger.ts';

function capture(write: (log: ReturnType<typeof createLogger>) => void) {
  const lines: string[] = [];
  write(createLogger({ sink: (line) => void lines.push(line), nowMs: () => 1_700_000_000_123 }));
  return lines.map((line) => JSON.parse(line));
}

describe('createLogger', () => {
  test('a line has the form of hclog, with six digits of a second', () => {
    expect(capture((log) => log.warn('careful', { vm: 'a', size: 2n ** 60n }))).toEqual([
      {
        '@level': 'warn',
        '@message': 'careful',
        '@module': 'provider',
        '@timestamp': '2023-11-14T22:13:20.123000Z',
        vm: 'a',
        size: '1152921504606846976',
      },
    ]);
  });

  test.each([
    [{}, ['warn', 'error']],
    [{ TF_LOG: '' }, ['warn', 'error']],
    [{ TF_LOG: 'info' }, ['trace', 'debug', 'info', 'warn', 'error']],
    [{ TF_LOG_PROVIDER: 'trace' }, ['trace', 'debug', 'info', 'warn', 'error']],
  ])('with %j the lines that the host may show are written', (env, levels) => {
    const lines: string[] = [];
    const sink = (line: string) => void lines.push(line);
    const log = createLogger({ sink, nowMs: () => 0, least: minimumLevel(env) });
    for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) log[level]('text');
    expect(lines.map((line) => JSON.parse(line)['@level'])).toEqual(levels);
  });

  test('an error keeps the stack of everything that caused it', () => {
    const error = new Error('outer', { cause: new Error('inner', { cause: 'a text' }) });
    const [line] = capture((log) => log.error('failed', { error }));
    expect(line.error).toMatch(
      /Error: outer[\s\S]*caused by: Error: inner[\s\S]*caused by: a text/,
    );
  });

  test('fields that JSON cannot write do not lose the message', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(capture((log) => log.info('still here', { loop }))).toMatchObject([
      { '@message': 'still here' },
    ]);
  });

  test('a loop of causes ends', () => {
    const error = new Error('a');
    error.cause = error;
    expect(describeError(error).split('caused by').length).toBeLessThan(10);
  });
});
