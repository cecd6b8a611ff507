/** The command that reviews a Terraform plan: `policy review`. */
import { type Command, Option } from 'commander';
import { parseTime, repeatedText } from '../../../arguments/flag-options.ts';
import type { CommandContext } from '../../../operations/command-context.ts';
import { levelOption } from '../flags/text-flags.ts';
import type { ReviewRequest } from './review-policies.ts';

const FORMATS: readonly ReviewRequest['format'][] = [
  'text',
  'json',
  'markdown',
  'sarif',
  'junit',
  'github',
];

const FAIL_ON: readonly ReviewRequest['failOn'][] = ['error', 'warning', 'note', 'never'];

type Asked = Omit<ReviewRequest, 'progress' | 'asker'> & {
  readonly role: string;
  readonly user: string;
  readonly at?: string;
};

interface ReviewFlags extends Omit<Asked, 'policies' | 'archives'> {
  readonly policies?: readonly string[];
  readonly bundle?: readonly string[];
}

/** Adds it to the group `policy`. */
export function addReviewCommand(group: Command, context: CommandContext): void {
  group
    .command('review')
    .description(
      'Evaluates policies against a Terraform plan and reports findings at source lines.',
    )
    .requiredOption('--plan <file>', 'Output of `terraform show -json` (- for standard input)')
    .option('--config <dir>', 'Directory of the configuration', '.')
    .addOption(repeatedText('--policies <path>', 'Policy file or directory'))
    .addOption(repeatedText('--bundle <file>', 'OPA bundle to evaluate as well'))
    .option('--base <revision>', 'Compare with the policies at this Git revision')
    .addOption(
      new Option(
        '--live <where>',
        'With --base: source of the resources that the plan does not change',
      )
        .choices(['plan', 'server'])
        .default('plan'),
    )
    .addOption(
      new Option('--format <format>', 'Output format of the review')
        .choices(FORMATS)
        .default('text'),
    )
    .addOption(
      new Option('--fail-on <level>', 'Exit with 1 if a finding is at this level or above')
        .choices(FAIL_ON)
        .default('error'),
    )
    .option('--role <role>', 'Role that applies the plan', 'operator')
    .option('--user <name>', 'Name of the API key that applies the plan', 'ci')
    .addOption(new Option('--at <time>', 'Time of the apply (default: now)').argParser(parseTime))
    .addOption(levelOption())
    .addHelpText('after', HELP)
    .action(({ policies = [], bundle: archives = [], ...flags }: ReviewFlags, command: Command) => {
      if (policies.length + archives.length > 0) {
        return review(context, { ...flags, policies, archives });
      }
      return command.error(
        "error: required option '--policies <path>' not specified, nor '--bundle'",
      );
    });
}

async function review(
  { io, finish, online, progress }: CommandContext,
  { role, user: userId, at, ...request }: Asked,
): Promise<void> {
  const { reviewPolicies } = await import('./review-policies.ts');
  const asker = { role, userId, time: at ?? io.now().toISOString() };
  const whole = { ...request, asker, progress: progress() };
  const isLocal = request.live === 'plan' || request.base === undefined;
  if (isLocal) return finish(await reviewPolicies(io, whole));
  await online((session) => reviewPolicies(io, whole, session));
}

const HELP = `
Exit codes: 0 no findings, 1 findings, 2 usage error, 3 policies do not compile.
A comment at a resource waives a finding:

  # novacron:waive "VM Size Limit" owner=ann expires=2026-12-31 reason="the archive moves"

Example:
  $ terraform plan -out plan.bin && terraform show -json plan.bin > plan.json
  $ novacron policy review --plan plan.json --policies policies --base origin/main --format github`;
