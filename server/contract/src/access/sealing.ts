/** The keys that the store is sealed with, as their administrators see them. */
import { z } from 'zod';
import { Timestamp } from '../schema/resource.ts';

/** A sealing key: its name and what it is needed for, never the key. */
export const SealingKeyItem = z.looseObject({
  id: z.string().describe('Name of the key, made from it; the key cannot be made from the name'),
  state: z
    .enum(['seals', 'needed', 'not-needed'])
    .describe(
      'seals: what is written now; needed: there may be values that only it opens; ' +
        'not-needed: it may be taken away',
    ),
  presence: z.enum(['here', 'missing']).describe('Whether the server that answers has it'),
  rows_sealed_anew: z.int().describe('Rows that were plain or sealed with an earlier key before'),
  tables_left: z.array(z.string()).describe('Tables in which there may be such rows still'),
  place: z.string().describe('Where the first server that had it keeps it'),
  registered_at: Timestamp.nullable().describe('Since when the store knows it'),
});
export type SealingKeyItem = z.infer<typeof SealingKeyItem>;
