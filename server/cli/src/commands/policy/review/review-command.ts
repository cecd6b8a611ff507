/** The command that reviews a Terraform plan: `policy review`. */
import { type Command, Option } from 'commander';
import { parseTime, repeatedText } from '../../../arguments/flag-options.ts';
import type { ReviewRequest } from './review-policies.ts';

/** What it does, once it is understood. */
export interface ReviewAction {
  readonly reviewPolicies: (
    request: Omit<ReviewRequest, 'progress' | 'asker'> & {
      readonly role: string;
      readonly user: string;
      readonly at?: string;
    },
  ) => Promise<void>;
}

const FORMATS: readonly ReviewRequest['format'][] = [
  ...(['text', 'json', 'markdown', 'sarif', 'junit', 'github'] as const),
];

const FAIL_ON: readonly ReviewRequest['failOn'][] = ['error', 'warning', 'note', 'never'];

type Asked = Parameters<ReviewAction['reviewPolicies']>[0];

interface ReviewFlags extends Omit<Asked, 'policies' | 'archives'> {
  readonly policies?: readonly string[];
  readonly bundle?: readonly string[];
}

/** Adds it to the group `policy`. */
export function addReviewCommand(group: Command, actions: ReviewAction): void {
  group
    .command('review')
    .description('Tells what policies say about a Terraform plan, at the lines that it comes from.')
    .requiredOption('--plan <file>', 'What `terraform show -json` wrote; - is standard input')
    .option('--config <dir>', "The configuration's directory", '.')
    .addOption(repeatedText('--policies <path>', 'File or directory'))
    .addOption(repeatedText('--bundle <file>', 'A bundle that OPA built, asked as well'))
    .option('--base <revision>', 'Compare with the policies of this revision in Git')
    .addOption(
      new Option(
        '--live <where>',
        'With --base: where resources come from that the plan leaves alone',
      )
        .choices(['plan', 'server'])
        .default('plan'),
    )
    .addOption(
      new Option('--format <format>', 'How to write the review').choices(FORMATS).default('text'),
    )
    .addOption(
      new Option('--fail-on <level>', 'End with 1 where a finding is at this level or above')
        .choices(FAIL_ON)
        .default('error'),
    )
    .option('--role <role>', 'Role of whoever will apply the plan', 'operator')
    .option('--user <name>', 'Name of the API key that will apply it', 'ci')
    .addOption(new Option('--at <time>', 'When it will be applied; else now').argParser(parseTime))
    .addHelpText('after', HELP)
    .action(({ policies = [], bundle: archives = [], ...flags }: ReviewFlags, command: Command) => {
      if (policies.length + archives.length > 0) {
        return actions.reviewPolicies({ ...flags, policies, archives });
      }
      return command.error(
        "error: required option '--policies <path>' not specified, nor '--bundle'",
      );
    });
}

const HELP = `
Ends with 0 where nothing is found, 1 where something is, 2 when it is used wrongly, and 3 where
policies do not compile. A comment beside a resource waives a finding:

  # novacron:waive "VM Size Limit" owner=ann expires=2026-12-31 reason="the archive moves"

Example:
  $ terraform plan -out plan.bin && terraform show -json plan.bin > plan.json
  $ novacron policy review --plan plan.json --policies policies --base origin/main --format github`;
