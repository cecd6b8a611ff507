/** `novacron_placement`: the node that a VM would be placed on, without creating it. */

import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { PROBLEM_KINDS } from '@novacron/contract/problem/problem';
import type { FieldTable } from '@novacron/contract/schema/field';
import { ResourceName } from '@novacron/contract/schema/resource';
import { deriveAttributes } from '../fields/derive-attributes.ts';
import { knownInput } from '../fields/field-values.ts';
import { findIssues } from '../fields/find-issues.ts';
import type { DataSource } from '../framework/data-source.ts';
import { float, list, string } from '../framework/schema/attributes.ts';
import { dataSourceSchema, type Schema } from '../framework/schema/schema.ts';
import { toUserError } from '../rpc/await-operation.ts';
import type { Session } from '../rpc/session.ts';
import { nothingOf } from './define-data-source.ts';

/** Default name of the VM: the name only decides among equally good nodes. */
const NAME_DEFAULT = 'placement-question';

const { metadata, anti_affinity, placement, requirements, spot } = VM_FIELDS;
// No template can provide them here.
const { inherits: _cores, ...cpu_cores } = VM_FIELDS.cpu_cores;
const { inherits: _memory, ...memory_gb } = VM_FIELDS.memory_gb;
const { inherits: _disk, ...disk_gb } = VM_FIELDS.disk_gb;

/** The fields of a VM that placement uses, besides its name. */
const ASKED: FieldTable = {
  cpu_cores,
  memory_gb,
  disk_gb,
  metadata,
  anti_affinity,
  placement,
  requirements,
  spot,
};

const schema: Schema = dataSourceSchema({
  description:
    'Returns the node that a VM would be placed on now, and why. Nothing is created or reserved: ' +
    'the next read may return another node. See `placement_preview` for VMs that a plan creates.',
  attributes: {
    name: string({
      optional: true,
      validators: [(name) => findIssues(ResourceName, name)],
      description: 'Name of the VM. It only decides among equally good nodes.',
    }),
    ...deriveAttributes(ASKED, 'question'),
    node: string({ computed: true, description: 'Name of the node.' }),
    score: string({
      computed: true,
      description:
        'Weighted score of the node, 0 to 1. Comparisons convert the string to a number.',
    }),
    cost_per_hour: float({
      computed: true,
      nullable: true,
      description: 'Cost of the VM on this node; null where the node has no cost configured.',
    }),
    explanation: string({
      computed: true,
      description: 'Reasons for choosing this node, one per line.',
    }),
    alternatives: list({
      element: string,
      computed: true,
      description: 'Names of the next best nodes, best first.',
    }),
  },
});

/** Reads the placement; `no-capacity` is an error with the reason for each node. */
export const placementSource: DataSource<Schema, Session> = {
  schema,
  async read(config, { client: session, diagnostics, signal }) {
    const asked: Readonly<Record<string, unknown>> = config;
    const name = typeof asked.name === 'string' ? asked.name : NAME_DEFAULT;
    const vm = { ...knownInput(ASKED, asked).input, name };
    // The attributes use the contract's own validators.
    const input = { vms: [vm] } as InputOf<'placement.batch'>;
    const answer = await session.client.call('placement.batch', input, { signal });
    // What finds no node must not keep Terraform from destroying the rest.
    if (!answer.ok && session.isDestroyRun) {
      const { title } = PROBLEM_KINDS[answer.error.code];
      const { detail } = answer.error;
      diagnostics.warning({ summary: `${title}: read novacron_placement`, detail });
      return nothingOf(Object.keys(schema.attributes), asked);
    }
    if (!answer.ok) throw toUserError(answer.error, 'read novacron_placement');
    const [placed] = answer.value.placements;
    if (placed === undefined) return null;
    const { target_node, score, cost_per_hour, explanation, alternatives } = placed.decision;
    return {
      ...asked,
      spot: asked.spot ?? spot.default,
      node: target_node,
      score: String(score),
      cost_per_hour,
      explanation: explanation.join('\n'),
      alternatives: alternatives.map((other) => other.node),
    };
  },
};
