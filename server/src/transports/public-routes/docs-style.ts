/** The style sheet of `/docs`: inline, and named by its hash in the content security policy. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow-x: auto; padding: 0.75rem;
  background: color-mix(in srgb, currentColor 8%, transparent); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.5rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
details { margin: 0.5rem 0; padding-left: 0.75rem;
  border-left: 3px solid color-mix(in srgb, currentColor 30%, transparent); }
summary { cursor: pointer; }
`;
