import { z } from 'zod';
import { field } from './field.ts';

/** The field `deletion_protection`, the same for each kind that has it. */
export function deletionProtection(words: string, exception = '') {
  return field({
    schema: z.boolean(),
    description:
      `Protects the ${words} from deletion and replacement, already in plans. Set it to false ` +
      `and apply before you delete the ${words}.${exception}`,
    presence: 'optional',
    default: false,
    driftClass: 'availability',
    example: true,
  });
}
