/** The secrets in an action: what they are, and the action without them. */
import type { AgentAction } from '@novacron/contract/agent/agent-actions';
import { MigrationTarget } from '@novacron/contract/agent/migration';
import { z } from 'zod';

/**
 * Secrets that only guests may know, the address of a migration's target with its one-time key, and
 * the ticket for sending an export to the server.
 */
export const ActionSecrets = z.object({
  user_data: z.string().nullable(),
  password: z.string().nullable(),
  answer_file: z.string().nullable().optional(),
  target: MigrationTarget.optional(),
  ticket: z.string().optional(),
});
export type ActionSecrets = z.infer<typeof ActionSecrets>;

/** In the place of a ticket, which every export has. */
const NO_TICKET = '';

const NO_SECRETS: ActionSecrets = { user_data: null, password: null };

/** The secrets that an action contains; undefined where it contains none. */
export function findActionSecrets(action: AgentAction): ActionSecrets | undefined {
  switch (action.kind) {
    case 'create':
    case 'configure':
    case 'prepare-incoming':
    case 'reimage':
    case 'define': {
      const { user_data = null, password = null, answer_file } = action.spec.guest ?? {};
      if ([user_data, password, answer_file ?? null].every((secret) => secret === null)) {
        return undefined;
      }
      return { user_data, password, ...(answer_file === undefined ? {} : { answer_file }) };
    }
    case 'migrate':
      return action.target === undefined ? undefined : { ...NO_SECRETS, target: action.target };
    case 'export-snapshot':
      return action.ticket === NO_TICKET ? undefined : { ...NO_SECRETS, ticket: action.ticket };
    default:
      return undefined;
  }
}

/** The action with other secrets; the same one where it has room for none. */
export function replaceActionSecrets(action: AgentAction, secrets: ActionSecrets): AgentAction {
  const { target, ticket = NO_TICKET, ...guestSecrets } = secrets;
  switch (action.kind) {
    case 'create':
    case 'configure':
    case 'prepare-incoming':
    case 'reimage':
    case 'define': {
      const { guest } = action.spec;
      if (guest === undefined) return action;
      return { ...action, spec: { ...action.spec, guest: { ...guest, ...guestSecrets } } };
    }
    case 'migrate': {
      const { target: _before, ...rest } = action;
      return target === undefined ? rest : { ...rest, target };
    }
    case 'export-snapshot':
      return { ...action, ticket };
    default:
      return action;
  }
}

/** The action without its secrets; the same one where it contains none. */
export function removeActionSecrets(action: AgentAction): AgentAction {
  const found = findActionSecrets(action);
  if (found === undefined) return action;
  const answerFile = found.answer_file === undefined ? {} : { answer_file: null };
  return replaceActionSecrets(action, { ...NO_SECRETS, ...answerFile });
}
