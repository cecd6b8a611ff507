/**
 * Reads a policy's own metadata: the `# METADATA` comment of its package, as `novacron policy push`
 * does. Only lines `name: value` are read, not full YAML.
 */
import type { InputOf } from '@novacron/contract/operations-table/operations';

type Created = InputOf<'policy.create'>;

/** Types of policies, in the order of the menu. */
export const TYPES = [
  'access',
  'compliance',
  'resource',
  'security',
  'network',
  'data-governance',
] as const satisfies readonly Created['type'][];

/** Effects of a denial. */
export const MODES = ['block', 'warn', 'audit'] as const;

/** Metadata of a package. */
export interface RuleHead {
  readonly title?: string;
  readonly type?: (typeof TYPES)[number];
  readonly mode?: (typeof MODES)[number];
  /** Further metadata that the form of a policy cannot store. */
  readonly others: readonly string[];
}

const OTHERS = ['selector', 'scope', 'actions', 'priority', 'active_from', 'platform_writes'];

const MARK = /^#\s*METADATA\s*$/;
const ENTRY = /^(\s*)([a-z_]+):\s*(.*)$/;

/** Reads the head of a rule; a text without one states nothing. */
export function readRuleHead(rule: string): RuleHead {
  const found = new Map<string, string>();
  let isCustom = false;
  for (const line of packageComment(rule)) {
    const [, indent = '', name = '', value = ''] = ENTRY.exec(line) ?? [];
    if (name === '') continue;
    if (indent === '') isCustom = name === 'custom';
    else if (!isCustom) continue;
    const key = indent === '' ? name : `custom.${name}`;
    if (!found.has(key)) found.set(key, scalarOf(value));
  }
  return {
    title: found.get('title'),
    type: TYPES.find((type) => type === found.get('custom.type')),
    mode: MODES.find((mode) => mode === found.get('custom.enforcement_mode')),
    others: OTHERS.filter((name) => found.has(`custom.${name}`)),
  };
}

/** The lines of the last metadata before the package, without their number signs. */
function packageComment(rule: string): readonly string[] {
  const lines = rule.split(/\r?\n/);
  const end = lines.findIndex((line) => /^\s*[^\s#]/.test(line));
  const before = end < 0 ? lines : lines.slice(0, end);
  const mark = before.findLastIndex((line) => MARK.test(line.trim()));
  if (mark < 0) return [];
  const after = before.slice(mark + 1);
  const stop = after.findIndex((line) => !/^\s*#/.test(line));
  const block = stop < 0 ? after : after.slice(0, stop);
  return block.map((line) => line.trim().slice(1).replace(/^ /, ''));
}

/** A scalar of YAML in one line: without its quotes, or without the comment behind it. */
function scalarOf(text: string): string {
  const quoted = /^(["'])(.*?)\1\s*(?:#.*)?$/.exec(text);
  return quoted?.[2] ?? text.replace(/\s+#.*$/, '').trim();
}
