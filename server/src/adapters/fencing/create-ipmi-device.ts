/**
 * A fence device that speaks IPMI 2.0 over LAN, through `ipmitool`: the protocol has its own
 * sessions and ciphers, and that program is what operators try it with.
 */
import { execFile } from 'node:child_process';
import { err, ok, type Result } from '@novacron/contract/result';
import type { PowerReading } from '../../ports/fence-devices.ts';
import type { PowerSwitch } from './power-switch.ts';

/**
 * A controller answers within a second, or is asked again by `ipmitool`, with 2 retries. Measured:
 * one that is away is known after 6 s; with 3 retries after 12 s, and with the default after 20 s.
 */
const PATIENCE = ['-N', '1', '-R', '2'];

/** After that `ipmitool` hangs. Unit: ms. */
const COMMAND_MS_MAX = 15_000;

/** An IPMI controller of the configuration. */
export interface IpmiSettings {
  /** `HOST` or `HOST:PORT`. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
  /** Undefined: the best that the controller offers. */
  readonly cipherSuite: number | undefined;
}

/** Makes it. @param program - the name or path of ipmitool */
export function createIpmiDevice(settings: IpmiSettings, program = 'ipmitool'): PowerSwitch {
  const run = (...command: readonly string[]) => runTool(program, settings, command);
  return {
    read: async () => {
      const power = await run('chassis', 'power', 'status');
      if (!power.ok) return power;
      const word = /Chassis Power is (on|off)/i.exec(power.value)?.[1]?.toLowerCase();
      if (word !== 'on' && word !== 'off') return err(`answered ${JSON.stringify(power.value)}`);
      return ok({ power: word, uuid: await readGuid(run) });
    },
    powerOff: async () => {
      const done = await run('chassis', 'power', 'off');
      return done.ok ? ok(undefined) : done;
    },
  };
}

/** Controllers need not have one. */
async function readGuid(
  run: (...command: readonly string[]) => Promise<Result<string, string>>,
): Promise<PowerReading['uuid']> {
  const said = await run('mc', 'guid');
  return said.ok ? (/System GUID\s*:\s*([0-9a-fA-F-]{32,36})/.exec(said.value)?.[1] ?? null) : null;
}

function runTool(
  program: string,
  { address, username, password, cipherSuite }: IpmiSettings,
  command: readonly string[],
): Promise<Result<string, string>> {
  const { hostname, port } = new URL(`ipmi://${address}`);
  const host = hostname.replace(/^\[|\]$/g, '');
  // It asks for the rights of an administrator by default; an operator may switch the power.
  const whom = ['-I', 'lanplus', '-L', 'OPERATOR', '-H', host, '-U', username];
  const options = [
    ...(port === '' ? [] : ['-p', port]),
    ...(cipherSuite === undefined ? [] : ['-C', String(cipherSuite)]),
  ];
  // The password in the environment: arguments are visible to other users of this machine.
  const args = [...whom, ...options, '-E', ...PATIENCE, ...command];
  const env = { PATH: process.env.PATH, IPMI_PASSWORD: password };
  return new Promise((resolve) => {
    const limits = { env, timeout: COMMAND_MS_MAX, killSignal: 'SIGKILL' } as const;
    execFile(program, args, limits, (cause, stdout, stderr) => {
      if (cause === null) return resolve(ok(stdout));
      const said = `${stderr}\n${stdout}`.split('\n').filter((line) => /error|fail/i.test(line));
      const [last] = said.slice(-1);
      if (cause.code === 'ENOENT') return resolve(err(`cannot be asked: ${program} is missing`));
      resolve(err(last?.replace(/^Error:\s*/, '').trim() ?? 'does not answer'));
    });
  });
}
