import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App, TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { NovacronProvider } from './provider.ts';

test('the provider takes its key from a reference or from the environment, never a literal', () => {
  const stack = new TerraformStack(Testing.app(), 'shop');
  const variable = new TerraformVariable(stack, 'key', { type: 'string', sensitive: true });
  new NovacronProvider(stack, 'novacron', {
    apiKey: variable.stringValue,
    deployment: 'shop',
    defaultLabels: { team: 'shop' },
  });
  const { provider, terraform } = JSON.parse(Testing.synth(stack, true));
  expect(provider).toEqual({
    novacron: [{ api_key: '${var.key}', deployment: 'shop', default_labels: { team: 'shop' } }],
  });
  expect(terraform.required_providers.novacron).toEqual({
    source: 'novacron/novacron',
    version: '~> 0.1.0',
  });
  expect(() => new NovacronProvider(stack, 'other', { apiKey: 'nck_secret' })).toThrow(
    /^shop\/other: `apiKey` is a literal.*set NOVACRON_API_KEY/,
  );
});

describe('a lock beside the synthesised stack', () => {
  /** Returns the synth error for a version of the provider in the lock file. */
  function troubleWith(version: string): string {
    const outdir = mkdtempSync(join(tmpdir(), 'novacron-lock-'));
    const folder = join(outdir, 'stacks/shop');
    mkdirSync(folder, { recursive: true });
    const head = 'provider "registry.terraform.io/novacron/novacron"';
    const lock = `# By terraform init.\n\n${head} {\n  version = "${version}"\n}\n`;
    writeFileSync(join(folder, '.terraform.lock.hcl'), lock);
    const app = new App({ outdir });
    new NovacronProvider(new TerraformStack(app, 'shop'), 'novacron');
    try {
      app.synth();
      return '';
    } catch (trouble) {
      return String(trouble).replaceAll(outdir, 'cdktf.out');
    } finally {
      rmSync(outdir, { recursive: true });
    }
  }

  test('may not hold an older provider than the classes are for', () => {
    expect(troubleWith('0.0.9')).toContain(
      '[shop/novacron] cdktf.out/stacks/shop/.terraform.lock.hcl locks version 0.0.9 of the ' +
        'provider, but these classes require ~> 0.1.0. Install that ' +
        'provider, delete the file and run terraform init; or use the release of the ' +
        'constructs that matches the provider.',
    );
  });

  test.each(['0.1.3', '0.2.0', '1.0.0'])('may hold version %s', (version) => {
    expect(troubleWith(version)).toBe('');
  });
});
