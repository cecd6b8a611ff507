/**
 * The input of one policy as a JSON Schema: that of all policies, narrowed to the actions and kinds
 * that the policy judges. What only others are asked about is never in its input.
 */
import { POLICY_INPUT_SCHEMA } from '../gen/policy-input-schema.ts';
import { isRecord, type Json, type JsonObject } from '../json.ts';
import { actionOf } from './action-of.ts';
import { beforeOf } from './before-of.ts';
import { IDENTITY_KEYS } from './input-keys.ts';
import { subjectsOf } from './subjects-of.ts';

/**
 * Scope of the input a policy judges, from its settings; an absent, null or empty field does not
 * narrow it.
 */
export interface JudgedInput {
  /** Such as `create_vm`. */
  readonly actions?: readonly string[] | null | undefined;
  /** Kinds of resources, such as `vm`. */
  readonly kinds?: readonly string[] | null | undefined;
}

/** Returns what a policy with these settings judges. */
export function judgedBy({
  actions,
  selector,
}: {
  readonly actions?: JudgedInput['actions'];
  readonly selector?: Pick<JudgedInput, 'kinds'> | null | undefined;
}): JudgedInput {
  return { actions, kinds: selector?.kinds };
}

/** Values under `custom` in a package's comment; unknown entries are ignored. */
type Custom = Readonly<Record<string, unknown>>;

/**
 * The schema of a text's input, by what the comment of its package says under `custom`, and by what
 * a rule compares members of its input with (`action`, `operation`, `resource.type`).
 */
export type InputSchemaOf = (
  custom: Custom,
  known?: Readonly<Record<string, readonly string[]>>,
) => JsonObject;

/**
 * Makes the schemas of the inputs of texts. The settings of a policy go before `actions` and
 * `selector.kinds` of its text. Names that are not known narrow nothing: others refuse them.
 * @param settings - what the policy judges, where it has settings besides its text
 */
export function judgedInput(settings: JudgedInput = {}): InputSchemaOf {
  return (custom, known = {}) => {
    const declared = isRecord(custom.selector) ? custom.selector.kinds : undefined;
    const judged = {
      actions: knownOf(settings.actions ?? custom.actions, INPUT_ACTIONS),
      kinds: knownOf(settings.kinds ?? declared, INPUT_KINDS),
    };
    const whole = narrow(operationsOf(judged), judged.kinds, judged.actions);
    return narrowToRule(whole, judged, known);
  };
}

/** The names of a list; none where one of them is not known, as what it means is not either. */
function knownOf(value: unknown, known: readonly string[]): readonly string[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : [];
  const found = known.filter((name) => given.includes(name));
  return given.every((name) => typeof name === 'string' && known.includes(name)) ? found : [];
}

/** The actions that policies are asked about. */
export const INPUT_ACTIONS = wordsOf(objectAt(POLICY_INPUT_SCHEMA, 'properties').action);

/** The kinds that they are asked about. */
export const INPUT_KINDS: readonly string[] = Object.keys(
  objectAt(POLICY_INPUT_SCHEMA, 'definitions'),
);

interface Asked {
  readonly actions: readonly string[];
  readonly kinds: readonly string[];
}

/** The operations that policies are asked about. */
const INPUT_OPERATIONS = wordsOf(objectAt(POLICY_INPUT_SCHEMA, 'properties').operation);

function operationsOf({ actions, kinds }: Asked): readonly string[] {
  return INPUT_OPERATIONS.filter(
    (name) =>
      (actions.length === 0 || actions.includes(actionOf(name))) &&
      subjectsOf(name, INPUT_KINDS).some((kind) => kinds.length === 0 || kinds.includes(kind)),
  );
}

/**
 * Narrows the resources to those that a rule can be about. The words that it compares with stay
 * what they are for the whole text: a misspelt one is compared with all of them.
 */
