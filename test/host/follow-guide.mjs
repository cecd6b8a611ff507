/** Does on a host what a guide asks for, in order, as root. */
import { awaitAgent } from './await-agent.mjs';
import { waitFor } from './host-machine.mjs';

/** Replacements for commands that fail on a host without internet access, by prefix. */
const STAND_INS = [
  [
    'apt-get install --yes ./',
    'dpkg --install /opt/packages/novacron*.deb',
    'apt-get would download lists of packages; what ours depend on was installed with Debian',
  ],
  ['apt-get install', 'true', 'the packages of Debian were installed when its disk was made'],
  [
    'install -D debian-12',
    'mkdir --parents $D && cp /opt/guest/* $D/ && echo "$COMMAND_LINE" > $D/cmdline'
      .replaceAll('$D', '/var/lib/novacron-agent/storage/templates/debian-12')
      .replace(
        '$COMMAND_LINE',
        'console=ttyS0 quiet panic=-1 tsc=unstable no_timer_check swiotlb=1024',
      ),
    'a small guest stands for the image of Debian',
  ],
  ['ssh -i', 'true', 'the small guest has no SSH server'],
];

/** Step after which the reader waits for the server. */
const STARTS_SERVER = 'systemctl enable --now novacron-orchestration';

/** Steps after which the reader waits for the agent. */
const STARTS_AGENT = /^systemctl (?:enable --now|restart) novacron-agent$/m;

/** In software, a command takes twenty times as long as on the host of a user. */
const COMMAND_MS_MAX = 600_000;

/**
 * @param {Pick<import('./guests-of-host.mjs').Host, 'run'>} host
 * @param {readonly import('./read-guide.mjs').Step[]} steps
 * @param {(text: string) => void} say
 * @returns {Promise<string>} the settings that the reader has exported, as lines of a shell;
 * rejects at the first step that fails
 */
export async function followGuide(host, steps, say) {
  let settings = 'export CHECKPOINT_DISABLE=1';
  for (const step of steps) {
    const stand = STAND_INS.find(([start]) => step.text.startsWith(start));
    const script = `set -e\ncd /root\n${settings}\n${stand?.[1] ?? scriptOf(step)}`;
    const { exitCode, output } = await host.run(script, { limitMs: COMMAND_MS_MAX });
    const where = `line ${step.line} (${step.heading})`;
    if (exitCode !== 0)
      throw new Error(`${where} ended with ${exitCode}:\n${step.text}\n${output}`);
    say(`  ${where}${stand === undefined ? '' : `: ${stand[2]}`}`);
    if (step.text === STARTS_SERVER) await awaitServer(host);
    if (STARTS_AGENT.test(step.text)) await awaitAgent(host);
    const exported = step.text.split('\n').filter((line) => line.startsWith('export '));
    settings = [settings, ...exported].join('\n');
  }
  return settings;
}

function scriptOf({ kind, name, text }) {
  if (kind === 'file') return `cat > ${name} <<'END_OF_FILE'\n${text}\nEND_OF_FILE`;
  return text.replaceAll(/^terraform apply$/gm, 'echo yes | terraform apply -no-color');
}

/** The reader sees that the server is ready. */
async function awaitServer(host) {
  await waitFor('the server to be ready', COMMAND_MS_MAX, async () => {
    const log = await host.run('journalctl --no-pager -o cat -u novacron-orchestration');
    return log.output.includes('NOVACRON_API_KEY');
  });
}
