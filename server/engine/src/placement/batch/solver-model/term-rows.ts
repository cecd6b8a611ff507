/**
 * Adds hard affinity, anti-affinity and spread among the VMs of a batch as rows of its model. Where
 * a rule can be met in several ways the rows may require the simplest one; the result is checked
 * against the rules themselves afterwards.
 */

import { findRejections } from '../../place/filters/reject-nodes.ts';
import type {
  AffinityTerm,
  PeerSelector,
  SpreadTerm,
  TopologyLevel,
} from '../../place/model/placement.ts';
import type { RejectionReason, Tally } from '../../place/model/rule.ts';
import { countAt, selectsPeer } from '../../place/peers/count-peers.ts';
import { rackKey } from '../../place/peers/similar-vms.ts';
import type { BatchTable, RequestKind } from '../fleet/batch-table.ts';
import { addRow, addVariable, type LinearModelDraft } from './linear-model-draft.ts';

type Counts = readonly (readonly (number | undefined)[])[];

/** A required term, the kinds that have it and the kinds that it selects, by index. */
interface Held<Term> {
  readonly term: Term;
  readonly tally: Tally;
  readonly holders: readonly number[];
  readonly selected: readonly number[];
}

interface Parts {
  readonly table: BatchTable;
  readonly counts: Counts;
  readonly draft: LinearModelDraft;
}

/**
 * Adds the rows of all required terms.
 * @returns `narrow` where they are stricter than the rules
 */
export function addTermRows(
  table: BatchTable,
  counts: Counts,
  draft: LinearModelDraft,
): 'whole' | 'narrow' {
  const parts = { table, counts, draft };
  const affinities = collect(
    table,
    ({ countedRequest }) => countedRequest.affinities ?? [],
    ({ to }) => to,
  );
  const spreads = collect(
    table,
    ({ countedRequest }) => countedRequest.spreads ?? [],
    ({ of }) => of,
  );
  for (const held of affinities) {
    if (held.term.rule === 'apart') addApartRows(parts, held);
    else addTogetherRows(parts, held);
  }
  for (const held of spreads) addSpreadRows(parts, held);
  const together = affinities.filter(({ term }) => term.rule === 'together');
  return [...together, ...spreads].every(isPlain) ? 'whole' : 'narrow';
}

/** Whether the kinds with the term are exactly those that it selects. */
function isPlain({ holders, selected }: Held<AffinityTerm | SpreadTerm>): boolean {
  const both = holders.filter((kind) => selected.includes(kind)).length;
  return both === 0 || (both === holders.length && both === selected.length);
}

function collect<Term extends AffinityTerm | SpreadTerm>(
  { kinds }: BatchTable,
  termsOf: (kind: RequestKind) => readonly { readonly term: Term; readonly tally: Tally }[],
  selectorOf: (term: Term) => PeerSelector,
): readonly Held<Term>[] {
  const byText = new Map<string, Held<Term> & { holders: number[] }>();
  for (const [at, kind] of kinds.entries()) {
    for (const { term, tally } of termsOf(kind)) {
      if (term.need !== 'required') continue;
      const text = JSON.stringify(term);
      const known = byText.get(text);
      if (known !== undefined) {
        known.holders.push(at);
        continue;
      }
      const selector = selectorOf(term);
      const selected = [...kinds.keys()].filter((other) => {
        const vm = kinds[other]?.request.vm;
        return vm !== undefined && selectsPeer(selector, vm);
      });
      byText.set(text, { term, tally, holders: [at], selected });
    }
  }
  return [...byText.values()];
}

/** The nodes of each place of a level, by their place in the table. */
function placesOf({ nodes }: BatchTable, level: TopologyLevel): readonly (readonly number[])[] {
  const places = new Map<string, number[]>();
  for (const [at, node] of nodes.entries()) {
    const key = { node: node.name, rack: rackKey(node), zone: node.zone }[level];
    places.set(key, [...(places.get(key) ?? []), at]);
  }
  return [...places.values()];
}

/** Returns the sum of VMs of some kinds in a place. */
function sumOf({ counts }: Parts, kinds: readonly number[], place: readonly number[], factor = 1) {
  return kinds.flatMap((kind) =>
    place.flatMap((node) => {
      const variable = counts[kind]?.[node];
      return variable === undefined ? [] : [{ variable, factor }];
    }),
  );
}

function countOf({ table }: Parts, kinds: readonly number[]): number {
  return kinds.reduce((sum, kind) => sum + (table.kinds[kind]?.members.length ?? 0), 0);
}

function without(kinds: readonly number[], others: readonly number[]): readonly number[] {
  return kinds.filter((kind) => !others.includes(kind));
}

