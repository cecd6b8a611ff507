/**
 * Reads state files: terraform.tfstate (version 4), and what `terraform show -json` writes about a
 * state. Source: the formats as Terraform documents and writes them.
 */

import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { err, ok, type Result } from '@novacron/contract/result';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { StateResource } from './model.ts';

const KINDS: ReadonlyMap<string, ResourceKind> = new Map(
  RESOURCE_KINDS.map((kind) => [RESOURCE_DEFINITIONS[kind].type, kind]),
);

const Attributes = z.looseObject({}).nullish();

const StateFile = z.looseObject({
  version: z.literal(4),
  resources: z.array(
    z.looseObject({
      module: z.string().optional(),
      mode: z.string(),
      type: z.string(),
      name: z.string(),
      instances: z.array(
        z.looseObject({
          index_key: z.union([z.string(), z.int()]).optional(),
          attributes: Attributes,
        }),
      ),
    }),
  ),
});

interface ShownModule {
  readonly address?: string | undefined;
  readonly resources?: readonly ShownResource[] | undefined;
  readonly child_modules?: readonly ShownModule[] | undefined;
}

const ShownResource = z.looseObject({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  values: Attributes,
});
type ShownResource = z.infer<typeof ShownResource>;

const ShownModule: z.ZodType<ShownModule> = z.looseObject({
  address: z.string().optional(),
  resources: z.array(ShownResource).optional(),
  get child_modules() {
    return z.array(ShownModule).optional();
  },
});

const ShownState = z.looseObject({
  format_version: z.string().regex(/^[01]\./, 'only version 1 of the format is supported'),
  // Terraform leaves it out where there is no state yet.
  values: z.looseObject({ root_module: ShownModule }).optional(),
});

const EXPECTED = 'use terraform.tfstate, or the output of `terraform show -json`';

/**
 * Reads NovaCron's resources out of a state file; data sources and those of other providers are
 * left out. The error says what is wrong, where in the file, and what to give instead.
 */
export function readState(text: string, file: string): Result<readonly StateResource[], string> {
  if (text.trim() === '') return err(`it is empty; ${EXPECTED}`);
  if (text.startsWith('PK')) return err(`it is a plan file; ${EXPECTED}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err(`${faultIn(text)}; ${EXPECTED}`);
  }
  const refusal = refusalOf(Object(json));
  if (refusal !== undefined) return err(`${refusal}; ${EXPECTED}`);
  return 'format_version' in Object(json) ? readShown(json, file) : readFile(json, file);
}

/** JSON.parse does not always tell where; YAML, of which JSON is a part, does. */
function faultIn(text: string): string {
  const [error] = parseDocument(text, { schema: 'json' }).errors;
  const at = error?.linePos?.[0];
  return at === undefined ? 'not valid JSON' : `not valid JSON: line ${at.line}, column ${at.col}`;
}

/** The other files that look like a state at first sight. */
function refusalOf(json: Readonly<Record<string, unknown>>): string | undefined {
  if ('resource_changes' in json || 'planned_values' in json)
    return 'it is a plan, not a state file';
  if ('encrypted_data' in json) return 'it is encrypted';
  if (typeof json.version === 'number' && json.version !== 4) {
    return `state version ${json.version} is not supported; version 4 is (Terraform 0.12 or later)`;
  }
  if (!('version' in json) && !('format_version' in json)) return 'not a state file';
  return undefined;
}

function readFile(json: unknown, file: string): Result<readonly StateResource[], string> {
  const state = StateFile.safeParse(json);
  if (!state.success) return err(issueText(state.error));
  const found: StateResource[] = [];
  for (const [at, resource] of state.data.resources.entries()) {
    const kind = KINDS.get(resource.type);
    if (resource.mode !== 'managed' || kind === undefined) continue;
    for (const [number, instance] of resource.instances.entries()) {
      const id = instance.attributes?.id;
      if (typeof id !== 'string') {
        return err(missingId(`resources.${at}.instances.${number}.attributes.id`));
      }
      const { module: moduleAddress = '', type, name: label } = resource;
      const key = instance.index_key === undefined ? '' : `[${JSON.stringify(instance.index_key)}]`;
      const inside = moduleAddress === '' ? '' : `${moduleAddress}.`;
      const address = `${inside}${type}.${label}${key}`;
      found.push({ kind, id, address, moduleAddress, type, label, file });
    }
  }
  return ok(found);
}

function readShown(json: unknown, file: string): Result<readonly StateResource[], string> {
  const state = ShownState.safeParse(json);
  if (!state.success) return err(issueText(state.error));
  const found: StateResource[] = [];
  const modules = state.data.values === undefined ? [] : [state.data.values.root_module];
  for (const { address: moduleAddress = '', resources = [], child_modules = [] } of modules) {
    modules.push(...child_modules);
    for (const { address, mode, type, name: label, values } of resources) {
      const kind = KINDS.get(type);
      if (mode !== 'managed' || kind === undefined) continue;
      const id = values?.id;
      if (typeof id !== 'string') return err(missingId(`${address}: values.id`));
      found.push({ kind, id, address, moduleAddress, type, label, file });
    }
  }
  return ok(found);
}

function missingId(where: string): string {
  return `${where} is not a string; the resource was never created`;
}

function issueText(error: z.ZodError): string {
  const [issue] = error.issues;
  const at = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
  return `not a supported state file: ${at}; ${EXPECTED}`;
}
