/** What a journal keeps of a command that has ended: enough to know it again, and no secrets. */
import type { AgentAction } from '@novacron/contract/agent/agent';

/** The action without what guests alone may know; the same one where it holds nothing of that. */
export function removeActionSecrets(action: AgentAction): AgentAction {
  switch (action.kind) {
    case 'create':
    case 'configure':
    case 'prepare-incoming': {
      const { guest } = action.spec;
      if (guest === undefined) return action;
      const { user_data, password } = guest;
      if (user_data === null && password === null) return action;
      const forgotten = { ...guest, user_data: null, password: null };
      return { ...action, spec: { ...action.spec, guest: forgotten } };
    }
    default:
      return action;
  }
}
