/** Flags of the commands whose arguments other packages read, for completion. */
import type { CliIo } from '../../io/cli-io.ts';
import { loadFunction } from '../../io/load-function.ts';

/** The commands, and what their packages print as their help. */
const SERVED = {
  server: { specifier: '@novacron/server/config/server-usage', name: 'serverUsage' },
  agent: { specifier: '@novacron/agent/config/agent-usage', name: 'agentUsage' },
  runner: { specifier: '@novacron/runner/config/runner-usage', name: 'runnerUsage' },
  'agent doctor': { specifier: '@novacron/agent/config/doctor-usage', name: 'doctorUsage' },
} as const;

const FLAG = /^ {2}(--[a-z][a-z-]*)/gm;

/** @returns the flags of these commands and of `config show`; none of a package that is absent */
export async function readServedFlags(
  io: Pick<CliIo, 'loadModule'>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const flags = new Map<string, readonly string[]>();
  for (const [path, place] of Object.entries(SERVED)) {
    const usage = await loadFunction<() => string>(io, place);
    if (usage.ok)
      flags.set(
        path,
        [...usage.value().matchAll(FLAG)].map(([, flag = '']) => flag),
      );
  }
  const ofServer = flags.get('server');
  return ofServer === undefined ? flags : flags.set('config show', ofServer);
}