function addFlag({ draft }: Parts): number {
  return addVariable(draft, { kind: 'integer', lower: 0, upper: 1, cost: 0 });
}

/**
 * A place takes at most one VM that has the term and is selected by it, and then no other selected
 * VM.
 */
function addApartRows(parts: Parts, { term, holders, selected }: Held<AffinityTerm>): void {
  const { draft, table } = parts;
  const both = holders.filter((kind) => selected.includes(kind));
  const meant = without(selected, holders);
  const having = without(holders, selected);
  for (const place of placesOf(table, term.level)) {
    const ones = sumOf(parts, both, place);
    if (meant.length === 0 && having.length === 0) {
      if (ones.length > 1) addRow(draft, { terms: ones, upper: 1 });
      continue;
    }
    const takesOne = addFlag(parts);
    const takesMeant = addFlag(parts);
    const takesHaving = addFlag(parts);
    const limit = (terms: typeof ones, flag: number, most: number) =>
      addRow(draft, { terms: [...terms, { variable: flag, factor: -most }], upper: 0 });
    limit(ones, takesOne, 1);
    limit(sumOf(parts, meant, place), takesMeant, countOf(parts, meant));
    limit(sumOf(parts, having, place), takesHaving, countOf(parts, having));
    const terms = [takesOne, takesMeant, takesHaving].map((variable) => ({ variable, factor: 1 }));
    addRow(draft, { terms, upper: 1 });
  }
}

/** A place takes VMs with the term only where a selected VM is. */
function addTogetherRows(parts: Parts, { term, tally, holders, selected }: Held<AffinityTerm>) {
  const { draft, table } = parts;
  const places = placesOf(table, term.level);
  const bringing = without(selected, holders);
  // Where no selected VM is placed, the first of their own kind opens the place for all of them.
  const opening = tally.total === 0 && bringing.length === 0 ? selected : bringing;
  const flags = places.map((place) => {
    const flag = addFlag(parts);
    const terms = sumOf(parts, holders, place);
    const most = countOf(parts, holders);
    addRow(draft, { terms: [...terms, { variable: flag, factor: -most }], upper: 0 });
    const node = table.nodes[place[0] ?? -1];
    if (node !== undefined && countAt(tally, term.level, node) > 0) return flag;
    const there = sumOf(parts, opening, place);
    addRow(draft, { terms: [...there, { variable: flag, factor: -1 }], lower: 0 });
    return flag;
  });
  if (opening !== selected || bringing.length > 0) return;
  addRow(draft, { terms: flags.map((variable) => ({ variable, factor: 1 })), upper: 1 });
}

/** A place that takes VMs with the term exceeds no allowed place by more than the skew. */
function addSpreadRows(parts: Parts, { term, tally, holders, selected }: Held<SpreadTerm>): void {
  const { draft, table } = parts;
  const everybody = countOf(parts, selected) + tally.total;
  const least = addVariable(draft, { kind: 'integer', lower: 0, upper: everybody, cost: 0 });
  for (const place of placesOf(table, term.level)) {
    const sample = table.nodes[place[0] ?? -1];
    if (sample === undefined) continue;
    const before = countAt(tally, term.level, sample);
    const there = sumOf(parts, selected, place);
    if (isAllowed(parts, holders, place)) {
      addRow(draft, { terms: [...there, { variable: least, factor: -1 }], lower: -before });
    }
    const flag = addFlag(parts);
    const terms = sumOf(parts, holders, place);
    if (terms.length === 0) continue;
    const most = countOf(parts, holders);
    addRow(draft, { terms: [...terms, { variable: flag, factor: -most }], upper: 0 });
    // Without such a VM the place is not limited.
    addRow(draft, {
      terms: [...there, { variable: least, factor: -1 }, { variable: flag, factor: everybody }],
      upper: term.maxSkew - before + everybody,
    });
  }
}

/** Markings that exclude a node permanently; a full node still counts as a place. */
const MARKS: readonly RejectionReason[] = [
  'status',
  'pinned-elsewhere',
  'excluded',
  'zone',
  'node-label',
  'taint',
  'network',
  'feature',
  'residency',
  'spot-risk',
];

function isAllowed(
  { table }: Parts,
  holders: readonly number[],
  place: readonly number[],
): boolean {
  return holders.some((kind) =>
    place.some((node) => {
      const known = table.kinds[kind];
      const there = table.nodes[node];
      if (known === undefined || there === undefined) return false;
      return !findRejections(there, known.countedRequest).some(({ reason }) =>
        MARKS.includes(reason),
      );
    }),
  );
}
