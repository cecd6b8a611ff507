/** Data sources that look up one object by its id or its name. */

import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { PROBLEM_KINDS, type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Field } from '@novacron/contract/schema/field';
import { wordsOf } from '@novacron/contract/schema/kind-in-words';
import { commandWord } from '@novacron/contract/schema/resource-definition';
import { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { isUnknown } from '../cty/unknown.ts';
import { findIssues } from '../fields/find-issues.ts';
import type { DataSource } from '../framework/data-source.ts';
import type { Attributes } from '../framework/schema/attribute.ts';
import { string } from '../framework/schema/attributes.ts';
import { dataSourceSchema, type Schema } from '../framework/schema/schema.ts';
import type { ReadKind, ResourceAnswer, Session } from '../rpc/session.ts';

/** A kind that can be looked up. */
export interface LookupInfo {
  readonly kind: ReadKind | 'node';
  /** `none`: its objects have no names, so they are looked up by their ids. Default: `unique`. */
  readonly names?: 'unique' | 'none';
  readonly description: string;
  readonly idSchema: Field['schema'];
  /** Attributes that are read, besides id and name. */
  readonly attributes: Attributes;
  /** Converts an answer to attribute values, where it has more fields than the schema. */
  readonly toValue?: (answer: never) => Readonly<Record<string, unknown>>;
}

/** Creates a data source with the arguments `id` and `name`, exactly one of which is set. */
export function defineDataSource(info: LookupInfo): DataSource<Schema, Session> {
  const { kind, names: naming = 'unique' } = info;
  const noun = wordsOf(kind);
  const isId = (id: string) => findIssues(info.idSchema, id);
  const keys: Attributes =
    naming === 'none'
      ? { id: string({ required: true, validators: [isId], description: `Id of the ${noun}.` }) }
      : {
          id: string({
            optional: true,
            computed: true,
            validators: [isId],
            description: `Id of the ${noun}. Set either this or the name.`,
          }),
          name: string({
            optional: true,
            computed: true,
            description: `Name of the ${kind}. Set either this or the id.`,
          }),
        };
  const attributes = { ...keys, ...info.attributes };
  const schema = dataSourceSchema({ description: info.description, attributes });
  return {
    schema,
    validate(config, { diagnostics }) {
      const { id, name }: Readonly<Record<string, unknown>> = config;
      if (naming === 'none' || isUnknown(id) || isUnknown(name)) return;
      if ((id === null) === (name === null)) {
        diagnostics.error({
          summary: `Which ${kind}? Set id or name`,
          detail: 'Exactly one of `id` and `name` must be set.',
          path: [id === null ? 'name' : 'id'],
        });
      }
    },
    async read(config, { client, diagnostics, signal }) {
      const asked: Readonly<Record<string, unknown>> = config;
      const found = await lookUp(client, kind, asked, signal);
      const names = Object.keys(schema.attributes);
      if (!found.ok) {
        // What is missing must not keep Terraform from destroying the rest.
        const isPassable = client.isDestroyRun && found.error.code === 'not-found';
        diagnostics[isPassable ? 'warning' : 'error']({
          summary: `${PROBLEM_KINDS[found.error.code].title}: read ${kind}`,
          detail: `${found.error.detail}\n\n${found.error.remedy}`,
          path: [typeof asked.id === 'string' ? 'id' : 'name'],
        });
        return isPassable ? nothingOf(names, asked) : null;
      }
      // Each conversion takes the answer of its own kind.
      const value = info.toValue?.(found.value as never) ?? found.value;
      return Object.fromEntries(names.map((name) => [name, value[name] ?? null]));
    },
  };
}

async function lookUp(
  session: Session,
  kind: LookupInfo['kind'],
  asked: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Result<ResourceAnswer, Problem>> {
  // Kinds without names have an id in every configuration.
  if (typeof asked.id === 'string' || kind === 'policy_waiver') {
    return session.client.call(`${kind}.get`, { id: String(asked.id) }, { signal });
  }
  const name = String(asked.name);
  const page = await session.client.call(`${kind}.list`, { name, limit: 1 }, { signal });
  if (!page.ok) return page;
  const [found] = page.value.items;
  if (found !== undefined) return ok(found);
  return err(
    problem('not-found', {
      detail: `There is no ${wordsOf(kind)} named ${JSON.stringify(name)}.`,
      remedy: `List the existing ones with \`novacron ${wordOf(kind)} list\`.`,
    }),
  );
}

/** The value of a lookup that found nothing: the arguments, and null otherwise. */
export function nothingOf(names: readonly string[], asked: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(names.map((name) => [name, asked[name] ?? null]));
}

/** The word of the command line for a kind. */
function wordOf(kind: LookupInfo['kind']): string {
  const known = ResourceKind.safeParse(kind);
  if (!known.success) return kind.replaceAll('_', '-');
  return commandWord(known.data, RESOURCE_DEFINITIONS[known.data].noun);
}
