/**
 * One configured provider: the typed client and the state between the calls of one run.
 */
import { randomUUID } from 'node:crypto';
import type { AdministrativeKind } from '@novacron/contract/administration/administrative-kinds';
import { type Client, createClient } from '@novacron/contract/client/client';
import type { DriftSeverity } from '@novacron/contract/drift/drift';
import type { Cidr } from '@novacron/contract/formats/cidr';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { ClientTrace } from '@novacron/tracing/open-client-trace';
import {
  createKeyAcknowledgement,
  type KeyAcknowledgement,
} from './acknowledge-idempotency-keys.ts';
import { type AwaitLease, createLeaseWait } from './await-lease.ts';
import { openBatchTransport, type TransportOptions } from './batch-transport.ts';
import { callWithRetry, type RetryOptions } from './call-with-retry.ts';
import { explainVersionSkew, type ServerRelease } from './check-release.ts';
import { type AnswerClaim, createAnswerClaim } from './claim-answers.ts';
import { keyPrefix } from './create-idempotency-key.ts';
import { createDriftWarnings, type DriftWarnings, WARNINGS_MAX_DEFAULT } from './drift-warnings.ts';
import type { PlannedPeer } from './planned-peer.ts';
import { readAllPages } from './read-all-pages.ts';
import { createDeletions, type FindDeletion } from './read-deletions.ts';
import { type DriftReason, readDriftReasons } from './read-drift-reasons.ts';

/** Options of a call; how it is retried, where that differs from the other calls of the session. */
export interface SessionCallOptions
  extends Pick<RetryOptions, 'retryMsMax' | 'isTemporary' | 'onRetry'> {
  readonly signal?: AbortSignal;
}

/** A resource as the server answered it. */
export type ResourceAnswer = Readonly<Record<string, unknown>> & { readonly id: string };

/** A resource that differs from its state. */
export interface StateDifference {
  readonly fields: readonly string[];
  /** The values of the state before this run has read it. */
  readonly was: Readonly<Record<string, unknown>>;
  /** Ids of members of a VM group with drift that no update of the group undoes. */
  readonly unrestored: readonly string[];
}

/** Kinds of objects that have a get and a list. */
export type ReadKind = ResourceKind | AdministrativeKind;

/** Kinds whose lists have not all fields of an object. */
const LISTED_IN_PART: ReadonlySet<ReadKind> = new Set(['policy_data', 'workflow']);

