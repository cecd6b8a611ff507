/** The schema of what a server asks its policies, whose fields editors propose. */
import type { Fields } from '../../../../output/fields.ts';

/** JSON Schema of `input`. */
export const INPUT_SCHEMA: Fields = {};
