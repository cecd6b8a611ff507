/** The secrets in an action: what they are, and the action without them. */
import type { AgentAction } from '@novacron/contract/agent/agent';
import { MigrationTarget } from '@novacron/contract/agent/migration';
import { z } from 'zod';

/** What guests alone may know, and the way to the target of a migration, with its one-time key. */
export const ActionSecrets = z.object({
  user_data: z.string().nullable(),
  password: z.string().nullable(),
  target: MigrationTarget.optional(),
});
export type ActionSecrets = z.infer<typeof ActionSecrets>;

const NO_SECRETS: ActionSecrets = { user_data: null, password: null };

/** The secrets that an action contains; undefined where it contains none. */
export function findActionSecrets(action: AgentAction): ActionSecrets | undefined {
  switch (action.kind) {
    case 'create':
    case 'configure':
    case 'prepare-incoming': {
      const { user_data = null, password = null } = action.spec.guest ?? {};
      return user_data === null && password === null ? undefined : { user_data, password };
    }
    case 'migrate':
      return action.target === undefined ? undefined : { ...NO_SECRETS, target: action.target };
    default:
      return undefined;
  }
}

/** The action with other secrets; the same one where it has room for none. */
export function replaceActionSecrets(action: AgentAction, secrets: ActionSecrets): AgentAction {
  const { target, ...guestSecrets } = secrets;
  switch (action.kind) {
    case 'create':
    case 'configure':
    case 'prepare-incoming': {
      const { guest } = action.spec;
      if (guest === undefined) return action;
      return { ...action, spec: { ...action.spec, guest: { ...guest, ...guestSecrets } } };
    }
    case 'migrate': {
      const { target: _before, ...rest } = action;
      return target === undefined ? rest : { ...rest, target };
    }
    default:
      return action;
  }
}

/** The action without its secrets; the same one where it contains none. */
export function removeActionSecrets(action: AgentAction): AgentAction {
  return findActionSecrets(action) === undefined
    ? action
    : replaceActionSecrets(action, NO_SECRETS);
}
