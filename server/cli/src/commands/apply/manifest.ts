/** Documents that describe resources, and what the command line knows of their kinds. */
import { isOperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { z } from 'zod';
import { nounAliases } from '../../arguments/aliases.ts';
import { commandOf, type TableCommand, tableCommands } from '../../arguments/command-table.ts';
import { isIdOf, nounOfPrefix } from '../../arguments/nouns.ts';
import type { Fields } from '../../output/fields.ts';

/** One document. */
export interface Manifest {
  /** The contract's noun: `vm`. */
  readonly noun: string;
  /** Empty for settings: a tenant has them once. */
  readonly name: string;
  /** Fields of the create operation besides the name, with ids or names. */
  readonly fields: Fields;
  /** Documents of a lower wave are applied before. */
  readonly wave: number;
  /** Location of the manifest, for messages: `web.yaml, document 2`. */
  readonly place: string;
}

/** Returns the title of a manifest in messages: `vm/web-01`, or `model-settings`. */
export function titleOf({ noun, name }: Pick<Manifest, 'noun' | 'name'>): string {
  return [noun.replaceAll('_', '-'), name].filter((part) => part !== '').join('/');
}

/** The commands of a kind that documents can describe. */
export interface ManifestKind {
  readonly noun: string;
  /** Undefined for settings, which always exist. */
  readonly create: TableCommand | undefined;
  readonly update: TableCommand;
}

let kinds: ReadonlyMap<string, ManifestKind> | undefined;

/** The kinds that documents can describe, by every word that the command line has for them. */
export function manifestKinds(): ReadonlyMap<string, ManifestKind> {
  kinds ??= new Map(tableCommands().flatMap(kindOf));
  return kinds;
}

function kindOf(command: TableCommand): (readonly [string, ManifestKind])[] {
  const { noun, verb, group } = command;
  if (verb === 'update' && isSettings(noun)) {
    const kind = { noun, create: undefined, update: command };
    return [noun, noun.replaceAll('_', '-')].map((word) => [word, kind] as const);
  }
  const [create, update] = [`${noun}.create`, `${noun}.update`];
  const hasRest = ['get', 'list'].every((other) => isOperationName(`${noun}.${other}`));
  if (verb !== 'create' || command.argument?.field !== 'name' || !hasRest) return [];
  if (!isOperationName(create) || !isOperationName(update)) return [];
  const kind = { noun, create: commandOf(create), update: commandOf(update) };
  const words = [noun, group ?? noun, ...nounAliases(noun, group ?? noun)];
  return words.map((word) => [word, kind] as const);
}

/** Settings of the tenant: `model_settings`. */
function isSettings(noun: string): boolean {
  return noun.endsWith('_settings') && isOperationName(`${noun}.get`);
}

/** The fields of a kind by the words that documents may use: `network` is `network_id`. */
export function fieldNames({ create, update }: ManifestKind): ReadonlyMap<string, string> {
  const fields = [create?.argument ?? [], create?.flags ?? [], update.flags]
    .flat()
    .filter(({ field }) => !NOT_IN_DOCUMENTS.has(field));
  const own = fields.map(({ field }) => [field, field] as const);
  const short = fields.flatMap(({ field, nouns }) =>
    nouns.length === 0 ? [] : [[field.replace(/_id(s?)$/, '$1'), field] as const],
  );
  return new Map([...short, ...own]);
}

/**
 * The fields of answers that no document sets, such as `created_at`: they may stand in a document
 * that `show -o yaml` has written.
 */
export function computedFields({ noun, ...kind }: ManifestKind): ReadonlySet<string> {
  const get = `${noun}.get`;
  if (!isOperationName(get)) return new Set();
  const { output } = operationRow(get);
  const own = fieldNames({ noun, ...kind });
  const fields = output instanceof z.ZodObject ? Object.keys(output.shape) : [];
  return new Set(fields.filter((field) => !own.has(field)));
}

/** The kind of a resource by its id; undefined for what is not the id of such a kind. */
export function kindOfId(id: unknown): ManifestKind | undefined {
  if (typeof id !== 'string') return undefined;
  const noun = nounOfPrefix(id.slice(0, Math.max(0, id.lastIndexOf('_'))));
  return noun !== undefined && isIdOf([noun], id) ? manifestKinds().get(noun) : undefined;
}

/** Fields that say how a write is sent, not what the resource is. */
const NOT_IN_DOCUMENTS: ReadonlySet<string> = new Set([
  'idempotency_key',
  'reservation_id',
  'if_revision',
  'if_desired_revision',
  'restart',
]);
