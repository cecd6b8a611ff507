/** Flags of the commands whose arguments other packages read, for completion. */
import type { CliIo } from '../../io/cli-io.ts';
import { type FunctionPlace, loadFunction } from '../../io/load-function.ts';

/** The commands, and what their packages print as their help. */
const SERVED = {
  server: { specifier: '@novacron/server/config/server-usage', name: 'serverUsage' },
  agent: { specifier: '@novacron/agent/config/agent-usage', name: 'agentUsage' },
  runner: { specifier: '@novacron/runner/config/runner-usage', name: 'runnerUsage' },
  'agent doctor': { specifier: '@novacron/agent/config/doctor-usage', name: 'doctorUsage' },
  'server doctor': {
    specifier: '@novacron/server/config/reference/doctor-usage',
    name: 'doctorUsage',
  },
} as const;

const PLACES: ReadonlyMap<string, FunctionPlace> = new Map(Object.entries(SERVED));

const FLAG = /^ {2}(--[a-z][a-z-]*)/gm;

/** @returns the flags of one of these commands, or of `config show`; none without its package */
export async function readServedFlags(
  io: Pick<CliIo, 'loadModule'>,
  path: string,
): Promise<readonly string[]> {
  const place = PLACES.get(path === 'config show' ? 'server' : path);
  if (place === undefined) return [];
  const usage = await loadFunction<() => string>(io, place);
  return usage.ok ? [...usage.value().matchAll(FLAG)].map(([, flag = '']) => flag) : [];
}
