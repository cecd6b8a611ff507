/** Clears the line of a terminal that progress was drawn on, so that a text takes its place. */
export const CLEAR_LINE = '\r\u001b[K';
