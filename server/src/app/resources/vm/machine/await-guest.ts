/** Asks the agent of a node whether the guest of a VM is ready. */
import { guestSubject } from '@novacron/contract/agent/agent-subjects';
import {
  GUEST_WAIT_MS_MAX,
  GuestAnswer,
  type GuestCondition,
} from '@novacron/contract/agent/guest-check';
import { shownAddresses } from '@novacron/contract/formats/guest-addresses';
import { canonicalJson } from '@novacron/contract/json';
import { STOP_REASON_WORDS } from '@novacron/contract/kinds/vm/stop-reason';
import type { KernelDeps } from '../../../kernel/context/deps.ts';
import type {
  AwaitGuestStepAction,
  StepOutcome,
} from '../../../kernel/definitions/operation-definition.ts';
import { commitChanges } from '../../../kernel/write/commit-changes.ts';

/** Time limit for the agent's reply, besides its wait for the guest. Unit: ms. */
const REPLY_MS_MAX = 5_000;

/** The conditions in words for people. */
const WORDS = {
  agent: 'its guest agent',
  ip: 'its address',
  port: 'port',
  cloud_init: 'cloud-init',
} as const satisfies Readonly<Record<GuestCondition, string>>;

/** Dependencies for waiting for guests. */
type Deps = Pick<KernelDeps, 'bus' | 'store'>;

/**
 * Asks once. An agent that does not answer is asked again, as is one whose guest is not ready.
 * Stores the addresses of a guest that is ready, so that the VM has them when the operation ends.
 */
export async function awaitGuest(
  { bus, store }: Deps,
  { node, vmId, conditions }: AwaitGuestStepAction,
): Promise<StepOutcome> {
  const query = { vm_id: vmId, conditions: { ...conditions }, wait_ms: GUEST_WAIT_MS_MAX };
  const timeoutMs = GUEST_WAIT_MS_MAX + REPLY_MS_MAX;
  const reply = await bus.request(guestSubject(node), query, { timeoutMs });
  if (!reply.ok) return retry(`waits for the guest: node ${node} is unreachable`);
  const parsed = GuestAnswer.safeParse(reply.value);
  if (!parsed.success) return final(`the agent of ${node} sent an invalid response`);
  const answer = parsed.data;
  switch (answer.kind) {
    case 'ready':
      return storeAddresses(store, vmId, answer.guest_ip_addresses);
    case 'waiting': {
      const port = answer.condition === 'port' ? ` ${conditions.port}` : '';
      return retry(`waits for the guest: ${WORDS[answer.condition]}${port} (${answer.seen})`);
    }
    case 'stopped': {
      const why = STOP_REASON_WORDS[answer.stop_reason];
      return final(`the VM stopped while its guest was waited for: ${why}`);
    }
    case 'failed':
      return final(answer.message);
  }
}

async function storeAddresses(
  store: Deps['store'],
  id: string,
  reported: readonly string[] | undefined,
): Promise<StepOutcome> {
  if (reported === undefined) return { kind: 'succeeded' };
  const guest_addresses_json = canonicalJson([...shownAddresses(reported)]);
  const set = { guest_addresses_json };
  const stored = await commitChanges({ store }, [{ kind: 'patch', table: 'vms', id, set }]);
  if (stored.ok) return { kind: 'succeeded' };
  return retry(`the addresses of the guest are not stored: ${stored.error.detail}`);
}

function retry(message: string): StepOutcome {
  return { kind: 'failed', message, next: 'retry' };
}

function final(message: string): StepOutcome {
  return { kind: 'failed', message, next: 'final' };
}
