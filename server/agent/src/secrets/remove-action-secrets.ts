/** The secrets of a guest in an action: what they are, and the action without them. */
import type { AgentAction, MachineGuest } from '@novacron/contract/agent/agent';

/** What guests alone may know. */
export type GuestSecrets = Pick<MachineGuest, 'user_data' | 'password'>;

const NO_SECRETS: GuestSecrets = { user_data: null, password: null };

/** The secrets that an action contains; undefined where it contains none. */
export function findActionSecrets(action: AgentAction): GuestSecrets | undefined {
  switch (action.kind) {
    case 'create':
    case 'configure':
    case 'prepare-incoming': {
      const { user_data = null, password = null } = action.spec.guest ?? {};
      return user_data === null && password === null ? undefined : { user_data, password };
    }
    default:
      return undefined;
  }
}

/** The action with other secrets; the same one where it has no guest. */
export function replaceActionSecrets(action: AgentAction, secrets: GuestSecrets): AgentAction {
  switch (action.kind) {
    case 'create':
    case 'configure':
    case 'prepare-incoming': {
      const { guest } = action.spec;
      if (guest === undefined) return action;
      return { ...action, spec: { ...action.spec, guest: { ...guest, ...secrets } } };
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
