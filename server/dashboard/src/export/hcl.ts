/** Resources as Terraform's HCL: every text is quoted, so nothing in it becomes an expression. */
import { WriteOnlyValue } from './write-only.ts';

const NAME = /^[A-Za-z_][\w-]*$/;
const INDENT = '  ';

/** A text as a quoted template without interpolation (HCL native syntax, string literals). */
function hclText(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    // Before a brace, a dollar or percent sign would begin an interpolation.
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{');
  return `"${escaped}"`;
}

/** A value as an expression. */
function hclValue(value: unknown, indent = ''): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return hclText(value);
  if (typeof value !== 'object') return String(value);
  const inner = `${indent}${INDENT}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const isShort = value.every((each) => typeof each !== 'object');
    const items = value.map((each) => hclValue(each, inner));
    if (isShort) return `[${items.join(', ')}]`;
    return `[\n${items.map((each) => `${inner}${each},\n`).join('')}${indent}]`;
  }
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, each]) => `${inner}${keyOf(key)} = ${hclValue(each, inner)}\n`);
  return `{\n${lines.join('')}${indent}}`;
}

function keyOf(key: string): string {
  return NAME.test(key) ? key : hclText(key);
}

/** A label of a block: letters, digits, underscores and dashes of the name. */
function hclLabel(name: string): string {
  const label = name.replaceAll(/[^\w-]+/g, '_').replace(/^(?=[^A-Za-z_])/, '_');
  return label === '' ? 'this' : label;
}

/** A resource block with the fields that are set, and the variables of write-only ones. */
export function hclResource(
  type: string,
  name: string,
  fields: Readonly<Record<string, unknown>>,
): string {
  const label = hclLabel(name);
  const set = Object.entries(fields).filter(([, value]) => !isUnset(value));
  const width = Math.max(0, ...set.map(([field]) => field.length));
  const lines = set.map(([field, value]) => {
    const isHidden = value instanceof WriteOnlyValue;
    const note = `# ${field} is write-only: its value is not shown, Terraform asks for it.`;
    const expression = isHidden ? `var.${label}_${field}` : hclValue(value, INDENT);
    const line = `${INDENT}${field.padEnd(width)} = ${expression}\n`;
    return isHidden ? `${INDENT}${note}\n${line}` : line;
  });
  const variables = set
    .filter(([, value]) => value instanceof WriteOnlyValue)
    .map(([field]) => variableBlock(`${label}_${field}`));
  const resource = `resource ${hclText(type)} ${hclText(label)} {\n${lines.join('')}}\n`;
  return [resource, ...variables].join('\n');
}

/** A variable that Terraform asks for and does not show. */
function variableBlock(name: string): string {
  const lines = ['type      = string', 'sensitive = true'];
  return `variable ${hclText(name)} {\n${lines.map((line) => `${INDENT}${line}\n`).join('')}}\n`;
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
