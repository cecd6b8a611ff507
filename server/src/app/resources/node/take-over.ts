/** Shows which control plane the nodes follow, and takes over those of another one. */
import type { ControlPlane } from '@novacron/contract/fleet/control-plane-operations';
import { ControlPlaneId, NodeId, TermId } from '@novacron/contract/ids';
import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { ControlPlaneTermRow } from '../../../ports/tables/control-plane-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import {
  newestOf,
  nextTerm,
  readTerms,
  termChange,
  toTerm,
} from '../../kernel/control-plane/control-plane.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { ResourceDeps } from '../deps.ts';
import { readTerm } from './node-news.ts';

type NodeRow = Tables['nodes'];

/** Shows the control plane of this store. Problems: those of the store. */
export async function showControlPlane(deps: ResourceDeps): Promise<Result<ControlPlane, Problem>> {
  const begun = await deps.controlPlane.begin();
  if (!begun.ok) return begun;
  const nodes = await deps.store.read({ from: 'nodes' });
  const newest = newestOf(await readTerms(deps));
  return newest === undefined ? err(noTerm()) : ok(toAnswer(newest, nodes));
}

/**
 * Begins a new term that succeeds the terms which refusing agents follow. Under the same term, two
 * control planes that take over from each other would both be followed.
 */
export async function takeOver(
  deps: ResourceDeps,
  { confirm }: ParsedInputOf<'control_plane.takeover'>,
  context: CallContext,
): Promise<Result<OutputOf<'control_plane.takeover'>, Problem>> {
  const begun = await deps.controlPlane.begin();
  if (!begun.ok) return begun;
  const nodes = await deps.store.read({ from: 'nodes' });
  const others = nodes.filter(({ followed_json }) => readTerm(followed_json)?.id === confirm);
  if (others.length === 0) return err(nothingToTakeOver(confirm, nodes));
  const terms = await readTerms(deps);
  const row = nextTerm(deps, terms, { kind: 'take-over', begunBy: context.principal.name });
  const write = {
    operation: 'control_plane.takeover',
    resourceKind: 'control_plane',
    target: { id: row.control_plane_id, name: '' },
  } as const;
  const wanted = { confirm, nodes: others.map(({ name }) => name) };
  const changes = {
    follows: { was: confirm, is: row.control_plane_id },
    nodes: { was: null, is: wanted.nodes },
  };
  const done = await commitObject(deps, context, {
    ...write,
    before: null,
    wanted,
    changes: [termChange(row), ...others.flatMap((node) => takenOverChange(node, row))],
    audit: [auditChange(deps, context, { ...write, outcome: 'done', changes })],
    answer: undefined,
  });
  if (!done.ok) return done;
  await deps.controlPlane.refresh();
  const { term, number } = toTerm(row);
  return ok({ term: TermId.parse(term), number, nodes: wanted.nodes });
}

/** Records the term that an agent follows as one that the new term succeeds. */
function takenOverChange(node: NodeRow, successor: ControlPlaneTermRow): readonly Change[] {
  const term = readTerm(node.followed_json);
  if (term === null) return [];
  const row: ControlPlaneTermRow = {
    id: term.term,
    control_plane_id: term.id,
    position: null,
    successor: successor.id,
    kind: 'taken-over',
    begun_at_ms: successor.begun_at_ms,
    begun_by: successor.begun_by,
  };
  return [{ kind: 'put', into: 'control_plane_terms', row }];
}

function toAnswer(newest: ControlPlaneTermRow, nodes: readonly NodeRow[]): ControlPlane {
  const { id, term, number } = toTerm(newest);
  return {
    // The store's own ids, made by `Ids`.
    id: ControlPlaneId.parse(id),
    term: TermId.parse(term),
    number,
    begun_at: toTimestamp(newest.begun_at_ms),
    other_nodes: nodes.flatMap((node) => {
      const follows = readTerm(node.followed_json);
      return follows === null ? [] : [{ id: NodeId.parse(node.id), name: node.name, follows }];
    }),
    contested_nodes: nodes
      .filter(({ refused_json }) => refused_json !== null)
      .map(({ id, name, refused_json }) => ({
        id: NodeId.parse(id),
        name,
        refused: readTerm(refused_json),
      })),
  };
}

function nothingToTakeOver(confirm: string, nodes: readonly NodeRow[]): Problem {
  const ids = new Set(nodes.flatMap(({ followed_json }) => readTerm(followed_json)?.id ?? []));
  const known = ids.size === 0 ? 'none does now' : `they follow ${[...ids].join(', ')}`;
  return problem('conflict', {
    detail: `No node is known to follow the control plane ${confirm} instead of this one.`,
    remedy:
      `Check which nodes follow another one (${known}): novacron admin control-plane show. ` +
      'A node is known once its agent has announced itself to this server.',
    fields: [{ path: ['confirm'], message: 'is followed by no node' }],
  });
}

function noTerm(): Problem {
  return problem('unavailable', {
    detail: 'The terms of the control plane are missing in the store.',
    remedy: 'Start the server again, which begins a term.',
  });
}
