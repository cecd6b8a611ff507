/**
 * Starts processes of VMs beside the agent: a port, so that the rest of the code does not depend on
 * systemd. Under systemd, each process is in its own scope, below a slice of VMs: stopping or
 * killing the agent does not affect it, and its memory and processor time are limited. Source:
 * systemd.scope(5), systemd.resource-control(5).
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runHostProgram } from '../files/run-host-program.ts';
import { commandAs, type VmUser } from '../files/vm-user.ts';
import { buildScopeCommand, type HostProgram, scopeProperties } from './build-scope-command.ts';
import type { ProcessLimits } from './plan-limits.ts';

/** A process to start. */
export interface LaunchRequest extends HostProgram {
  /** Name of the process within the name of its scope: `vm_…`, `dns_` and a tag, `heartbeat`. */
  readonly name: string;
  /** Unlimited when absent. */
  readonly limits?: ProcessLimits;
  /** User that it runs as; the agent's user when undefined. */
  readonly user?: VmUser | undefined;
}

/** Starts processes of VMs. */
export interface Launcher {
  /** `scope`: each process has a scope of systemd; `none`: it is a child of the agent. */
  readonly kind: 'scope' | 'none';
  /** The command that becomes the process: with the same process id, and nothing in between. */
  readonly commandOf: (request: LaunchRequest) => HostProgram;
  /** Changes the limits of a process that runs; rejects with a `retry` trouble where it cannot. */
  readonly setLimits: (pid: number, limits: ProcessLimits) => Promise<void>;
}

/** Starts them as children of the agent, which they outlive. */
export const childLauncher: Launcher = {
  kind: 'none',
  commandOf: ({ user, program, args }) => commandAs(user, { program, args }),
  setLimits: async () => undefined,
};

/** Starts them in scopes of systemd. @param node - which names them in descriptions */
export function createScopeLauncher(node: string): Launcher {
  return {
    kind: 'scope',
    // A scope that ends is collected a moment later, so no name is used twice.
    commandOf: (request) =>
      buildScopeCommand({
        ...request,
        ...commandAs(request.user, request),
        node,
        suffix: shortId(),
      }),
    setLimits: async (pid, limits) => {
      const unit = scopeOf(pid);
      if (unit === undefined) return;
      const properties = scopeProperties(limits);
      await runHostProgram('systemctl', ['set-property', '--runtime', unit, ...properties]);
    },
  };
}

const ID_LENGTH = 8;

function shortId(): string {
  return randomUUID().slice(0, ID_LENGTH);
}

/** The scope of ours that a process is in; undefined where it is in none. */
function scopeOf(pid: number): string | undefined {
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  return /^0::.*\/(novacron-[\w-]+[.]scope)$/m.exec(groups)?.[1];
}
