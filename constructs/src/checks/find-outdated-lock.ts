import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type TerraformProvider, TerraformStack } from 'cdktf';

/** The version in `~> 0.1.0`, and in a lock: release and feature; a patch changes no schema. */
const VERSION = /(\d+)[.](\d+)[.]\d+/;

/**
 * Finds a Terraform lock file of the synthesised stack with an older provider than the classes
 * require. Without a lock file `terraform init` installs a matching version or reports an error.
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
    `${file} locks version ${locked} of the provider, but these classes require ${wanted}. ` +
      'Install that provider, delete the file and run terraform init; ' +
      'or use the release of the constructs that matches the provider.',
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
