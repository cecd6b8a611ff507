/** Finds out whether this host can run playbooks: a small one is run as those of steps are. */
import type { NetworkHost } from '@novacron/contract/automation/network-host';
import type { Timers } from '@novacron/runtime/timers';
import type { Isolation } from '../isolation/isolate.ts';
import { collectOutput } from '../steps/collect-output.ts';
import { runCommand } from '../steps/run-command.ts';
import { composePlaybook } from './compose-playbook.ts';

/** A busy host is slow. Unit: ms. */
const PROBE_MS_MAX = 60_000;

/** Maximum length of a reported fault. Unit: characters. */
const REASON_LENGTH_MAX = 256;

const PROBE = `- hosts: localhost
  gather_facts: false
  tasks:
    - name: probe
      ansible.builtin.ping:
`;

/**
 * Runs it.
 * @param isolation - as steps will get it
 * @param hosts - given where steps may name hosts
 * @returns undefined where playbooks can be run; else why not, in words that follow "because"
 */
export async function examineAnsible(
  isolation: Isolation,
  timers: Timers,
  hosts?: readonly NetworkHost[],
): Promise<string | undefined> {
  if (isolation.network === 'none' && hosts === undefined) {
    return 'steps reach no network: start it with --network open, or hosts';
  }
  const command = composePlaybook({
    ansible: { playbook: 'probe.yml', variables: {} },
    files: [{ path: 'probe.yml', text: PROBE }],
    secrets: [],
    env: {},
  });
  const end = await runCommand(
    { ...command, secrets: [], output: collectOutput([]), timeoutMs: PROBE_MS_MAX, isolation },
    { timers, signal: new AbortController().signal },
  );
  if (end.kind === 'not-isolated') return end.reason;
  if (end.kind !== 'exited') return `the probe did not end within ${PROBE_MS_MAX / 1_000} s`;
  if (end.code === 0) return undefined;
  const why = end.output.log.trim().slice(-REASON_LENGTH_MAX);
  return `ansible-playbook does not run (install ansible-core): ${why}`;
}
