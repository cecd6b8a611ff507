/** Flags and texts that several drift commands have. */
import { DRIFT_SEVERITIES } from '@novacron/contract/drift/drift';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import { Option } from 'commander';

/** The exit codes of the commands that look for drift. */
export const CODES_HELP = `
Exit codes: 0 success, 1 drift at or above --fail-on, 2 the command failed.`;

/** The argument of commands about several drifted resources. */
export const RESOURCES = ['[resources...]', 'IDs or names of drifted resources'] as const;

/** Flags of the commands that do something about drift. */
export interface RemediateFlags {
  readonly action?: string;
  readonly ids?: readonly string[];
  readonly cause?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly yes?: true;
  readonly wait?: false;
  /** Unit: seconds. */
  readonly waitTimeout?: number;
}

/** The resources, and how their operations are waited for. */
export function toRequest(resources: readonly string[], { wait, waitTimeout }: RemediateFlags) {
  return {
    resources,
    wait: wait === false ? ('none' as const) : ('for-end' as const),
    ...(waitTimeout === undefined ? {} : { timeoutMs: waitTimeout * 1000 }),
  };
}

/** The fields that were given. */
export function present(fields: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The flag that narrows by kind. */
export function kindOption(description: string): Option {
  return new Option('--resource-kind <kind>', description).choices(RESOURCE_KINDS);
}

/** The flag that makes drift a failure. */
export function failOnOption(): Option {
  const text = 'Exit with 1 if drift is at this level or above';
  return new Option('--fail-on <level>', text).choices(DRIFT_SEVERITIES);
}

/** The end of a help text: exit codes and an example. */
export function helpText(example: string): string {
  return `${CODES_HELP}\n\nExample:\n  $ novacron ${example}`;
}
