/** A simulated management controller that speaks IPMI over LAN: ipmi_sim of OpenIPMI. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../src/wait-until.ts';
import { findProgram } from './find-program.ts';
import { makeOwnedDirectory, startOwnProcess } from './own-process.ts';

const findSimulator = () =>
  findProgram({ name: 'ipmi_sim', install: "OpenIPMI's simulator (Debian: openipmi)" });

/** Finds the client with which servers speak to controllers. */
export const findIpmitool = () =>
  findProgram({ name: 'ipmitool', install: 'ipmitool (Debian: ipmitool)' });

const HOST = '127.0.0.1';
const USERNAME = 'admin';
const PASSWORD = 'top-secret';

/** The suite that the simulator knows best: RAKP-HMAC-SHA1, AES-CBC-128. */
const CIPHER_SUITE = 3;

/** A controller, and the machine that it switches. */
export interface Bmc {
  readonly access: {
    /** `HOST:PORT`. */
    readonly address: string;
    readonly username: string;
    readonly password: string;
    readonly cipherSuite: number;
  };
  readonly power: () => 'on' | 'off';
  /**
   * From now on a power-off ends all processes whose command lines have this text, at once and
   * before the controller says that the power is off.
   */
  readonly powers: (text: string) => void;
  /** Ends it, so that it does not answer. */
  readonly kill: () => Promise<void>;
  /** Ends it and removes its directory. */
  readonly remove: () => Promise<void>;
}

/** Reaction of a controller to a power-off; `freezes`: it stops responding halfway. */
export type PowerOffManner = 'obeys' | 'freezes' | 'dies';

const SIGNALS: Readonly<Record<PowerOffManner, string>> = {
  obeys: '0',
  freezes: 'STOP',
  dies: 'KILL',
};

/**
 * Starts a controller whose machine is on.
 * @param guid - of the machine, 32 hexadecimal digits
 */
export async function startBmc(guid: string, manner: PowerOffManner = 'obeys'): Promise<Bmc> {
  const program = findSimulator();
  findIpmitool();
  const { directory, remove } = makeOwnedDirectory('novacron-bmc-', undefined);
  const state = join(directory, 'power');
  const port = await findUdpPort();
  const files = { lan: join(directory, 'lan.conf'), emulator: join(directory, 'sim.emu') };
  const script = join(directory, 'chassis.sh');
  const kept = join(directory, 'state');
  const pidFile = join(directory, 'pid');
  const powered = join(directory, 'powered');
  mkdirSync(kept);
  writeFileSync(state, '1');
  const cut = `while pkill -KILL -f "$(cat '${powered}')"; do sleep 0.02; done`;
  const signal = `kill -${SIGNALS[manner]} "$(cat '${pidFile}')"`;
  const onOff = `${signal}; [ -e '${powered}' ] && ${cut}`;
  writeFileSync(script, chassisScript(state, onOff), { mode: 0o755 });
  writeFileSync(files.lan, lanConfiguration({ port, guid, script }));
  writeFileSync(files.emulator, EMULATOR);
  const args = ['-c', files.lan, '-f', files.emulator, '-s', kept, '-n'];
  const running = startOwnProcess(program, args, { directory, identity: undefined });
  writeFileSync(pidFile, String(running.pid));
  await waitUntil('ipmi_sim to listen', () => {
    if (running.hasEnded()) throw new Error(`ipmi_sim did not start:\n${running.output()}`);
    return isTaken(port) || undefined;
  });
  return {
    access: {
      address: `${HOST}:${port}`,
      username: USERNAME,
      password: PASSWORD,
      cipherSuite: CIPHER_SUITE,
    },
    power: () => (readFileSync(state, 'utf8').trim() === '1' ? 'on' : 'off'),
    powers: (text) => writeFileSync(powered, text),
    kill: () => running.kill(),
    remove: async () => {
      await running.kill();
      remove();
    },
  };
}

/**
 * Returns the script with which the simulator reads and switches the power: `get power`, `set power
 * 0`.
 */
function chassisScript(state: string, onOff: string): string {
  return `#!/bin/sh
shift
case "$1 $2" in
  'get power') echo "power:$(cat '${state}')" ;;
  'set power')
    [ "$3" = 0 ] && { ${onOff}; }
    echo "$3" >'${state}'
    ;;
esac
`;
}

function lanConfiguration(parts: {
  readonly port: number;
  readonly guid: string;
  readonly script: string;
}): string {
  const levels = ['callback', 'user', 'operator', 'admin'];
  return `name "sim"
set_working_mc 0x20
  startlan 1
    addr ${HOST} ${parts.port}
    priv_limit admin
${levels.map((level) => `    allowed_auths_${level} none md2 md5 straight`).join('\n')}
    guid ${parts.guid}
  endlan
  chassis_control "${parts.script} 0x20"
  user 1 true "" "none" user 10 none md2 md5 straight
  user 2 true "${USERNAME}" "${PASSWORD}" operator 10 none md2 md5 straight
`;
}

const EMULATOR = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
mc_enable 0x20
`;

async function findUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, HOST);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** Whether something listens there. To try the port would take it from the simulator. */
function isTaken(port: number): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  return readFileSync('/proc/net/udp', 'utf8').includes(local);
}
