/** The schema of what a server asks its policies, whose fields editors propose. */
import { POLICY_INPUT_SCHEMA } from '@novacron/contract/gen/policy-input-schema';
import type { Fields } from '../../../../output/fields.ts';

/** JSON Schema of `input`. */
export const INPUT_SCHEMA: Fields = POLICY_INPUT_SCHEMA;
