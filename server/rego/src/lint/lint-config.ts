// What a project says about rules: `.regal/config.yaml`, in Regal's form.

import { parseDocument } from 'yaml';
import { isJsonObject } from '../syntax/json-object.ts';
import { checkConfig } from './check-config.ts';
import { LINT_RULES } from './rule-table.ts';
import {
  LINT_CATEGORIES,
  type LintLevel,
  type LintRule,
  type RuleOptions,
} from './source/model.ts';
import { listOption } from './source/options.ts';

/** Setting of a rule. */
export type RuleSetting = {
  readonly level: LintLevel;
  /** Patterns of files that the rule leaves alone. */
  readonly ignoreFiles: readonly string[];
  readonly options: RuleOptions;
};

/** A configuration as rules are run with it. */
export type LintConfig = {
  /** Settings by rule name. */
  readonly settings: ReadonlyMap<string, RuleSetting>;
  /** Patterns of files that are not linted. */
  readonly ignoreFiles: readonly string[];
};

/** Settings from the command line; they override the file. */
export type LintSwitches = {
  readonly disable: readonly string[];
  readonly enable: readonly string[];
  readonly ignoreFiles: readonly string[];
};

const LEVELS: ReadonlySet<unknown> = new Set<LintLevel>(['error', 'warning', 'ignore']);
const NO_SWITCHES: LintSwitches = { disable: [], enable: [], ignoreFiles: [] };

/**
 * Reads a configuration. Rules and members that are not known here are left alone, so that a file
 * for Regal works as it is.
 *
 * @param text - YAML; undefined where a project has no file
 * @returns the configuration, or what is wrong with it
 */
export function readLintConfig(
  text: string | undefined,
  switches: LintSwitches = NO_SWITCHES,
): LintConfig | string {
  const document = parseDocument(text ?? '', { uniqueKeys: true });
  const [fault] = document.errors;
  if (fault) return fault.message.split('\n')[0] ?? 'it is not YAML';
  const root = toValue(document) ?? {};
  if (!isJsonObject(root)) return 'it is not a mapping; it begins with "rules:"';
  const wrong = checkConfig(root, LINT_CATEGORIES);
  if (wrong !== undefined) return wrong;
  const rules = isJsonObject(root.rules) ? root.rules : {};
  const settings = new Map<string, RuleSetting>();
  for (const rule of LINT_RULES) {
    const setting = settingOf(rule, rules, switches);
    if (typeof setting === 'string') return setting;
    settings.set(rule.name, setting);
  }
  return { settings, ignoreFiles: [...filesOf(root), ...switches.ignoreFiles] };
}

function toValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch {
    return 'not to be read';
  }
}

function settingOf(
  { name, category, level }: LintRule,
  rules: RuleOptions,
  { disable, enable }: LintSwitches,
): RuleSetting | string {
  const group = recordOf(rules[category]);
  const own = recordOf(group[name]);
  const given = own.level ?? recordOf(group.default).level ?? recordOf(rules.default).level;
  if (given !== undefined && !LEVELS.has(given)) {
    return `the level of ${name} is ${JSON.stringify(given)}; it is error, warning or ignore`;
  }
  const configured = isLevel(given) ? given : level;
  const options = { ignoreFiles: filesOf(own), options: own };
  if (disable.includes(name)) return { level: 'ignore', ...options };
  if (enable.includes(name)) return { level: 'error', ...options };
  if (disable.includes(category)) return { level: 'ignore', ...options };
  return { level: enable.includes(category) ? 'error' : configured, ...options };
}

function isLevel(value: unknown): value is LintLevel {
  return LEVELS.has(value);
}

function recordOf(value: unknown): RuleOptions {
  return isJsonObject(value) ? value : {};
}

function filesOf({ ignore }: RuleOptions): readonly string[] {
  return listOption(recordOf(ignore).files);
}
