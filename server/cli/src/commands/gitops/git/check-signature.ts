/** Verifies signatures of commits and tags against the keys that an application accepts. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, type Result } from '@novacron/contract/result';
import { type Refusal, refuse } from '../step/refusal.ts';
import type { StepContext } from '../step/step-context.ts';
import type { FetchedCommit } from './fetch-commit.ts';
import type { Git } from './open-git.ts';

/**
 * Verifies the commit, or the annotated tag that names it.
 * @returns who signed it; null for no valid signature. Refused: the same, where one is required
 */
export async function checkSignature(
  { settings, directory }: Pick<StepContext, 'settings' | 'directory'>,
  { commit, tip }: FetchedCommit,
  git: Git,
): Promise<Result<string | null, Refusal>> {
  const { required, allowed_signers: signers = '', gpg_keys: keys = '' } = settings.signatures;
  if (signers.trim() === '' && keys.trim() === '') {
    if (!required) return ok(null);
    return refuse('Signatures are required, but there are no allowed_signers and no gpg_keys.');
  }
  const file = join(directory, 'git', 'allowed_signers');
  await writeFile(file, signers);
  const home = join(directory, 'git', 'gnupg');
  // The keyring has only the accepted keys: each of them is trusted.
  await writeFile(
    join(home, 'gpg.conf'),
    'trust-model always\nno-auto-key-retrieve\nno-autostart\n',
  );
  if (keys.trim() !== '') {
    // Public keys need no agent, which would stay.
    const args = ['--batch', '--quiet', '--no-autostart', '--import'];
    const imported = await git.run(args, { program: 'gpg', stdin: keys });
    if (imported.code !== 0) return refuse(`GnuPG cannot read gpg_keys: ${imported.stderr}`);
  }
  const options = ['-c', `gpg.ssh.allowedSignersFile=${file}`];
  // A reference can point to the signed tag of another release.
  const tag = settings.revision.replace(/^refs\/tags\//, '');
  const said: string[] = [];
  for (const id of new Set([tip, commit])) {
    const verify = id === commit ? 'verify-commit' : 'verify-tag';
    const checked = await git.run([...options, verify, '--raw', id]);
    const isValid = checked.code === 0;
    const isMeant = id === commit || (await nameOfTag(id, git)) === tag;
    if (isValid && isMeant) return ok(signerOf(checked.stderr));
    said.push(isValid ? OTHER_TAG : checked.stderr);
  }
  if (!required) return ok(null);
  return refuse(`${commit} is not signed by an accepted key${reasonOf(said.join('\n'))}.`);
}

const OTHER_TAG = 'signed under another name';

/** The name that a tag was signed with. */
async function nameOfTag(id: string, git: Git): Promise<string | undefined> {
  const { stdout } = await git.run(['cat-file', 'tag', id]);
  return /^tag (.+)$/m.exec(stdout.toString('utf8'))?.[1];
}

/** The signer, as OpenSSH and the status lines of GnuPG name it. */
function signerOf(said: string): string | null {
  const ssh = /^Good "git" signature for (.+) with \S+ key /m.exec(said)?.[1];
  const gpg = /^\[GNUPG:\] GOODSIG \S+ (.+)$/m.exec(said)?.[1];
  return ssh ?? gpg ?? null;
}

function reasonOf(said: string): string {
  if (said.includes(OTHER_TAG)) return ': its tag was signed under another name';
  if (/BADSIG|Could not verify signature|incorrect signature/i.test(said)) {
    return ': its signature does not fit its content';
  }
  if (/EXPKEYSIG|EXPSIG/.test(said)) return ': the key or the signature has expired';
  if (/REVKEYSIG/.test(said)) return ': the key is revoked';
  if (/No principal matched|NO_PUBKEY|ERRSIG/.test(said)) return ': its key is not among them';
  return '';
}