/** State of a resource whose create did not end in time. */
export interface IncompleteState {
  readonly kind: ResourceKind;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The client and the per-run state that handlers use. */
export interface Session {
  readonly client: Client<SessionCallOptions>;
  readonly deployment: string;
  /** Default labels of every resource that has labels. */
  readonly defaultLabels: Readonly<Record<string, string>>;
  /** Records the release of the server, and the tenant of the key. */
  readonly meet: (server: ServerRelease, tenant: string) => void;
  /** Id of the tenant of the key; undefined before the server has answered. */
  readonly tenant: () => string | undefined;
  /** Identifies this run to the server, which places the previews of a run one after another. */
  readonly runId: string;
  /**
   * Reads a resource; undefined if not found. After a few reads, all of its kind are listed at
   * once.
   */
  readonly find: (
    kind: ReadKind,
    id: string,
    signal: AbortSignal,
  ) => Promise<Result<ResourceAnswer | undefined, Problem>>;
  /** Returns the server's report on the drift of a resource. Read once a run. */
  readonly findDrift: (id: string, signal: AbortSignal) => Promise<DriftReason>;
  /** Returns who deleted a missing resource, as far as it is reported. */
  readonly findDeletion: FindDeletion;
  /** Differences between the state and the server that this run has read, by id. */
  readonly differences: Map<string, StateDifference>;
  /** Decides which drift of this run is reported individually, and which in a summary. */
  readonly drifts: DriftWarnings;
  /** Whether this run destroys everything: what it plans before that is never applied. */
  readonly isDestroyRun: boolean;
  /** Drift of this severity or higher is an error; undefined: all drift is a warning. */
  readonly failOnDrift: DriftSeverity | undefined;
  /** Maximum number of individual warnings. */
  readonly warningsMax: number;
  /** Counts the resources that this run restarts or replaces, from 1. */
  readonly countDisruption: () => number;
  /** Counts the resources with data that this run deletes, from 1. */
  readonly countDataLoss: () => number;
  /**
   * Aborts when the previews of policies have taken as long as a plan waits for them, from the
   * first of the run.
   */
  readonly policyPreviewTime: () => AbortSignal;
  /** Data documents of policies that this plan makes or changes, by path. */
  readonly plannedDocuments: Map<string, { readonly path: string; readonly document: string }>;
  /** Acknowledges the idempotency keys of creates that are in the state. */
  readonly keys: KeyAcknowledgement;
  /** Claims the answers of the creates of this run. */
  readonly claim: AnswerClaim;
  /** Waits for an interrupted run that has begun a create of this run. */
  readonly awaitLease: AwaitLease;
  /** Drops cached reads before a write. */
  readonly forgetReads: () => void;
  /** Ids of resources in the state of this run: their names and ranges may become free. */
  readonly inState: Set<string>;
  /** Resources that this plan deletes, on their own or for a replacement, as the user sees them. */
  readonly ending: Map<string, string>;
  /** Ids of resources that this plan replaces, or that seem to be replaced. */
  readonly replacing: Set<string>;
  /** Ids of resources that this run has deleted. */
  readonly deleted: Set<string>;
  /** Ids that resources refer to which stay, and the user's name of one of these. */
  readonly references: Map<string, string>;
  /** Ids of resources that others stop using in this plan, and the user's name of one of these. */
  readonly released: Map<string, string>;
  /** Ids of resources that this plan changes in place. */
  readonly changing: Set<string>;
  /** Resources created by this plan, by type and name: each once. The value is the user's label. */
  readonly creating: Map<string, string>;
  /** Address blocks of networks that this plan creates, by the user's label; null if unknown. */
  readonly ranges: Map<string, Cidr | null>;
  /** Static addresses that this plan gives to VMs, by network and address: the user's label. */
  readonly addresses: Map<string, string>;
  /** Numbers of diagnostics of this run, by severity and kind. */
  readonly reported: Map<string, number>;
  /** Ids of VMs of this state that keep their name in this plan. */
  readonly keepingName: Set<string>;
  /** Ids of VMs whose names members of a group need, and what the user sees of the group. */
  readonly neededNames: Map<string, string>;
  /** VMs and groups that this plan creates, as affinity rules of other VMs select them. */
  readonly peers: Map<string, PlannedPeer>;
  /** Ids of the objects that this run imports, each to one address. */
  readonly imported: Set<string>;
  /** Ids of the objects in the state of this run, each with an address already. */
  readonly held: Set<string>;
  /** States of resources whose creates did not end in time, by id: Terraform replaces these. */
  readonly incomplete: Map<string, IncompleteState>;
  /** API keys that this run has created and not revoked yet, by their ids. */
  readonly openKeys: Map<string, InputOf<'api_key.delete'>>;
  /** Ids created by this run, by idempotency key: each create is sent once. */
  readonly sent: Map<string, string>;
  /** The trace of this run; undefined: none. */
  readonly trace: SessionOptions['trace'];
  readonly close: () => Promise<void>;
}

/** Maximum time that a plan waits for all previews of its policies. Unit: ms. */
const POLICY_PREVIEW_MS_MAX = 10_000;

/** Single reads before all resources of a kind are fetched at once. */
const SINGLE_READS_MAX = 4;

/** Options of a session. */
export interface SessionOptions extends TransportOptions {
  readonly trace?: ClientTrace;
  readonly failOnDrift?: DriftSeverity | undefined;
  /** Whether Terraform destroys everything: what it plans before that is not checked. */
  readonly isDestroyRun?: boolean;
  /** Whether Terraform has ended without shutting the provider down. */
  readonly isTerraformGone?: () => boolean;
  readonly defaultLabels?: Readonly<Record<string, string>>;
  /** Maximum number of individual warnings; 0 or more. */
  readonly warningsMax?: number;
}

/** Opens a session; nothing is sent yet. */
export function openSession(options: SessionOptions, retry: RetryOptions = {}): Session {
  const { warningsMax = WARNINGS_MAX_DEFAULT, isTerraformGone = () => false } = options;
  const transport = openBatchTransport(options);
  let server: ServerRelease | undefined;
  let ownTenant: string | undefined;
  const carried = createClient<SessionCallOptions>((name, input, { signal, ...own } = {}) =>
    callWithRetry(transport, { name, input }, signal, { ...retry, ...own }),
  );
  const client: typeof carried = {
    call: async (name, input, more) => {
      const answer = await carried.call(name, input, more);
      return answer.ok ? answer : err(explainVersionSkew(answer.error, server));
    },
  };
  const inState = new Set<string>();
  const reads = createReads(client);
  let drift: Promise<(id: string) => Promise<DriftReason>> | undefined;
  let previewTime: AbortSignal | undefined;
  return {
    client,
    policyPreviewTime: () => {
      previewTime ??= AbortSignal.timeout(POLICY_PREVIEW_MS_MAX);
      return previewTime;
    },
    deployment: options.deployment,
    defaultLabels: options.defaultLabels ?? {},
    meet: (release, tenant) => {
      server = release;
      ownTenant = tenant;
    },
    tenant: () => ownTenant,
    runId: randomUUID(),
    inState,
    ending: new Map(),
    references: new Map(),
    released: new Map(),
    replacing: new Set(),
    deleted: new Set(),
    changing: new Set(),
    creating: new Map(),
    ranges: new Map(),
    reported: new Map(),
    addresses: new Map(),
    plannedDocuments: new Map(),
    keepingName: new Set(),
    neededNames: new Map(),
    peers: new Map(),
    imported: new Set(),
    held: new Set(),
    incomplete: new Map(),
    openKeys: new Map(),
    sent: new Map(),
    find: async (kind, id, signal) => {
      inState.add(id);
      return reads.find(kind, id, signal);
    },
    findDrift: async (id, signal) => {
      drift ??= readDriftReasons(client, options.deployment, signal);
      return (await drift)(id);
    },
    differences: new Map(),
    findDeletion: createDeletions(client, warningsMax),
    drifts: createDriftWarnings(warningsMax),
    warningsMax,
    isDestroyRun: options.isDestroyRun ?? false,
    // Drift of what is destroyed is no reason to keep it.
    failOnDrift: options.isDestroyRun === true ? undefined : options.failOnDrift,
    countDisruption: createCounter(),
    countDataLoss: createCounter(),
    keys: createKeyAcknowledgement(client, keyPrefix(options.deployment)),
    claim: createAnswerClaim(client, { claim: randomUUID(), isTerraformGone }),
    awaitLease: createLeaseWait(retry),
    forgetReads: () => {
      reads.forget();
      drift = undefined;
    },
    trace: options.trace,
    close: async () => {
      transport.close();
      await options.trace?.end();
    },
  };
}

function createCounter(): () => number {
  let count = 0;
  return () => {
    count += 1;
    return count;
  };
}

function createReads(client: Client<SessionCallOptions>) {
  let all = new Map<ReadKind, Promise<Result<ReadonlyMap<string, ResourceAnswer>, Problem>>>();
  let counts = new Map<ReadKind, number>();
  return {
    forget: () => {
      all = new Map();
      counts = new Map();
    },
    find: async (
      kind: ReadKind,
      id: string,
      signal: AbortSignal,
    ): Promise<Result<ResourceAnswer | undefined, Problem>> => {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      if (count > SINGLE_READS_MAX && !LISTED_IN_PART.has(kind)) {
        const fetched = all.get(kind) ?? listAll(client, kind, signal);
        all.set(kind, fetched);
        const found = await fetched;
        // Objects that were created after the list are read individually.
        if (!found.ok || found.value.has(id)) return found.ok ? ok(found.value.get(id)) : found;
      }
      return getOne(client, kind, id, signal);
    },
  };
}

async function getOne(
  client: Client<SessionCallOptions>,
  kind: ReadKind,
  id: string,
  signal: AbortSignal,
): Promise<Result<ResourceAnswer | undefined, Problem>> {
  // A stored id with an invalid format is answered by the server as not found.
  const answer = await client.call(`${kind}.get`, { id }, { signal });
  if (answer.ok) return answer;
  return answer.error.code === 'not-found' ? ok(undefined) : answer;
}

async function listAll(
  client: Client<SessionCallOptions>,
  kind: ReadKind,
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<string, ResourceAnswer>, Problem>> {
  const found = await readAllPages<ResourceAnswer>((page) =>
    client.call(`${kind}.list`, page, { signal }),
  );
  return found.ok ? ok(new Map(found.value.map((item) => [item.id, item]))) : found;
}
