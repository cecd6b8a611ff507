import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type TerraformProvider, TerraformStack } from 'cdktf';

/** The version in `~> 0.1.0`, and in a lock: release and feature; a patch changes no schema. */
const VERSION = /(\d+)[.](\d+)[.]\d+/;

/**
 * A lock of Terraform's beside the synthesised stack that holds an older provider than the classes
 * were made for. Without a lock `terraform init` takes what fits, or says that there is none.
 */
export function findOutdatedLock(provider: TerraformProvider): string[] {
  const { terraformProviderSource: source = '', terraformGeneratorMetadata: made } = provider;
  const wanted = made?.providerVersionConstraint ?? '';
  const stack = TerraformStack.of(provider);
  const stackName = stack.node.id;
  const file = join(App.of(stack).outdir, 'stacks', stackName, '.terraform.lock.hcl');
  if (!existsSync(file)) return [];
  const entry = new RegExp(`^provider "[^"]*/${source}" \\{\\s+version\\s+= "([^"]+)"`, 'm');
  const [, locked = ''] = entry.exec(readFileSync(file, 'utf8')) ?? [];
  if (!isOlder(locked, wanted)) return [];
  return [
    `${file} holds version ${locked} of the provider, which lacks what these classes know ` +
      `(they ask for ${wanted}). Install that provider, delete the file and run terraform init; ` +
      'or take the release of the constructs that the provider has.',
  ];
}

function isOlder(version: string, than: string): boolean {
  const [one, other] = [VERSION.exec(version), VERSION.exec(than)];
  if (one === null || other === null) return false;
  const [, major, minor] = one.map(Number);
  const [, wantedMajor = 0, wantedMinor = 0] = other.map(Number);
  if (major !== wantedMajor) return Number(major) < wantedMajor;
  return Number(minor) < wantedMinor;
}
