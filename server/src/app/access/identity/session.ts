/** Sessions: callers that an identity provider authenticated. */

import type { Principal } from '../../kernel/context/call-context.ts';
import { derivedName } from '../../rows/own-principals.ts';

/** Prefix of the ids and names of such principals; no name of a key has a colon. */
const SESSION_PREFIX = derivedName('session', '');

/** The id and name of the principal that an identity provider calls `subject`. */
export function sessionName(subject: string): string {
  return derivedName('session', subject);
}

/** Whether a principal is a session: a token of the provider, or one of ours made with it. */
export function isSession({ id }: Pick<Principal, 'id'>): boolean {
  return id.startsWith(SESSION_PREFIX);
}
