/** Turns a plan into changes as a reviewer sees them, and into their digest. */
import { createHash } from 'node:crypto';
import type {
  GitopsChange,
  GitopsFieldChange,
  GitopsPlanCounts,
} from '@novacron/contract/automation/gitops-step';
import { canonicalJson, isRecord } from '@novacron/contract/json';
import type { PlanJson, PlanResource } from './plan-json.ts';

/** How a value is written. */
type Show = (value: unknown, sensitivity: 'plain' | 'sensitive') => string;

/** Longest value that is shown. Unit: characters. */
const VALUE_LENGTH_MAX = 200;

const showToPeople: Show = (value, sensitivity) => {
  if (sensitivity === 'sensitive') return '(sensitive)';
  const text = JSON.stringify(value);
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
};

const showForDigest: Show = (value, sensitivity) =>
  sensitivity === 'plain'
    ? canonicalJson(value)
    : `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;

const showToAll: Show = (value, sensitivity) =>
  sensitivity === 'sensitive' ? '(sensitive)' : canonicalJson(value);

/** The changes of managed resources and of outputs, by address. */
export function readChanges(plan: Changed): readonly GitopsChange[] {
  return changesOf(plan, showToPeople);
}

/**
 * SHA-256 of addresses, actions and all field changes. Another value of a sensitive field is
 * another digest. Nodes and costs of previews are left out: they may differ each time.
 */
export function digestPlan(plan: Changed): string {
  return digestChanges(digestedOf(plan, showForDigest));
}

/** The same without sensitive values: it can be published. */
export function digestShownPlan(plan: Changed): string {
  return digestChanges(digestedOf(plan, showToAll));
}

type Changed = Pick<PlanJson, 'resource_changes'> & Partial<Pick<PlanJson, 'output_changes'>>;

function digestChanges(changes: readonly object[]): string {
  return createHash('sha256').update(canonicalJson(changes)).digest('hex');
}

function byAddress(plan: Changed) {
  return new Map(digestedOf(plan, showForDigest).map((change) => [change.address, change]));
}

function digestedOf(plan: Changed, show: Show) {
  return changesOf(plan, show).map(({ node: _node, cost_per_hour: _cost, ...change }) => change);
}

/** How a later plan differs from an earlier one, in words; empty where both have one digest. */
export function comparePlans(earlier: Changed, later: Changed): readonly string[] {
  const before = byAddress(earlier);
  const after = byAddress(later);
  const gone = [...before.values()].filter(({ address }) => !after.has(address));
  return [
    ...gone.map(({ action, address }) => `${action} ${address} is not needed any more`),
    ...[...after.values()].flatMap((change) => {
      const known = before.get(change.address);
      if (known !== undefined && canonicalJson(known) === canonicalJson(change)) return [];
      const what = known?.action === change.action ? 'has other values' : 'is new';
      return [`${change.action} ${change.address} ${what}`];
    }),
  ];
}

/** The numbers of a plan. */
export function countChanges({ resource_changes }: Changed): GitopsPlanCounts {
  const managed = resource_changes.filter(({ mode }) => mode === 'managed');
  const actions = managed.map(actionOf);
  const imported = managed.filter(({ change }) => change.importing !== undefined);
  const countOf = (action: string) => actions.filter((each) => each === action).length;
  return {
    create: countOf('create'),
    update: countOf('update'),
    replace: countOf('replace'),
    delete: countOf('delete'),
    managed: actions.length - countOf('create') - imported.length,
  };
}

function changesOf(
  { resource_changes: resources, output_changes: outputs = {} }: Changed,
  show: Show,
): readonly GitopsChange[] {
  const ofResources = resources
    .filter(({ mode }) => mode === 'managed')
    .flatMap((resource): GitopsChange[] => {
      const { address, change, action_reason: reason = null } = resource;
      const action = actionOf(resource);
      if (action === undefined) return [];
      const isEnd = action === 'delete' || action === 'forget';
      const fields = isEnd ? [] : [...originOf(resource), ...fieldsOf(change, show)];
      const preview = isRecord(change.after) ? change.after[PREVIEW] : undefined;
      const { node, cost_per_hour: cost } = isRecord(preview) ? preview : {};
      return [
        {
          address,
          action,
          reason,
          fields,
          node: typeof node === 'string' ? node : null,
          cost_per_hour: typeof cost === 'number' ? cost : null,
        },
      ];
    });
  return [...ofResources, ...outputsOf(outputs, show)].sort((one, other) =>
    one.address < other.address ? -1 : 1,
  );
}

function outputsOf(outputs: PlanJson['output_changes'], show: Show): readonly GitopsChange[] {
  return Object.entries(outputs).flatMap(([name, change]): GitopsChange[] => {
    if (change.actions.every((action) => action === 'no-op')) return [];
    const fields = fieldsOf(change, show, 'value');
    const none = { reason: null, node: null, cost_per_hour: null };
    return [{ address: `output.${name}`, action: 'output', fields, ...none }];
  });
}

/** Where a resource comes from, if that is not its own place in the state. */
function originOf({ change, previous_address: moved }: PlanResource): GitopsFieldChange[] {
  const { importing } = change;
  return [
    ...(moved === undefined ? [] : [{ path: 'moved from', before: null, after: moved }]),
    ...(importing === undefined
      ? []
      : [{ path: 'imported as', before: null, after: importing.id ?? canonicalJson(importing) }]),
  ];
}

/** Attribute of NovaCron's VMs that has the placement preview. */
const PREVIEW = 'placement_preview';

function actionOf(resource: PlanResource): GitopsChange['action'] | undefined {
  const { change, previous_address: moved } = resource;
  const has = (action: string) => change.actions.includes(action);
  if (has('delete')) return has('create') ? 'replace' : 'delete';
  if (has('create')) return 'create';
  if (has('update')) return 'update';
  if (has('forget')) return 'forget';
  if (change.importing !== undefined) return 'import';
  return moved === undefined ? undefined : 'move';
}

/** A value at a path, with what is known about it. */
interface Place {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly unknown: unknown;
  readonly beforeSensitive: unknown;
  readonly afterSensitive: unknown;
}

function fieldsOf(change: PlanResource['change'], show: Show, path = ''): GitopsFieldChange[] {
  const root = {
    path,
    before: change.before,
    after: change.after,
    unknown: change.after_unknown,
    beforeSensitive: change.before_sensitive,
    afterSensitive: change.after_sensitive,
  };
  return differencesOf(root, show).filter((each) => !/^placement_preview\b/.test(each.path));
}

/** The leaves that differ: objects are walked, lists and values are compared as a whole. */
function differencesOf(place: Place, show: Show): GitopsFieldChange[] {
  const { path, before, after, unknown, beforeSensitive, afterSensitive } = place;
  const isObject = isRecord(before) || isRecord(after) || isRecord(unknown);
  const isWhole = [unknown, beforeSensitive, afterSensitive].includes(true);
  const isPlain = [before, after].every((value) => value == null || isRecord(value));
  if (isObject && isPlain && !isWhole) {
    const names = new Set([before, after, unknown].flatMap((value) => Object.keys(Object(value))));
    return [...names].sort().flatMap((name) =>
      differencesOf(
        {
          path: path === '' ? name : `${path}.${name}`,
          before: memberOf(before, name),
          after: memberOf(after, name),
          unknown: memberOf(unknown, name),
          beforeSensitive: memberOf(beforeSensitive, name),
          afterSensitive: memberOf(afterSensitive, name),
        },
        show,
      ),
    );
  }
  const isUnknown = hasTrue(unknown);
  // What a create computes is no news.
  if (isUnknown && before == null) return [];
  if (!isUnknown && canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  const shown = (value: unknown, marks: unknown) =>
    value == null ? null : show(value, hasTrue(marks) ? 'sensitive' : 'plain');
  return [
    {
      path,
      before: shown(before, beforeSensitive),
      after: isUnknown ? '(known after apply)' : shown(after, afterSensitive),
    },
  ];
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

/** Whether marks are set anywhere in a value. */
function hasTrue(marks: unknown): boolean {
  if (marks === true) return true;
  return typeof marks === 'object' && marks !== null && Object.values(marks).some(hasTrue);
}
