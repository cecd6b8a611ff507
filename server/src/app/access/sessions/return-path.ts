/** The page that is shown after a sign-in: one of the dashboard, never an address from outside. */

/** Start page of the dashboard. */
export const DASHBOARD_PATH = '/dashboard/';

/** Filters of a long list fit in. Unit: characters. */
const LENGTH_MAX = 2_048;

/** Any host does: what matters is whether it is left. */
const HERE = 'http://here.invalid';

/**
 * Reads a path as a browser would, which takes `\` for `/`, and drops tabs and line ends.
 * @returns the path with its query and fragment; the dashboard's start for anything else
 */
export function readReturnPath(text: string | undefined): string {
  if (text === undefined || text.length > LENGTH_MAX || !text.startsWith('/')) {
    return DASHBOARD_PATH;
  }
  if (!URL.canParse(text, HERE)) return DASHBOARD_PATH;
  const { origin, pathname, search, hash } = new URL(text, HERE);
  const isOurs = origin === HERE && pathname.startsWith(DASHBOARD_PATH);
  return isOurs ? `${pathname}${search}${hash}` : DASHBOARD_PATH;
}
