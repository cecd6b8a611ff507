/** Blocks and values as `terraform fmt` writes them. Without imports: browsers load it, too. */

/** No name of a label: what people call their labels never becomes an expression. */
const EXPRESSION = Symbol('expression');

/** An expression that is written as it is: `novacron_network.main.id`. */
export interface HclReference {
  readonly [EXPRESSION]: string;
}

/** Value of an attribute. */
export type HclValue =
  | string
  | number
  | boolean
  | null
  | HclReference
  | readonly HclValue[]
  | { readonly [name: string]: HclValue };

/** A block of a configuration. */
export interface HclBlock {
  /** `resource "novacron_vm" "web"` */
  readonly header: string;
  /** Comments in the block before its attributes, without the comment sign. */
  readonly comments?: readonly string[];
  readonly attributes: readonly (readonly [name: string, value: HclValue])[];
}

const STEP = '  ';

/** Formats a block; it ends with a line feed. */
export function formatBlock({ header, comments = [], attributes }: HclBlock): string {
  const remarks = comments.map((comment) => `${STEP}# ${comment}\n`).join('');
  const body = formatAttributes(attributes, STEP);
  return remarks === '' && body === '' ? `${header} {}\n` : `${header} {\n${remarks}${body}}\n`;
}

/** Makes a reference. */
export function referenceTo(text: string): HclReference {
  return { [EXPRESSION]: text };
}

/** Converts a name to a label of a block. */
export function toHclLabel(name: string): string {
  const label = name.replaceAll(/[^\w-]+/g, '_').replace(/^(?=[^A-Za-z_])/, '_');
  return label === '' ? 'this' : label;
}

/** Converts a value of an answer. Omits null members of objects: to Terraform, absent is null. */
export function toHcl(value: unknown): HclValue {
  if (Array.isArray(value)) return value.map(toHcl);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value).filter(([, inner]) => (inner ?? null) !== null);
  return Object.fromEntries(entries.map(([name, inner]) => [name, toHcl(inner)]));
}

/**
 * Neighbouring lines have their equals signs below each other. What takes several lines stands at
 * the end, each after an empty line, so that it belongs to no such column.
 */
function formatAttributes(
  attributes: readonly (readonly [string, HclValue])[],
  indent: string,
): string {
  const texts = attributes.map(([name, value]) => ({
    name: formatKey(name),
    text: formatValue(value, indent),
  }));
  const short = texts.filter(({ text }) => !text.includes('\n'));
  const long = texts.filter(({ text }) => text.includes('\n'));
  const width = Math.max(0, ...short.map(({ name }) => [...name].length));
  const lines = short.map(({ name, text }) => `${indent}${name.padEnd(width)} = ${text}\n`);
  const blocks = long.map(({ name, text }) => `${indent}${name} = ${text}\n`);
  return [...(lines.length > 0 ? [lines.join('')] : []), ...blocks].join('\n');
}

function formatValue(value: HclValue, indent: string): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  if (typeof value === 'string') return formatText(value);
  if (isList(value)) return formatList(value, indent);
  if (isReference(value)) return value[EXPRESSION];
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return `{\n${formatAttributes(entries, indent + STEP)}${indent}}`;
}

function isList(value: HclValue): value is readonly HclValue[] {
  return Array.isArray(value);
}

function isReference(value: object): value is HclReference {
  return EXPRESSION in value;
}

function formatList(values: readonly HclValue[], indent: string): string {
  const texts = values.map((value) => formatValue(value, indent + STEP));
  if (!texts.some((text) => text.includes('\n'))) return `[${texts.join(', ')}]`;
  return `[\n${texts.map((text) => `${indent}${STEP}${text},\n`).join('')}${indent}]`;
}

/** `{ for` begins an expression. */
function formatKey(name: string): string {
  return /^(?!for$)[A-Za-z_][\w-]*$/.test(name) ? name : formatQuoted(name);
}

const HEREDOC_END = 'EOT';

/** Texts of several lines are easier to read as they are; what that cannot say is quoted. */
function formatText(text: string): string {
  const lines = text.split('\n');
  const isDocument =
    lines.length > 2 &&
    text.endsWith('\n') &&
    !/\p{Cc}/u.test(text.replaceAll(/[\n\t]/g, '')) &&
    text.search(DOUBLED) === -1 &&
    !lines.some((line) => line.trim() === HEREDOC_END);
  if (!isDocument) return formatQuoted(text);
  return `<<${HEREDOC_END}\n${escapeTemplate(text)}${HEREDOC_END}`;
}

function formatQuoted(text: string): string {
  const escaped = text.replaceAll(/["\\\p{Cc}]/gu, (sign) => {
    const short = SHORT_ESCAPES.get(sign);
    return short ?? codeOf(sign);
  });
  const parted = escaped.replaceAll(DOUBLED, (signs) => [...signs].map(codeOf).join(''));
  return `"${escapeTemplate(parted)}"`;
}

function codeOf(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Places where a sign's escape would be read together with the preceding sign. */
const DOUBLED = /[$%]{2,}(?=\{)/g;

/** `${` and `%{` would begin an expression. */
function escapeTemplate(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, '$&$&');
}
