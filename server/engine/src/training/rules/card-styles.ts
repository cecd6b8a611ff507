/** How the page of a card looks: on screens of any width, in both themes, and on paper. */

/** The style sheet. */
export const CARD_STYLES = `:root {
  color-scheme: light dark;
  --text: light-dark(#16202a, #e8edf2);
  --second: light-dark(#4a5763, #a9b6c2);
  --page: light-dark(#fff, #161d25);
  --raised: light-dark(#f4f6f8, #1f2832);
  --line: light-dark(#d5dce3, #35414d);
  --series: light-dark(#0072b2, #56b4e9);
  --good: light-dark(#00694f, #35c9a1);
  --bad: light-dark(#b3261e, #ff8a80);
}
body {
  background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
  margin: 0 auto;
  max-width: 56rem;
  overflow-wrap: anywhere;
  padding: 1.5rem 1rem 3rem;
}
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.125rem; margin: 2rem 0 0.5rem; }
p { margin: 0.5rem 0; }
.verdict {
  background: var(--raised);
  border-inline-start: 0.25rem solid var(--good);
  border-radius: 0.25rem;
  font-weight: 600;
  margin-block-end: 1.5rem;
  padding: 0.75rem 1rem;
}
.verdict.no { border-color: var(--bad); }
.plots {
  display: grid;
  gap: 1rem;
  grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr));
}
figure {
  border: 1px solid var(--line);
  border-radius: 0.375rem;
  break-inside: avoid;
  margin: 0;
  padding: 1rem;
}
figcaption { font-weight: 600; margin-block-end: 0.75rem; }
figcaption span { color: var(--second); display: block; font-size: 0.875rem; font-weight: 400; }
svg { display: block; height: auto; width: 100%; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td {
  border-block-end: 1px solid var(--line);
  padding: 0.375rem 1.5rem 0.375rem 0;
  text-align: start;
}
th { color: var(--second); font-size: 0.875rem; }
td + td, th + th { text-align: end; }`;
