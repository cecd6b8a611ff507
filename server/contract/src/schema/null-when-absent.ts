/** The schema of an optional part of an object. */
import type { z } from 'zod';

/** Makes a part optional: an absent one is null once it is parsed. */
export function nullWhenAbsent<Schema extends z.ZodType>(schema: Schema, description: string) {
  return (
    schema
      .nullable()
      // TypeScript cannot see that null is an input of a nullable schema that it does not know yet.
      .prefault(null as never)
      .describe(description)
  );
}
