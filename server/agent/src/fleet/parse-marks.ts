/**
 * Parses labels, taints and overcommit of a node as command lines have them: with commas between
 * them.
 */
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { err, ok, type Result } from '@novacron/contract/result';
import { FACT_FIELDS } from './node-facts.ts';

/** Labels as a fleet file has them. */
export type NodeLabels = Readonly<Record<string, string>>;

/** Taints as a fleet file has them. */
export type NodeTaints = NonNullable<ReturnType<(typeof FACT_FIELDS.taints)['parse']>>;

/** Ratios as a fleet file has them. */
export type NodeOvercommit = NonNullable<ReturnType<(typeof FACT_FIELDS.overcommit)['parse']>>;

/** The characters of names and values are those of the fleet file, whose schema checks them. */
const LABEL = /^(?<name>[^=]+)=(?<value>[^=]*)$/;
const LABEL_FORM = 'must be such as disk=ssd: NAME=VALUE';
const TAINT = /^(?<key>[^=:]+)(?:=(?<value>[^=:]*))?(?::(?<effect>refuse|avoid))?$/;
const TAINT_FORM = 'must be such as gpu=a100:refuse or old:avoid: KEY[=VALUE][:refuse|avoid]';

const OVERCOMMIT = /^(?<name>cpu|memory)=(?<ratio>\d{1,3}(?:\.\d{1,3})?)$/;
const OVERCOMMIT_FORM = 'must be such as cpu=4,memory=1.5: multiples from 1 to 16';

/**
 * Parses how often cores and memory are promised.
 * @returns else what is wrong, to be read after the name of the flag
 */
export function parseNodeOvercommit(text: string): Result<NodeOvercommit, string> {
  const ratios = new Map<string, number>();
  const refused = err(`${OVERCOMMIT_FORM}, not ${JSON.stringify(text)}`);
  for (const part of partsOf(text)) {
    const { name = '', ratio = '' } = OVERCOMMIT.exec(part)?.groups ?? {};
    if (name === '' || ratios.has(name)) return refused;
    ratios.set(name, Number(ratio));
  }
  const parsed = FACT_FIELDS.overcommit.safeParse(Object.fromEntries(ratios));
  return parsed.success && parsed.data !== undefined ? ok(parsed.data) : refused;
}

/** Writes it as it is parsed. */
export function writeNodeOvercommit(ratios: NodeOvercommit): string {
  return Object.entries(ratios)
    .flatMap(([name, ratio]) => (ratio === undefined ? [] : [`${name}=${ratio}`]))
    .join(',');
}

/** Parses labels. @returns else what is wrong, to be read after the name of the flag */
export function parseNodeLabels(text: string): Result<NodeLabels, string> {
  const labels = new Map<string, string>();
  for (const part of partsOf(text)) {
    const groups = LABEL.exec(part)?.groups;
    if (groups === undefined) return err(`${LABEL_FORM}, not ${JSON.stringify(part)}`);
    const { name = '', value = '' } = groups;
    if (labels.has(name)) return err(`has two labels ${name}; leave one out`);
    labels.set(name, value);
  }
  const parsed = FACT_FIELDS.labels.safeParse(Object.fromEntries(labels), IN_WORDS);
  if (parsed.success) return ok(parsed.data ?? {});
  const [issue] = parsed.error.issues;
  // A name that is wrong is an issue inside the issue of its entry.
  const words = issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message;
  const where = issue?.code === 'invalid_key' ? 'the name ' : whereOf(issue?.path, 'the value ');
  return err(`${where}${words}, not ${JSON.stringify(text)}`);
}

/**
 * Parses taints.
 * @returns else what is wrong with the first that is no taint, or that has the key and effect of
 * another, to be read after the name of the flag
 */
export function parseNodeTaints(text: string): Result<NodeTaints, string> {
  const seen = new Set<string>();
  const taints: NodeTaints = [];
  for (const part of partsOf(text)) {
    const groups = TAINT.exec(part)?.groups;
    if (groups === undefined) return err(`${TAINT_FORM}, not ${JSON.stringify(part)}`);
    const { key = '', value = '' } = groups;
    const effect = groups.effect === 'avoid' ? 'avoid' : 'refuse';
    if (seen.has(`${key}:${effect}`)) {
      return err(`has two taints ${key} with the effect ${effect}; leave one out`);
    }
    seen.add(`${key}:${effect}`);
    taints.push({ key, value, effect });
  }
  const parsed = FACT_FIELDS.taints.safeParse(taints, IN_WORDS);
  if (parsed.success) return ok(taints);
  const [issue] = parsed.error.issues;
  const where = whereOf(issue?.path, `the ${String(issue?.path[1])} `);
  return err(`${where}${issue?.message}, not ${JSON.stringify(text)}`);
}

/** Writes labels as they are parsed. */
export function writeNodeLabels(labels: NodeLabels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/** Writes taints as they are parsed. */
export function writeNodeTaints(taints: NodeTaints): string {
  return taints
    .map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect ?? 'refuse'}`)
    .join(',');
}

function partsOf(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim());
}

/** An issue of all of them, such as that there are too many, is about none. */
function whereOf(path: readonly PropertyKey[] | undefined, words: string): string {
  return path === undefined || path.length === 0 ? '' : words;
}
