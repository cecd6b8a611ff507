/**
 * Applies events to the query cache. The events of a moment are collected: each resource that a
 * page shows is read once and replaced where it stands. Lists are read again where something joined
 * or left them; those that show only some rows, or sort them, with each change of such a resource.
 */
import type { QueryClient } from '@tanstack/react-query';
import { callByName } from '../api/client.ts';
import { type Item, toItem } from '../api/queries.ts';
import { routeOf } from '../api/routes-of-operations.ts';
import type { LiveEvent } from './read-message.ts';
import { refreshQueries } from './reread-pages.ts';

/** Time for which simultaneous events are collected. Unit: milliseconds. */
const COLLECT_MS = 15;

/** The pause after a batch, in which the next one collects. Unit: milliseconds. */
const BATCH_PAUSE_MS = 80;

/** More changed resources than this are read as pages of their list. */
const RESOURCES_MAX = 20;

/** Lists that many events concern are read at most this often. Unit: milliseconds. */
const LIST_PAUSE_MS = 1_000;

/** Types whose last word says that a resource has come or gone. */
const JOINS_OR_LEAVES =
  /[.](create|delete|import)[.]|[.](open|opened|waived|resolved|reopened|deleted|lost|back)$/;

/** Request fields that change neither the rows of a list nor their order. */
const NARROWS_NOT: readonly string[] = ['limit', 'cursor', 'count', 'fields'];

/** Every write begins an operation, leaves entries, is judged, and may change summaries. */
const OF_EVERY_WRITE = ['operation', 'audit', 'event', 'fleet', 'orchestration', 'policy_decision'];

/** Nouns that change along with a noun's resources. */
const DEPENDENTS: Readonly<Record<string, readonly string[]>> = {
  vm_group: ['scaling', 'scaling_event', 'autonomous_decision'],
  operation: ['execution'],
  workflow: ['execution', 'gitops_application'],
  approval: ['execution'],
  vm: ['drift', 'node', 'placement_decision'],
  policy: ['policy_violation'],
  policy_waiver: ['policy_violation'],
  compliance_finding: ['compliance'],
};

/** Events after which a resource is not there any more. */
const GONE = /[.]delete[.]succeeded$/;

/** Changes of a batch of events. */
interface Batch {
  /** Ids of changed resources by their noun. */
  readonly targets: Map<string, Set<string>>;
  /** Nouns whose lists have other members, or `vm?`: narrowed lists may have. */
  readonly lists: Set<string>;
}

/** Reads a resource of the server: `callByName`. */
type ReadResource = (name: string, input: { readonly id: string }) => Promise<unknown>;

/** Query cache, and the function that reads a changed resource. */
interface Cache {
  readonly client: QueryClient;
  readonly read: ReadResource;
}

/** Returns what takes events one by one. */
export function createEventApplier(
  client: QueryClient,
  read: ReadResource = callByName,
): (event: LiveEvent) => void {
  const readLists = createListReader(client);
  let batch: Batch | undefined;
  let isApplying = false;
  // One batch after the other, so that an older answer never replaces a newer one.
  const applyAll = async (): Promise<void> => {
    isApplying = true;
    await pause(COLLECT_MS);
    while (batch !== undefined) {
      const { targets, lists } = batch;
      batch = undefined;
      for (const [noun, ids] of targets) {
        if (ids.size > RESOURCES_MAX) lists.add(noun);
        else await Promise.all([...ids].map((id) => refresh({ client, read }, noun, id)));
      }
      readLists(lists);
      await pause(BATCH_PAUSE_MS);
    }
    isApplying = false;
  };
  return (event) => {
    batch ??= emptyBatch();
    collect(batch, event);
    if (!isApplying) void applyAll();
  };
}

/**
 * Returns what reads the lists of nouns again. Those that change while lists are read wait for the
 * end of that: on a slow network no answer is thrown away for the next one.
 */
