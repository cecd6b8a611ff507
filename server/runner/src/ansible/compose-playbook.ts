/**
 * Composes the command that runs a playbook of a bundle: its words, variables and files. Host keys
 * are checked whatever the bundle says: variables of the command line come before all others.
 */
import type { RunnerOrder } from '@novacron/contract/automation/runner';
import type { Json } from '@novacron/contract/json';
import {
  FILES_DIR,
  SECRETS_DIR,
  type SecretFile,
  type StepFile,
  USER_NAME,
} from '../isolation/isolate.ts';
import { CALLBACK_NAME, CALLBACK_PLUGIN } from './callback-plugin.ts';

/** Playbook with the files and secrets of its run. */
export interface PlaybookOrder {
  readonly ansible: NonNullable<RunnerOrder['ansible']>;
  readonly files: readonly StepFile[];
  readonly secrets: readonly SecretFile[];
  readonly env: Readonly<Record<string, string>>;
}

/** A command that runs a playbook. */
export interface PlaybookCommand {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly StepFile[];
}

/** Directories of the bundle and of the runner's additions. */
const BUNDLE = 'bundle';
const OWN = 'novacron';

/** Keys of secrets with a meaning: keys of hosts that are known, and the key of the user. */
const KNOWN_HOSTS = 'KNOWN_HOSTS';
const SSH_KEY = 'SSH_KEY';

/** The file of a bundle with keys of hosts, where no secret has them. */
const KNOWN_HOSTS_FILE = 'known_hosts';

/** The runner itself, for playbooks without an inventory. */
const ALONE =
  'localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"\n';

/** Composes it. */
export function composePlaybook(order: PlaybookOrder): PlaybookCommand {
  const { ansible, secrets } = order;
  const { playbook, inventory, variables } = ansible;
  const own = new Map([
    ['ansible.cfg', '[defaults]\n'],
    ['inventory', ALONE],
    ['variables.yml', writeVariables(variables)],
    ['connection.yml', writeVariables(connectionOf(order))],
    [`callback/${CALLBACK_NAME}.py`, CALLBACK_PLUGIN],
  ]);
  const hasKey = secrets.some(({ key }) => key === SSH_KEY);
  return {
    words: [
      'ansible-playbook',
      `--inventory=${inventory === undefined ? ownPath('inventory') : bundlePath(inventory)}`,
      `--extra-vars=@${ownPath('variables.yml')}`,
      // The last one wins.
      `--extra-vars=@${ownPath('connection.yml')}`,
      ...(hasKey ? [`--private-key=${SECRETS_DIR}/${SSH_KEY}`] : []),
      bundlePath(playbook),
    ],
    env: { ...order.env, ...ENVIRONMENT },
    files: [
      ...order.files.map(({ path, text }) => ({ path: `${BUNDLE}/${path}`, text })),
      ...Array.from(own, ([path, text]) => ({ path: `${OWN}/${path}`, text })),
    ],
  };
}

const ENVIRONMENT: Readonly<Record<string, string>> = {
  USER: USER_NAME,
  LOGNAME: USER_NAME,
  ANSIBLE_CONFIG: ownPath('ansible.cfg'),
  ANSIBLE_STDOUT_CALLBACK: CALLBACK_NAME,
  ANSIBLE_CALLBACK_PLUGINS: ownPath('callback'),
  ANSIBLE_ROLES_PATH: bundlePath('roles'),
  ANSIBLE_HOST_KEY_CHECKING: 'True',
  ANSIBLE_NOCOLOR: '1',
  ANSIBLE_RETRY_FILES_ENABLED: 'False',
  PYTHONDONTWRITEBYTECODE: '1',
};

function bundlePath(path: string): string {
  return `${FILES_DIR}/${BUNDLE}/${path}`;
}

function ownPath(path: string): string {
  return `${FILES_DIR}/${OWN}/${path}`;
}

/**
 * Returns the connection options. If an option has several values, ssh takes the first: these come
 * before those of a bundle.
 */
function connectionOf({ files, secrets }: PlaybookOrder) {
  const options = [
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${knownHostsOf({ files, secrets })}`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    'ControlMaster=auto',
    'ControlPersist=60s',
  ];
  return {
    ansible_ssh_args: options.map((option) => `-o ${option}`).join(' '),
    ansible_host_key_checking: true,
    ansible_ssh_host_key_checking: true,
    ansible_paramiko_host_key_checking: true,
  };
}

/** Without a file no host is known. */
function knownHostsOf({ files, secrets }: Pick<PlaybookOrder, 'files' | 'secrets'>): string {
  if (secrets.some(({ key }) => key === KNOWN_HOSTS)) return `${SECRETS_DIR}/${KNOWN_HOSTS}`;
  const isThere = files.some(({ path }) => path === KNOWN_HOSTS_FILE);
  return isThere ? bundlePath(KNOWN_HOSTS_FILE) : '/dev/null';
}

/**
 * Writes variables as YAML, in which Ansible evaluates no text: `{{ … }}` in a value stays as it
 * is. The first line keeps Ansible from reading it as JSON, which has no such mark.
 */
function writeVariables(variables: Readonly<Record<string, Json>>): string {
  return `---\n${writeValue(variables)}\n`;
}

function writeValue(value: Json): string {
  if (typeof value === 'string') return `!unsafe ${writeText(value)}`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each: Json) => writeValue(each)).join(', ')}]`;
  const members = Object.entries(value).map(([name, each]) => {
    return `${writeText(name)}: ${writeValue(each)}`;
  });
  return `{${members.join(', ')}}`;
}

/** YAML reads the escapes of JSON, and takes these characters only as escapes (YAML 1.2, 5.1). */
function writeText(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (it) => {
    return `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
