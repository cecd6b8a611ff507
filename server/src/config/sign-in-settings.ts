/** The rows about browsers: where they reach the server, and how long they stay signed in. */
import { isLoopbackHost } from '@novacron/contract/link-tls';
import { setting, settingSchema } from './setting.ts';
import { IntervalSchema } from './value-schemas.ts';

/** Address at which browsers reach the server: an origin, without a path. */
const PublicUrlSchema = settingSchema<string>({
  read: (written) =>
    URL.canParse(String(written)) ? toOrigin(new URL(String(written))) : undefined,
  write: (url) => url,
  expected: 'must be an https URL without a path, such as https://novacron.example.com',
});

function toOrigin(url: URL): string | undefined {
  const isBare = url.pathname === '/' && url.search === '' && url.hash === '';
  if (!isBare || url.username !== '' || url.password !== '') return undefined;
  const isSafe = url.protocol === 'https:' || isOnThisMachine(url);
  return isSafe ? url.origin : undefined;
}

function isOnThisMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && isLoopbackHost(hostname);
}

/** The rows by name. */
export const SIGN_IN_SETTINGS = {
  'public-url': setting({
    description:
      'URL at which browsers reach the server, such as that of a proxy that speaks TLS for it.',
    placeholder: 'URL',
    schema: PublicUrlSchema,
    presence: 'optional',
    defaultWords: 'the host that a browser names',
  }),
  'session-idle': setting({
    description: 'Time without use after which the session of a browser ends.',
    placeholder: 'DURATION',
    unit: 'ms, s, m or h',
    schema: IntervalSchema,
    default: '30m',
  }),
  'session-lifetime': setting({
    description: 'Time after which the session of a browser ends, used or not.',
    placeholder: 'DURATION',
    unit: 'ms, s, m or h',
    schema: IntervalSchema,
    default: '12h',
  }),
} as const;
