/** Compares two versions of a state: which resource instances differ, and in which attributes. */
import { hash } from 'node:crypto';
import { canonicalJson, isRecord } from '@novacron/contract/json';
import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { TerraformStateChange } from '@novacron/contract/terraform-state/terraform-state';
import type { TerraformStateVersionRow } from '../../../ports/tables/automation/terraform-state-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readContent } from '../contents/stored-content.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findState, findVersion } from './find-state.ts';
import { createStateReader } from './read-content-header.ts';

/** Digests of values by attribute: values may be secret. */
type Attributes = ReadonlyMap<string, string>;

/** Compares. Problems: `not-found`, `validation-failed` for a state without an earlier version. */
export async function diffStates(
  deps: Pick<CapabilityDeps, 'store'>,
  { id, from, to }: ParsedInputOf<'terraform_state.diff'>,
  context: CallContext,
): Promise<Result<OutputOf<'terraform_state.diff'>, Problem>> {
  const found = await findState(deps, id, context);
  if (!found.ok) return found;
  const state = found.value;
  const later = to ?? state.version;
  const earlier = from ?? later - 1;
  if (earlier < 1) return err(nothingBefore(state.name));
  const before = await findVersion(deps, state, earlier);
  if (!before.ok) return before;
  const after = await findVersion(deps, state, later);
  if (!after.ok) return after;
  const changes = compare(
    await readInstances(deps, before.value),
    await readInstances(deps, after.value),
  );
  return ok({ from: earlier, to: later, changes: [...changes] });
}

async function readInstances(
  { store }: Pick<CapabilityDeps, 'store'>,
  version: TerraformStateVersionRow,
): Promise<ReadonlyMap<string, Attributes>> {
  const instances = new Map<string, Attributes>();
  const reader = createStateReader((resource) => {
    for (const [address, attributes] of instancesOf(resource)) instances.set(address, attributes);
  });
  for await (const bytes of readContent(store, version)) reader.take(bytes);
  reader.end();
  return instances;
}

/** The instances of a resource of a state of version 4, by address. */
function* instancesOf(resource: unknown): Generator<readonly [string, Attributes]> {
  if (!isRecord(resource)) return;
  const { module, mode, type, name, instances } = resource;
  const place = [module, mode === 'data' ? 'data' : undefined, type, name];
  const address = place.filter((part) => typeof part === 'string').join('.');
  for (const instance of Array.isArray(instances) ? instances : []) {
    if (!isRecord(instance)) continue;
    const { index_key: key, attributes } = instance;
    const index = key === undefined ? '' : `[${JSON.stringify(key)}]`;
    const digests = Object.entries(isRecord(attributes) ? attributes : {}).map(
      ([attribute, value]): [string, string] => [attribute, digestOf(value)],
    );
    yield [`${address}${index}`, new Map(digests)];
  }
}

function digestOf(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex');
}

function compare(
  before: ReadonlyMap<string, Attributes>,
  after: ReadonlyMap<string, Attributes>,
): readonly TerraformStateChange[] {
  const addresses = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return addresses.flatMap((address): TerraformStateChange[] => {
    const [was, is] = [before.get(address), after.get(address)];
    if (was === undefined) return [{ address, change: 'added', attributes: [] }];
    if (is === undefined) return [{ address, change: 'removed', attributes: [] }];
    const names = [...new Set([...was.keys(), ...is.keys()])].toSorted();
    const attributes = names.filter((name) => was.get(name) !== is.get(name));
    return attributes.length === 0 ? [] : [{ address, change: 'changed', attributes }];
  });
}

function nothingBefore(name: string): Problem {
  return problem('validation-failed', {
    detail: `The state ${name} has no two versions to compare.`,
    remedy: `See which it has: novacron terraform-state versions ${name}`,
    fields: [{ path: ['from'], message: 'no version comes before' }],
  });
}
