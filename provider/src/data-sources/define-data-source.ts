/** Data sources that look up one object by its id or its name. */

import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { PROBLEM_KINDS, type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Field } from '@novacron/contract/schema/field';
import { wordsOf } from '@novacron/contract/schema/kind-in-words';
import { commandWord } from '@novacron/contract/schema/resource-definition';
import { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { byName, type NameField } from '../administration/administrative-types.ts';
import { isUnknown } from '../cty/unknown.ts';
import { findIssues } from '../fields/find-issues.ts';
import type { DataSource } from '../framework/data-source.ts';
import type { Attributes } from '../framework/schema/attribute.ts';
import { string } from '../framework/schema/attributes.ts';
import { dataSourceSchema, type Schema } from '../framework/schema/schema.ts';
import type { ReadKind, ResourceAnswer, Session } from '../rpc/session.ts';

const NAME_WORDS: Readonly<Record<NameField, string>> = { name: 'Name', path: 'Path' };

/** A kind that can be looked up. */
export interface LookupInfo {
  readonly kind: ReadKind | 'node';
  /** Noun for users, if it differs from the kind in words. */
  readonly noun?: string | undefined;
  /** The field to look up by besides the id; null where there is none. Default: `name`. */
  readonly nameField?: NameField | null;
  /** `summaries`: items of its list have not all fields. */
  readonly lists?: 'summaries' | undefined;
  readonly description: string;
  readonly idSchema: Field['schema'];
  /** Attributes that are read, besides id and name. */
  readonly attributes: Attributes;
  /** Converts an answer to attribute values, where it has more fields than the schema. */
  readonly toValue?: (answer: never) => Readonly<Record<string, unknown>>;
}

/**
 * Creates a data source with the arguments `id` and `name`, or another unique field, exactly one of
 * which is set.
 */
export function defineDataSource(info: LookupInfo): DataSource<Schema, Session> {
  const { kind, nameField = 'name', noun = wordsOf(kind) } = info;
  const isId = (id: string) => findIssues(info.idSchema, id);
  const keys: Attributes =
    nameField === null
      ? { id: string({ required: true, validators: [isId], description: `Id of the ${noun}.` }) }
      : {
          id: string({
            optional: true,
            computed: true,
            validators: [isId],
            description: `Id of the ${noun}. Set either this or the ${nameField}.`,
          }),
          [nameField]: string({
            optional: true,
            computed: true,
            description: describeName(info, nameField),
          }),
        };
  const attributes = { ...keys, ...info.attributes };
  const schema = dataSourceSchema({ description: info.description, attributes });
  return {
    schema,
    validate(config, { diagnostics }) {
      if (nameField === null) return;
      const { id, [nameField]: name }: Readonly<Record<string, unknown>> = config;
      if (isUnknown(id) || isUnknown(name)) return;
      if ((id === null) === (name === null)) {
        diagnostics.error({
          summary: `Which ${info.noun ?? kind}? Set id or ${nameField}`,
          detail: `Exactly one of \`id\` and \`${nameField}\` must be set.`,
          path: [id === null ? nameField : 'id'],
        });
      }
    },
    async read(config, { client, diagnostics, signal }) {
      const asked: Readonly<Record<string, unknown>> = config;
      const found = await lookUp(client, info, asked, signal);
      const names = Object.keys(schema.attributes);
      if (!found.ok) {
        // What is missing must not keep Terraform from destroying the rest.
        const isPassable = client.isDestroyRun && found.error.code === 'not-found';
        diagnostics[isPassable ? 'warning' : 'error']({
          summary: `${PROBLEM_KINDS[found.error.code].title}: read ${info.noun ?? kind}`,
          detail: `${found.error.detail}\n\n${found.error.remedy}`,
          path: [typeof asked.id === 'string' || nameField === null ? 'id' : nameField],
        });
        return isPassable ? nothingOf(names, asked) : null;
      }
      // Each conversion takes the answer of its own kind.
      const value = info.toValue?.(found.value as never) ?? found.value;
      return Object.fromEntries(names.map((name) => [name, value[name] ?? null]));
    },
  };
}

function describeName({ noun, kind }: LookupInfo, field: NameField): string {
  return `${NAME_WORDS[field]} of the ${noun ?? kind}. Set either this or the id.`;
}

async function lookUp(
  session: Session,
  { kind, nameField = 'name', noun, lists }: LookupInfo,
  asked: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Result<ResourceAnswer, Problem>> {
  // Kinds without names have an id in every configuration.
  if (typeof asked.id === 'string' || nameField === null) {
    return session.client.call(`${kind}.get`, { id: String(asked.id) }, { signal });
  }
  const name = String(asked[nameField]);
  const page: Result<{ readonly items: readonly ResourceAnswer[] }, Problem> =
    await session.client.call(`${kind}.list`, { ...byName(nameField, name), limit: 1 }, { signal });
  if (!page.ok) return page;
  const [found] = page.value.items;
  if (found !== undefined && lists === 'summaries') {
    return session.client.call(`${kind}.get`, { id: found.id }, { signal });
  }
  if (found !== undefined) return ok(found);
  return err(
    problem('not-found', {
      detail:
        nameField === 'name'
          ? `There is no ${wordsOf(kind)} named ${JSON.stringify(name)}.`
          : `There is no ${noun ?? wordsOf(kind)} with the ${nameField} ${JSON.stringify(name)}.`,
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
