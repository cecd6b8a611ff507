/** The resources that clients have heard of: all clients look here, so that they meet. */
import type { Chance } from '../world/chance.ts';

/** Kinds of resources in the directory. */
export type KnownKind =
  | 'vm'
  | 'network'
  | 'volume'
  | 'snapshot'
  | 'policy'
  | 'template'
  | 'reservation'
  | 'operation';

/** A resource as a client saw it last. */
export interface Known {
  readonly id: string;
  readonly revision: number;
  readonly diskGb: number;
}

/** Ids by kind; some of them may be gone. */
export interface Directory {
  readonly hear: (kind: KnownKind, known: Known) => void;
  readonly forget: (id: string) => void;
  readonly pick: (kind: KnownKind, chance: Chance) => Known | undefined;
}

/** Remembers this many of a kind, so that clients meet at the newest. */
const KNOWN_MAX = 12;

/** Starts empty. */
export function openDirectory(): Directory {
  const known = new Map<KnownKind, Map<string, Known>>();
  return {
    hear: (kind, resource) => {
      const ofKind = known.get(kind) ?? new Map<string, Known>();
      known.set(kind, ofKind.set(resource.id, resource));
      const oldest = ofKind.size > KNOWN_MAX ? ofKind.keys().next().value : undefined;
      if (oldest !== undefined) ofKind.delete(oldest);
    },
    forget: (id) => {
      for (const ofKind of known.values()) ofKind.delete(id);
    },
    pick: (kind, chance) => chance.pickAny([...(known.get(kind)?.values() ?? [])]),
  };
}
