/** Checks that each step does one thing, and has only the fields that belong to it. */
import {
  ACTION_KINDS,
  type ActionKind,
  type AutomationDefinition,
} from '@novacron/contract/automation/definition';
import type { Finding } from '../model/automation.ts';
import { errorAt, warningAt } from './finding-at.ts';
import { listActions, type PlacedAction } from './list-actions.ts';

/** The actions that each field belongs to. */
const FIELDS_OF: readonly (readonly [
  field: 'with' | 'version' | 'env' | 'hosts' | 'secrets' | 'token' | 'success_when' | 'inventory',
  kinds: readonly ActionKind[],
])[] = [
  ['with', ['task', 'ansible', 'workflow']],
  ['version', ['workflow']],
  ['env', ['command', 'ansible']],
  ['hosts', ['command', 'ansible']],
  ['secrets', ['command', 'ansible', 'http']],
  ['token', ['command', 'ansible']],
  ['success_when', ['command', 'http']],
  ['inventory', ['ansible']],
];

/** A person or the clock ends these: an attempt more changes nothing. */
const UNREPEATABLE: readonly ActionKind[] = ['approval', 'wait'];

const NOTHING_TO_UNDO: readonly ActionKind[] = ['approval', 'notify', 'wait'];

/** Finds steps without an action or with several, and fields that do not belong to it. */
export function checkActions(definition: AutomationDefinition): readonly Finding[] {
  return listActions(definition).flatMap((placed): Finding[] => {
    const [kind, second] = placed.kinds;
    const { path } = placed;
    if (kind === undefined) {
      const message = `does nothing: give it one of ${ACTION_KINDS.join(', ')}`;
      return [errorAt(path, message)];
    }
    if (second !== undefined) {
      const message = `has ${placed.kinds.join(' and ')}: a step does one thing, so make it two`;
      return [errorAt([...path, second], message)];
    }
    const findings = [...faultsOfFields(placed, kind), ...faultsOfSuccess(placed, kind)];
    if (placed.role === 'action') findings.push(...faultsOfStep(placed, kind));
    if (kind === 'workflow' && placed.action.workflow === definition.name) {
      const message = `starts ${definition.name} itself, which would never end: call another one`;
      findings.push(errorAt([...path, 'workflow'], message));
    }
    return findings;
  });
}

function faultsOfFields({ action, path }: PlacedAction, kind: ActionKind): Finding[] {
  return FIELDS_OF.filter(
    ([field, kinds]) => action[field] !== undefined && !kinds.includes(kind),
  ).map(([field, kinds]) => {
    const message = `belongs to ${kinds.join(', ')}, not to ${kind}: remove it`;
    return errorAt([...path, field], message);
  });
}

function faultsOfSuccess({ action, path }: PlacedAction, kind: ActionKind): Finding[] {
  const { success_when: success } = action;
  if (success === undefined || (kind !== 'command' && kind !== 'http')) return [];
  const wrong = kind === 'command' ? 'status_codes' : 'exit_codes';
  const right = kind === 'command' ? 'exit_codes' : 'status_codes';
  if (success[wrong] !== undefined) {
    return [errorAt([...path, 'success_when', wrong], `does not belong to ${kind}: use ${right}`)];
  }
  return success[right] === undefined
    ? [errorAt([...path, 'success_when'], `is empty: give it ${right}`)]
    : [];
}

function faultsOfStep({ step, path }: PlacedAction, kind: ActionKind): Finding[] {
  const findings: Finding[] = [];
  if (step.retry !== undefined && UNREPEATABLE.includes(kind)) {
    const message = `does not belong to ${kind}, which is not attempted again: remove it`;
    findings.push(errorAt([...path, 'retry'], message));
  }
  if (step.run_on !== undefined && kind !== 'command' && kind !== 'ansible') {
    const message = `belongs to command and ansible: the server itself does ${kind}; remove it`;
    findings.push(errorAt([...path, 'run_on'], message));
  }
  if (step.compensate !== undefined && NOTHING_TO_UNDO.includes(kind)) {
    const message = `takes back ${kind}, which changes nothing: remove it`;
    findings.push(errorAt([...path, 'compensate'], message));
  }
  if (step.outputs !== undefined && kind === 'notify') {
    findings.push(errorAt([...path, 'outputs'], 'of notify do not exist: remove them'));
  }
  if (kind === 'wait') {
    const forms = Object.keys(step.wait ?? {});
    if (forms.length !== 1) {
      const message = 'waits for one thing: give it duration, signal or manual';
      findings.push(errorAt([...path, 'wait'], message));
    }
  }
  if (step.compensate !== undefined && step.on_failure === 'go_on') {
    const message =
      'runs only if a later step fails with on_failure: take_back, for this one goes on';
    findings.push(warningAt([...path, 'compensate'], message));
  }
  return findings;
}
