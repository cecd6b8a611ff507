/**
 * Finds out whether this host can isolate steps: a probe is isolated as a step is, and looks at
 * what it can see and do. What it finds counts, not which kernel or programs the host has.
 */
import { readlinkSync } from 'node:fs';
import type { NetworkHost } from '@novacron/contract/automation/network-host';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Timers } from '@novacron/runtime/timers';
import { ISOLATION_PACKAGES, type Isolation } from '../isolation/isolate.ts';
import { openStepNetwork } from '../network/open-step-network.ts';
import { collectOutput } from '../steps/collect-output.ts';
import { type CommandEnd, runCommand } from '../steps/run-command.ts';

/** Detects what hangs, such as a dead network file system; a busy host is slow. Unit: ms. */
const PROBE_MS_MAX = 60_000;

/**
 * Names what of the isolation has no effect, a line each. It is a fixed text; its words are the
 * user, and the namespaces that the step may not be in.
 */
const PROBE = `
uid=$1
shift
[ "$(id -u)" = "$uid" ] && [ "$(id -G)" = "$uid" ] || echo user
for namespace in "$@"; do
  kind=\${namespace%%:*}
  [ "$(readlink "/proc/self/ns/$kind")" != "$namespace" ] || echo "$kind"
done
grep -q '^CapBnd:[[:space:]]*0*$' /proc/self/status || echo capabilities
grep -q '^NoNewPrivs:[[:space:]]*1$' /proc/self/status || echo privileges
findmnt --real -rno OPTIONS | grep -qv '^ro' && echo files
[ -z "$(find /home /root -mindepth 1 2>/dev/null)" ] || echo homes
[ -z "$(find /var /srv /opt /mnt /media /boot -mindepth 1 2>/dev/null |
  grep -vx -e /var/tmp -e /var/run)" ] && ! [ -e /etc/shadow ] || echo host
true
`;

/** Reached by nothing: the probe only listens there, in a network of its own. */
const PROBED_HOSTS: readonly NetworkHost[] = [
  { kind: 'network', address: 0x7f000001, bits: 32, port: 9 },
];

/** Explanation of each finding of the probe. */
const FINDINGS: ReadonlyMap<string, string> = new Map([
  ['user', 'a step does not get a user of its own'],
  ['pid', 'a step sees processes of its host'],
  ['mnt', 'a step shares mounts with its host'],
  ['ipc', 'a step shares memory and queues with its host'],
  ['uts', 'a step can name its host'],
  ['net', 'a step reaches the network of its host'],
  ['capabilities', 'a step has capabilities of root'],
  ['privileges', 'a step can gain the rights of programs such as sudo'],
  ['files', 'a step can write to file systems of its host'],
  ['host', 'a step sees files of its host that are not programs'],
  ['homes', 'a step sees the home directories of its host'],
]);

/**
 * Isolates a probe.
 * @param isolation - as steps will get it
 * @param hosts - given where steps may name hosts: their network is made as well
 * @returns nothing where steps can be isolated; `unavailable` with the reason and what to do
 */
export async function examineIsolation(
  isolation: Isolation,
  timers: Timers,
  hosts?: readonly NetworkHost[],
): Promise<Result<undefined, Problem>> {
  if (process.platform !== 'linux') return err(cannot(`it runs on ${process.platform}`));
  if (process.getuid?.() !== 0) return err(cannot('the runner is not root'));
  if (hosts !== undefined) {
    const network = await openStepNetwork(PROBED_HOSTS, PROBED_HOSTS);
    if (!network.ok) return err(cannot(network.error));
    network.value.close();
  }
  const end = await runCommand(
    {
      words: ['sh', '-c', PROBE, 'sh', `${isolation.uid}`, ...namespacesOf(isolation)],
      env: {},
      secrets: [],
      output: collectOutput([]),
      timeoutMs: PROBE_MS_MAX,
      isolation: { ...isolation, readable: [] },
    },
    { timers, signal: new AbortController().signal },
  );
  const faults = faultsOf(end);
  return faults.length === 0 ? ok(undefined) : err(cannot(faults.join('; ')));
}

/** Namespaces of the runner that a step is not in, as the kernel names them. */
function namespacesOf({ network }: Isolation): readonly string[] {
  const kinds = ['mnt', 'pid', 'ipc', 'uts', ...(network === 'none' ? ['net'] : [])];
  return kinds.map((kind) => readlinkSync(`/proc/self/ns/${kind}`));
}

function faultsOf(end: CommandEnd): readonly string[] {
  if (end.kind === 'not-isolated') return [end.reason];
  if (end.kind !== 'exited') return [`the probe did not end within ${PROBE_MS_MAX / 1_000} s`];
  const lines = end.output.log.split('\n').filter((line) => line !== '');
  return lines.map((line) => FINDINGS.get(line) ?? line);
}

function cannot(reason: string): Problem {
  return problem('unavailable', {
    detail: `This host cannot isolate steps: ${reason}. The runner takes none.`,
    remedy:
      'Start the runner as root on Linux, outside of containers that restrict mounts and ' +
      `namespaces, with the packages ${ISOLATION_PACKAGES} of Debian or what corresponds.`,
  });
}
