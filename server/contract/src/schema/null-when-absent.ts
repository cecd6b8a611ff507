/** Optional parts of objects. */
import type { z } from 'zod';

/** A part that may be left out: it is null then, once it is parsed. */
export function nullWhenAbsent<Schema extends z.ZodType>(schema: Schema, description: string) {
  return schema
    .nullable()
    .prefault(null as never)
    .describe(description);
}
