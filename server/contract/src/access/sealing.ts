/** The keys that the store is sealed with, as their administrators see them. */
import { z } from 'zod';
import { Timestamp } from '../schema/resource.ts';

/** A sealing key: its name and what it is needed for, never the key. */
export const SealingKeyItem = z.looseObject({
  id: z.string().describe('Id of the key, derived from it; the key cannot be derived from the id'),
  state: z
    .enum(['seals', 'needed', 'not-needed'])
    .describe(
      'seals: encrypts new values; needed: some stored values may need it; not-needed: ' +
        'it can be removed',
    ),
  presence: z.enum(['here', 'missing']).describe('Whether the server that answers has the key'),
  rows_sealed_anew: z
    .int()
    .describe(
      'Rows that have been encrypted with this key so far, and were plain or encrypted with ' +
        'an earlier one',
    ),
  tables_left: z.array(z.string()).describe('Tables that may still contain such rows'),
  place: z.string().describe('Location of the key on the first server that had it'),
  registered_at: Timestamp.nullable().describe('Time at which the store registered the key'),
});
export type SealingKeyItem = z.infer<typeof SealingKeyItem>;
