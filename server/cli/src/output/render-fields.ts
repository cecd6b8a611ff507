/** One resource: a line for each field, objects and lists of objects below their name. */
import { ageOf, isTime } from './age-of.ts';
import { cellText, isNested, isNothing, lineText } from './cell-text.ts';
import { type Fields, isFields } from './fields.ts';
import { isStatusField, paintStatus } from './paint-status.ts';
import { plainLine } from './plain-text.ts';
import { PLAIN_STYLE, type Style } from './style.ts';
import { widthOf, wrapLine } from './text-width.ts';

/** A line, or a heading of the lines below it. */
interface FieldLine {
  readonly depth: number;
  /** With its mark, where it begins an item of a list. */
  readonly label: string;
  readonly name: string;
  /** undefined: a heading. */
  readonly value: string | undefined;
}

/** A resource: fields without a value and internal ones are left out, except in `--output wide`. */
export function renderFields(resource: Fields, style: Style = PLAIN_STYLE): string {
  const lines = linesOf(besideQuotas(resource), { depth: 0, style });
  const labelWidth = Math.max(
    0,
    ...lines.filter(({ value }) => value !== undefined).map(({ label }) => widthOf(label)),
  );
  return lines.map((line) => renderLine(line, { labelWidth, style })).join('');
}

const INDENT = '  ';
const GAP = '  ';

function renderLine(
  line: FieldLine,
  looks: { readonly labelWidth: number; readonly style: Style },
): string {
  const { label, name, value } = line;
  const { labelWidth, style } = looks;
  if (value === undefined) return `${label}\n`;
  const room = (style.width ?? 0) - labelWidth - GAP.length;
  const texts = value
    .split('\n')
    .flatMap((text) => (room < ROOM_MIN ? [text] : wrapLine(text, room)));
  return texts
    .map((text, at) => {
      const before = at === 0 ? label : '';
      const isPainted = style.colors === 'on' && isStatusField(name);
      const painted = isPainted ? paintStatus(text) : text;
      return `${before}${' '.repeat(labelWidth - widthOf(before))}${GAP}${painted}`.trimEnd();
    })
    .map((text) => `${text}\n`)
    .join('');
}

/** Values are not wrapped to less. Unit: columns. */
const ROOM_MIN = 20;

/** Fields that only programs use; `--output wide` has them. */
const INTERNAL: ReadonlySet<string> = new Set(['desired_revision', 'schema_version']);

interface Place {
  readonly depth: number;
  readonly style: Style;
}

function linesOf(fields: Fields, place: Place): FieldLine[] {
  const { depth, style } = place;
  return Object.entries(fields).flatMap(([name, value]) => {
    if (style.detail !== 'wide' && (isNothing(value) || INTERNAL.has(name))) return [];
    const label = `${INDENT.repeat(depth)}${plainLine(name)}`;
    const nested = nestedLines(name, value, { depth: depth + 1, style });
    if (nested !== undefined) return [{ depth, label, name, value: undefined }, ...nested];
    return [{ depth, label, name, value: valueText(name, value, style) }];
  });
}

/** The lines below a name; undefined for a value that stands beside it. */
function nestedLines(name: string, value: unknown, place: Place): FieldLine[] | undefined {
  if (isNothing(value)) return undefined;
  if (isFields(value)) return isShort(value) ? undefined : linesOf(value, place);
  const isList = Array.isArray(value) && value.some(isFields) && !isSentences(name, value);
  return isList ? value.flatMap((item) => itemLines(item, place)) : undefined;
}

/** An item of a list begins with a dash, as in YAML. */
function itemLines(item: unknown, { depth, style }: Place): FieldLine[] {
  const mark = `${INDENT.repeat(depth)}- `;
  if (!isFields(item)) {
    return [{ depth, label: `${mark}${lineText(item)}`, name: '', value: undefined }];
  }
  const lines = linesOf(item, { depth: depth + 1, style });
  return lines.map((line, at) =>
    at === 0 ? { ...line, label: `${mark}${line.label.trimStart()}` } : line,
  );
}

function isSentences(name: string, values: readonly unknown[]): boolean {
  return name === 'explanation' && values.every((value) => typeof value === 'string');
}

/** Longer objects are laid out below their name. Unit: characters. */
const SHORT_LENGTH_MAX = 60;

/** Whether an object is read best on one line: `tier=web, env=test`. */
function isShort(value: Fields): boolean {
  const members = Object.values(value);
  const hasText = members.some((member) => typeof member !== 'number');
  return (
    hasText &&
    members.every((member) => !isNested(member) || isNothing(member)) &&
    cellText(value).length <= SHORT_LENGTH_MAX
  );
}

/** Longer lists of texts are cut, except in `--output wide`. */
const LISTED_MAX = 20;

/** Texts of a list that is cut. */
const SHOWN_MAX = 10;

function valueText(name: string, value: unknown, { detail, nowMs, width }: Style): string {
  if (Array.isArray(value) && name === 'explanation') return value.map(lineText).join('\n');
  if (Array.isArray(value) && value.length > LISTED_MAX && detail !== 'wide') {
    const others = value.length - SHOWN_MAX;
    return `${cellText(value.slice(0, SHOWN_MAX))} and ${others} more (--output wide lists all)`;
  }
  const isAged = AGED.has(name) && width !== undefined;
  if (!isAged || nowMs === undefined || !isTime(value)) return cellText(value);
  return `${cellText(value)} (${agoText(ageOf(value, nowMs))})`;
}

const AGED: ReadonlySet<string> = new Set(['created_at', 'updated_at', 'opened_at']);

function agoText(age: string): string {
  return age.startsWith('in ') ? age : `${age} ago`;
}

/** Shows usage next to the quota it counts against: `3 of 20`. */
function besideQuotas(resource: Fields): Fields {
  const { quotas, usage } = resource;
  if (!isFields(quotas) || !isFields(usage)) return resource;
  const used = Object.entries(usage).map(([name, count]) => {
    const limit = quotas[name] ?? null;
    const words = limit === null ? `${count}, no limit` : `${count} of ${String(limit)}`;
    return [name, words] as const;
  });
  const { usage: _usage, ...others } = resource;
  return { ...others, quotas: Object.fromEntries(used) };
}
