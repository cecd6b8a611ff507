/**
 * Messages between servers and agents on the bus. The agent journals commands before they run: it
 * answers a repeat from the journal and refuses a stale generation. The reply means acceptance; the
 * server learns of completion from a message or by querying the outcome.
 */
import { z } from 'zod';
import { ControlPlaneClaim, ControlPlaneTerm } from '../fleet/control-plane.ts';
import { NodeId, OperationId, SnapshotId, VmId, VolumeId } from '../ids.ts';
import { AgentAction, StoredSnapshot } from './agent-actions.ts';
import { Machine } from './machine.ts';

/** Version of this protocol. Neighbouring releases must understand each other's messages. */
export const AGENT_PROTOCOL_VERSION = 1;

/**
 * Target of a command: a machine, a snapshot, a volume or the node. Commands of the same target run
 * in order.
 */
export const CommandTarget = z.union(
  [VmId, SnapshotId, VolumeId, NodeId],
  'must be the id of a VM, a snapshot, a volume or a node: vm_…, snap_…, vol_…, node_…',
);
export type CommandTarget = z.infer<typeof CommandTarget>;

/** One command: which step of which operation does what to which machine. */
export const AgentCommand = z.looseObject({
  protocol: z.int(),
  operation_id: OperationId,
  step: z.string().describe('Name of the step, with the prefix `undo:` for a rollback'),
  vm_id: CommandTarget.describe('Id of what it is about; named `vm_id` for compatibility'),
  generation: z.int().describe('Generation of the VM or snapshot that the command belongs to'),
  sequence: z
    .int()
    .optional()
    .describe(
      'Position of the attempt in the log of its operation: later attempts and the ' +
        'rollback have higher ones',
    ),
  action: AgentAction,
  control_plane: ControlPlaneClaim.optional(),
  release: z
    .string()
    .optional()
    .describe('Release of the server: an agent of a newer one refuses new commands'),
  traceparent: z.string().optional().describe('Span of the sender: W3C Trace Context'),
});
export type AgentCommand = z.infer<typeof AgentCommand>;

/** The reply to a command: whether the agent has it in its journal. */
export const AgentAcceptance = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('accepted') }),
  z.looseObject({ kind: z.literal('stale-generation'), current: z.int() }),
  z.looseObject({
    kind: z.literal('superseded'),
    by: z.string().describe('A later attempt or the rollback of the step arrived first'),
  }),
  z.looseObject({ kind: z.literal('not-understood'), message: z.string() }),
  // Nothing was done, and the same command may be accepted later.
  z.looseObject({ kind: z.literal('not-journalled'), message: z.string() }),
  z.looseObject({
    kind: z.literal('not-followed'),
    follows: ControlPlaneTerm.describe('The term that the agent follows instead'),
  }),
]);
export type AgentAcceptance = z.infer<typeof AgentAcceptance>;

/** Outcome of a command. A `retry` failure may be temporary, a `final` failure is not. */
export const CommandOutcome = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('succeeded'), machine: Machine.nullable() }),
  z.looseObject({
    kind: z.literal('failed'),
    message: z.string(),
    next: z.enum(['retry', 'final']),
  }),
]);
export type CommandOutcome = z.infer<typeof CommandOutcome>;

/** Published when a command has ended. */
export const AgentCompletion = z.looseObject({
  node: z.string(),
  operation_id: OperationId,
  step: z.string(),
  vm_id: CommandTarget,
  outcome: CommandOutcome,
});
export type AgentCompletion = z.infer<typeof AgentCompletion>;

/** Asks the journal how a command ended. */
export const OutcomeQuery = z.looseObject({
  operation_id: OperationId,
  step: z.string(),
  cancel: z.literal('yes').optional().describe('Gives a running migration or import up as well'),
});
export type OutcomeQuery = z.infer<typeof OutcomeQuery>;

/** `unknown`: the journal has never seen the command; `running`: not ended yet. */
export const OutcomeAnswer = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('unknown') }),
  z.looseObject({ kind: z.literal('running') }),
  z.looseObject({ kind: z.literal('ended'), outcome: CommandOutcome }),
]);
export type OutcomeAnswer = z.infer<typeof OutcomeAnswer>;

/** Everything on a node, for reconciliation. */
export const Inspection = z.looseObject({
  node: z.string(),
  machines: z.array(Machine),
  unread: z
    .array(
      z.looseObject({
        vm_id: VmId,
        reason: z.string().describe('A sentence that names the file'),
      }),
    )
    .optional()
    .describe('Machines that the agent cannot read and leaves alone; absent where it reads all'),
  snapshots: z
    .array(StoredSnapshot)
    .optional()
    .describe('Absent if the node cannot store snapshots, or cannot list them now'),
});
export type Inspection = z.infer<typeof Inspection>;
