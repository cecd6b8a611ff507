/** Checks the references in values and conditions: inputs, outputs of steps before, items. */
import {
  type AutomationDefinition,
  type AutomationStep,
  FOR_EACH_MAX,
} from '@novacron/contract/automation/definition';
import { nearName } from '@novacron/contract/problem/find-near-name';
import type { DefinitionPath, Finding } from '../model/automation.ts';
import { ancestorsOf } from '../order/order-steps.ts';
import { compileCondition } from '../parse/compile-condition.ts';
import { listTexts } from '../parse/list-texts.ts';
import { ROOTS, VALUE_FIELDS } from '../parse/list-used-inputs.ts';
import { parseTemplate } from '../parse/parse-template.ts';
import { ARTIFACT_FIELDS, RUN_FIELDS } from '../resolve/resolve-step.ts';
import { errorAt, warningAt } from './finding-at.ts';

interface Scope {
  readonly step: AutomationStep;
  /** Ids of the steps that have ended. */
  readonly before: ReadonlySet<string>;
  readonly steps: ReadonlyMap<string, AutomationStep>;
  /** Undefined where the text declares none: then each name is an input. */
  readonly inputs: readonly string[] | undefined;
  /** Types of the declared inputs. */
  readonly types: Readonly<Record<string, string>>;
}

/** Finds references to what does not exist, or not yet, and those in places that take none. */
export function checkReferences(definition: AutomationDefinition): readonly Finding[] {
  const steps = new Map(definition.steps.map((step) => [step.id, step]));
  // Needs that name no step are reported once, at the needs themselves.
  const ordered = definition.steps.map(({ id, needs }) => ({
    id,
    needs: needs.filter((need) => steps.has(need)),
  }));
  const ancestors = ancestorsOf(ordered);
  // In a cycle no step has an order, which is reported once, too.
  const all = new Set(steps.keys());
  const inputs = definition.inputs && Object.keys(definition.inputs);
  const declared = Object.entries(definition.inputs ?? {});
  const types = Object.fromEntries(declared.map(([name, { type }]) => [name, type]));
  const ofSteps = definition.steps.flatMap((step, index) => {
    const scope = { step, before: ancestors.get(step.id) ?? all, steps, inputs, types };
    const path = ['steps', index];
    const { compensate } = step;
    return [
      ...checkFixedTexts(step, path),
      ...checkValues(step, scope, path),
      ...(compensate === undefined
        ? []
        : checkValues(compensate, withOwnOutputs(scope), [...path, 'compensate'])),
      ...checkItems(scope, path),
      ...checkCondition(scope, path),
    ];
  });
  return [...ofSteps, ...checkGroup(definition, inputs)];
}

/** The group is chosen when a run is started: then its inputs are known, and nothing else is. */
function checkGroup({ concurrency }: AutomationDefinition, inputs: Scope['inputs']): Finding[] {
  if (concurrency === undefined) return [];
  const place = ['concurrency', 'group'];
  const parsed = parseTemplate(concurrency.group);
  if (!parsed.ok) return [errorAt(place, parsed.error)];
  return parsed.value.flatMap((part) => {
    if (part.kind === 'text') return [];
    const { path } = part;
    const shown = `\${${path.join('.')}}`;
    const name = path[0] === 'inputs' ? path[1] : path[0];
    const isInput = path.length === (path[0] === 'inputs' ? 2 : 1) && !isOtherRoot(path[0]);
    const message = isInput
      ? faultOfInput(name ?? '', shown, { inputs })
      : `has ${shown}, but only inputs are known when a run is started`;
    return message === undefined ? [] : [errorAt(place, message)];
  });
}

function isOtherRoot(root = ''): boolean {
  return root === 'secrets' || (root !== 'inputs' && ROOTS.includes(root));
}

/** Adds the step's own outputs: its compensation runs after it, and so knows them. */
function withOwnOutputs(scope: Scope): Scope {
  return { ...scope, before: new Set([...scope.before, scope.step.id]) };
}

function checkFixedTexts(step: AutomationStep, path: DefinitionPath): Finding[] {
  const fixed = {
    task: step.task,
    workflow: step.workflow,
    ansible: step.ansible,
    inventory: step.inventory,
    approvers: step.approval?.approvers,
    run_on: step.run_on,
    artifacts: step.artifacts,
    outputs: step.outputs,
    effects: step.effects,
  };
  return listTexts(fixed, path)
    .filter(({ text }) => text.includes('${'))
    .map((each) => errorAt(each.path, 'takes no reference: it chooses what is done; write it out'));
}

