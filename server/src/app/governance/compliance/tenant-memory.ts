/** What a scan remembers of a tenant between rounds. */
import type { DriftFacts } from '@novacron/engine/compliance/model/check';
import type { SubjectFacts } from '@novacron/engine/compliance/model/facts';
import {
  type CountedResult,
  planTallies,
  type Tallies,
} from '@novacron/engine/compliance/plan-compliance-report';
import type { SubjectSource } from './read-subjects.ts';
import type { Waivers } from './read-waivers.ts';

/** What is remembered of a subject between scans. */
interface JudgedSubject {
  /** Keys of the waivers that its results may have. */
  readonly waiverKeys: readonly string[];
  readonly counted: readonly CountedResult[];
  readonly refersTo: readonly string[];
}

/** A complete scan under way. */
export interface FullScan {
  readonly beganMs: number;
  /** What is left to read, the one at work first. */
  readonly sources: readonly SubjectSource[];
  readonly cursor: string | undefined;
  /** Ids of the subjects that exist. */
  readonly seen: Set<string>;
}

/** What is remembered of a tenant between scans. A new holder of the lease scans everything. */
export interface TenantMemory {
  readonly judged: Map<string, JudgedSubject>;
  readonly securityGroups: Map<string, SubjectFacts['security_group']>;
  readonly volumes: Map<string, SubjectFacts['volume']>;
  /** Node of each VM; null before it has one. */
  readonly vmNodes: Map<string, string | null>;
  /** Open drift by resource. */
  readonly drift: Map<string, DriftFacts>;
  /** Ids of subjects that changed and are not judged again yet. */
  readonly changed: Set<string>;
  /** Active waivers of checks. */
  waivers: Waivers;
  /** Position of the last request of a complete scan that was followed. */
  requested: number;
  tallies: Tallies;
  isOwnChanged: boolean;
  full: FullScan | undefined;
  /** Start of the last complete scan; undefined before the first one has ended. */
  scannedMs: number | undefined;
}

/** The memory of a tenant that was not scanned yet. */
export function newMemory(): TenantMemory {
  return {
    judged: new Map(),
    securityGroups: new Map(),
    volumes: new Map(),
    vmNodes: new Map(),
    drift: new Map(),
    changed: new Set(),
    waivers: new Map(),
    requested: 0,
    tallies: new Map(),
    isOwnChanged: false,
    full: undefined,
    scannedMs: undefined,
  };
}

/** Forgets a subject that is gone. */
export function forget(memory: TenantMemory, id: string): void {
  const removed = memory.judged.get(id)?.counted ?? [];
  memory.tallies = planTallies(memory.tallies, { added: [], removed });
  for (const known of [memory.judged, memory.securityGroups, memory.volumes, memory.vmNodes]) {
    known.delete(id);
  }
  memory.drift.delete(id);
}
