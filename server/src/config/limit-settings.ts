/** The rows about callers and connections: how much each may take, and who they are. */
import { setting } from './setting.ts';
import {
  BlocksSchema,
  CountSchema,
  FORWARDED_HEADERS,
  ForwardedHeaderSchema,
  ListenSchema,
  textSchema,
} from './value-schemas.ts';

/** The rows by name. */
export const LIMIT_SETTINGS = {
  'trusted-proxies': setting({
    description: 'Proxies that are believed when they name the client, as addresses or blocks.',
    placeholder: 'CIDR,…',
    schema: BlocksSchema,
    presence: 'optional',
    defaultWords: 'none: such headers are ignored',
  }),
  'forwarded-header': setting({
    description:
      'The header in which every trusted proxy names the client, appending to what it received; ' +
      'the other one is ignored.',
    placeholder: FORWARDED_HEADERS.join('|'),
    schema: ForwardedHeaderSchema,
    default: 'x-forwarded-for',
  }),
  'health-listen': setting({
    description:
      'Address of another listener, in a thread of its own, that serves only /healthz and /readyz.',
    placeholder: 'HOST:PORT',
    schema: ListenSchema,
    presence: 'optional',
    defaultWords: 'none: only the main listener serves them',
  }),
  'images-dir': setting({
    description: 'Directory of uploaded images; servers of one control plane share it.',
    placeholder: 'DIR',
    schema: textSchema('the path of a directory'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'images in the data directory',
  }),
  'image-upload-max-gb': setting({
    description: 'Size of the largest image that can be uploaded, in GB.',
    placeholder: 'N',
    schema: CountSchema,
    default: '64',
  }),
  'connections-max': setting({
    description: 'Maximum number of open connections; the limit of open files may lower it.',
    placeholder: 'N',
    schema: CountSchema,
    default: '10000',
  }),
  'connections-per-address-max': setting({
    description: 'Maximum number of open connections of one address; proxies are exempt.',
    placeholder: 'N',
    schema: CountSchema,
    default: '1000',
  }),
  'streams-max': setting({
    description:
      'Maximum number of event streams; ten times as many calls may wait for operations. ' +
      'No tenant gets more than what is left.',
    placeholder: 'N',
    schema: CountSchema,
    default: '1000',
  }),
  'streams-per-tenant-max': setting({
    description: 'Maximum number of event streams of one tenant.',
    placeholder: 'N',
    schema: CountSchema,
    default: '500',
  }),
  'streams-per-key-max': setting({
    description: 'Maximum number of event streams of one principal, such as an API key.',
    placeholder: 'N',
    schema: CountSchema,
    default: '100',
  }),
  'streams-per-address-max': setting({
    description: 'Maximum number of event streams of one client address.',
    placeholder: 'N',
    schema: CountSchema,
    default: '500',
  }),
  'rate-limit': setting({
    description: 'Rate limit per principal; bursts may have twice as many requests.',
    placeholder: 'N',
    unit: 'per second',
    schema: CountSchema,
    default: '2000',
  }),
  'rate-limit-per-tenant': setting({
    description: 'Rate limit per tenant, all its principals together.',
    placeholder: 'N',
    unit: 'per second',
    schema: CountSchema,
    presence: 'optional',
    defaultWords: 'twice rate-limit',
  }),
  'rate-limit-per-address': setting({
    description: 'Rate limit per client address, with or without a valid key.',
    placeholder: 'N',
    unit: 'per second',
    schema: CountSchema,
    presence: 'optional',
    defaultWords: 'twice rate-limit',
  }),
} as const;
