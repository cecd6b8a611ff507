/** What the configuration already knows and this release cannot start yet. */
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ServerConfig } from '../config.ts';

/** The part of the configuration that this release starts from. */
export type BuiltConfig = Omit<
  ServerConfig,
  'store' | 'bus' | 'metricsIntervalMs' | 'healthCheckIntervalMs'
>;

/**
 * Refuses a store or a bus that this release has no adapter for, rather than ignoring it.
 * @returns `validation-failed` with the setting at fault
 */
export function requireBuilt(config: ServerConfig): Result<BuiltConfig, Problem> {
  if (config.store.kind !== 'embedded') {
    return err(notBuilt('store', 'PostgreSQL', 'sqlite, which is the default'));
  }
  if (config.bus.kind !== 'memory') {
    return err(notBuilt('bus', 'NATS', 'memory, which is the default'));
  }
  return ok(config);
}

function notBuilt(setting: string, what: string, instead: string): Problem {
  const message = `this release cannot work with ${what}`;
  return problem('validation-failed', {
    detail: `--${setting}: ${message}.`,
    remedy: `Use ${instead}; novacron config show tells where the value comes from.`,
    fields: [{ path: [`--${setting}`], message }],
  });
}
