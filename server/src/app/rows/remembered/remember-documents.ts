/**
 * Documents of rows that reconcilers read again and again, each parsed once: most rows are as they
 * were when they were read last. What is parsed is frozen, since all readers share it.
 */
import type { JsonObject } from '@novacron/contract/json';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { LRUCache } from 'lru-cache';
import type { z } from 'zod';

/** The documents of some ten thousand VMs. Unit: characters. */
const LENGTH_SUM_MAX = 16 * 2 ** 20;

/** Overhead of a cache entry besides its text. Unit: characters. */
const LENGTH_OF_ENTRY = 100;

/** Kinds of which many rows are read at once. What is sealed in the store is not among them. */
const REMEMBERED: ReadonlySet<ResourceKind | undefined> = new Set<ResourceKind>([
  'vm',
  'vm_group',
  'network',
  'volume',
]);

const documents = new LRUCache<string, JsonObject>({
  maxSize: LENGTH_SUM_MAX,
  sizeCalculation: (_document, text) => text.length + LENGTH_OF_ENTRY,
});

/** Parsed results of cached documents, by schema. */
const shown = new WeakMap<object, Map<z.ZodType, unknown>>();

/**
 * Parses a stored document.
 * @param parse - called once for a text whose kind is remembered
 * @returns undefined where the text is no JSON object; frozen where its kind is remembered
 */
export function parseOnce(
  kind: ResourceKind | undefined,
  text: string,
  parse: (text: string) => JsonObject | undefined,
): JsonObject | undefined {
  if (!REMEMBERED.has(kind)) return parse(text);
  const known = documents.get(text);
  if (known !== undefined) return known;
  const parsed = parse(text);
  if (parsed === undefined) return undefined;
  freezeAll(parsed);
  documents.set(text, parsed);
  return parsed;
}

/**
 * Parses a document with a schema, once per cached document.
 * @param parse - called once for a document that is remembered, whose answer is then frozen
 */
export function showOnce<Shown>(
  document: JsonObject,
  schema: z.ZodType<Shown>,
  parse: () => Shown,
): Shown {
  // Others were parsed for this reader alone.
  if (!Object.isFrozen(document)) return parse();
  const bySchema = shown.get(document) ?? new Map<z.ZodType, unknown>();
  // It is what this schema has made of it.
  if (bySchema.has(schema)) return bySchema.get(schema) as Shown;
  const made = parse();
  freezeAll(made);
  bySchema.set(schema, made);
  shown.set(document, bySchema);
  return made;
}

function freezeAll(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) freezeAll(inner);
}