function checkValues(
  action: Partial<AutomationStep>,
  scope: Scope,
  path: DefinitionPath,
): Finding[] {
  return VALUE_FIELDS.flatMap((field) =>
    listTexts(action[field], [...path, field]).flatMap((each) => {
      const parsed = parseTemplate(each.text);
      if (!parsed.ok) return [errorAt(each.path, parsed.error)];
      return parsed.value.flatMap((part) => {
        if (part.kind === 'text') return [];
        const isSent = field === 'http' && SENT.includes(each.path[path.length + 1] ?? '');
        const message =
          isSent && part.path[0] === 'secrets'
            ? faultOfSecret(part.path, action)
            : faultOf(part.path, scope);
        return message === undefined ? [] : [errorAt(each.path, message)];
      });
    }),
  );
}

/** Parts of a request that may contain secrets. */
const SENT: DefinitionPath = ['headers', 'body'];

function faultOfSecret(
  [, key = '', ...more]: readonly string[],
  { secrets = {} }: Partial<AutomationStep>,
): string | undefined {
  const keys = Object.keys(secrets);
  if (more.length === 0 && keys.includes(key)) return undefined;
  const near = nearName(key, keys);
  const hint =
    near === undefined
      ? `write secrets: { ${key === '' ? 'KEY' : key}: NAME } in the step`
      : `did you mean ${near}?`;
  return `has \${secrets.${key}}, which the step does not name under secrets; ${hint}`;
}

function faultOf(path: readonly string[], scope: Scope): string | undefined {
  const [root = '', name] = path;
  const shown = `\${${path.join('.')}}`;
  switch (root) {
    case 'inputs':
      return name === undefined
        ? `has ${shown}, which is all inputs: name one, as in \${inputs.NAME}`
        : faultOfInput(name, shown, scope);
    case 'steps':
      return faultOfOutput(path, shown, scope);
    case 'item':
      return scope.step.for_each === undefined
        ? `has ${shown}, but the step has no for_each: name an input instead`
        : undefined;
    case 'run':
      return faultOfRun(path, shown, scope);
    case 'secrets':
      return `has ${shown}: secrets stand in headers and body of http only; name it under secrets`;
    default:
      return path.length > 1
        ? `has ${shown}: a path begins with inputs, steps, item or run`
        : faultOfInput(root, shown, scope);
  }
}

function faultOfRun(
  [, name = '', ...more]: readonly string[],
  shown: string,
  { step }: Scope,
): string | undefined {
  if (more.length > 0 || !RUN_FIELDS.includes(name)) {
    return `has ${shown}: of a run there is \${run.${RUN_FIELDS.join('}, ${run.')}}`;
  }
  if (name !== 'status' || step.finally === 'yes') return undefined;
  return `has ${shown}, which only steps of finally have: before them, the run has not ended`;
}

function faultOfInput(
  name: string,
  shown: string,
  { inputs }: Pick<Scope, 'inputs'>,
): string | undefined {
  if (inputs === undefined || inputs.includes(name)) return undefined;
  const near = nearName(name, inputs);
  const hint = near === undefined ? `declare ${name} under inputs` : `did you mean ${near}?`;
  return `has ${shown}, which is not an input; ${hint}`;
}

function faultOfOutput(path: readonly string[], shown: string, scope: Scope): string | undefined {
  const [, id = '', word, name = ''] = path;
  const step = scope.steps.get(id);
  if (step === undefined) {
    const near = nearName(id, [...scope.steps.keys()]);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return `has ${shown}, but "${id}" is not a step${hint}`;
  }
  if (!scope.before.has(id)) {
    return `has ${shown}, but ${id} need not have ended by then: add it to needs`;
  }
  if (word === 'status' && path.length === 3) return undefined;
  if (word === 'artifacts') return faultOfArtifact(path, shown, step);
  if (word !== 'outputs' || path.length < 4) {
    return `has ${shown}: write \${steps.${id}.outputs.NAME} or \${steps.${id}.status}`;
  }
  const outputs = Object.keys(step.outputs ?? {});
  if (outputs.includes(name)) return undefined;
  const near = nearName(name, outputs);
  const hint = near === undefined ? `declare it under outputs of ${id}` : `did you mean ${near}?`;
  return `has ${shown}, but ${id} has no output ${name}; ${hint}`;
}

