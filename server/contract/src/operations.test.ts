import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { isOperationName, operationNames, operationRow } from './operations.ts';

describe('the operations table', () => {
  test.each(operationNames())('%s keeps the rules of the table', (name) => {
    const row = operationRow(name);
    expect(name).toMatch(/^[a-z_]+\.[a-z]+$/);
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

  test('a name is known only if the table itself has it', () => {
    expect(isOperationName('vm.create')).toBe(true);
    expect(isOperationName('constructor')).toBe(false);
  });
});
