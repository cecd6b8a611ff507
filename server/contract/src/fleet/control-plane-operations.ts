/** Definitions of the operations about which control plane the nodes follow. */
import { z } from 'zod';
import { ControlPlaneId, NodeId, TermId } from '../ids.ts';
import { look } from '../operation/operation-shapes.ts';
import { Timestamp } from '../schema/resource.ts';
import { ControlPlaneTerm } from './control-plane.ts';

/** The control plane of a store, and the nodes that more than one uses. */
export const ControlPlane = z.looseObject({
  id: ControlPlaneId,
  term: TermId.describe('The newest term: what agents follow'),
  number: z.int().describe('Position of the term, from 1'),
  begun_at: Timestamp.describe('Time a server began the term'),
  other_nodes: z
    .array(z.looseObject({ id: NodeId, name: z.string(), follows: ControlPlaneTerm }))
    .describe('Nodes whose agents follow another control plane, and refuse this one'),
  contested_nodes: z
    .array(
      z.looseObject({
        id: NodeId,
        name: z.string(),
        refused: ControlPlaneTerm.nullable().describe('null: a sender that does not name itself'),
      }),
    )
    .describe('Nodes of this control plane to which another one sends messages'),
});
export type ControlPlane = z.infer<typeof ControlPlane>;

/** The rows by name. */
export const controlPlaneOperations = {
  'control_plane.get': {
    ...look,
    scope: 'platform',
    summary: 'Shows the control plane of this server, and nodes that another one uses.',
    rest: { method: 'GET', path: '/control-plane', status: 200 },
    input: z.strictObject({}),
    output: ControlPlane,
    problems: [],
  },
  'control_plane.takeover': {
    effect: 'write',
    role: 'admin',
    scope: 'platform',
    idempotency: 'none',
    summary:
      'Takes over the nodes that follow another control plane. Stop its servers first: it cannot ' +
      'use these nodes afterwards.',
    rest: { method: 'POST', path: '/control-plane/takeover', status: 200 },
    input: z.strictObject({
      confirm: ControlPlaneId.describe('Id of the control plane that the nodes follow now'),
    }),
    output: z.looseObject({
      term: TermId.describe('The new term of this control plane'),
      number: z.int().describe('Position of the term'),
      nodes: z
        .array(z.string())
        .describe('Names of the nodes, whose agents follow with their next heartbeats'),
    }),
    problems: ['conflict', 'policy-denied', 'storage-full'],
  },
} as const;
