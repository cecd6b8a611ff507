/** Compares releases: parts of neighboring ones work together when they are upgraded in order. */

/**
 * Whether a release is newer than another one. Patch releases change no messages and no tables, so
 * they count as one release; a text that is no version is newer than none.
 * @param release - a version such as `0.2.0`
 */
export function isNewerRelease(release: string, than: string): boolean {
  const [major, minor] = numbersOf(release);
  const [otherMajor, otherMinor] = numbersOf(than);
  return major === otherMajor ? minor > otherMinor : major > otherMajor;
}

function numbersOf(release: string): readonly [number, number] {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(release) ?? [];
  return [Number(major), Number(minor)];
}
