/** The rows about policies: what is kept of their decisions. */
import { setting } from './setting.ts';
import { HostsSchema, RatioSchema, RetentionSchema, SwitchSchema } from './value-schemas.ts';

/** The rows by name. */
export const POLICY_SETTINGS = {
  'retention-policy-decisions': setting({
    description: 'How long the log of what policies were asked and said is kept.',
    placeholder: 'DURATION',
    unit: 'd, h, m, s or ms',
    schema: RetentionSchema,
    default: '30d',
  }),
  'decision-input-ratio': setting({
    description:
      'Of what policies allowed, the part that is logged with the question; what they refused ' +
      'always is.',
    placeholder: 'RATIO',
    unit: '0 to 1',
    schema: RatioSchema,
    default: '0.1',
  }),
  'require-signed-policies': setting({
    description:
      'Whether a new rule of a policy needs the signature of an author that its tenant trusts.',
    schema: SwitchSchema,
    default: 'false',
  }),
  'webhook-hosts': setting({
    description:
      'Hosts that webhooks of orchestration policies may go to; a port is named where it is not ' +
      'the usual one.',
    placeholder: 'HOST,…',
    schema: HostsSchema,
    presence: 'optional',
    defaultWords: 'none',
  }),
} as const;
