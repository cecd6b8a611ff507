/** What this release cannot start is refused. */
import { expect, test } from '@jest/globals';
import { readConfig } from '../config.ts';
import { requireBuilt } from './require-built.ts';

function detailOf(argv: readonly string[]): string {
  const read = readConfig(argv, { NOVACRON_DATA_DIR: '/nowhere' });
  if (!read.ok || read.value.kind !== 'start') throw new Error('no configuration');
  const built = requireBuilt(read.value.config);
  return built.ok ? 'starts' : `${built.error.detail} ${built.error.remedy}`;
}

test.each([
  [[], 'starts'],
  [
    ['--store', 'postgres://nova:geheim@db/nova'],
    '--store: this release cannot work with PostgreSQL. Use sqlite, which is the default; ' +
      'novacron config show tells where the value comes from.',
  ],
  [
    ['--bus', 'nats://bus:4222'],
    '--bus: this release cannot work with NATS. Use memory, which is the default; ' +
      'novacron config show tells where the value comes from.',
  ],
])('%j: %s', (argv, text) => expect(detailOf(argv)).toBe(text));
