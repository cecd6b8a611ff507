import { describe, expect, test } from '@jest/globals';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { field } from '@novacron/contract/schema/field';
import { z } from 'zod';
import { UNKNOWN } from '../cty/unknown.ts';
import type { Values } from '../fields/field-values.ts';
import { Diagnostics } from '../framework/diagnostics/diagnostics.ts';
import { createCombinationCheck } from './check-attribute-combinations.ts';

const SIZES = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };

function check(config: Values, table: Parameters<typeof createCombinationCheck>[0] = VM_FIELDS) {
  const diagnostics = new Diagnostics();
  createCombinationCheck(table)(config, diagnostics);
  return diagnostics.all.map(({ severity, summary, path }) => ({ severity, summary, path }));
}

const SECRETS = Object.entries(RESOURCE_DEFINITIONS).flatMap(([kind, { table }]) =>
  Object.entries(table).flatMap(([name, row]) =>
    row.secrecy === 'write-only' ? [{ kind, name, table, version: row.versionedBy ?? '' }] : [],
  ),
);

describe.each(SECRETS)('the write-only $name of a $kind', ({ name, table, version }) => {
  const own = (config: Values) =>
    check(config, table).filter(({ summary }) => summary.includes(name));

  test('has a version', () => {
    expect(Object.keys(table)).toContain(version);
  });

  test('needs its version, and the version needs it', () => {
    const severity = 'error';
    expect(own({ ...SIZES, [name]: 'x' })).toEqual([
      { severity, summary: `${name} needs ${version}`, path: [name] },
    ]);
    expect(own({ ...SIZES, [version]: 2 })).toEqual([
      { severity, summary: `${version} needs ${name}`, path: [version] },
    ]);
  });

  test.each([
    ['both are set', { [name]: 'x', [version]: 1 }],
    ['both are null', { [name]: null, [version]: null }],
    ['the secret is not known yet', { [name]: UNKNOWN, [version]: null }],
    ['the version is not known yet', { [name]: 'x', [version]: UNKNOWN }],
    ['the version stands alone and is not known yet', { [name]: null, [version]: UNKNOWN }],
    ['the secret is not known yet and the version is', { [name]: UNKNOWN, [version]: 1 }],
  ])('is left alone where %s', (_case, config) => {
    expect(own({ ...SIZES, ...config })).toEqual([]);
  });
});

test('both forms of a secret are refused, unless one of them is not known yet', () => {
  const given = { ...SIZES, user_data_wo: 'x', user_data_wo_version: 1 };
  expect(check({ ...given, user_data: 'y' })).toMatchObject([
    { summary: 'Only one of user_data and user_data_wo can be set', path: ['user_data_wo'] },
  ]);
  expect(check({ ...given, user_data: UNKNOWN })).toEqual([]);
});

test('the rules come from the table of the kind, whatever its fields are called', () => {
  const row = { schema: z.string(), description: 'Text.', example: 'x' };
  const table = {
    phrase: field({ ...row, presence: 'optional', secrecy: 'write-only', versionedBy: 'edition' }),
    edition: field({ ...row, presence: 'optional' }),
  };
  expect(check({ phrase: 'x' }, table)).toMatchObject([{ summary: 'phrase needs edition' }]);
});
