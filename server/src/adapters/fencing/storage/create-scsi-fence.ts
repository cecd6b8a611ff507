/**
 * A storage fence by SCSI-3 persistent reservations, through `sg_persist` of sg3-utils: each node
 * has registered a key at the devices, a reservation lets only registered nodes write, and another
 * node preempts the key of the one that is cut off. Source of the idea: `fence_scsi` of Pacemaker;
 * SPC-4, "PREEMPT AND ABORT".
 */
import { err, ok, type Result } from '@novacron/contract/result';
import { reservationKey } from '@novacron/runtime/reservation-key';
import type { StorageAccess } from '../../../ports/storage-fences.ts';
import { type Ended, faultOf } from './run-bounded.ts';
import { runScript, type ScriptSettings } from './run-script.ts';
import type { StorageSwitch } from './storage-switch.ts';

/** Devices of the configuration. */
export interface ScsiFenceSettings extends ScriptSettings {
  /** Paths of the devices, the same on all nodes. */
  readonly devices: readonly string[];
  /** Host of each node for `ssh`, by node name; null: this machine. */
  readonly hosts: Readonly<Record<string, string | null>>;
}

/** Reservations reported by a device. */
interface Reservations {
  readonly keys: readonly string[];
  /** Whether it takes writes of registered nodes only. */
  readonly isReserved: boolean;
}

/** The first command after a reset or a preemption is answered with a report of it: ask twice. */
const ASK = `set -e
ask() { sg_persist --no-inquiry "$@" || sg_persist --no-inquiry "$@"; }
`;
const READ = `${ASK}
for device in "$@"; do
  echo "device $device"
  ask --in --read-keys --device="$device"
  ask --in --read-reservation --device="$device"
done
echo complete
`;
// Type 5: write exclusive, registrants only.
const PREEMPT = `${ASK}
own=$1 other=$2
shift 2
for device in "$@"; do
  keys=$(ask --in --read-keys --device="$device")
  if echo "$keys" | grep -qiw "$other"; then
    sg_persist --no-inquiry --out --preempt-abort --param-rk="$own" --param-sark="$other" \\
      --prout-type=5 --device="$device"
  fi
done
`;
const REGISTER = `${ASK}
own=$1
shift
for device in "$@"; do
  ask --out --register-ignore --param-sark="$own" --device="$device"
  held=$(ask --in --read-reservation --device="$device")
  case $held in
    *"NO reservation held"*)
      ask --out --reserve --param-rk="$own" --prout-type=5 --device="$device"
      ;;
  esac
done
`;

/** Makes it. */
export function createScsiFence(settings: ScsiFenceSettings): StorageSwitch {
  const { devices, hosts } = settings;
  const others = (node: string) => Object.keys(hosts).filter((name) => name !== node);
  const on = (name: string, script: string, keys: readonly string[]) =>
    runScript(script, { host: hosts[name] ?? undefined, args: [...keys, ...devices] }, settings);
  return {
    read: async (node) => {
      const said = await firstAnswer(others(node), (name) => on(name, READ, []));
      if (!said.ok) return said;
      return judge(node, devices, said.value.stdout);
    },
    cutOff: async (node) => {
      const key = reservationKey(node);
      const done = await firstAnswer(others(node), (name) =>
        on(name, PREEMPT, [reservationKey(name), key]),
      );
      return done.ok ? ok(undefined) : done;
    },
    // Only the node itself can register its paths to the devices.
    restore: async (node) => {
      const done = await on(node, REGISTER, [reservationKey(node)]);
      if (!done.ok) return done;
      return done.value.code === 0 ? ok(undefined) : err(faultOf(done.value));
    },
  };
}

/** Asks one node after the other. @returns the first answer, or the last fault */
async function firstAnswer(
  names: readonly string[],
  ask: (name: string) => Promise<Result<Ended, string>>,
): Promise<Result<Ended, string>> {
  let last = 'has no other node that could ask';
  for (const name of names) {
    const said = await ask(name);
    if (said.ok && said.value.code === 0) return said;
    last = `through ${name} ${said.ok ? faultOf(said.value) : said.error}`;
  }
  return err(last);
}

function judge(
  node: string,
  devices: readonly string[],
  text: string,
): Result<StorageAccess, string> {
  const key = reservationKey(node);
  const found: Reservations[] = [];
  for (const device of devices) {
    const read = parseReservations(text, device);
    if (read === undefined) return err(`answered for ${device} what is not understood`);
    found.push(read);
  }
  const open = devices.find((_device, at) => found[at]?.isReserved === false);
  if (open !== undefined) {
    return err(`has no reservation for registered nodes at ${open}: every node may write`);
  }
  const isGone = found.every(({ keys }) => !keys.includes(key));
  return ok(isGone ? 'cut_off' : 'reaches');
}

/**
 * Reads what `sg_persist` prints of one device.
 * @returns undefined for a text that does not have all of it
 */
function parseReservations(text: string, device: string): Reservations | undefined {
  if (!/^complete$/m.test(text)) return undefined;
  const parts = text.split(/^device /m).slice(1);
  const part = parts.find((each) => each.split('\n', 1)[0] === device);
  if (part === undefined) return undefined;
  const hasKeys = /registered reservation keys? follows?:|NO registered reservation keys/.test(
    part,
  );
  const held = /Reservation follows:\s*\n\s*Key=0x[0-9a-f]+\s*\n\s*scope:.*type: (.+)/i.exec(part);
  const isFree = /NO reservation held/i.test(part);
  if (!hasKeys || (held === null && !isFree)) return undefined;
  const [listed = ''] = part.split(/Reservation follows:/);
  const keys = [...listed.matchAll(/^\s+(0x[0-9a-f]+)\s*$/gim)].map(([, key = '']) => key);
  const type = held?.[1]?.trim() ?? '';
  return {
    keys: keys.map((key) => key.toLowerCase()),
    isReserved: /^(Write Exclusive|Exclusive Access), (registrants only|all registrants)$/.test(
      type,
    ),
  };
}
