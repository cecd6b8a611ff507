/** The commands of `argocd`. */
import { type Command, Option } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';
import { parseSeconds } from '../../arguments/flag-options.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import type { Outcome } from '../../operations/outcome.ts';
import type { ArgocdFlags, SyncFlags } from './run-argocd.ts';

const CLUSTER = 'https://kubernetes.default.svc';

/** Unit: seconds. */
const TIMEOUT_DEFAULT_S = 300;

type Run = typeof import('./run-argocd.ts');
type Work<Flags> = (run: Run, flags: Flags) => Parameters<Run['runArgocd']>[2];

/** Adds them to the program. */
export function addArgocdCommands(program: Command, context: CommandContext): void {
  const group = program
    .command('argocd')
    .description('Applications of Argo CD: create, sync, follow and roll back. No server needed');
  const add = <Flags extends ArgocdFlags>(
    name: string,
    { summary, example }: { readonly summary: string; readonly example: string },
    work: (application: string) => Work<Flags>,
  ): Command => {
    const command = group
      .command(name)
      .description(summary)
      .argument('<application>', 'Name of the application')
      .option(
        '--argocd-server <server>',
        'Host of Argo CD. Default: ARGOCD_SERVER. The token is in ARGOCD_AUTH_TOKEN',
      )
      .option('--project <project>', 'Project of the application in Argo CD')
      .addHelpText('after', exampleText(`argocd ${name} ${example}`));
    return command.action(async (application: string) => {
      const run = await import('./run-argocd.ts');
      const flags = command.opts<Flags>();
      const outcome: Outcome = await run.runArgocd(context, flags, work(application)(run, flags));
      context.finish(outcome);
    });
  };
  addCreate(add);
  add(
    'status',
    { summary: 'Shows sync and health of an application.', example: 'novacron-prod' },
    (name) => (run) => (argocd) => run.showApplication(argocd, name),
  );
  addSyncs(add);
  add(
    'terminate',
    { summary: 'Ends the sync of an application that is under way.', example: 'novacron-prod' },
    (name) => (run) => (argocd) => run.terminateOperation(argocd, name),
  );
  add(
    'history',
    { summary: 'Lists the deployed revisions, the newest first.', example: 'novacron-prod' },
    (name) => (run) => (argocd) => run.listHistory(argocd, name),
  );
  add(
    'tree',
    { summary: 'Lists the resources of an application.', example: 'novacron-prod' },
    (name) => (run) => (argocd) => run.listTree(argocd, name),
  );
}

type Add = <Flags extends ArgocdFlags>(
  name: string,
  about: { readonly summary: string; readonly example: string },
  work: (application: string) => Work<Flags>,
) => Command;

interface CreateFlags extends ArgocdFlags {
  readonly repo: string;
  readonly path: string;
  readonly revision: string;
  readonly namespace: string;
  readonly cluster: string;
}

function addCreate(add: Add): void {
  const example =
    'novacron-prod --repo https://github.com/org/novacron-configs \\\n' +
    '      --path k8s/production --revision main --namespace novacron';
  add<CreateFlags>(
    'create',
    { summary: 'Creates an application; an equal one that exists is no error.', example },
    (name) =>
      (run, { repo, path, revision, namespace, cluster }) =>
      (argocd) =>
        run.createApplication(argocd, { name, repo, path, revision, namespace, cluster }),
  )
    .requiredOption('--repo <url>', 'Git repository')
    .requiredOption('--path <path>', 'Directory in the repository')
    .requiredOption('--namespace <namespace>', 'Namespace that it is deployed to')
    .option('--revision <revision>', 'Branch, tag or commit', 'HEAD')
    .option('--cluster <url>', 'Cluster that it is deployed to', CLUSTER);
}

function addSyncs(add: Add): void {
  const sync = add<SyncFlags>(
    'sync',
    {
      summary:
        'Syncs an application. With --wait, it ends once the sync has ended and health was ' +
        'compared after it; exit code 1 unless it is healthy then.',
      example: 'novacron-prod --prune --wait',
    },
    (name) => (run, flags) => (argocd) => run.syncApplication(argocd, name, flags),
  ).option('--revision <revision>', 'Branch, tag or commit. Default: its target revision');
  const rollback = add<SyncFlags>(
    'rollback',
    {
      summary: 'Returns an application to a revision of its history.',
      example: 'novacron-prod --revision v1.2.3 --wait',
    },
    (name) => (run, flags) => (argocd) => run.rollbackApplication(argocd, name, flags),
  ).requiredOption('--revision <revision>', 'Commit, branch or tag that was deployed before');
  for (const command of [sync, rollback]) {
    command
      .option('--prune', 'Delete resources that Git does not have any more')
      .option('--dry-run', 'Only try what it would do')
      .option('--wait', 'Wait until the application is settled')
      .addOption(
        new Option('--wait-timeout <duration>', 'Longest wait of --wait, such as 10m')
          .default(TIMEOUT_DEFAULT_S, '5m')
          .argParser(parseSeconds),
      );
  }
}
