/** Nothing secret is shown. */
import { expect, test } from '@jest/globals';
import { maskSecrets } from './mask-secrets.ts';

test.each([
  ['sqlite', 'sqlite'],
  ['memory', 'memory'],
  ['postgres://nova@db:5432/nova', 'postgres://nova@db:5432/nova'],
  ['postgres://nova:geheim@db/nova', 'postgres://nova:***@db/nova'],
  ['postgres://nova:a,b%40c@db/nova', 'postgres://nova:***@db/nova'],
  [
    'postgres://db/nova?password=geheim&sslmode=require',
    'postgres://db/nova?password=***&sslmode=***',
  ],
  ['postgres://db/nova?SSLPassword=geheim', 'postgres://db/nova?SSLPassword=***'],
  ['postgres:///nova?geheim', 'postgres:///nova?***'],
  ['https://in:geheim@otlp/x?token=geheim#geheim', 'https://***:***@otlp/x?token=***#***'],
  ['https://geheim@otlp/v1', 'https://***@otlp/v1'],
  ['https://otlp/x?api-key=geheim&api-key=geheim', 'https://otlp/x?api-key=***&api-key=***'],
  ['https://otlp/x?sig=geheim==&geheim', 'https://otlp/x?sig=***&***'],
  ['nats://token@bus:4222', 'nats://***@bus:4222'],
  ['nats://nova:geheim@bus:4222', 'nats://nova:***@bus:4222'],
  ['tls://bus:4222', 'tls://bus:4222'],
])('%s is shown as %s', (address, shown) => expect(maskSecrets(address)).toBe(shown));
