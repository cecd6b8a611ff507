/** Writes the archive of an initramfs: the format `newc` of cpio(5). */

const ALIGNMENT = 4;
const DIGITS = 8;
const MODES = { directory: 0o040755, program: 0o100755, link: 0o120777 };

/**
 * Makes an archive.
 * @param {readonly { path: string, kind: 'directory' | 'program' | 'link', content?: Buffer |
 *   string }[]} files - parents before children; the content of a link is where it leads
 * @returns {Buffer}
 */
export function archive(files) {
  const entries = files.map(({ path, kind, content = '' }, index) =>
    entry({ path, content: Buffer.from(content), mode: MODES[kind], inode: index + 1 }),
  );
  const end = entry({ path: 'TRAILER!!!', content: Buffer.alloc(0), mode: 0, inode: 0 });
  return Buffer.concat([...entries, end]);
}

function entry({ path, content, mode, inode }) {
  const name = Buffer.from(`${path}\0`);
  // inode, mode, uid, gid, links, time, size, two devices of two numbers, length of name, checksum
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0];
  const digits = fields.map((field) => field.toString(16).padStart(DIGITS, '0')).join('');
  const head = Buffer.concat([Buffer.from(`070701${digits}`), name]);
  return Buffer.concat([aligned(head), aligned(content)]);
}

function aligned(bytes) {
  const rest = bytes.length % ALIGNMENT;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(ALIGNMENT - rest)]);
}