function faultOfArtifact(
  path: readonly string[],
  shown: string,
  { id, artifacts }: AutomationStep,
): string | undefined {
  const [, , , name = '', field = ''] = path;
  const saved = artifacts?.save ?? [];
  if (!saved.includes(name)) {
    const near = nearName(name, saved);
    const hint = near === undefined ? 'add it to save of its artifacts' : `did you mean ${near}?`;
    return `has ${shown}, but ${id} does not save ${name}; ${hint}`;
  }
  if (path.length === 5 && ARTIFACT_FIELDS.includes(field)) return undefined;
  const known = ARTIFACT_FIELDS.join(' or ');
  return `has ${shown}: end it with ${known}; only steps that load an artifact have its content`;
}

/** A step is repeated for a list, or for what one reference stands for. */
function checkItems(scope: Scope, path: DefinitionPath): Finding[] {
  const { for_each: items, max_parallel } = scope.step;
  const place = [...path, 'for_each'];
  if (items === undefined && max_parallel !== undefined) {
    return [
      errorAt([...path, 'max_parallel'], 'belongs to for_each, which the step does not have'),
    ];
  }
  if (typeof items !== 'string') {
    if ((items?.length ?? 0) > FOR_EACH_MAX) {
      return [errorAt(place, `has more than ${FOR_EACH_MAX} items: split it into several steps`)];
    }
    return listTexts(items, place)
      .filter(({ text }) => text.includes('${'))
      .map((each) => errorAt(each.path, 'takes no reference in an item: give one for the list'));
  }
  const parsed = parseTemplate(items);
  if (!parsed.ok) return [errorAt(place, parsed.error)];
  const [part, more] = parsed.value;
  if (part?.kind !== 'reference' || more !== undefined || part.path[0] === 'item') {
    return [errorAt(place, `must be a list, or one reference to one, such as \${inputs.hosts}`)];
  }
  const message = faultOf(part.path, scope);
  if (message !== undefined) return [errorAt(place, message)];
  const [root = '', name = root] = part.path;
  const type = root === 'steps' ? undefined : scope.types[name];
  if (type === undefined || type === 'list' || type === 'object') return [];
  // A warning: texts that were stored before stay readable.
  return [warningAt(place, `takes a list, but ${name} is a ${type}: declare it as { type: list }`)];
}

function checkCondition(scope: Scope, path: DefinitionPath): readonly Finding[] {
  const { if: condition } = scope.step;
  if (condition === undefined) return [];
  const place = [...path, 'if'];
  if (condition.includes('${')) {
    return [errorAt(place, 'is CEL: write inputs.NAME without dollar sign and braces')];
  }
  const compiled = compileCondition(condition);
  if (!compiled.ok) return [errorAt(place, compiled.error)];
  const faults = compiled.value.reads.flatMap((chain) => {
    // Names that a macro binds are not roots; what stands alone is a whole map.
    if (!ROOTS.includes(chain[0] ?? '') || (chain.length === 1 && chain[0] !== 'item')) return [];
    const message = faultOf(chain, scope);
    return message === undefined ? [] : [errorAt(place, message)];
  });
  return faults.length > 0 ? faults : warnOfFailure(condition, scope, place);
}

/** The comparison of a status with "failed", by the id of its step. */
const IS_FAILED = /steps(?:[.](\w+)|\[(["'])([\w-]+)\2\])[.]status\s*==\s*(["'])failed\4/g;

/** Warns of a step that would begin only after a failure that keeps it from beginning. */
function warnOfFailure(
  condition: string,
  { step, steps }: Scope,
  place: DefinitionPath,
): readonly Finding[] {
  if (step.finally === 'yes') return [];
  const ids = [...condition.matchAll(IS_FAILED)].map((match) => match[1] ?? match[3] ?? '');
  return [...new Set(ids)].flatMap((id) => {
    const failure = steps.get(id)?.on_failure;
    if (failure === undefined || failure === 'go_on') return [];
    const end = failure === 'stop' ? 'ends the run' : 'takes the run back';
    const message =
      `asks whether ${id} has failed, but that ${end}, and this step does not begin: ` +
      `give ${id} on_failure: go_on, or move this step to finally`;
    return [warningAt(place, message)];
  });
}
