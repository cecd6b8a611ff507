/** Names that requests may give. */
import type { z } from 'zod';
import { looksLikeId } from '../ids.ts';

/**
 * Narrows the schema of a name for requests: none in the form of an id, which commands would take
 * for the id of another resource. Names that are stored already may have that form.
 */
export function newName<Name extends z.ZodType>(schema: Name): Name {
  return schema.refine(isNewName, {
    error:
      'must not have the form of an ID, such as vm_ and 26 characters: commands would take the ' +
      'name for the ID of another resource',
  });
}

/** Whether requests may give a name. One pattern passes over the text, whatever its length. */
export function isNewName(name: unknown): boolean {
  return typeof name !== 'string' || !looksLikeId(name);
}
