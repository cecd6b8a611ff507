/** Holds: orders of people that what NovaCron does by itself stops until it is released. */
import { z } from 'zod';
import { Deadline } from '../formats/read-moment.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';

/** Unit: characters. */
const COMMENT_LENGTH_MAX = 1_024;

/** A comment of a person about an incident or a hold. */
export const Comment = z.string().min(1).max(COMMENT_LENGTH_MAX);

/** Makes the schema of a hold. @param scope - what each scope covers */
export function holdSchema(scope: string) {
  return z.looseObject({
    scope: z.enum(['tenant', 'all']).describe(scope),
    reason: z.string().describe('That of a hold for all tenants is shown to the platform alone'),
    held_at: Timestamp,
    held_by: PrincipalName,
    until: Timestamp.nullable().describe('Time at which it ends by itself; null: never'),
  });
}

/** A hold, whatever it stops. */
export type Hold = z.infer<ReturnType<typeof holdSchema>>;

/** Input of holds and releases. @param whom - what `all` covers besides all tenants */
export function allTenants(whom: string) {
  return z
    .boolean()
    .default(false)
    .describe(`For all tenants${whom}; administrators of the platform only`);
}

/** The end of a hold. */
export const holdUntil = Deadline.optional().describe(
  'Time at which the hold ends by itself, RFC 3339, or a duration from now, such as 30m; ' +
    'without it, it never does',
);

/** Whether a hold takes the place of that of another principal. @param what - what is held */
export function replacing(what: string) {
  return z
    .boolean()
    .default(false)
    .describe(`Also where another principal holds ${what}: its hold ends, and only yours is left`);
}
