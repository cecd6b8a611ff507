/** The commands `apply` and `diff`, which take resources from documents. */
import type { Command, Option } from 'commander';
import { repeatedText, waitOptions } from '../../arguments/flag-options.ts';
import { exitCodeOfDrift } from '../../failures/failure.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import type { Fields } from '../../output/fields.ts';

const FORM_HELP = `
A document has a kind (vm, network, security_group, ...), a name, and the fields of
\`novacron NOUN create\`; names are accepted in place of IDs, and amounts such as 8GB:

  kind: vm
  name: web-01
  cpu_cores: 2
  memory_gb: 4GB
  disk_gb: 40
  network: production-network
  metadata: { tier: web }

Several documents are separated by ---. Resources that others refer to are created first. Fields
that a document leaves out stay as they are; resources that no document describes do, too.
Settings are documents without a name, such as kind: model-settings.`;

const EXIT_HELP = 'Exit codes: 0 no difference, 1 differences, 2 the command failed.';

interface FileFlags {
  readonly filename?: readonly string[];
}

/** Adds them to the program. */
export function addApplyCommands(program: Command, { online }: CommandContext): void {
  const apply = program
    .command('apply')
    .description('Creates and updates resources to match documents.')
    .addOption(filenameOption())
    .option('--dry-run', 'Only show what would change, and what would be refused');
  for (const option of waitOptions()) apply.addOption(option);
  apply
    .addHelpText('after', `${FORM_HELP}\n\nExample:\n  $ novacron apply -f web.yaml --dry-run`)
    .action(async (options: FileFlags & Fields) => {
      const { applyManifests } = await import('./apply-manifests.ts');
      const mode = options.dryRun === true ? 'dry-run' : 'apply';
      const places = options.filename ?? [];
      await online((session) => applyManifests(session, { places, mode, options }));
    });
  program
    .command('diff')
    .description('Shows what apply would change; exits with 1 if anything differs.')
    .addOption(filenameOption())
    .addHelpText('after', `\n${EXIT_HELP}\n\nExample:\n  $ novacron diff -f web.yaml`)
    .action(async ({ filename = [] }: FileFlags) => {
      const { diffManifests } = await import('./diff-manifests.ts');
      await online((session) => diffManifests(session, filename), exitCodeOfDrift);
    });
}

function filenameOption(): Option {
  const text = 'File or directory with YAML or JSON documents (- for standard input)';
  return repeatedText('-f, --filename <path>', text).makeOptionMandatory();
}
