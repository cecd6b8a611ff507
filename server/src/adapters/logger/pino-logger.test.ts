import { describe, expect, test } from '@jest/globals';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { FieldTable } from '@novacron/contract/schema/field';
import { createPinoLogger } from './pino-logger.ts';
import { redactText } from './redact.ts';

const KEY = 'ncr_0123456789abcdefABCDEF_-xyz';

function recordingStream() {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  return { stream, lines };
}

describe('the log', () => {
  test('is one JSON object a line, with the level, the time and the fields', () => {
    const { stream, lines } = recordingStream();
    createPinoLogger('info', stream).warn({ operation: 'op_1' }, 'a\nmessage');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 40,
      name: 'novacron',
      operation: 'op_1',
      msg: 'a\nmessage',
      time: expect.any(Number),
    });
  });

  test.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ])('at level %s says %j', (level, heard) => {
    const { stream, lines } = recordingStream();
    const log = createPinoLogger(level, stream);
    for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each]({}, each);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(heard);
  });

  test('writes a cause with its stack and the causes behind it', () => {
    const { stream, lines } = recordingStream();
    const cause = new Error('outer', { cause: new Error('inner') });
    createPinoLogger('info', stream).error({ cause }, 'trouble');
    const { cause: written } = JSON.parse(lines[0] ?? '');
    expect(written).toMatchObject({ type: 'Error', message: 'outer: inner' });
    expect(written.stack).toContain('caused by: Error: inner');
  });
});

describe('secrets', () => {
  test('are not written, by the name of their field, however deep', () => {
    const { stream, lines } = recordingStream();
    const headers = { Authorization: 'Bearer abc', host: 'here' };
    const fields = { request: { headers }, list: [{ password: 'p4ss' }], token: 7 };
    createPinoLogger('info', stream).info({ ...fields, plain: 'seen' }, 'tried');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      request: { headers: { Authorization: '[redacted]', host: 'here' } },
      list: [{ password: '[redacted]' }],
      token: '[redacted]',
      plain: 'seen',
    });
  });

  test('are not written, by their look, in messages, fields and stacks', () => {
    const { stream, lines } = recordingStream();
    const log = createPinoLogger('info', stream);
    log.error({ cause: new Error(`no key ${KEY}`), note: `Bearer ${KEY}` }, `with ${KEY}`);
    expect(lines.join('')).not.toContain(KEY);
    expect(lines.join('')).not.toContain(KEY.slice(4, 12));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: 'with [redacted]',
      note: 'Bearer [redacted]',
    });
  });

  test.each([
    ['Authorization: Bearer abc.DEF-123', 'Authorization: Bearer [redacted]'],
    ['Basic dXNlcjpwYXNz', 'Basic [redacted]'],
    [`{"key":"${KEY}"}`, '{"key":"[redacted]"}'],
    ['{"keyPrefix":"ncr_a1b2-d4_"}', '{"keyPrefix":"ncr_a1b2-d4_"}'],
    ['{"keyPrefix":"ncr_a1b2-d4_e"}', '{"keyPrefix":"[redacted]"}'],
    ['a bearer of news', 'a bearer of news'],
    ['with --enroll nce_0123-abc_XYZ, twice', 'with --enroll [redacted], twice'],
    ['the token eyJhbGciOiJ9.eyJzdWIiOiIx.c2lnLQ-_ is', 'the token [redacted] is'],
    ['"postgres://me:p%40s:s@db:5432/n"', '"postgres://me:[redacted]@db:5432/n"'],
    ['"postgres://db/n?sslpassword=x%3D1&a=1"', '"postgres://db/n?sslpassword=[redacted]&a=1"'],
    ['tls://t0ken@bus:4222', 'tls://[redacted]@bus:4222'],
    ['http://here:80/a, mail b@c', 'http://here:80/a, mail b@c'],
    ['nothing here', 'nothing here'],
  ])('in the text %j become %j', (text, wanted) => {
    expect(redactText(text)).toBe(wanted);
  });

  test('are the secret fields of every kind of resource, however deep', () => {
    const { stream, lines } = recordingStream();
    const secrets = Object.values(RESOURCE_DEFINITIONS).flatMap(({ table }) => secretsOf(table));
    expect(secrets).toContain('password_wo');
    const input = Object.fromEntries(secrets.map((name) => [name, 'hunter2']));
    createPinoLogger('info', stream).info({ input, items: [input] }, 'tried');
    const redacted = Object.fromEntries(secrets.map((name) => [name, '[redacted]']));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ input: redacted, items: [redacted] });
  });
});

function secretsOf(table: FieldTable): string[] {
  return Object.entries(table).flatMap(([name, { secrecy, inside }]) => [
    ...(secrecy === 'plain' ? [] : [name]),
    ...secretsOf(inside ?? {}),
  ]);
}