function createListReader(client: QueryClient): (nouns: ReadonlySet<string>) => void {
  const stale = new Set<string>();
  let isReading = false;
  const readAll = async (): Promise<void> => {
    isReading = true;
    while (stale.size > 0) {
      const nouns = new Set(stale);
      stale.clear();
      await Promise.all([refreshNouns(client, nouns), pause(LIST_PAUSE_MS)]);
    }
    isReading = false;
  };
  return (nouns) => {
    for (const noun of nouns) stale.add(noun);
    if (!isReading) void readAll();
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms);
  });
}

function emptyBatch(): Batch {
  return { targets: new Map(), lists: new Set() };
}

/** Adds what an event changes to a batch. */
function collect({ targets, lists }: Batch, { type, target, data }: LiveEvent): void {
  const [noun = ''] = type.split('.');
  // What is gone cannot be read; its list is.
  if (GONE.test(type)) targets.get(noun)?.delete(target);
  else add(targets, noun, target);
  const { operation_id: operation } = data;
  if (typeof operation === 'string') add(targets, 'operation', operation);
  for (const each of [...OF_EVERY_WRITE, ...(DEPENDENTS[noun] ?? [])]) lists.add(each);
  // What cannot be read by itself, such as an alert, is read with its list.
  const isWhole = JOINS_OR_LEAVES.test(type) || routeOf(`${noun}.get`) === undefined;
  lists.add(isWhole ? noun : `${noun}?`);
}

function add(targets: Map<string, Set<string>>, noun: string, id: string): void {
  const ids = targets.get(noun) ?? new Set();
  targets.set(noun, ids.add(id));
}

/** Reads a resource that some page shows, and puts it wherever it stands in the cache. */
async function refresh({ client, read }: Cache, noun: string, id: string): Promise<void> {
  const name = `${noun}.get`;
  const isShown = client
    .getQueryCache()
    .findAll({ predicate: ({ queryKey: [key] }) => key === name || key === `${noun}.list` })
    .some(({ state: { data } }) => mentions(data, id));
  if (!isShown || routeOf(name) === undefined) return;
  const found = toItem(await read(name, { id }).catch(() => undefined));
  if (found.id !== id) return;
  client.setQueryData([name, { id }], found);
  client.setQueriesData({ predicate: ({ queryKey: [key] }) => key === `${noun}.list` }, (old) =>
    replaceItem(old, found),
  );
}

function mentions(data: unknown, id: string): boolean {
  const item = toItem(data);
  if (item.id === id) return true;
  return itemsOf(data).some((each) => each.id === id);
}

/** The rows of a list: of one answer, or of pages. */
function itemsOf(data: unknown): readonly Item[] {
  const { items, pages } = toItem(data);
  if (Array.isArray(items)) return items.map(toItem);
  return Array.isArray(pages) ? pages.flatMap(itemsOf) : [];
}

/** The same answer with one row replaced; the answer itself where it has no such row. */
function replaceItem(data: unknown, found: Item): unknown {
  if (!mentions(data, String(found.id))) return data;
  const swap = (value: unknown): unknown => {
    const { items, pages } = toItem(value);
    if (Array.isArray(items)) {
      const swapped = items.map((each: unknown) => (toItem(each).id === found.id ? found : each));
      return Object.assign({}, value, { items: swapped });
    }
    return Array.isArray(pages) ? Object.assign({}, value, { pages: pages.map(swap) }) : value;
  };
  return swap(data);
}

function refreshNouns(client: QueryClient, nouns: ReadonlySet<string>): Promise<void> {
  return refreshQueries(client, ({ queryKey }) => {
    const [noun = ''] = String(queryKey[0]).split('.');
    return nouns.has(noun) || (nouns.has(`${noun}?`) && isNarrowed(queryKey));
  });
}

/**
 * Whether a change of a row may take it out of a list, bring it in, or move it. Versions are a list
 * of one resource.
 */
function isNarrowed([name, input]: readonly unknown[]): boolean {
  const isList = /[.](list|versions|compare)$/.test(String(name));
  return isList && Object.keys(toItem(input)).some((field) => !NARROWS_NOT.includes(field));
}
