/** Finds the code host that a pipeline belongs to, by the variables that it sets. */
import { ok, type Result } from '@novacron/contract/result';
import type { CliIo, Environment } from '../../../io/cli-io.ts';
import { type Refusal, refuse } from '../../gitops/step/refusal.ts';
import type { CodeHost } from './code-host.ts';
import { createGithubHost, readRepository } from './github-host.ts';
import { createGitlabHost } from './gitlab-host.ts';

/** Variables whose values are masked in all that is written. */
const SECRET_VARIABLES = [
  'GITHUB_TOKEN',
  'GITLAB_TOKEN',
  'CI_JOB_TOKEN',
  'NOVACRON_API_KEY',
  'NOVACRON_DEPLOY_KEY',
] as const;

/** Opens it. Refused: a variable that is missing or wrong. */
export function openCodeHost(place: Place): Result<CodeHost, Refusal> {
  const host = findCodeHost(place);
  return host.ok ? ok(maskSecrets(host.value, place.env)) : host;
}

interface Place {
  readonly env: Environment;
  readonly io: CliIo;
  readonly signal: AbortSignal;
}

/** Reasons of failures may have an address with a token, and plans what a configuration reads. */
function maskSecrets(host: Omit<CodeHost, 'mask'>, env: Environment): CodeHost {
  const secrets = SECRET_VARIABLES.flatMap((name) => env[name] || []);
  const mask = (text: string) =>
    secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
  return {
    ...host,
    mask,
    createComment: (number, body) => host.createComment(number, mask(body)),
    updateComment: (number, { id, body }) => host.updateComment(number, { id, body: mask(body) }),
    setStatus: (head, { state, description }) =>
      host.setStatus(head, { state, description: mask(description) }),
  };
}

function findCodeHost({ env, io, signal }: Place): Result<Omit<CodeHost, 'mask'>, Refusal> {
  const version = `novacron/${io.version}`;
  const gitlab = env.CI_API_V4_URL ?? '';
  const address = gitlab === '' ? (env.GITHUB_API_URL ?? '') : gitlab;
  if (!/^https?:/.test(address) || !URL.canParse(address)) {
    return refuse(
      'Set GITHUB_API_URL or CI_API_V4_URL to the address of the API of your code host.',
    );
  }
  const api = address.replace(/\/+$/, '');
  if (gitlab !== '') {
    const { GITLAB_TOKEN: token = '', CI_PROJECT_ID: project = '' } = env;
    if (token === '')
      return refuse(
        'Set GITLAB_TOKEN to a project access token with the scopes api and write_repository.',
      );
    if (project === '') return refuse('Set CI_PROJECT_ID to the id of the project.');
    const headers = { 'private-token': token, 'user-agent': version };
    const runUrl = env.CI_PIPELINE_URL;
    return ok(createGitlabHost({ api, headers, io, signal }, { project, runUrl }));
  }
  const { GITHUB_TOKEN: token = '', GITHUB_SERVER_URL: server, GITHUB_RUN_ID: run } = env;
  if (token === '') return refuse('Set GITHUB_TOKEN to a token that may comment.');
  const repository = readRepository(env.GITHUB_REPOSITORY);
  if (!repository.ok) return repository;
  const headers = { authorization: `Bearer ${token}`, 'user-agent': version };
  const runUrl =
    server === undefined || run === undefined
      ? undefined
      : `${server}/${repository.value}/actions/runs/${run}`;
  const place = {
    repository: repository.value,
    kind: api.endsWith('/api/v1') ? ('forgejo' as const) : ('github' as const),
    runUrl,
    graphql: env.GITHUB_GRAPHQL_URL ?? `${api.replace(/\/v3$/, '')}/graphql`,
  };
  return ok(createGithubHost({ api, headers, io, signal }, place));
}
