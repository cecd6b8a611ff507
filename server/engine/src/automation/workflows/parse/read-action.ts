/** Reads what a step does: `type` and `action` of earlier formats, and short forms of actions. */
import { ACTION_KINDS, type ActionKind } from '@novacron/contract/automation/definition';
import { isRecord } from '@novacron/contract/json';
import { nearName } from '@novacron/contract/problem/find-near-name';
import type { DefinitionPath } from '../model/automation.ts';
import { TYPE_ALIASES } from './aliases.ts';
import { type Field, type FieldMap, keyOfPath, type Reading, refuse } from './field-map.ts';

/** Before the names of operations in earlier formats. */
const PREFIX = 'novacron.';

/** Replaces the aliases among the fields of a step by one of the actions. */
export function readAction(fields: FieldMap, path: DefinitionPath, reading: Reading): void {
  const type = fields.get('type');
  const action = fields.get('action');
  if (type !== undefined || action !== undefined) {
    fields.delete('type');
    fields.delete('action');
    readTypedAction(fields, { type, action, path }, reading);
  }
  const parameters = fields.get('parameters');
  fields.delete('parameters');
  if (parameters !== undefined && !fields.has('with')) fields.set('with', parameters);
  else if (parameters !== undefined) {
    refuse(reading, parameters.origin, 'stands beside with: keep one of them');
  }
  const task = fields.get('task');
  if (typeof task?.value === 'string' && task.value.startsWith(PREFIX)) {
    fields.set('task', { ...task, value: task.value.slice(PREFIX.length) });
  }
  const wait = fields.get('wait');
  if (typeof wait?.value === 'string' || typeof wait?.value === 'number') {
    reading.origins.set(keyOfPath([...path, 'wait', 'duration']), wait.origin);
    fields.set('wait', { ...wait, value: { duration: wait.value } });
  }
  const approval = fields.get('approval');
  if (typeof approval?.value === 'string') {
    fields.set('approval', { ...approval, value: { message: approval.value } });
  }
}

interface TypedAction {
  readonly type: Field | undefined;
  readonly action: Field | undefined;
  readonly path: DefinitionPath;
}

function readTypedAction(fields: FieldMap, typed: TypedAction, reading: Reading): void {
  const { type, action, path } = typed;
  if (action === undefined) {
    refuse(reading, type?.origin ?? path, 'needs an action beside it');
    return;
  }
  const kind = kindOf(type, action, reading);
  if (kind === undefined) return;
  const parameters = fields.get('parameters') ?? fields.get('with');
  const given: Readonly<Record<string, unknown>> = isRecord(parameters?.value)
    ? parameters.value
    : {};
  const origin = action.origin;
  switch (kind) {
    case 'http': {
      const { data, body, ...others } = given;
      const sent = body ?? data;
      const value = { ...others, url: action.value, ...(sent === undefined ? {} : { body: sent }) };
      moveInto(fields, { kind, value, origin, parameters, path }, reading);
      break;
    }
    case 'notify':
      moveInto(
        fields,
        { kind, value: { ...given, message: action.value }, origin, parameters, path },
        reading,
      );
      break;
    case 'manual':
      fields.set('wait', { value: { manual: action.value }, origin });
      break;
    default:
      fields.set(kind, { value: action.value, origin });
  }
}

interface Moved {
  readonly kind: 'http' | 'notify';
  readonly value: Readonly<Record<string, unknown>>;
  readonly origin: DefinitionPath;
  readonly parameters: Field | undefined;
  readonly path: DefinitionPath;
}

/** The parameters become the action itself; each is found where it was written. */
function moveInto(fields: FieldMap, moved: Moved, reading: Reading): void {
  const { kind, value, origin, parameters, path } = moved;
  fields.delete('parameters');
  fields.delete('with');
  fields.set(kind, { value, origin });
  const text = kind === 'http' ? 'url' : 'message';
  for (const name of Object.keys(value)) {
    const place = parameters?.origin ?? origin;
    const written =
      name === 'body' && isRecord(parameters?.value) ? bodyKey(parameters.value) : name;
    const from = name === text ? origin : [...place, written];
    reading.origins.set(keyOfPath([...path, kind, name]), from);
  }
}

function bodyKey(parameters: Readonly<Record<string, unknown>>): string {
  return 'body' in parameters ? 'body' : 'data';
}

function kindOf(
  type: Field | undefined,
  action: Field,
  reading: Reading,
): ActionKind | 'manual' | undefined {
  if (type === undefined) {
    if (typeof action.value === 'string' && action.value.startsWith(PREFIX)) return 'task';
    refuse(reading, action.origin, 'needs a type beside it, such as command or task');
    return undefined;
  }
  const kind = typeof type.value === 'string' ? TYPE_ALIASES.get(type.value) : undefined;
  const found = kind === 'manual' ? kind : ACTION_KINDS.find((each) => each === kind);
  if (found !== undefined) return found;
  const known = [...TYPE_ALIASES.keys()];
  const near = typeof type.value === 'string' ? nearName(type.value, known) : undefined;
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  refuse(reading, type.origin, `must be one of ${known.join(', ')}${hint}`);
  return undefined;
}
