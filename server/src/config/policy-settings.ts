/** The rows about policies: what is kept of their decisions. */
import { setting } from './setting.ts';
import {
  BlocksSchema,
  EgressHostsSchema,
  HostsSchema,
  RatioSchema,
  RetentionSchema,
  SwitchSchema,
} from './value-schemas.ts';

/** The rows by name. */
export const POLICY_SETTINGS = {
  'retention-policy-decisions': setting({
    description: 'Retention of the log of policy decisions.',
    placeholder: 'DURATION',
    unit: 'd, h, m, s or ms',
    schema: RetentionSchema,
    default: '30d',
  }),
  'decision-input-ratio': setting({
    description: 'Share of allowed decisions that are logged with their input; denials always are.',
    placeholder: 'RATIO',
    unit: '0 to 1',
    schema: RatioSchema,
    default: '0.1',
  }),
  'require-signed-policies': setting({
    description: 'Require the signature of a trusted author for new rules of policies.',
    schema: SwitchSchema,
    default: 'false',
  }),
  'webhook-hosts': setting({
    description:
      'Permitted hosts for webhooks of orchestration policies; add the port if it is not ' +
      'the default.',
    placeholder: 'HOST,…',
    schema: HostsSchema,
    presence: 'optional',
    defaultWords: 'none',
  }),
  'egress-hosts': setting({
    description:
      'Permitted hosts for http steps of workflows and for notifications; add the port if it is ' +
      'not the default, and TENANT= before a host that one tenant may use.',
    placeholder: '[TENANT=]HOST,…',
    schema: EgressHostsSchema,
    presence: 'optional',
    defaultWords: 'none',
  }),
  'egress-networks': setting({
    description:
      'Private addresses and blocks that permitted hosts may stand for; link-local addresses and ' +
      'metadata services never are. A host that is listed as an address needs none.',
    placeholder: 'CIDR,…',
    schema: BlocksSchema,
    presence: 'optional',
    defaultWords: 'none: public addresses only',
  }),
} as const;