function narrowToRule(
  schema: JsonObject,
  judged: Asked,
  known: Readonly<Record<string, readonly string[]>>,
): JsonObject {
  const { action, operation, 'resource.type': kind } = known;
  if (action === undefined && operation === undefined && kind === undefined) return schema;
  const operations = operationsOf(judged).filter(
    (name) =>
      (action?.includes(actionOf(name)) ?? true) &&
      (operation?.includes(name) ?? true) &&
      (kind === undefined || subjectsOf(name, INPUT_KINDS).some((each) => kind.includes(each))),
  );
  const given = judged.kinds.length > 0 ? judged.kinds : INPUT_KINDS;
  const kinds = given.filter((each) => kind?.includes(each) ?? true);
  if (operations.length === 0 || kinds.length === 0) return schema;
  const own = narrow(operations, kinds, [...judged.actions, ...(action ?? [])]);
  const { resource = null, before = null } = objectAt(own, 'properties');
  return {
    ...schema,
    properties: { ...objectAt(schema, 'properties'), resource, before },
    definitions: objectAt(own, 'definitions'),
  };
}

/** @param actions - those that are named: a policy that names no reads is asked about none */
function narrow(
  operations: readonly string[],
  asked: readonly string[],
  actions: readonly string[],
): JsonObject {
  const properties = objectAt(POLICY_INPUT_SCHEMA, 'properties');
  const definitions = objectAt(POLICY_INPUT_SCHEMA, 'definitions');
  const isNamed = (kind: string) => asked.length === 0 || asked.includes(kind);
  // It judges nothing then, which is no mistake of its text.
  if (operations.length === 0 || operations.length === INPUT_OPERATIONS.length) {
    return POLICY_INPUT_SCHEMA;
  }
  const kinds = kindsOf(operations).filter(isNamed);
  const written = kindsOf(operations.filter((name) => actionOf(name) !== 'read'));
  const isRead = actions.includes('read') && operations.some((name) => actionOf(name) === 'read');
  const resources = kinds.map((kind): Json => ({ $ref: `#/definitions/${kind}` }));
  const kept = kinds.map((kind) => {
    const definition = objectAt(definitions, kind);
    if (!written.includes(kind)) return [kind, identityOf(definition)] as const;
    return [kind, isRead ? { ...definition, required: [...IDENTITY_KEYS] } : definition] as const;
  });
  const changed: JsonObject = {
    action: { ...objectAt(properties, 'action'), enum: [...new Set(operations.map(actionOf))] },
    operation: { ...objectAt(properties, 'operation'), enum: operations },
    resource: { ...objectAt(properties, 'resource'), anyOf: resources },
    before: {
      ...objectAt(properties, 'before'),
      anyOf: [...beforeOf(operations, resources)],
    },
  };
  return {
    ...POLICY_INPUT_SCHEMA,
    properties: { ...properties, ...changed },
    definitions: Object.fromEntries(kept),
  };
}

function kindsOf(operations: readonly string[]): readonly string[] {
  const subjects = new Set(operations.flatMap((name) => subjectsOf(name, INPUT_KINDS)));
  return INPUT_KINDS.filter((kind) => subjects.has(kind));
}

/**
 * Keeps only identifying fields: for a read, policies see which resource is read, not its content.
 */
function identityOf(definition: JsonObject): JsonObject {
  const fields = Object.entries(objectAt(definition, 'properties'));
  const kept = fields.filter(([name]) => IDENTITY_KEYS.includes(name));
  return { ...definition, properties: Object.fromEntries(kept), required: [...IDENTITY_KEYS] };
}

function wordsOf(schema: Json | undefined): readonly string[] {
  const words = isRecord(schema) && Array.isArray(schema.enum) ? schema.enum : [];
  return words.filter((word) => typeof word === 'string');
}

/** The object below a key; empty where there is none. */
function objectAt(outer: JsonObject, key: string): JsonObject {
  const found = outer[key];
  return isObject(found) ? found : {};
}

function isObject(value: Json | undefined): value is JsonObject {
  return isRecord(value);
}
