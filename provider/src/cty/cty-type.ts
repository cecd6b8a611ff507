/**
 * The types of Terraform's value system, in the JSON form that travels in schemas:
 * `"string"`, `["list", "string"]`, `["object", { "name": "string" }]`.
 */
export type CtyType =
  | CtyPrimitive
  | readonly ['list', CtyType]
  | readonly ['set', CtyType]
  | readonly ['map', CtyType]
  | readonly ['tuple', readonly CtyType[]]
  | readonly ['object', CtyFields]
  | readonly ['object', CtyFields, readonly string[]];

/** The types with parts. */
export type CtyComposite = Exclude<CtyType, CtyPrimitive>;

/** The types without parts. `dynamic` stands for a value that brings its own type. */
export type CtyPrimitive = 'string' | 'number' | 'bool' | 'dynamic';

/** The attributes of an object type, by name. */
export type CtyFields = { readonly [name: string]: CtyType };

/** The deepest type that is accepted from the wire; deeper ones are hostile or broken. */
const TYPE_DEPTH_MAX = 64;

/**
 * Reads a type from its JSON form.
 * @param json - parsed JSON, from a schema or beside a dynamic value
 * @returns the type, or undefined when the JSON does not describe one
 */
export function parseCtyType(json: unknown, depth = 0): CtyType | undefined {
  if (depth > TYPE_DEPTH_MAX) return undefined;
  if (json === 'string' || json === 'number' || json === 'bool' || json === 'dynamic') return json;
  if (!Array.isArray(json)) return undefined;
  const [kind, inner] = json;
  switch (kind) {
    case 'list':
    case 'set':
    case 'map': {
      const element = parseCtyType(inner, depth + 1);
      return element === undefined ? undefined : [kind, element];
    }
    case 'tuple': {
      if (!Array.isArray(inner)) return undefined;
      const elements = inner.map((item) => parseCtyType(item, depth + 1));
      return elements.every((item) => item !== undefined) ? ['tuple', elements] : undefined;
    }
    case 'object':
      return parseObjectType(inner, depth);
    default:
      return undefined;
  }
}

function parseObjectType(inner: unknown, depth: number): CtyType | undefined {
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return undefined;
  const fields: [string, CtyType][] = [];
  for (const [name, json] of Object.entries(inner)) {
    const type = parseCtyType(json, depth + 1);
    if (type === undefined) return undefined;
    fields.push([name, type]);
  }
  return ['object', Object.fromEntries(fields)];
}

/**
 * Returns the type of an item of a list, set or tuple.
 * @param index - position of the item, from 0
 * @returns `dynamic` where the type has no such item, which no plain value fits
 */
export function itemType(type: CtyComposite, index: number): CtyType {
  switch (type[0]) {
    case 'tuple':
      return type[1][index] ?? 'dynamic';
    case 'object':
      return 'dynamic';
    default:
      return type[1];
  }
}

/**
 * Returns the type of a member of a map or an object.
 * @returns `dynamic` where the type has no such member, which no plain value fits
 */
export function memberType(type: CtyComposite, name: string): CtyType {
  switch (type[0]) {
    case 'object':
      return type[1][name] ?? 'dynamic';
    case 'tuple':
      return 'dynamic';
    default:
      return type[1];
  }
}

/**
 * Names a type for people, as Terraform's own messages do.
 * @example formatCtyType(['list', 'string']) // "list of string"
 */
export function formatCtyType(type: CtyType): string {
  if (typeof type === 'string') return type;
  switch (type[0]) {
    case 'list':
    case 'set':
    case 'map':
      return `${type[0]} of ${formatCtyType(type[1])}`;
    case 'tuple':
      return 'tuple';
    case 'object':
      return 'object';
  }
}
