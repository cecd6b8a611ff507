/** Shows the configuration: every setting, its value and where it comes from. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { stringify } from 'yaml';
import { configurationProblem } from './configuration-problem.ts';
import { readFlags } from './read-flags.ts';
import { type ResolvedSettings, resolveSettings, type SettingSource } from './resolve-settings.ts';
import type { Environment, Scalar } from './setting.ts';
import { ServerSettings, settingRows } from './settings-table.ts';

/** One setting as people see it. */
export interface DescribedSetting {
  readonly setting: string;
  /** Configured value without its secrets; null if not set. */
  readonly value: Scalar | null;
  /** `flag --listen`, `environment LOG_LEVEL`, `file PATH` or `default`. */
  readonly source: string;
}

/**
 * Describes the configuration of a server started with these arguments.
 * @param argv - the flags of `novacron server`
 * @returns `validation-failed` as the server itself would say
 */
export function describeConfiguration(
  argv: readonly string[],
  env: Environment,
): Result<readonly DescribedSetting[], Problem> {
  const flags = readFlags(argv);
  if (!flags.ok) return err(configurationProblem(flags.error));
  const resolved = resolveSettings(flags.value, env);
  return resolved.ok ? ok(describeSettings(resolved.value)) : resolved;
}

/** Every setting in the order of the table. */
export function describeSettings(resolved: ResolvedSettings): readonly DescribedSetting[] {
  const written: Readonly<Record<string, unknown>> = ServerSettings.encode(resolved.values);
  return settingRows().map(({ name, row }) => {
    const value = written[name];
    const shown = typeof value === 'string' ? (row.mask?.(value) ?? value) : value;
    const source = sourceText(resolved.sources[name]);
    // The encoded form of a setting is what people write: a scalar, or nothing.
    return { setting: name, value: (shown ?? null) as Scalar | null, source };
  });
}

function sourceText(source: SettingSource): string {
  switch (source.kind) {
    case 'flag':
      return `flag ${source.flag}`;
    case 'environment':
      return `environment ${source.variable}`;
    case 'file':
      return `file ${source.path}`;
    case 'default':
      return 'default';
  }
}

/** The settings as a configuration file that says the same, but for secrets. */
export function renderConfigFile(settings: readonly DescribedSetting[]): string {
  const lines = settings.map(({ setting, value, source }) => {
    if (value === null) return `# ${setting}:\n`;
    return `${stringify({ [setting]: value }, YAML).trimEnd()}  # ${source}\n`;
  });
  return lines.join('');
}

const YAML = { lineWidth: 0 } as const;
