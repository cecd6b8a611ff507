/**
 * Other words for the keys of definitions: those of earlier formats of workflows and runbooks.
 * A key that begins with a capital is read in snake_case first: `MaxAttempts` is `max_attempts`.
 */

/** The key of the format, by its alias. */
export type Aliases = ReadonlyMap<string, string>;

/** Keys of a definition. */
export const DEFINITION_ALIASES: Aliases = new Map([
  ['schedule', 'schedules'],
  ['parameters', 'inputs'],
]);

/** Keys of a step. Those that it becomes an action with are read by `read-action.ts`. */
export const STEP_ALIASES: Aliases = new Map([
  ['dependencies', 'needs'],
  ['depends_on', 'needs'],
  ['retry_policy', 'retry'],
  ['action_type', 'type'],
  ['inputs', 'with'],
]);

/** Keys of a retry. */
export const RETRY_ALIASES: Aliases = new Map([
  ['backoff_strategy', 'backoff'],
  ['initial_delay', 'delay'],
]);

/** No aliases of its own, only capitals. */
export const NO_ALIASES: Aliases = new Map();

/** The kind of action that a `type` of a step stands for. */
export const TYPE_ALIASES: Aliases = new Map([
  ['task', 'task'],
  ['command', 'command'],
  ['ansible', 'ansible'],
  ['api', 'http'],
  ['http', 'http'],
  ['notification', 'notify'],
  ['notify', 'notify'],
  ['manual', 'manual'],
  ['approval', 'approval'],
  ['workflow', 'workflow'],
  ['wait', 'wait'],
]);

/** The key of the format for a key as it is written. */
export function canonicalKey(key: string, aliases: Aliases): string {
  const plain = /^[A-Z]/.test(key) ? toSnakeCase(key) : key;
  return aliases.get(plain) ?? plain;
}

function toSnakeCase(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}
