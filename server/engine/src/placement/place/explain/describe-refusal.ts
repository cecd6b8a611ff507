/** Describes the reasons against each node that a `no-capacity` problem lists. */
import type { Problem } from '@novacron/contract/problem/problem';
import { z } from 'zod';

/** A reason as `toFacts` writes it into a problem. */
const Fact = z.looseObject({
  reason: z.string(),
  words: z.string().optional(),
  zone: z.string().optional(),
  status: z.string().optional(),
  asked: z.number().optional(),
  free: z.number().optional(),
  unit: z.string().optional(),
});

const Facts = z.record(z.string(), z.array(Fact));

/**
 * Returns the reasons in words, by the name of the node, nearest miss first; empty for problems
 * that list no nodes.
 */
export function describeRefusal({ data }: Problem): Record<string, string[]> {
  const facts = Facts.safeParse(data?.nodes);
  if (!facts.success) return {};
  return Object.fromEntries(
    Object.entries(facts.data).map(([node, reasons]) => [node, reasons.map(toWords)]),
  );
}

function toWords(fact: z.infer<typeof Fact>): string {
  if (fact.words !== undefined) return fact.words;
  switch (fact.reason) {
    case 'cpu':
    case 'memory':
    case 'disk':
      return `${fact.reason}: asked for ${fact.asked} ${fact.unit}, ${fact.free} are free`;
    case 'zone':
      return `is in zone ${fact.zone}`;
    case 'status':
      return `takes no VMs: it is ${fact.status}`;
    case 'pinned-elsewhere':
      return 'is not the node that the request names';
    case 'excluded':
      return 'is excluded';
    default:
      return fact.reason;
  }
}
