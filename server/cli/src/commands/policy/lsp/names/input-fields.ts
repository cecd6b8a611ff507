/** The fields of `input`, as a JSON Schema describes them. */
import { type Fields, isFields } from '../../../../output/fields.ts';

/** One field. */
export interface InputField {
  readonly name: string;
  /** In the words of JSON Schema: string, number | null. */
  readonly type: string;
  readonly description: string | undefined;
}

/** Deeper alternatives are left out. */
const ALTERNATIVES_DEPTH_MAX = 8;

/** Lists the fields of what is at a path; none where nothing is known of it. */
export function fieldsAt(schema: Fields, path: readonly string[]): readonly InputField[] {
  const found = new Map<string, Fields[]>();
  for (const node of nodesAt(schema, path)) {
    for (const [name, value] of Object.entries(asFields(node.properties))) {
      if (isFields(value)) found.set(name, [...(found.get(name) ?? []), value]);
    }
  }
  return [...found]
    .map(([name, nodes]) => describe(schema, name, nodes))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Describes the field at the end of a path; undefined where the schema does not have it. */
export function fieldAt(schema: Fields, path: readonly string[]): InputField | undefined {
  const nodes = nodesAt(schema, path);
  return nodes.length === 0 ? undefined : describe(schema, path.at(-1) ?? 'input', nodes);
}

function describe(schema: Fields, name: string, nodes: readonly Fields[]): InputField {
  const expanded = nodes.flatMap((node) => alternatives(schema, node, 0));
  const types = [...new Set(expanded.flatMap(typesOf))];
  const texts = [...nodes, ...expanded].map(({ description }) => description);
  const description = texts.find((text) => typeof text === 'string');
  return { name, type: types.length === 0 ? 'any' : types.join(' | '), description };
}

function typesOf(node: Fields): readonly string[] {
  const { type, enum: values, const: fixed } = node;
  if (Array.isArray(values) && values.length <= 8)
    return values.map((each) => JSON.stringify(each));
  if (fixed !== undefined) return [JSON.stringify(fixed)];
  const named = Array.isArray(type) ? type : [type];
  const known = named.filter((each) => typeof each === 'string');
  if (known.length === 0 && Array.isArray(values)) return [...new Set(values.map((v) => typeof v))];
  return known.map((each) => (each === 'array' ? arrayType(node) : each));
}

function arrayType({ items }: Fields): string {
  const inner = isFields(items) ? typesOf(items) : [];
  return inner.length === 1 ? `array of ${inner[0]}` : 'array';
}

function nodesAt(schema: Fields, path: readonly string[]): readonly Fields[] {
  let nodes = alternatives(schema, schema, 0);
  for (const part of path) {
    nodes = nodes
      .flatMap((node) => membersOf(node, part))
      .flatMap((node) => alternatives(schema, node, 0));
  }
  return nodes;
}

function membersOf(node: Fields, part: string): readonly Fields[] {
  const own = asFields(node.properties);
  if (Object.hasOwn(own, part) && isFields(own[part])) return [own[part]];
  return [node.additionalProperties, node.items].filter(isFields);
}

/** A node with what it refers to, and each of its alternatives. */
function alternatives(schema: Fields, node: Fields, depth: number): readonly Fields[] {
  if (depth > ALTERNATIVES_DEPTH_MAX) return [];
  const lists = [node.anyOf, node.oneOf, node.allOf].filter((list) => Array.isArray(list));
  const inner = [...lists.flat(), referred(schema, node.$ref)].filter(isFields);
  if (inner.length === 0) return [node];
  const own = node.properties === undefined && node.type === undefined ? [] : [node];
  return [...own, ...inner.flatMap((each) => alternatives(schema, each, depth + 1))];
}

function referred(schema: Fields, reference: unknown): unknown {
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined;
  return reference
    .slice('#/'.length)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((node, part) => (isFields(node) ? node[part] : undefined), schema);
}

function asFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}
