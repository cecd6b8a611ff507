/**
 * A storage fence that is a program of the operator: a fence agent of Pacemaker, or one that speaks
 * as they do. Source: the FenceAgentAPI of ClusterLabs. Options come on the standard input, one
 * `name=value` a line; `off` and `on` exit with 0 when they have succeeded; `status` exits with 0
 * for on, 2 for off, and anything else for a failure.
 */
import { err, ok, type Result } from '@novacron/contract/result';
import type { StorageAccess } from '../../../ports/storage-fences.ts';
import { type Ended, faultOf, runBounded } from './run-bounded.ts';
import type { StorageSwitch } from './storage-switch.ts';

/** Exit codes of `status` for a node that is cut off, and for a node that is not. */
const OFF = 2;
const ON = 0;

/** A program of the configuration. */
export interface CommandFenceSettings {
  /** Path of the program. */
  readonly program: string;
  /** Given with each call. */
  readonly options: Readonly<Record<string, string>>;
  /** Given as `passwd`; undefined: the program needs none. */
  readonly password: string | undefined;
  /** Name of each node in the program, by node name; passed as `plug`. */
  readonly plugs: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Makes it. */
export function createCommandFence(settings: CommandFenceSettings): StorageSwitch {
  const run = (node: string, action: 'status' | 'off' | 'on') => runAgent(settings, node, action);
  const order = async (node: string, action: 'off' | 'on'): Promise<Result<void, string>> => {
    const ended = await run(node, action);
    if (!ended.ok) return ended;
    return ended.value.code === 0 ? ok(undefined) : err(faultOf(ended.value));
  };
  return {
    read: async (node) => {
      const ended = await run(node, 'status');
      return ended.ok ? toAccess(ended.value) : ended;
    },
    cutOff: (node) => order(node, 'off'),
    restore: (node) => order(node, 'on'),
  };
}

function toAccess(ended: Ended): Result<StorageAccess, string> {
  const { code, stdout } = ended;
  if (code !== OFF && code !== ON) return err(faultOf(ended));
  // Programs may say nothing; one that says the contrary of its code is not believed.
  const said = /Status:\s*(ON|OFF)/i.exec(stdout)?.[1]?.toUpperCase();
  const isOff = code === OFF;
  if (said !== undefined && (said === 'OFF') !== isOff) {
    return err(`says ${said} and ends with the code ${code}`);
  }
  return ok(isOff ? 'cut_off' : 'reaches');
}

function runAgent(
  { program, options, password, plugs, timeoutMs }: CommandFenceSettings,
  node: string,
  action: 'status' | 'off' | 'on',
): Promise<Result<Ended, string>> {
  const plug = plugs[node] ?? node;
  const given = {
    ...options,
    ...(password === undefined ? {} : { passwd: password }),
    action,
    plug,
    // The name of the node for programs that look it up.
    nodename: node,
  };
  // On the standard input: arguments are visible to other users of this machine.
  const lines = Object.entries(given).map(([name, value]) => `${name}=${value}\n`);
  return runBounded({ program, args: [], input: lines.join(''), timeoutMs });
}
