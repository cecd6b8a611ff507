/** `novacron_recommendations`: what is recommended for the VMs, groups and nodes of a tenant. */
import { RecommendationSource } from '@novacron/contract/fleet/recommendation';
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { DataSource } from '../framework/data-source.ts';
import { bool, float, int, list, nested, string } from '../framework/schema/attributes.ts';
import { dataSourceSchema } from '../framework/schema/schema.ts';
import { oneOf } from '../framework/schema/validators.ts';
import { toUserError } from '../rpc/await-operation.ts';
import type { Session } from '../rpc/session.ts';

/** A state is no place for more; the count has all of them. */
const SHOWN_MAX = 500;

const text = (description: string) => string({ computed: true, description });
const number = (description: string) => float({ computed: true, nullable: true, description });
const lines = (description: string) => list({ element: string, computed: true, description });

const schema = dataSourceSchema({
  description: 'Recommendations of right-sizing, capacity and the optimizer.',
  attributes: {
    source: string({
      optional: true,
      validators: [oneOf(...RecommendationSource.options)],
      description:
        'Only those of this source: `right_sizing`, `capacity` or `optimizer`. Default: all.',
    }),
    total: int({ computed: true, description: 'Number of open recommendations.' }),
    recommendations: nested({
      nesting: 'list',
      computed: true,
      description: `Open recommendations, the largest improvement first, at most ${SHOWN_MAX}.`,
      attributes: {
        id: text('What it is about, such as `right_sizing:vm_…`.'),
        source: text('`right_sizing`, `capacity` or `optimizer`.'),
        target: text('`cpu`, `memory`, `latency`, `cost`, `consolidation` or `capacity`.'),
        subject_kind: text('`vm`, `vm_group`, `fleet` or `capacity`.'),
        subject_id: text('Id of the subject.'),
        subject_name: text('Name of the subject.'),
        title: text('The change, in a line.'),
        estimated_improvement: number('Expected improvement of the target, in percent.'),
        improvement_lower: number('Lower end of its 80 % interval.'),
        improvement_upper: number('Upper end of its 80 % interval.'),
        confidence: number('Share of such changes that held in replays, 0 to 1.'),
        needs_approval: bool({
          computed: true,
          description: 'Whether another person approves it first.',
        }),
        risks: lines('What speaks against it.'),
        hcl: lines('Change of the configuration, where Terraform manages the subject.'),
      },
    }),
  },
});

type Found = OutputOf<'optimizer.recommend'>['items'][number];

/** Reads the recommendations. */
export const recommendationsSource: DataSource<typeof schema, Session> = {
  schema,
  async read({ source }, { client: session, signal }) {
    // The schema has validated it.
    const only = source === null ? {} : { source: [RecommendationSource.parse(source)] };
    const input = { ...only, state: ['open' as const] };
    const found = await session.client.call('optimizer.recommend', input, { signal });
    if (!found.ok) throw toUserError(found.error, 'read novacron_recommendations');
    const { items } = found.value;
    return {
      source,
      total: items.length,
      recommendations: items.slice(0, SHOWN_MAX).map(toValue),
    };
  },
};

function toValue(found: Found) {
  const { id, source, target, subject_kind, subject_id, subject_name, title } = found;
  const { estimated_improvement, improvement_lower, improvement_upper, confidence } = found;
  const { needs_approval, risks, hcl } = found;
  return {
    id,
    source,
    target,
    subject_kind,
    subject_id,
    subject_name,
    title,
    estimated_improvement,
    improvement_lower,
    improvement_upper,
    confidence,
    needs_approval,
    risks,
    hcl,
  };
}
