import { expect, test } from '@jest/globals';
import { NETWORK_FIELDS } from '@novacron/contract/kinds/network/network';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { VOLUME_FIELDS } from '@novacron/contract/kinds/volume/volume';
import { field } from '@novacron/contract/schema/field';
import { z } from 'zod';
import { describeChange } from './describe-change.ts';

test.each([
  ['one that never matters', VM_FIELDS.name, 'A change is live.'],
  ['one that needs another', NETWORK_FIELDS.cidr, 'A change is a replacement.'],
  ['one that loses data', VOLUME_FIELDS.type, 'A change is a replacement that loses data.'],
  [
    'one whose direction and hypervisor matter',
    VM_FIELDS.cpu_cores,
    'Growing is live if the hypervisor supports it, otherwise a restart; shrinking is a restart.',
  ],
  [
    'one that may go',
    VOLUME_FIELDS.source_snapshot_id,
    'A change is a replacement that loses data; removing it is live.',
  ],
  [
    'an object',
    field({
      schema: z.strictObject({ a: z.string() }),
      description: 'An object.',
      presence: 'optional',
      effectOf: (before) => (before === null ? 'restart' : 'live'),
      example: { a: 'x' },
    }),
    'A change is live; setting it is a restart.',
  ],
])('describes what a change does: %s', (_case, row, words) => {
  expect(describeChange(row)).toBe(words);
});
