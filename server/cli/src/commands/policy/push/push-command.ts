/** The command that makes policies of the server what files say: `policy push`. */
import type { Command } from 'commander';
import type { CommandContext } from '../../../operations/command-context.ts';

/** Adds it to the group `policy`. */
export function addPushCommand(group: Command, { online }: CommandContext): void {
  group
    .command('push')
    .description(
      'Creates or updates policies on the server from files. Other policies are unchanged.',
    )
    .argument(
      '<paths...>',
      'Files and directories of policies in Rego; files of orchestration policies (.yaml, .json)',
    )
    .option('--dry-run', 'Show changes without applying them')
    .addHelpText('after', PUSH_HELP)
    .action(async (paths: string[], { dryRun }: { dryRun?: true }) => {
      const { pushPolicies } = await import('./push-policies.ts');
      const mode = dryRun === true ? 'dry-run' : 'write';
      await online((session) => pushPolicies(session, { paths, mode }));
    });
}

const PUSH_HELP = `
Name, type and mode of a policy stand in the metadata of its package, and so do selector,
actions, priority, active_from and platform_writes where it has them:

  # METADATA
  # title: VM Access Policy
  # custom:
  #   type: access
  #   enforcement_mode: block
  #   actions: [create_vm, update_vm]
  package novacron

A bundle of OPA (bundle.tar.gz with policy.wasm) is a policy as it is; its manifest says the
same under metadata.novacron.

Example:
  $ novacron policy push policies --dry-run`;
