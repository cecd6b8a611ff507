/** Information from a guest's agent: its addresses, and the state of cloud-init. */
import { z } from 'zod';
import { finalTrouble, QemuTrouble } from '../files/trouble.ts';
import type { GuestAgent } from './guest-agent.ts';
import { awaitInGuest, startInGuest } from './run-in-guest.ts';

const Interfaces = z.array(
  z.looseObject({
    'ip-addresses': z.array(z.looseObject({ 'ip-address': z.string() })).optional(),
  }),
);

/** The addresses of all interfaces of the guest, as it spells them. */
export async function readGuestAddresses(agent: GuestAgent): Promise<readonly string[]> {
  const interfaces = Interfaces.parse(await agent.execute('guest-network-get-interfaces'));
  return interfaces.flatMap((each) =>
    (each['ip-addresses'] ?? []).map((address) => address['ip-address']),
  );
}

/** Progress of cloud-init. */
export type CloudInitState =
  | { readonly kind: 'done' }
  | { readonly kind: 'running'; readonly seen: string }
  /** `cloud-init status` has not ended yet; the next look waits for the same process. */
  | { readonly kind: 'unanswered'; readonly pid: number }
  | { readonly kind: 'error'; readonly message: string };

/** Longest that one look waits for `cloud-init status`. Unit: ms. */
const STATUS_MS_MAX = 2_000;

/**
 * Runs `cloud-init status` in the guest. That takes many seconds in a guest that is slow or boots,
 * so a run that has not ended is waited for again: started again at each look, they would pile up,
 * and none would end in time.
 * @param earlier - process id of the run that an earlier look has left
 * @throws a `final` trouble where the guest cannot run it, a `retry` one where it does not answer
 */
export async function readCloudInitState(
  agent: GuestAgent,
  earlier?: number,
): Promise<CloudInitState> {
  if (earlier === undefined) return awaitStatus(agent, await startStatus(agent));
  try {
    return await awaitStatus(agent, earlier);
  } catch (cause) {
    if (!(cause instanceof QemuTrouble) || cause.next !== 'final') throw cause;
    // The guest has rebooted since, so its agent does not know the run.
    return readCloudInitState(agent);
  }
}

async function awaitStatus(agent: GuestAgent, pid: number): Promise<CloudInitState> {
  const run = await awaitInGuest(agent, pid, STATUS_MS_MAX);
  if (run === undefined) return { kind: 'unanswered', pid };
  return judgeCloudInit(run.output, run.errorOutput);
}

async function startStatus(agent: GuestAgent): Promise<number> {
  try {
    return await startInGuest(agent, ['cloud-init', 'status', '--format', 'json']);
  } catch (cause) {
    if (!(cause instanceof QemuTrouble) || cause.next !== 'final') throw cause;
    throw finalTrouble(
      'The guest has no cloud-init that its guest agent could ask; remove cloud_init from ' +
        `wait_for, or use an image with cloud-init. ${cause.message}`,
    );
  }
}

const Status = z.looseObject({
  status: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.string()).optional(),
});

/** Reads what `cloud-init status --format json` has written. Pure. */
export function judgeCloudInit(output: string, errorOutput: string): CloudInitState {
  const said = parseStatus(output);
  if (said === undefined) {
    const instead = errorOutput || output || 'nothing';
    throw finalTrouble(`The guest's cloud-init does not say its status: ${instead}.`);
  }
  const { status, detail = '', errors = [] } = said;
  switch (status) {
    case 'done':
    case 'degraded done':
      return { kind: 'done' };
    case 'error':
    case 'error - done':
    case 'error - running':
      return {
        kind: 'error',
        message: `cloud-init has failed: ${errors.join('; ') || detail || status}`,
      };
    case 'disabled':
      return { kind: 'error', message: 'cloud-init is disabled in the guest' };
    default:
      return { kind: 'running', seen: status };
  }
}

function parseStatus(output: string): z.infer<typeof Status> | undefined {
  try {
    return Status.safeParse(JSON.parse(output)).data;
  } catch {
    return undefined;
  }
}
