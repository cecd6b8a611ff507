import { expect, test } from '@jest/globals';
import { TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { NovacronProvider } from './provider.ts';

test('the provider takes its key from a reference or from the environment, never a literal', () => {
  const stack = new TerraformStack(Testing.app(), 'shop');
  const variable = new TerraformVariable(stack, 'key', { type: 'string', sensitive: true });
  new NovacronProvider(stack, 'novacron', { apiKey: variable.stringValue, deployment: 'shop' });
  const { provider, terraform } = JSON.parse(Testing.synth(stack, true));
  expect(provider).toEqual({ novacron: [{ api_key: '${var.key}', deployment: 'shop' }] });
  expect(terraform.required_providers.novacron).toEqual({
    source: 'novacron/novacron',
    version: '~> 0.1.0',
  });
  expect(() => new NovacronProvider(stack, 'other', { apiKey: 'nck_secret' })).toThrow(
    /^shop\/other: `apiKey` is a literal.*set NOVACRON_API_KEY/,
  );
});
