import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { makeId } from '../ids.ts';
import { isOperationName, operationNames, operationRow } from './operations.ts';

const BEGINS = 'must be next_cursor of the previous page';

function messagesOf(schema: unknown, value: string): readonly string[] {
  const parsed = z.instanceof(z.ZodType).parse(schema).safeParse(value);
  return (parsed.error?.issues ?? []).map(({ message }) => message);
}

describe('the operations table', () => {
  test.each(operationNames())('%s keeps the rules of the table', (name) => {
    const row = operationRow(name);
    expect(name).toMatch(/^[a-z_]+\.[a-z]+(_[a-z]+)?$/);
    expect(row.summary).toMatch(/^[A-Z].*\.$/);
    const parameters = [...row.rest.path.matchAll(/\{([a-z_]+)\}/g)].map((match) => match[1]);
    for (const parameter of parameters) expect(row.input.shape).toHaveProperty(parameter ?? '');
    if (row.effect === 'read') expect(row.idempotency).toBe('natural');
    if (row.idempotency === 'key') expect(row.input.shape).toHaveProperty('idempotency_key');
    for (const [field, schema] of Object.entries(row.input.shape)) {
      expect([field, z.globalRegistry.get(schema)?.description]).toEqual([
        field,
        expect.any(String),
      ]);
    }
  });

  test('no two operations share a method and a path', () => {
    const routes = operationNames().map((name) => {
      const { method, path } = operationRow(name).rest;
      return `${method} ${path}`;
    });
    expect(new Set(routes).size).toBe(routes.length);
  });

  test('a page begins where one ended, and not at a text that only sorts somewhere', () => {
    const lists = operationNames().filter((name) => 'cursor' in operationRow(name).input.shape);
    expect(lists).toContain('audit.list');
    const known = makeId('vm', 1_750_000_000_000, new Uint8Array(10));
    for (const name of lists.filter((each) => each !== 'idempotency.list')) {
      const cursor = z.object(operationRow(name).input.shape).shape.cursor;
      expect([name, messagesOf(cursor, "' OR 1=1")]).toEqual([name, [BEGINS]]);
      expect([name, messagesOf(cursor, known.slice(0, -1))]).toEqual([name, [BEGINS]]);
      expect([name, messagesOf(cursor, known)]).toEqual([name, []]);
      expect([name, messagesOf(cursor, `${known}/000000001`)]).toEqual([name, []]);
    }
  });

  test('a name is known only if the table itself has it', () => {
    expect(isOperationName('vm.create')).toBe(true);
    expect(isOperationName('constructor')).toBe(false);
  });
});
