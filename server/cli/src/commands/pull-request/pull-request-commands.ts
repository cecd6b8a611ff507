/** The commands of `pull-request`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import type { PullRequestRequest } from './run-pull-request.ts';

type Verb = PullRequestRequest['verb'];
type Flags = Omit<PullRequestRequest, 'verb'>;

const HELP = `
The code host is that of the pipeline: GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN, or
CI_API_V4_URL, CI_PROJECT_ID and GITLAB_TOKEN. Plans use the key NOVACRON_API_KEY, applies the key
NOVACRON_DEPLOY_KEY. Guide: docs/how-to/pull-requests.md`;

/** Adds them to the program. */
export function addPullRequestCommands(program: Command, context: CommandContext): void {
  const group = program
    .command('pull-request')
    .alias('pr')
    .description('Plan and apply the pull request of a pipeline, with one comment and a status');
  const add = (verb: Verb, summary: string, example = ''): Command => {
    const command = group
      .command(verb)
      .description(summary)
      .addHelpText('after', `${HELP}${exampleText(`pull-request ${verb}${example}`)}`);
    return command.action(async () => {
      const { runPullRequest } = await import('./run-pull-request.ts');
      context.finish(await runPullRequest(context, { verb, ...command.opts<Flags>() }, '.'));
    });
  };
  const verbs = [
    add('plan', 'Plan the directories that a pull request affects, and report it.'),
    add('apply', 'Apply what the comment shows, if the pull request is approved.', ' -d network'),
    add('unlock', 'Free the directories that a pull request has locked.', ' --number 17'),
  ];
  for (const command of verbs) {
    command
      .addOption(
        new Option('--number <number>', 'Pull request. Default: that of the event').argParser(
          parseNumber,
        ),
      )
      .option('-d, --directory <name>', 'Only this directory');
  }
  verbs.push(
    add('comment', 'Run the command in a new comment, if its author may write to the repository.'),
  );
  for (const command of verbs) {
    command.option(
      '--event <file>',
      'Event of the code host. Default: GITHUB_EVENT_PATH or TRIGGER_PAYLOAD',
    );
  }
}

function parseNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the number of a pull request.');
}
