import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { computed, field } from '../schema/field.ts';
import { RESOURCE_DEFINITIONS } from './resource-kinds.ts';
import { fieldsOfSecrecy, SECRET_FIELDS, WRITE_ONLY_FIELDS } from './secret-fields.ts';

const TABLES = Object.values(RESOURCE_DEFINITIONS).map(({ table }) => table);

describe('secret fields', () => {
  test('are those of every kind, one that was just added included', () => {
    const row = {
      schema: z.string(),
      description: 'x',
      presence: 'optional',
      example: 'x',
    } as const;
    const inside = { phrase: field({ ...row, secrecy: 'write-only' }) };
    const table = {
      name: field(row),
      transfer_key: field({ ...row, secrecy: 'sensitive' }),
      transfer: field({ ...row, inside }),
      status: computed(z.string(), 'x', 'x'),
    };
    const kinds = [...TABLES, table];
    const all = fieldsOfSecrecy(['sensitive', 'write-only'], kinds);
    expect([...all].sort()).toEqual([...SECRET_FIELDS, 'transfer_key', 'phrase'].sort());
    expect([...fieldsOfSecrecy(['write-only'], kinds)]).toEqual([...WRITE_ONLY_FIELDS, 'phrase']);
  });

  test('are today the secrets of a VM', () => {
    expect([...SECRET_FIELDS]).toEqual(['user_data', 'user_data_wo', 'password_wo', 'unattend_wo']);
    expect([...WRITE_ONLY_FIELDS]).toEqual(['user_data_wo', 'password_wo', 'unattend_wo']);
  });

  test('that are write-only are at the top of a request, where its hash leaves them out', () => {
    const nested = TABLES.flatMap((table) => Object.values(table)).map(
      ({ inside }) => inside ?? {},
    );
    expect([...fieldsOfSecrecy(['write-only'], nested)]).toEqual([]);
  });
});
